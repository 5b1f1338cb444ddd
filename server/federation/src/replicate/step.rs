//! Steps of a copy: several events of the peer combined, with the last change of each entry.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use client::WatchedChange;
use jiff::Timestamp;
use jiff::civil::Date;
use register::authority::Authorities;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::position::Position;
use register::view::{View, ViewChanges, visible};
use server_core::config::FederationSettings;
use storage::{ReplicaState, ReplicaStep};

use super::holdings::ReportedHoldings;
use crate::received::{BadAnswer, PeerReader};

/// The changes received since the last step.
#[derive(Debug, Default)]
pub(super) struct PendingChanges {
    organisations: BTreeMap<OrganisationId, Organisation>,
    entries: BTreeMap<OfficerName, Option<Entry>>,
}

impl PendingChanges {
    pub(super) fn add(&mut self, changes: Vec<WatchedChange>) {
        for change in changes {
            match change {
                WatchedChange::Organisation(organisation) => {
                    self.organisations.insert(organisation.id.clone(), *organisation);
                }
                WatchedChange::Entry(entry) => {
                    self.entries.insert(entry.officer_name(), Some(*entry));
                }
                WatchedChange::Withdrawn { name, .. } => {
                    self.entries.insert(name, None);
                }
            }
        }
    }

    /// Checks the changes by the rules for our own input.
    pub(super) fn check(&self, reader: &PeerReader) -> Result<(), BadAnswer> {
        self.organisations
            .values()
            .try_for_each(|organisation| reader.check_organisation(organisation))?;
        self.entries
            .values()
            .flatten()
            .try_for_each(|entry| reader.check_entry(entry))
    }

    /// Checks the sizes against the bounds of a peer.
    pub(super) fn check_bounds(&self, bounds: &FederationSettings) -> Result<(), BadAnswer> {
        check_sizes(self.organisations.len(), self.entries.len(), bounds)
    }

    /// The number of changed organisations and entries.
    pub(super) fn len(&self) -> usize {
        self.organisations.len() + self.entries.len()
    }

    /// Records the changed organisations in `holdings`, before their authority is decided.
    pub(super) fn record_organisations(&self, holdings: &mut ReportedHoldings) {
        self.organisations
            .values()
            .for_each(|organisation| holdings.record_organisation(organisation));
    }

    /// Turns the changes for which `peer` is authoritative into a step for the store, and returns it with the view after it.
    pub(super) fn into_step(
        self,
        view: &View,
        (position, fetched_at): (Position, Timestamp),
        (authorities, peer): (&Authorities, &RegisterId),
        holdings: &mut ReportedHoldings,
    ) -> (ReplicaStep, View) {
        let counts = |id: &OrganisationId| authorities.is_of_peer(id, peer);
        let mut step = ReplicaStep::to(ReplicaState { position, fetched_at });
        step.organisations = self
            .organisations
            .into_values()
            .filter(|organisation| counts(&organisation.id))
            .collect();
        let new: BTreeSet<&OrganisationId> = step.organisations.iter().map(|organisation| &organisation.id).collect();
        for (name, entry) in self.entries {
            match entry {
                None => {
                    holdings.record_gone(&name);
                    step.withdrawn.push(name);
                }
                Some(entry) => {
                    let id = &name.organisation;
                    let is_there = new.contains(id) || view.organisation(id).is_some();
                    if counts(id) && is_there {
                        holdings.record_gone(&name);
                        step.entries.push(entry);
                    } else {
                        holdings.record_refused(name);
                    }
                }
            }
        }
        let next = after(view, &step);
        (step, next)
    }
}

/// Checks numbers of organisations and entries against the bounds of a peer.
pub(super) fn check_sizes(organisations: usize, entries: usize, bounds: &FederationSettings) -> Result<(), BadAnswer> {
    if organisations > bounds.organisations_per_peer {
        return Err(BadAnswer::new(
            "it holds more organisations than `federation.organisations_per_peer`",
        ));
    }
    if entries > bounds.entries_per_peer {
        return Err(BadAnswer::new("it holds more entries than `federation.entries_per_peer`"));
    }
    Ok(())
}

/// A step that forgets organisations for which the peer is no longer authoritative; `None` if `view` has none.
pub(super) fn forgetting_organisations(
    view: &View,
    fetched_at: Timestamp,
    authorities: &Authorities,
    peer: &RegisterId,
) -> Option<(ReplicaStep, View)> {
    let held = view.organisations().map(|organisation| &organisation.id);
    let forgotten: Vec<OrganisationId> = held.filter(|id| !authorities.is_of_peer(id, peer)).cloned().collect();
    if forgotten.is_empty() {
        return None;
    }
    let position = view.position();
    let step = ReplicaStep {
        forgotten,
        ..ReplicaStep::to(ReplicaState { position, fetched_at })
    };
    let next = after(view, &step);
    Some((step, next))
}

/// A step that removes names that expired before `today`; `None` if there are none.
pub(super) fn removing_expired_names(view: &View, fetched_at: Timestamp, today: Date) -> Option<(ReplicaStep, View)> {
    let ended = view.entries().filter(|entry| entry.officer.has_ended_name_on(today));
    let entries: Vec<Entry> = ended.map(|entry| Entry::clone(&visible(entry, today))).collect();
    if entries.is_empty() {
        return None;
    }
    let position = view.position();
    let step = ReplicaStep {
        entries,
        ..ReplicaStep::to(ReplicaState { position, fetched_at })
    };
    let next = after(view, &step);
    Some((step, next))
}

/// The view after `step`.
fn after(view: &View, step: &ReplicaStep) -> View {
    let mut next = View::clone(view).moved_to(step.state.position);
    next.absorb(&ViewChanges {
        organisations: step.organisations.iter().cloned().map(Arc::new).collect(),
        entries: step.entries.iter().cloned().map(Arc::new).collect(),
        withdrawn: step.withdrawn.clone(),
    });
    for id in &step.forgotten {
        next.forget_organisation(id);
    }
    next
}
