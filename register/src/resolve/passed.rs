//! Who was passed over, and why.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::route::{Considered, DropReason};
use super::words::Words;
use crate::entry::Entry;
use crate::identifier::{CompetenceCode, OrganisationId};

/// What was passed over, each with its first reason. There may be thousands; names and sentences are made for those that
/// are told, at the end.
#[derive(Default)]
pub(super) struct Passed {
    officers: Vec<(Arc<Entry>, Drop)>,
    seen: Entries,
    organisations: BTreeMap<OrganisationId, Drop>,
    municipality_needed: bool,
}

/// Why, and where to go instead.
pub(super) struct Drop {
    pub(super) reason: DropReason,
    pub(super) competence: Option<CompetenceCode>,
    pub(super) see: Option<String>,
}

impl From<DropReason> for Drop {
    fn from(reason: DropReason) -> Self {
        Self {
            reason,
            competence: None,
            see: None,
        }
    }
}

/// A set of entries of one view, in which each entry is one object wherever it is found.
#[derive(Clone, Default)]
pub(super) struct Entries(HashSet<*const Entry>);

impl Entries {
    /// Adds an entry. Gives whether it is new.
    pub(super) fn insert(&mut self, entry: &Arc<Entry>) -> bool {
        self.0.insert(Arc::as_ptr(entry))
    }

    pub(super) fn contains(&self, entry: &Arc<Entry>) -> bool {
        self.0.contains(&Arc::as_ptr(entry))
    }
}

impl Passed {
    pub(super) fn officer(&mut self, entry: &Arc<Entry>, drop: impl Into<Drop>) {
        if self.seen.insert(entry) {
            self.officers.push((Arc::clone(entry), drop.into()));
        }
    }

    pub(super) fn organisation(&mut self, id: &OrganisationId, drop: impl Into<Drop>) {
        self.organisations.entry(id.clone()).or_insert_with(|| drop.into());
    }

    /// A municipality carries it out, and nobody said which.
    pub(super) fn municipality_needed(&mut self) {
        self.municipality_needed = true;
    }

    /// What to tell, at most `most`, and how many there are. An officer that became a target after all is left out.
    pub(super) fn into_considered(mut self, targets: &Entries, words: &Words<'_>, most: usize) -> (Vec<Considered>, usize) {
        self.officers.retain(|(entry, _)| !targets.contains(entry));
        let needed = usize::from(self.municipality_needed);
        let total = needed + self.organisations.len() + self.officers.len();
        if self.officers.len() > most {
            self.officers.select_nth_unstable_by(most, in_order);
            self.officers.truncate(most);
        }
        self.officers.sort_unstable_by(in_order);

        // The wildcard of resource names: some organisation, nobody knows which.
        let some = self
            .municipality_needed
            .then(|| ("organisations/-".to_owned(), DropReason::MunicipalityNeeded.into()));
        let organisations = self.organisations.into_iter().map(|(id, drop)| (id.resource_name(), drop));
        let officers = self
            .officers
            .into_iter()
            .map(|(entry, drop)| (entry.officer_name().to_string(), drop));
        let mut told: Vec<(String, Drop)> = some.into_iter().chain(organisations).chain(officers).collect();
        // Stable: within a reason organisations stay before officers, and each of them in order of name.
        told.sort_by_key(|(_, drop)| drop.reason);
        told.truncate(most);
        let considered = told.into_iter().map(|(name, drop)| Considered {
            name,
            reason: drop.reason,
            explanation: words.drop(&drop),
            see: drop.see,
        });
        (considered.collect(), total)
    }
}

/// The nearest miss first, then by name.
fn in_order(one: &(Arc<Entry>, Drop), other: &(Arc<Entry>, Drop)) -> Ordering {
    let (one_officer, other_officer) = (&one.0.officer, &other.0.officer);
    one.1
        .reason
        .cmp(&other.1.reason)
        .then_with(|| one_officer.organisation.cmp(&other_officer.organisation))
        .then_with(|| one_officer.id.cmp(&other_officer.id))
}
