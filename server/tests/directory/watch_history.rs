//! Property test of watches on random histories: messages are ordered, unique, complete, atomic and resumable.
//!
//! Consumers disconnect and resume at random points. All of them must end in the state of the register.

use std::collections::BTreeMap;
use std::time::Duration;

use directory::{ApplyChanges, Expected, Operation, WatchChanges, WatchMessage, WatchedChange};
use proptest::prelude::*;
use register::change::Change;
use register::entry::Entry;
use register::identifier::OfficerName;
use register::position::{Position, Revision};
use server_core::views::Consistency;

use crate::world::*;

/// One step of a history.
#[derive(Clone, Debug)]
enum Step {
    /// Sync the whole set.
    Sync(Vec<(u8, u8)>),
    /// Put one officer with a title.
    Upsert(u8, u8),
    /// Withdraw one officer, if it exists.
    Withdraw(u8),
    /// Set one absence, or none.
    Presence(u8, bool),
    /// Verify all officers.
    Verify,
    /// A consumer takes this number of messages, then disconnects.
    Consume(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        prop::collection::vec((0u8..6, 0u8..4), 0..6).prop_map(Step::Sync),
        (0u8..6, 0u8..4).prop_map(|(id, title)| Step::Upsert(id, title)),
        (0u8..6).prop_map(Step::Withdraw),
        (0u8..6, any::<bool>()).prop_map(|(id, absent)| Step::Presence(id, absent)),
        Just(Step::Verify),
        (0u8..5).prop_map(Step::Consume),
        (0u8..5).prop_map(Step::Consume),
    ];
    prop::collection::vec(step, 1..25)
}

/// The state that a consumer has built from messages, with its position.
#[derive(Debug)]
struct Consumer {
    position: Option<Position>,
    entries: BTreeMap<OfficerName, Entry>,
    /// The revisions whose changes the consumer received, in order.
    received: Vec<Revision>,
}

impl Consumer {
    /// Takes at most `messages` messages, or all. Updates position and state together, at whole revisions only.
    async fn consume(&mut self, world: &World, messages: Option<u8>) {
        let request = WatchChanges {
            position: self.position,
            organisations: vec![],
            reload: false,
            progress_interval: Duration::from_millis(2),
        };
        let mut watch = world.directory.watch_changes(world.caller(READER), request).await.unwrap();
        let mut left = messages.map_or(usize::MAX, usize::from);
        let mut pending: Vec<WatchedChange> = Vec::new();
        while left > 0 {
            left -= 1;
            match watch.next().await.unwrap() {
                WatchMessage::SnapshotBegin { .. } => pending.clear(),
                WatchMessage::SnapshotEnd { position, entries, .. } => {
                    self.entries.clear();
                    self.apply(&mut pending);
                    assert_eq!(self.entries.len(), entries);
                    self.position = Some(position);
                }
                WatchMessage::Changes {
                    position: None,
                    mut changes,
                    ..
                } => pending.append(&mut changes),
                WatchMessage::Changes {
                    position: Some(position),
                    mut changes,
                    more,
                } => {
                    assert!(!changes.is_empty(), "a message contains changes");
                    assert!(
                        self.position.is_some_and(|seen| seen.revision < position.revision),
                        "ordered and unique"
                    );
                    pending.append(&mut changes);
                    if !more {
                        self.apply(&mut pending);
                        self.position = Some(position);
                        self.received.push(position.revision);
                    }
                }
                WatchMessage::Progress { position } => {
                    assert!(self.position.is_none_or(|seen| seen.revision <= position.revision));
                    self.position = Some(position);
                    if messages.is_none() && position == world.directory.position() {
                        return;
                    }
                }
            }
        }
    }

    fn apply(&mut self, changes: &mut Vec<WatchedChange>) {
        for change in changes.drain(..) {
            match change {
                WatchedChange::Entry(entry) => {
                    self.entries.insert(entry.officer_name(), Entry::clone(&entry));
                }
                WatchedChange::Withdrawal { officer, .. } => {
                    self.entries.remove(&officer);
                }
                WatchedChange::Organisation(_) => {}
            }
        }
    }
}

async fn apply_step(world: &World, step: &Step) {
    let cak = world.caller(CAK);
    let draft = |(id, title): &(u8, u8)| titled(&format!("o{id}"), &format!("Titel {title}"));
    let delta = |operation| ApplyChanges {
        organisation: organisation_id("zb000211"),
        operations: vec![operation],
        request_id: request_id(),
        validate_only: false,
        confirm_withdrawals: Some(1),
        managed_by: register::officer::ManagedBy::Sync,
    };
    match step {
        Step::Sync(set) => {
            let set: BTreeMap<u8, u8> = set.iter().copied().collect();
            let drafts: Vec<_> = set.iter().map(|(id, title)| draft(&(*id, *title))).collect();
            for confirm in [None, Some(1), Some(2), Some(3), Some(4), Some(5), Some(6)] {
                if world.sync_confirmed(drafts.clone(), confirm).await.is_ok() {
                    return;
                }
            }
        }
        Step::Upsert(id, title) => {
            let operation = Operation::Upsert {
                officer: Box::new(draft(&(*id, *title))),
                expected: Expected::Whatever,
            };
            world.directory.apply_changes(&cak, delta(operation)).await.unwrap();
        }
        Step::Withdraw(id) => {
            let operation = Operation::Withdraw {
                officer: name(&format!("o{id}")).to_string(),
                replaced_by: String::new(),
                expected: Expected::Whatever,
            };
            world.directory.apply_changes(&cak, delta(operation)).await.unwrap();
        }
        Step::Presence(id, absent) => {
            let absence = register::draft::AbsenceDraft {
                from: "2026-12-01".to_owned(),
                until: "2026-12-08".to_owned(),
            };
            let absences = if *absent { vec![absence] } else { vec![] };
            let _ = world
                .directory
                .set_presence(&cak, name(&format!("o{id}")), absences, request_id())
                .await;
        }
        Step::Verify => {
            let verify = directory::VerifyOfficers {
                organisation: organisation_id("zb000211"),
                officers: vec![],
                verify_by: String::new(),
                request_id: request_id(),
            };
            world.directory.verify_officers(&cak, verify).await.unwrap();
        }
        Step::Consume(_) => {}
    }
}

/// Returns all entries as the register shows them.
async fn shown(world: &World) -> BTreeMap<OfficerName, Entry> {
    let list = directory::ListOfficers {
        organisation: None,
        page_size: 500,
        page_token: String::new(),
        consistency: Consistency::any(),
        size_of: |_| 0,
    };
    let listed = world.directory.list_officers(&world.caller(READER), list).await.unwrap();
    listed
        .items
        .iter()
        .map(|entry| (entry.officer_name(), Entry::clone(entry)))
        .collect()
}

async fn check(history: Vec<Step>) {
    let world = World::new().await;
    let start = world.directory.position();
    let consumer = |position| Consumer {
        position,
        entries: BTreeMap::new(),
        received: Vec::new(),
    };
    // One consumer disconnects and resumes, one starts with the state, one reads the whole history at the end.
    let mut resuming = consumer(Some(start));
    let mut reloading = consumer(None);
    for step in &history {
        apply_step(&world, step).await;
        if let Step::Consume(messages) = step {
            resuming.consume(&world, Some(*messages)).await;
            reloading.consume(&world, Some(*messages)).await;
        }
    }
    let mut final_reader = consumer(Some(start));
    for consumer in [&mut resuming, &mut reloading, &mut final_reader] {
        consumer.consume(&world, None).await;
        assert_eq!(consumer.entries, shown(&world).await);
    }
    // A consumer that starts at the first position receives every revision, with or without disconnects.
    let expected = required_revisions(&world, start.revision).await;
    for consumer in [&resuming, &final_reader] {
        assert!(consumer.received.is_sorted_by(|one, other| one < other));
        let missing: Vec<_> = expected
            .iter()
            .filter(|revision| !consumer.received.contains(revision))
            .collect();
        assert!(missing.is_empty(), "{missing:?} of {:?}", consumer.received);
    }
    world.stop().await;
}

/// Returns the revisions after `start` that a consumer must receive: all except those that only changed an overlay of an
/// officer withdrawn later. The log no longer contains such an entry, and the withdrawal is enough.
async fn required_revisions(world: &World, start: Revision) -> Vec<Revision> {
    let commits = world.storage.snapshot().await.unwrap().commits(start, 1_000).await.unwrap();
    let is_withdrawn_after = |revision: Revision, name: &OfficerName| {
        let later = commits
            .iter()
            .filter(|commit| commit.revision > revision)
            .flat_map(|commit| &commit.changes);
        later
            .into_iter()
            .any(|change| matches!(change, Change::OfficerWithdrawn { name: gone, .. } if gone == name))
    };
    let is_required = |revision: Revision, change: &Change| match change {
        Change::OfficerPut { .. } | Change::OfficerWithdrawn { .. } => true,
        overlay => overlay
            .officer_name()
            .is_some_and(|name| !is_withdrawn_after(revision, &name)),
    };
    let required = commits
        .iter()
        .filter(|commit| commit.changes.iter().any(|change| is_required(commit.revision, change)));
    required.map(|commit| commit.revision).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn resuming_consumers_end_in_the_state_of_the_register(history in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(check(history));
    }
}
