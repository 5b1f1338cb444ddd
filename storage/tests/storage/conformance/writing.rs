//! Tests of transactions: atomic, serialised and isolated.

use register::change::{Actor, Applied, Mutation};
use register::identifier::{OrganisationId, RequestId};
use register::position::Revision;
use storage::{StorageError, Transaction};
use tokio::task::JoinSet;

use crate::fixture::Fixture;
use crate::sample::{
    absent, answer, grant, mailbox, moment, name, oin, organisation_id, person, put, put_organisation, request, withdraw,
};

pub(crate) async fn a_dropped_transaction_leaves_nothing(register: impl Fixture) {
    register.commit(vec![put_organisation("gm9901")]).await;
    let before = register.position().await;
    let mut transaction = register.storage().begin().await.unwrap();
    transaction
        .append(moment(1), Actor::node(), vec![put(person("gm9901", "a", "Noor Voorbeeld"))])
        .await
        .unwrap();
    transaction.put_answer(&request("r"), answer(1, 1)).await.unwrap();
    drop(transaction);

    // The next transaction does not see any of it.
    let mut transaction = register.storage().begin().await.unwrap();
    assert_eq!(transaction.identity().await.unwrap().position, before);
    assert_eq!(transaction.entry(&name("gm9901", "a")).await.unwrap(), None);
    assert_eq!(transaction.answer(&request("r")).await.unwrap(), None);
    drop(transaction);
    assert!(register.entries().await.is_empty());
    register.assert_sound().await;
}

pub(crate) async fn a_transaction_reads_its_own_writes(register: impl Fixture) {
    let mut transaction = register.storage().begin().await.unwrap();
    let applied = append(
        &mut *transaction,
        vec![put_organisation("gm9901"), put(mailbox("gm9901", "a"))],
    )
    .await
    .unwrap();
    assert_eq!(transaction.identity().await.unwrap().position, applied.position);
    assert!(transaction.entry(&name("gm9901", "a")).await.unwrap().is_some());
    assert!(transaction.organisation(&organisation_id("gm9901")).await.unwrap().is_some());
    assert_eq!(transaction.commits(Revision::ZERO, 10).await.unwrap().len(), 1);
    // No snapshot sees them yet.
    assert!(register.entries().await.is_empty());
    transaction.commit().await.unwrap();
    assert_eq!(register.entries().await.len(), 1);
}

pub(crate) async fn a_snapshot_does_not_change(register: impl Fixture) {
    register
        .commit(vec![put_organisation("gm9901"), put(mailbox("gm9901", "a"))])
        .await;
    let mut snapshot = register.storage().snapshot().await.unwrap();
    register
        .commit(vec![withdraw(&name("gm9901", "a")), put(mailbox("gm9901", "b"))])
        .await;
    assert_eq!(snapshot.identity().await.unwrap().position.revision, Revision(1));
    let names: Vec<_> = snapshot
        .entries(None, None, 10)
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.officer_name())
        .collect();
    assert_eq!(names, [name("gm9901", "a")]);
    assert_eq!(snapshot.commits(Revision::ZERO, 10).await.unwrap().len(), 1);
    assert!(snapshot.tombstones(None).await.unwrap().is_empty());
    assert_eq!(register.position().await.revision, Revision(2));
}

pub(crate) async fn concurrent_writers_leave_no_gap(register: impl Fixture) {
    const WRITERS: u64 = 8;
    const COMMITS: u64 = 12;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let storage = register.storage();
        writers.spawn(async move {
            let mut revisions = Vec::new();
            for number in 0..COMMITS {
                let mut transaction = storage.begin().await.unwrap();
                let mut actor = Actor::node();
                actor.request_id = Some(RequestId::parse(&format!("{writer}-{number}")).unwrap());
                let id = format!("o{writer}-{number}");
                transaction
                    .append(moment(0), actor, vec![put_organisation(&id)])
                    .await
                    .unwrap();
                if number % 3 == 2 {
                    continue; // Dropped: another commit takes its revision.
                }
                revisions.push((transaction.commit().await.unwrap().revision, id));
            }
            revisions
        });
    }
    let mut acknowledged = writers.join_all().await.concat();
    acknowledged.sort();
    let count = WRITERS * COMMITS * 2 / 3;
    let revisions: Vec<_> = acknowledged.iter().map(|(revision, _)| revision.0).collect();
    assert_eq!(revisions, (1..=count).collect::<Vec<_>>());
    let commits = register
        .storage()
        .snapshot()
        .await
        .unwrap()
        .commits(Revision::ZERO, usize::MAX)
        .await
        .unwrap();
    let logged: Vec<_> = commits
        .iter()
        .map(|commit| (commit.revision, commit.changes[0].organisation().unwrap().to_string()))
        .collect();
    assert_eq!(logged, acknowledged);
    register.assert_sound().await;
}

pub(crate) async fn a_failed_append_leaves_the_transaction_unchanged(register: impl Fixture) {
    let mut transaction = register.storage().begin().await.unwrap();
    let before = transaction.identity().await.unwrap();
    let mutations = vec![
        put_organisation("gm9901"),
        put(mailbox("gm9901", "a")),
        put(mailbox("gm9902", "a")),
    ];
    append(&mut *transaction, mutations).await.unwrap_err();
    assert_eq!(transaction.identity().await.unwrap(), before);
    assert_eq!(transaction.organisation(&organisation_id("gm9901")).await.unwrap(), None);
    assert!(transaction.entries(None, None, 10).await.unwrap().is_empty());
    transaction.commit().await.unwrap();
    assert_eq!(register.identity().await, before);
    register.assert_sound().await;
}

pub(crate) async fn a_second_append_is_refused(register: impl Fixture) {
    let mut transaction = register.storage().begin().await.unwrap();
    append(&mut *transaction, vec![put_organisation("gm9901")]).await.unwrap();
    let error = append(&mut *transaction, vec![put_organisation("gm9902")]).await.unwrap_err();
    assert!(matches!(error, StorageError::Conflict { .. }), "{error}");
    transaction.commit().await.unwrap();
    assert_eq!(register.position().await.revision, Revision(1));
}

pub(crate) async fn mutations_of_absent_things_are_conflicts(register: impl Fixture) {
    register.commit(vec![put_organisation("gm9901")]).await;
    let absent_officer = name("gm9901", "a");
    let verification = register::verification::Verification::new("2026-03-02".parse().unwrap(), None);
    let cases = [
        (put(mailbox("gm9902", "a")), "an organisation `gm9902`"),
        (Mutation::PutGrant(grant(1, "gm9902")), "an organisation `gm9902`"),
        (
            Mutation::RevokeGrant {
                oin: oin(1),
                organisation: OrganisationId::parse("gm9901").unwrap(),
            },
            "a grant of `00000099000000000001` for `gm9901`",
        ),
        (withdraw(&absent_officer), "an officer `organisations/gm9901/officers/a`"),
        (
            Mutation::SetPresence {
                name: absent_officer.clone(),
                presence: absent(1),
            },
            "an officer `organisations/gm9901/officers/a`",
        ),
        (
            Mutation::VerifyOfficer {
                name: absent_officer.clone(),
                verification,
            },
            "an officer `organisations/gm9901/officers/a`",
        ),
        (
            Mutation::EndName { name: absent_officer },
            "an officer `organisations/gm9901/officers/a`",
        ),
    ];
    for (mutation, what) in cases {
        let mut transaction = register.storage().begin().await.unwrap();
        let error = append(&mut *transaction, vec![mutation]).await.unwrap_err();
        assert_eq!(error.to_string(), format!("expected {what}, found none"));
    }
    assert_eq!(register.position().await.revision, Revision(1));
}

pub(crate) async fn answers_are_stored_with_their_transaction(register: impl Fixture) {
    let mut transaction = register.storage().begin().await.unwrap();
    append(&mut *transaction, vec![put_organisation("gm9901")]).await.unwrap();
    transaction.put_answer(&request("r"), answer(1, 0)).await.unwrap();
    assert_eq!(transaction.answer(&request("r")).await.unwrap(), Some(answer(1, 0)));
    let error = transaction.put_answer(&request("r"), answer(2, 0)).await.unwrap_err();
    assert!(matches!(error, StorageError::AlreadyExists { .. }), "{error}");
    transaction.commit().await.unwrap();

    let mut snapshot = register.storage().snapshot().await.unwrap();
    assert_eq!(snapshot.answer(&request("r")).await.unwrap(), Some(answer(1, 0)));
    // Every part of the key counts.
    let others = [
        request("other"),
        storage::RequestKey {
            oin: oin(2),
            ..request("r")
        },
        storage::RequestKey {
            organisation: None,
            ..request("r")
        },
        storage::RequestKey {
            method: "sync.ApplyChanges",
            ..request("r")
        },
    ];
    for other in others {
        assert_eq!(snapshot.answer(&other).await.unwrap(), None);
    }
}

pub(crate) async fn ten_thousand_officers_are_one_commit(register: impl Fixture) {
    let mut mutations = vec![put_organisation("gm9901")];
    mutations.extend((0..10_000).map(|number| put(person("gm9901", &format!("o{number:05}"), "Noor Voorbeeld"))));
    let applied = register.commit(mutations).await;
    assert_eq!(applied.position.revision, Revision(1));
    assert_eq!(applied.entries.len(), 10_000);
    let mut snapshot = register.storage().snapshot().await.unwrap();
    assert_eq!(snapshot.entries(None, None, usize::MAX).await.unwrap(), applied.entries);
    assert_eq!(snapshot.commits(Revision::ZERO, 1).await.unwrap(), [applied.commit]);
    let findings = register.storage().verify().await.unwrap();
    assert!(findings.problems.is_empty());
    assert_eq!((findings.commits, findings.entries, findings.digests), (1, 10_000, 10_000));
}

async fn append(transaction: &mut dyn Transaction, mutations: Vec<Mutation>) -> Result<Applied, StorageError> {
    transaction.append(moment(0), Actor::node(), mutations).await
}
