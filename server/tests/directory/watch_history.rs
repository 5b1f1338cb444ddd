//! What a consumer of changes relies on, checked against random histories: ordered, unique, reliable, atomic, resumable,
//! bookmarkable. Consumers come and go at random places, and all must end where the register is.

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
    /// The whole set.
    Sync(Vec<(u8, u8)>),
    /// One officer with a title.
    Upsert(u8, u8),
    /// One officer less, if there.
    Withdraw(u8),
    /// An absence or none.
    Presence(u8, bool),
    /// All found right.
    Verify,
    /// Consumer takes so many messages, then its connection breaks.
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

/// What a consumer has made of what it was told, kept together with its position.
#[derive(Debug)]
struct Consumer {
    position: Option<Position>,
    entries: BTreeMap<OfficerName, Entry>,
    /// Revisions whose changes came, in order.
    told: Vec<Revision>,
}

impl Consumer {
    /// Takes at most `messages`, and all there are if that is not said. Keeps position and state as one, at whole revisions only.
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
                    self.take(&mut pending);
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
                    assert!(!changes.is_empty(), "a message of changes has some");
                    assert!(
                        self.position.is_some_and(|seen| seen.revision < position.revision),
                        "ordered and unique"
                    );
                    pending.append(&mut changes);
                    if !more {
                        self.take(&mut pending);
                        self.position = Some(position);
                        self.told.push(position.revision);
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

    fn take(&mut self, changes: &mut Vec<WatchedChange>) {
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

async fn carry_out(world: &World, step: &Step) {
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

/// All entries as the register shows them.
async fn shown(world: &World) -> BTreeMap<OfficerName, Entry> {
    let list = directory::ListOfficers {
        organisation: None,
        page_size: 500,
        page_token: String::new(),
        consistency: Consistency::any(),
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
    let begin = |position| Consumer {
        position,
        entries: BTreeMap::new(),
        told: Vec::new(),
    };
    // One comes and goes, one begins with the state, one reads the whole history at the end.
    let mut restless = begin(Some(start));
    let mut reloading = begin(None);
    for step in &history {
        carry_out(&world, step).await;
        if let Step::Consume(messages) = step {
            restless.consume(&world, Some(*messages)).await;
            reloading.consume(&world, Some(*messages)).await;
        }
    }
    let mut patient = begin(Some(start));
    for consumer in [&mut restless, &mut reloading, &mut patient] {
        consumer.consume(&world, None).await;
        assert_eq!(consumer.entries, shown(&world).await);
    }
    // Every revision was told to who was there from the beginning, whether it came and went or not.
    let expected = must_be_told(&world, start.revision).await;
    for consumer in [&restless, &patient] {
        assert!(consumer.told.is_sorted_by(|one, other| one < other));
        let missing: Vec<_> = expected.iter().filter(|revision| !consumer.told.contains(revision)).collect();
        assert!(missing.is_empty(), "{missing:?} of {:?}", consumer.told);
    }
    world.stop().await;
}

/// The revisions after `start` that nobody may miss: all but those that only put an overlay on what was withdrawn since. What
/// that was like is in the log no more, and the withdrawal says all.
async fn must_be_told(world: &World, start: Revision) -> Vec<Revision> {
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
    let tells = |revision: Revision, change: &Change| match change {
        Change::OfficerPut { .. } | Change::OfficerWithdrawn { .. } => true,
        overlay => overlay
            .officer_name()
            .is_some_and(|name| !is_withdrawn_after(revision, &name)),
    };
    let told = commits
        .iter()
        .filter(|commit| commit.changes.iter().any(|change| tells(commit.revision, change)));
    told.map(|commit| commit.revision).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn consumers_that_come_and_go_end_where_the_register_is(history in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(check(history));
    }
}
