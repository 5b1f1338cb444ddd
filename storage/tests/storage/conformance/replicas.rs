//! Tests of replicas: steps are atomic, and erased data leaves no trace.

use std::collections::BTreeSet;
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

/// The organisations of `entries`.
fn organisations_of(entries: &[Entry]) -> Vec<Organisation> {
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.officer.organisation.as_str()).collect();
    ids.into_iter().map(organisation).collect()
}

/// Replaces the content of `replica` by `entries` and their organisations.
async fn receive(replica: &Arc<dyn Replica>, revision: u64, entries: Vec<Entry>) {
    let organisations = organisations_of(&entries);
    let kept = organisations.iter().map(|organisation| organisation.id.clone()).collect();
    let arrival = replica.begin_arrival().await.unwrap();
    assert!(arrival.add(organisations, entries).await.unwrap());
    assert!(arrival.finish(state(1, revision), kept).await.unwrap().is_empty());
}

async fn entries(replica: &Arc<dyn Replica>) -> Vec<Entry> {
    let first = replica.entries(None, 1).await.unwrap();
    let Some(name) = first.first().map(Entry::officer_name) else {
        return first;
    };
    let rest = replica.entries(Some(&name), 1000).await.unwrap();
    first.into_iter().chain(rest).collect()
}

pub(crate) async fn a_replica_matches_its_steps(register: impl Fixture) {
    let (replicas, replica) = (replicas(&register), replicas(&register).open(&regio()).await.unwrap());
    assert_eq!(replica.state().await.unwrap(), None);
    let (a, b) = (entry(mailbox("gm9901", "a"), 3), entry(person("gm9901", "b", CANARY), 4));
    receive(&replica, 5, vec![a.clone(), b.clone()]).await;
    assert_eq!(replica.state().await.unwrap(), Some(state(1, 5)));
    assert_eq!(entries(&replica).await, [a.clone(), b.clone()]);

    let mut changed = entry(mailbox("gm9901", "b"), 6);
    changed.verification = None;
    changed.presence = absent(3);
    let step = ReplicaStep {
        withdrawn: vec![name("gm9901", "a"), name("gm9901", "never")],
        entries: vec![changed.clone()],
        ..ReplicaStep::to(state(1, 6))
    };
    replica.apply(step).await.unwrap();
    replica.close().await;
    let replica = replicas.open(&regio()).await.unwrap();
    assert_eq!(entries(&replica).await, [changed]);
    assert_eq!(replica.organisations(None, 10).await.unwrap(), [organisation("gm9901")]);
    assert_eq!(replica.state().await.unwrap(), Some(state(1, 6)));
}

pub(crate) async fn a_complete_snapshot_deletes_everything_else(register: impl Fixture) {
    let replica = replicas(&register).open(&regio()).await.unwrap();
    let (a, b) = (entry(mailbox("gm9901", "a"), 1), entry(mailbox("gm9902", "b"), 1));
    receive(&replica, 1, vec![a, b.clone()]).await;
    receive(&replica, 2, vec![b.clone()]).await;
    assert_eq!(entries(&replica).await, [b]);
    assert_eq!(replica.organisations(None, 10).await.unwrap(), [organisation("gm9902")]);
}

pub(crate) async fn an_arriving_snapshot_shows_nothing_until_it_is_complete(register: impl Fixture) {
    let (replicas, replica) = (replicas(&register), replicas(&register).open(&regio()).await.unwrap());
    let held = entry(mailbox("gm9901", "a"), 1);
    receive(&replica, 1, vec![held.clone()]).await;
    let organisations = ["gm9902", "gm9903"].map(organisation).to_vec();
    let (kept, refused) = (entry(person("gm9902", "b", CANARY), 2), entry(mailbox("gm9903", "c"), 2));
    let stray = entry(mailbox("gm9904", "d"), 2);

    let arrival = replica.begin_arrival().await.unwrap();
    assert!(arrival.add(Vec::new(), vec![kept.clone(), stray.clone()]).await.unwrap());
    assert!(is_in_a_file(&register, CANARY));
    drop(arrival);
    // Work of the replica comes after the removal.
    assert_eq!(entries(&replica).await, std::slice::from_ref(&held));
    assert!(!is_in_a_file(&register, CANARY));

    let arrival = replica.begin_arrival().await.unwrap();
    assert!(arrival.add(organisations, vec![refused.clone()]).await.unwrap());
    assert!(arrival.add(Vec::new(), vec![kept.clone(), stray.clone()]).await.unwrap());
    assert_eq!(entries(&replica).await, [held]);
    assert_eq!(replicas.list().await.unwrap(), [regio()]);
    let authoritative = ["gm9902", "gm9904"].map(organisation_id).into();
    let names = arrival.finish(state(2, 1), authoritative).await.unwrap();
    assert_eq!(names, [refused.officer_name(), stray.officer_name()]);
    assert_eq!(entries(&replica).await, [kept]);
    assert_eq!(replica.organisations(None, 10).await.unwrap(), [organisation("gm9902")]);
    assert_eq!(replica.state().await.unwrap(), Some(state(2, 1)));
}

pub(crate) async fn an_arriving_snapshot_has_nothing_twice(register: impl Fixture) {
    let replica = replicas(&register).open(&regio()).await.unwrap();
    let (a, b) = (entry(mailbox("gm9901", "a"), 1), entry(mailbox("gm9901", "b"), 1));
    let arrival = replica.begin_arrival().await.unwrap();
    assert!(arrival.add(vec![organisation("gm9901")], vec![a.clone()]).await.unwrap());
    assert!(arrival.add(Vec::new(), vec![b.clone()]).await.unwrap());
    assert!(!arrival.add(Vec::new(), vec![a]).await.unwrap());
    drop(arrival);
    let arrival = replica.begin_arrival().await.unwrap();
    assert!(!arrival.add(Vec::new(), vec![b.clone(), b]).await.unwrap());
    drop(arrival);
    let arrival = replica.begin_arrival().await.unwrap();
    assert!(
        !arrival
            .add(["gm9901", "gm9901"].map(organisation).to_vec(), Vec::new())
            .await
            .unwrap()
    );
}

pub(crate) async fn an_interrupted_arrival_is_removed_at_the_next_start(register: impl Fixture) {
    let (replicas, replica) = (replicas(&register), replicas(&register).open(&regio()).await.unwrap());
    let arrival = replica.begin_arrival().await.unwrap();
    assert!(
        arrival
            .add(Vec::new(), vec![entry(person("gm9901", "a", CANARY), 1)])
            .await
            .unwrap()
    );
    replica.close().await;
    drop(arrival);
    assert!(is_in_a_file(&register, CANARY));
    let replica = replicas.open(&regio()).await.unwrap();
    assert!(!is_in_a_file(&register, CANARY));
    assert_eq!(replica.state().await.unwrap(), None);
}

pub(crate) async fn the_same_step_twice_changes_nothing(register: impl Fixture) {
    let replica = replicas(&register).open(&regio()).await.unwrap();
    let held = entry(person("gm9901", "a", CANARY), 1);
    receive(&replica, 1, vec![held.clone(), entry(mailbox("gm9901", "b"), 1)]).await;
    let step = ReplicaStep {
        withdrawn: vec![name("gm9901", "b")],
        entries: vec![entry(mailbox("gm9901", "c"), 2)],
        ..ReplicaStep::to(state(1, 2))
    };
    replica.apply(step.clone()).await.unwrap();
    let once = entries(&replica).await;
    replica.apply(step).await.unwrap();
    assert_eq!(entries(&replica).await, once);
    assert_eq!(once[0], held);
}

pub(crate) async fn a_failed_step_leaves_the_replica_unchanged(register: impl Fixture) {
    let replica = replicas(&register).open(&regio()).await.unwrap();
    let held = entry(mailbox("gm9901", "a"), 1);
    receive(&replica, 1, vec![held.clone()]).await;
    let step = ReplicaStep {
        withdrawn: vec![name("gm9901", "a")],
        // An entry of a missing organisation.
        entries: vec![entry(mailbox("gm9909", "x"), 2)],
        ..ReplicaStep::to(state(1, 2))
    };
    replica.apply(step).await.unwrap_err();
    assert_eq!(entries(&replica).await, [held]);
    assert_eq!(replica.state().await.unwrap(), Some(state(1, 1)));
}

pub(crate) async fn a_removed_organisation_removes_its_entries(register: impl Fixture) {
    let replica = replicas(&register).open(&regio()).await.unwrap();
    let kept = entry(mailbox("gm9902", "b"), 1);
    receive(&replica, 1, vec![entry(mailbox("gm9901", "a"), 1), kept.clone()]).await;
    let step = ReplicaStep {
        forgotten: vec![organisation_id("gm9901")],
        ..ReplicaStep::to(state(1, 1))
    };
    replica.apply(step).await.unwrap();
    assert_eq!(entries(&replica).await, [kept]);
    assert_eq!(replica.organisations(None, 10).await.unwrap(), [organisation("gm9902")]);
}

pub(crate) async fn replicas_are_independent(register: impl Fixture) {
    let replicas = replicas(&register);
    assert!(replicas.list().await.unwrap().is_empty());
    let (regio, duo) = (regio(), RegisterId::parse("duo").unwrap());
    let copies = [replicas.open(&regio).await.unwrap(), replicas.open(&duo).await.unwrap()];
    receive(&copies[0], 1, vec![entry(mailbox("gm9901", "a"), 1)]).await;
    assert!(entries(&copies[1]).await.is_empty());
    assert_eq!(replicas.list().await.unwrap(), [duo.clone(), regio.clone()]);
    for replica in &copies {
        replica.close().await;
    }
    replicas.remove(&regio).await.unwrap();
    replicas.remove(&regio).await.unwrap();
    assert_eq!(replicas.list().await.unwrap(), [duo]);
    assert!(entries(&replicas.open(&regio).await.unwrap()).await.is_empty());
    // The register itself has none of it.
    register.assert_sound().await;
    assert!(register.entries().await.is_empty());
}

pub(crate) async fn erased_data_leaves_no_trace_in_a_replica(register: impl Fixture) {
    let replica = replicas(&register).open(&regio()).await.unwrap();
    let mut held: Vec<Entry> = (0..40)
        .map(|number| entry(mailbox("gm9901", &format!("o{number:02}")), 1))
        .collect();
    held.push(entry(person("gm9901", "withdrawn", CANARY), 1));
    held.push(entry(person("gm9901", "ended", CANARY), 1));
    receive(&replica, 1, held).await;
    assert!(is_in_a_file(&register, CANARY));
    let mut ended = person("gm9901", "ended", CANARY);
    ended.end_name();
    let step = ReplicaStep {
        withdrawn: vec![name("gm9901", "withdrawn")],
        entries: vec![entry(ended, 2)],
        ..ReplicaStep::to(state(1, 2))
    };
    replica.apply(step).await.unwrap();
    assert!(!is_in_a_file(&register, CANARY));
}

pub(crate) async fn a_damaged_replica_is_recreated(register: impl Fixture) {
    let replicas = replicas(&register);
    let replica = replicas.open(&regio()).await.unwrap();
    receive(&replica, 1, vec![entry(mailbox("gm9901", "a"), 1)]).await;
    replica.close().await;
    let file = register.folder().join("replicas/regio.db");
    std::fs::write(
        &file,
        "this is no database, and longer than the header of one would be; it is damaged, as may happen",
    )
    .unwrap();
    let replica = replicas.open(&regio()).await.unwrap();
    assert_eq!(replica.state().await.unwrap(), None);
    receive(&replica, 2, vec![entry(mailbox("gm9901", "b"), 1)]).await;
    assert_eq!(entries(&replica).await.len(), 1);
}

/// Whether a file of the replicas contains `text`.
fn is_in_a_file(register: &impl Fixture, text: &str) -> bool {
    let folder = std::fs::read_dir(register.folder().join("replicas")).unwrap();
    folder.map(|file| std::fs::read(file.unwrap().path()).unwrap()).any(|bytes| {
        let mut windows = bytes.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    })
}
