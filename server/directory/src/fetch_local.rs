//! Returns this register's candidates for a need to a peer that resolves it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use register::draft::NeedDraft;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::need::Need;
use register::oin::Oin;
use register::organisation::{Organisation, OrganisationStatus};
use register::peer::SharingLevel;
use register::position::Position;
use register::validate;
use register::view::{View, visible};
use server_core::error::Error;
use server_core::identity::Caller;

use super::{Directory, Knowledge};

/// Maximum number of entries in one response.
const MAX_ENTRIES: usize = 500;

/// The candidates of this register for a need.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The organisations involved.
    pub organisations: Vec<Arc<Organisation>>,
    /// The entries of officers that may fit, and of their deputies.
    pub entries: Vec<Arc<Entry>>,
    /// Whether entries were left out because of the limit.
    pub is_truncated: bool,
}

impl Directory {
    /// Returns the candidates for a need from organisations that share with the peer.
    pub async fn fetch_local(&self, caller: &Caller, need: NeedDraft, limit: i32) -> Result<(Candidates, Position), Error> {
        let view = self.views.current();
        self.may_peer(&view, caller)?;
        let limit = super::limits::page_size(limit, MAX_ENTRIES, MAX_ENTRIES)?;
        let (asker, knowledge) = (caller.acting.oin().clone(), self.knowledge.clone());
        let (now, today) = (self.clock.now(), self.clock.today());
        let position = view.position();
        let found = self.tasks.blocking(move || {
            let rules = knowledge.rules(today);
            let need = validate::need(&need, now, &rules).map_err(Error::invalid)?;
            Ok::<_, Error>(candidates(&view, &knowledge, &need, &asker, today, limit))
        });
        Ok((found.await??, position))
    }
}

fn candidates(view: &View, knowledge: &Knowledge, need: &Need, asker: &Oin, today: Date, limit: usize) -> Candidates {
    let mut organisations: BTreeSet<OrganisationId> = need.organisation.iter().cloned().collect();
    let mut entries: BTreeMap<OfficerName, Arc<Entry>> = BTreeMap::new();
    let mut take = |entry: &Arc<Entry>| {
        entries.insert(entry.officer_name(), Arc::clone(entry));
    };
    if let Some(organisation) = &need.organisation {
        view.entries_of(organisation).for_each(&mut take);
    }
    for code in &need.competences {
        view.entries_with_competence(code).for_each(&mut take);
        let executors = knowledge.vocabulary.executors_of(code);
        for executor in executors.filter_map(|executor| executor.organisation.as_ref()) {
            organisations.insert(executor.clone());
            view.entries_of(executor).for_each(&mut take);
        }
    }
    for code in &need.domains {
        view.entries_with_domain(code).for_each(&mut take);
    }
    if let Some(code) = &need.municipality {
        view.entries_with_area(code).for_each(&mut take);
        let involved = view.municipality_organisations(code).chain(view.serving(code));
        for organisation in involved {
            organisations.insert(organisation.id.clone());
            view.entries_of(&organisation.id).for_each(&mut take);
        }
    }
    let deputies: Vec<_> = entries.values().filter_map(|entry| deputy_of(view, entry)).collect();
    for deputy in deputies {
        entries.insert(deputy.officer_name(), deputy);
    }
    organisations.extend(entries.keys().map(|name| name.organisation.clone()));
    let may_ask = |id: &OrganisationId| {
        view.organisation(id).is_some_and(|organisation| {
            organisation.status != OrganisationStatus::Known && organisation.sharing.with(asker) >= SharingLevel::Ask
        })
    };
    organisations.retain(may_ask);
    entries.retain(|name, entry| organisations.contains(&name.organisation) && view.is_shown(entry));
    Candidates {
        organisations: organisations.iter().filter_map(|id| view.organisation(id).cloned()).collect(),
        is_truncated: entries.len() > limit,
        entries: entries.values().take(limit).map(|entry| visible(entry, today)).collect(),
    }
}

fn deputy_of(view: &View, entry: &Entry) -> Option<Arc<Entry>> {
    let deputy = entry.officer.deputy.clone()?;
    view.entry(&OfficerName::new(entry.officer.organisation.clone(), deputy))
        .cloned()
}
