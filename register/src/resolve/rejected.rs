//! Collects the candidates that a route leaves out, and the reason for each.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::route::RejectionReason;
use crate::entry::Entry;
use crate::identifier::{CompetenceCode, OrganisationId};

/// The rejected candidates, each with its first reason.
///
/// A route may reject thousands. Names and sentences are made at the end, for the few that the route lists.
#[derive(Default)]
pub(super) struct Rejections {
    officers: Vec<(Arc<Entry>, Rejection)>,
    seen: EntrySet,
    organisations: BTreeMap<OrganisationId, Rejection>,
    municipality_needed: bool,
}

/// Why a candidate was rejected, and where to go instead.
pub(super) struct Rejection {
    pub(super) reason: RejectionReason,
    pub(super) competence: Option<CompetenceCode>,
    pub(super) see: Option<String>,
}

impl From<RejectionReason> for Rejection {
    fn from(reason: RejectionReason) -> Self {
        Self {
            reason,
            competence: None,
            see: None,
        }
    }
}

/// A set of entries of one view, compared by address: a view holds each entry once and shares it.
#[derive(Clone, Default)]
pub(super) struct EntrySet(FxHashSet<*const Entry>);

impl EntrySet {
    /// Adds an entry. Returns whether it is new.
    pub(super) fn insert(&mut self, entry: &Arc<Entry>) -> bool {
        self.0.insert(Arc::as_ptr(entry))
    }

    pub(super) fn contains(&self, entry: &Arc<Entry>) -> bool {
        self.0.contains(&Arc::as_ptr(entry))
    }
}

impl Rejections {
    /// Rejects an officer. Only the first reason counts.
    pub(super) fn reject_officer(&mut self, entry: &Arc<Entry>, rejection: impl Into<Rejection>) {
        if self.seen.insert(entry) {
            self.officers.push((Arc::clone(entry), rejection.into()));
        }
    }

    /// Rejects an organisation. Only the first reason counts.
    pub(super) fn reject_organisation(&mut self, id: &OrganisationId, rejection: impl Into<Rejection>) {
        self.organisations.entry(id.clone()).or_insert_with(|| rejection.into());
    }

    /// Records that a municipality is responsible and that the need does not name one.
    pub(super) fn require_municipality(&mut self) {
        self.municipality_needed = true;
    }

    /// Returns the resource names of the nearest misses, at most `limit`, and the number of all rejections. An officer that
    /// became a target after all is left out.
    pub(super) fn into_nearest(mut self, targets: &EntrySet, limit: usize) -> (Vec<(String, Rejection)>, usize) {
        self.officers.retain(|(entry, _)| !targets.contains(entry));
        let needed = usize::from(self.municipality_needed);
        let total = needed + self.organisations.len() + self.officers.len();
        if self.officers.len() > limit {
            self.officers.select_nth_unstable_by(limit, nearest_miss_first);
            self.officers.truncate(limit);
        }
        self.officers.sort_unstable_by(nearest_miss_first);

        // `-` is the wildcard of resource names: any organisation.
        let municipality = self
            .municipality_needed
            .then(|| ("organisations/-".to_owned(), RejectionReason::MunicipalityNeeded.into()));
        let organisations = self
            .organisations
            .into_iter()
            .map(|(id, rejection)| (id.resource_name(), rejection));
        let officers = self
            .officers
            .into_iter()
            .map(|(entry, rejection)| (entry.officer_name().to_string(), rejection));
        let mut nearest: Vec<(String, Rejection)> = municipality.into_iter().chain(organisations).chain(officers).collect();
        // The sort is stable: within a reason, organisations stay before officers and both stay in order of name.
        nearest.sort_by_key(|(_, rejection)| rejection.reason);
        nearest.truncate(limit);
        (nearest, total)
    }
}

/// Orders rejected officers by reason, the nearest miss first, then by name.
fn nearest_miss_first(one: &(Arc<Entry>, Rejection), other: &(Arc<Entry>, Rejection)) -> Ordering {
    let (one_officer, other_officer) = (&one.0.officer, &other.0.officer);
    one.1
        .reason
        .cmp(&other.1.reason)
        .then_with(|| one_officer.organisation.cmp(&other_officer.organisation))
        .then_with(|| one_officer.id.cmp(&other_officer.id))
}
