//! Plans of peers: the message, and searching a register with what it says.

use std::sync::{Arc, LazyLock};

use federation::ask::plan::{plan, read_plan};
use index::{Context, Index, IndexedOfficer, IndexedOrganisation, Language, Paging, Plan, Question, Versions};
use prost::Message;
use proto::v1alpha::SearchPlan;
use register::gazetteer::Gazetteer;
use register::organisation::Organisation;
use register::vocabulary::Vocabulary;

use crate::sample::{GENERATOR, position};

/// The officers of the register that is searched.
const OFFICERS: usize = 40;

struct Searched {
    context: Context,
    versions: Versions,
    index: Index,
    /// Removed at the end of the process.
    _folder: tempfile::TempDir,
}

static SEARCHED: LazyLock<Searched> = LazyLock::new(|| {
    let language = Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin()));
    let folder = tempfile::tempdir().expect("a folder can be made");
    let versions = language.versions().clone();
    let (index, _) = Index::open(folder.path(), Arc::clone(&language), position(1)).expect("an index can be opened");
    index.rebuild(position(1), indexed()).expect("an index can be built");
    Searched {
        versions,
        context: Context::new(language, []),
        index,
        _folder: folder,
    }
});

fn indexed() -> Vec<IndexedOfficer> {
    let of = |id| GENERATOR.organisations().iter().find(|organisation| organisation.id == id);
    GENERATOR
        .officers(OFFICERS)
        .filter_map(|officer| {
            let organisation = of(officer.officer_name().organisation)?;
            Some(IndexedOfficer::of(&officer, None, organisation_of(organisation)))
        })
        .collect()
}

fn organisation_of(organisation: &Organisation) -> Arc<IndexedOrganisation> {
    Arc::new(IndexedOrganisation::from(organisation))
}

/// A plan is refused, or it survives the trip to the wire and a search by it ends.
pub fn run(bytes: &[u8]) {
    let Ok(message) = SearchPlan::decode(bytes) else { return };
    let searched = &*SEARCHED;
    let Ok(read) = read_plan(&message, searched.versions.clone()) else {
        return;
    };
    let again = read_plan(&plan(&read), searched.versions.clone());
    assert!(again.is_ok_and(|again| again == read), "a plan changes on its way");
    let results = searched
        .index
        .search(&read, &Paging::first(10))
        .expect("a plan within its bounds can be searched");
    assert!(results.hits.len() <= 10);
}

/// Plans of short and long questions.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut questions = GENERATOR.questions(12);
    questions.push(String::new());
    let plan_of = |text: String| {
        let question = Question {
            text,
            ..Question::default()
        };
        plan(&Plan::compile(&question, &SEARCHED.context)).encode_to_vec()
    };
    questions.into_iter().map(plan_of).collect()
}
