//! A small register that can be searched, for plans and shares.

use std::sync::{Arc, LazyLock};

use index::{Context, Index, IndexedOfficer, IndexedOrganisation, Language, Plan, Question, Versions};
use register::gazetteer::Gazetteer;
use register::vocabulary::Vocabulary;

use crate::sample::{GENERATOR, position};

/// The officers of the register.
const OFFICERS: usize = 40;

/// The register, with what plans for it need.
pub(crate) struct Searched {
    pub(crate) versions: Versions,
    pub(crate) index: Index,
    context: Context,
    /// Removed at the end of the process.
    _folder: tempfile::TempDir,
}

pub(crate) static SEARCHED: LazyLock<Searched> = LazyLock::new(|| {
    let language = Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin()));
    let folder = tempfile::tempdir().expect("a folder can be made");
    let versions = language.versions().clone();
    let (index, _) = Index::open(folder.path(), Arc::clone(&language), position(1)).expect("an index can be opened");
    index.rebuild(position(1), officers()).expect("an index can be built");
    Searched {
        versions,
        context: Context::new(language, []),
        index,
        _folder: folder,
    }
});

impl Searched {
    /// The plan of a question.
    pub(crate) fn plan(&self, text: &str) -> Plan {
        let question = Question {
            text: text.to_owned(),
            ..Question::default()
        };
        Plan::compile(&question, &self.context)
    }
}

fn officers() -> Vec<IndexedOfficer> {
    let organisations: Vec<_> = GENERATOR.organisations().iter().map(IndexedOrganisation::from).map(Arc::new).collect();
    let of = |id| organisations.iter().find(|organisation| organisation.id == id).map(Arc::clone);
    GENERATOR
        .officers(OFFICERS)
        .filter_map(|officer| Some(IndexedOfficer::of(&officer, None, of(officer.officer_name().organisation)?)))
        .collect()
}
