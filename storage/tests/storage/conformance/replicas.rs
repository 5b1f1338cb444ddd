//! Copies of other registers: a step is all or nothing, and leaves nothing of what it erased.

use std::sync::Arc;

use register::entry::{Entry, Etag};
use register::identifier::RegisterId;
use register::officer::Officer;
use register::organisation::Organisation;
use register::position::{Epoch, Position, Revision};
use register::report::Reports;
use register::verification::Verification;
use storage::{Replica, ReplicaState, ReplicaStep};
use uuid::Uuid;

use crate::fixture::{Fixture, replicas};
use crate::sample::{absent, day, mailbox, moment, name, oin, organisation, organisation_id, person};

const CANARY: &str = "Kanarie Voorbeeld";

fn regio() -> RegisterId {
    RegisterId::parse("regio").unwrap()
}

fn state(epoch: u128, revision: u64) -> ReplicaState {
    ReplicaState {
        position: Position::new(Epoch::from_uuid(Uuid::from_u128(epoch)), Revision(revision)),
        fetched_at: moment(i64::try_from(revision).unwrap()),
    }
}

fn entry(officer: Officer, revision: u64) -> Entry {
    Entry {
        reports: Reports::doubted_elsewhere(true),
        etag: Etag::of(&officer),
        officer,
        presence: absent(1),
        verification: Some(Verification::new(day("2026-03-01"), Some(oin(5)))),
        revision: Revision(revision),
        updated_at: moment(0),
    }
}

fn whole(revision: u64, entries: Vec<Entry>) -> ReplicaStep {
    let mut organisations: Vec<Organisation> = Vec::new();
    for entry in &entries {
        let id = entry.officer.organisation.as_str();
        if organisations.iter().all(|known| known.id.as_str() != id) {
            organisations.push(organisation(id));
        }
    }
    ReplicaStep {
        is_whole: true,
        organisations,
        entries,
        ..ReplicaStep::to(state(1, revision))
    }
}

async fn entries(copy: &Arc<dyn Replica>) -> Vec<Entry> {
    let first = copy.entries(None, 1).await.unwrap();
    let Some(name) = first.first().map(Entry::officer_name) else {
        return first;
    };
    let rest = copy.entries(Some(&name), 1000).await.unwrap();
    first.into_iter().chain(rest).collect()
}

pub(crate) async fn a_copy_is_as_its_steps_say(register: impl Fixture) {
    let (replicas, copy) = (replicas(&register), replicas(&register).open(&regio()).await.unwrap());
    assert_eq!(copy.state().await.unwrap(), None);
    let (a, b) = (entry(mailbox("gm9901", "a"), 3), entry(person("gm9901", "b", CANARY), 4));
    copy.apply(whole(5, vec![a.clone(), b.clone()])).await.unwrap();
    assert_eq!(copy.state().await.unwrap(), Some(state(1, 5)));
    assert_eq!(entries(&copy).await, [a.clone(), b.clone()]);

    let mut changed = entry(mailbox("gm9901", "b"), 6);
    changed.verification = None;
    changed.presence = absent(3);
    let step = ReplicaStep {
        withdrawn: vec![name("gm9901", "a"), name("gm9901", "never")],
        entries: vec![changed.clone()],
        ..ReplicaStep::to(state(1, 6))
    };
    copy.apply(step).await.unwrap();
    copy.close().await;
    let copy = replicas.open(&regio()).await.unwrap();
    assert_eq!(entries(&copy).await, [changed]);
    assert_eq!(copy.organisations(None, 10).await.unwrap(), [organisation("gm9901")]);
    assert_eq!(copy.state().await.unwrap(), Some(state(1, 6)));
}

pub(crate) async fn a_whole_state_takes_away_what_it_does_not_name(register: impl Fixture) {
    let copy = replicas(&register).open(&regio()).await.unwrap();
    let (a, b) = (entry(mailbox("gm9901", "a"), 1), entry(mailbox("gm9902", "b"), 1));
    copy.apply(whole(1, vec![a, b.clone()])).await.unwrap();
    copy.apply(whole(2, vec![b.clone()])).await.unwrap();
    assert_eq!(entries(&copy).await, [b]);
    assert_eq!(copy.organisations(None, 10).await.unwrap(), [organisation("gm9902")]);
}

pub(crate) async fn the_same_step_twice_changes_nothing(register: impl Fixture) {
    let copy = replicas(&register).open(&regio()).await.unwrap();
    let held = entry(person("gm9901", "a", CANARY), 1);
    copy.apply(whole(1, vec![held.clone(), entry(mailbox("gm9901", "b"), 1)]))
        .await
        .unwrap();
    let step = ReplicaStep {
        withdrawn: vec![name("gm9901", "b")],
        entries: vec![entry(mailbox("gm9901", "c"), 2)],
        ..ReplicaStep::to(state(1, 2))
    };
    copy.apply(step.clone()).await.unwrap();
    let once = entries(&copy).await;
    copy.apply(step).await.unwrap();
    assert_eq!(entries(&copy).await, once);
    assert_eq!(once[0], held);
}

pub(crate) async fn a_step_that_fails_leaves_the_copy_as_it_was(register: impl Fixture) {
    let copy = replicas(&register).open(&regio()).await.unwrap();
    let held = entry(mailbox("gm9901", "a"), 1);
    copy.apply(whole(1, vec![held.clone()])).await.unwrap();
    let step = ReplicaStep {
        withdrawn: vec![name("gm9901", "a")],
        // Of an organisation that is not there.
        entries: vec![entry(mailbox("gm9909", "x"), 2)],
        ..ReplicaStep::to(state(1, 2))
    };
    copy.apply(step).await.unwrap_err();
    assert_eq!(entries(&copy).await, [held]);
    assert_eq!(copy.state().await.unwrap(), Some(state(1, 1)));
}

pub(crate) async fn an_organisation_that_is_forgotten_takes_its_entries_along(register: impl Fixture) {
    let copy = replicas(&register).open(&regio()).await.unwrap();
    let kept = entry(mailbox("gm9902", "b"), 1);
    copy.apply(whole(1, vec![entry(mailbox("gm9901", "a"), 1), kept.clone()]))
        .await
        .unwrap();
    let step = ReplicaStep {
        forgotten: vec![organisation_id("gm9901")],
        ..ReplicaStep::to(state(1, 1))
    };
    copy.apply(step).await.unwrap();
    assert_eq!(entries(&copy).await, [kept]);
    assert_eq!(copy.organisations(None, 10).await.unwrap(), [organisation("gm9902")]);
}

pub(crate) async fn copies_know_nothing_of_each_other(register: impl Fixture) {
    let replicas = replicas(&register);
    assert!(replicas.list().await.unwrap().is_empty());
    let (regio, duo) = (regio(), RegisterId::parse("duo").unwrap());
    let copies = [replicas.open(&regio).await.unwrap(), replicas.open(&duo).await.unwrap()];
    copies[0]
        .apply(whole(1, vec![entry(mailbox("gm9901", "a"), 1)]))
        .await
        .unwrap();
    assert!(entries(&copies[1]).await.is_empty());
    assert_eq!(replicas.list().await.unwrap(), [duo.clone(), regio.clone()]);
    for copy in &copies {
        copy.close().await;
    }
    replicas.remove(&regio).await.unwrap();
    replicas.remove(&regio).await.unwrap();
    assert_eq!(replicas.list().await.unwrap(), [duo]);
    assert!(entries(&replicas.open(&regio).await.unwrap()).await.is_empty());
    // Nothing of it is in the register itself.
    register.assert_sound().await;
    assert!(register.entries().await.is_empty());
}

pub(crate) async fn nothing_is_left_of_what_was_erased_in_a_copy(register: impl Fixture) {
    let copy = replicas(&register).open(&regio()).await.unwrap();
    let mut held: Vec<Entry> = (0..40)
        .map(|number| entry(mailbox("gm9901", &format!("o{number:02}")), 1))
        .collect();
    held.push(entry(person("gm9901", "withdrawn", CANARY), 1));
    held.push(entry(person("gm9901", "ended", CANARY), 1));
    copy.apply(whole(1, held)).await.unwrap();
    assert!(is_in_a_file(&register, CANARY));
    let mut ended = person("gm9901", "ended", CANARY);
    ended.end_name();
    let step = ReplicaStep {
        withdrawn: vec![name("gm9901", "withdrawn")],
        entries: vec![entry(ended, 2)],
        ..ReplicaStep::to(state(1, 2))
    };
    copy.apply(step).await.unwrap();
    assert!(!is_in_a_file(&register, CANARY));
}

pub(crate) async fn a_damaged_copy_is_begun_anew(register: impl Fixture) {
    let replicas = replicas(&register);
    let copy = replicas.open(&regio()).await.unwrap();
    copy.apply(whole(1, vec![entry(mailbox("gm9901", "a"), 1)])).await.unwrap();
    copy.close().await;
    let file = register.folder().join("replicas/regio.db");
    std::fs::write(
        &file,
        "this is no database, and longer than the header of one would be; it is damaged, as may happen",
    )
    .unwrap();
    let copy = replicas.open(&regio()).await.unwrap();
    assert_eq!(copy.state().await.unwrap(), None);
    copy.apply(whole(2, vec![entry(mailbox("gm9901", "b"), 1)])).await.unwrap();
    assert_eq!(entries(&copy).await.len(), 1);
}

/// Whether `text` stands somewhere in the files of the copies.
fn is_in_a_file(register: &impl Fixture, text: &str) -> bool {
    let folder = std::fs::read_dir(register.folder().join("replicas")).unwrap();
    folder.map(|file| std::fs::read(file.unwrap().path()).unwrap()).any(|bytes| {
        let mut windows = bytes.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    })
}
