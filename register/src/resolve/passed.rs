//! Who was passed over, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::route::{Considered, DropReason};
use super::words::Words;
use crate::identifier::{CompetenceCode, OfficerName, OrganisationId};

/// What was passed over, each with its first reason. Sentences are made for those that are told, at the end.
#[derive(Default)]
pub(super) struct Passed {
    officers: BTreeMap<OfficerName, Drop>,
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

impl Passed {
    pub(super) fn officer(&mut self, name: OfficerName, drop: impl Into<Drop>) {
        self.officers.entry(name).or_insert_with(|| drop.into());
    }

    pub(super) fn organisation(&mut self, id: &OrganisationId, drop: impl Into<Drop>) {
        self.organisations.entry(id.clone()).or_insert_with(|| drop.into());
    }

    /// A municipality carries it out, and nobody said which.
    pub(super) fn municipality_needed(&mut self) {
        self.municipality_needed = true;
    }

    /// What to tell, at most `most`, and how many there are. An officer that became a target after all is left out.
    pub(super) fn into_considered(
        self,
        targets: &BTreeSet<OfficerName>,
        words: &Words<'_>,
        most: usize,
    ) -> (Vec<Considered>, usize) {
        let officers = self.officers.into_iter().filter(|(name, _)| !targets.contains(name));
        let mut all: Vec<(String, Drop)> = self
            .municipality_needed
            // The wildcard of resource names: some organisation, nobody knows which.
            .then(|| ("organisations/-".to_owned(), Drop::from(DropReason::MunicipalityNeeded)))
            .into_iter()
            .chain(self.organisations.into_iter().map(|(id, drop)| (id.resource_name(), drop)))
            .chain(officers.map(|(name, drop)| (name.to_string(), drop)))
            .collect();
        let total = all.len();
        all.sort_by(|one, other| (one.1.reason, &one.0).cmp(&(other.1.reason, &other.0)));
        all.truncate(most);
        let considered = all.into_iter().map(|(name, drop)| Considered {
            name,
            reason: drop.reason,
            explanation: words.drop(&drop),
            see: drop.see,
        });
        (considered.collect(), total)
    }
}
