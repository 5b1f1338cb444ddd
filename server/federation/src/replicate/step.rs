//! A step of a copy: several events of the peer put together, of which the last word on each entry counts.

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
use storage::{ReplicaState, ReplicaStep};

use super::accept::Told;

/// What has come from the peer since the last step.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    organisations: BTreeMap<OrganisationId, Organisation>,
    entries: BTreeMap<OfficerName, Option<Entry>>,
}

impl Gathered {
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

    /// How much it is.
    pub(super) fn len(&self) -> usize {
        self.organisations.len() + self.entries.len()
    }

    /// Notes in `told` what organisations the peer holds now, before it is decided what it speaks for.
    pub(super) fn tell(&self, told: &mut Told) {
        self.organisations
            .values()
            .for_each(|organisation| told.organisation(organisation));
    }

    /// The step for the store and what it changes in `view`, as far as `peer` speaks for it. A `whole` one names all there is.
    pub(super) fn into_step(
        self,
        view: &View,
        whole: bool,
        (position, fetched_at): (Position, Timestamp),
        (authorities, peer): (&Authorities, &RegisterId),
        told: &mut Told,
    ) -> (ReplicaStep, View) {
        let counts = |id: &OrganisationId| authorities.is_of_peer(id, peer);
        let mut step = ReplicaStep {
            is_whole: whole,
            ..ReplicaStep::to(ReplicaState { position, fetched_at })
        };
        step.organisations = self
            .organisations
            .into_values()
            .filter(|organisation| counts(&organisation.id))
            .collect();
        let new: BTreeSet<&OrganisationId> = step.organisations.iter().map(|organisation| &organisation.id).collect();
        for (name, entry) in self.entries {
            match entry {
                None => {
                    told.gone(&name);
                    step.withdrawn.push(name);
                }
                Some(entry) => {
                    let id = &name.organisation;
                    let is_there = new.contains(id) || (!whole && view.organisation(id).is_some());
                    if counts(id) && is_there {
                        told.gone(&name);
                        step.entries.push(entry);
                    } else {
                        told.refuse(name);
                    }
                }
            }
        }
        let next = after(view, &step);
        (step, next)
    }
}

/// A step that forgets what the peer does not speak for any more; none if there is nothing of it in `view`.
pub(super) fn forgetting(
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

/// A step that takes away names whose last day was before `today`; none if there are no such.
pub(super) fn ending(view: &View, fetched_at: Timestamp, today: Date) -> Option<(ReplicaStep, View)> {
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

/// `view` after `step`.
fn after(view: &View, step: &ReplicaStep) -> View {
    let position = step.state.position;
    let mut next = if step.is_whole {
        View::empty(position)
    } else {
        View::clone(view).moved_to(position)
    };
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
