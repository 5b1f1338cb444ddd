//! Tests of the log and of tombstones.

use register::change::{Actor, Mutation};
use register::grant::GrantBasis;
use register::identifier::RequestId;
use register::position::Revision;
use storage::Tombstone;

use crate::fixture::Fixture;
use crate::sample::{absent, grant, mailbox, moment, name, oin, organisation_id, person, put, put_organisation, withdraw};

pub(crate) async fn a_commit_is_read_as_it_was_applied(register: impl Fixture) {
    let verification = register::verification::Verification::new("2026-03-02".parse().unwrap(), Some(oin(7)));
    let mutations = vec![
        put_organisation("gm9901"),
        Mutation::PutGrant(grant(1, "gm9901")),
        Mutation::RevokeGrant {
            oin: oin(1),
            organisation: organisation_id("gm9901"),
        },
        put(person("gm9901", "a", "Noor Voorbeeld")),
        put(person("gm9901", "b", "Bo Voorbeeld")),
        Mutation::SetPresence {
            name: name("gm9901", "a"),
            presence: absent(1),
        },
        Mutation::VerifyOfficer {
            name: name("gm9901", "a"),
            verification,
        },
        Mutation::EndName {
            name: name("gm9901", "b"),
        },
        put(mailbox("gm9901", "c")),
        Mutation::WithdrawOfficer {
            name: name("gm9901", "c"),
            replaced_by: Some(name("gm9901", "a")),
        },
    ];
    let actor = Actor {
        oin: Some(oin(9)),
        organisation: Some(organisation_id("gm9901")),
        on_behalf_of: true,
        basis: Some(GrantBasis::Mandate),
        request_id: Some(RequestId::parse("verzoek-1").unwrap()),
    };
    let mut transaction = register.storage().begin().await.unwrap();
    let applied = transaction.append(moment(5), actor, mutations).await.unwrap();
    transaction.commit().await.unwrap();
    let mut snapshot = register.storage().snapshot().await.unwrap();
    assert_eq!(snapshot.commits(Revision::ZERO, 10).await.unwrap(), [applied.commit]);
    assert_eq!(snapshot.entries(None, None, 10).await.unwrap(), applied.entries);
    drop(snapshot);
    register.assert_sound().await;
}

pub(crate) async fn commits_are_paged_in_order(register: impl Fixture) {
    for number in 0..7 {
        register.commit(vec![put_organisation(&format!("o{number}"))]).await;
    }
    let mut snapshot = register.storage().snapshot().await.unwrap();
    let mut read = async |after, limit| -> Vec<u64> {
        let commits = snapshot.commits(Revision(after), limit).await.unwrap();
        commits.iter().map(|commit| commit.revision.0).collect()
    };
    assert_eq!(read(0, 3).await, [1, 2, 3]);
    assert_eq!(read(3, 3).await, [4, 5, 6]);
    assert_eq!(read(6, 3).await, [7]);
    assert!(read(7, 3).await.is_empty());
    assert!(read(u64::MAX, 3).await.is_empty());
}

pub(crate) async fn an_applied_commit_has_each_touched_entry_once(register: impl Fixture) {
    let [a, b, c] = ["a", "b", "c"].map(|id| name("gm9901", id));
    register
        .commit(vec![
            put_organisation("gm9901"),
            put(mailbox("gm9901", "a")),
            put(mailbox("gm9901", "b")),
        ])
        .await;
    let applied = register
        .commit(vec![
            put(mailbox("gm9901", "c")),
            Mutation::SetPresence {
                name: c.clone(),
                presence: absent(1),
            },
            Mutation::SetPresence {
                name: a.clone(),
                presence: absent(2),
            },
            withdraw(&b),
        ])
        .await;
    let names: Vec<_> = applied.entries.iter().map(|entry| entry.officer_name()).collect();
    assert_eq!(names, [a, c]);
    assert_eq!(applied.withdrawn().collect::<Vec<_>>(), [&b]);
    assert_eq!(applied.entries, register.entries().await);
}

pub(crate) async fn withdrawals_leave_tombstones(register: impl Fixture) {
    let [a, b] = ["a", "b"].map(|id| name("gm9901", id));
    register
        .commit(vec![
            put_organisation("gm9901"),
            put(mailbox("gm9901", "a")),
            put(mailbox("gm9901", "b")),
        ])
        .await;
    let replaced = Mutation::WithdrawOfficer {
        name: b.clone(),
        replaced_by: Some(a.clone()),
    };
    register.commit_at(10, vec![replaced]).await;
    register.commit_at(20, vec![withdraw(&a)]).await;
    register.commit_at(30, vec![put(mailbox("gm9901", "b"))]).await;
    register.commit_at(40, vec![withdraw(&b)]).await;

    let tombstone = |name: &register::identifier::OfficerName, revision, second, replaced_by| Tombstone {
        name: name.clone(),
        revision: Revision(revision),
        time: moment(second),
        replaced_by,
    };
    let expected = [
        tombstone(&b, 2, 10, Some(a.clone())),
        tombstone(&a, 3, 20, None),
        tombstone(&b, 5, 40, None),
    ];
    let mut snapshot = register.storage().snapshot().await.unwrap();
    assert_eq!(snapshot.tombstones(None).await.unwrap(), expected);
    assert_eq!(snapshot.tombstones(Some(&a)).await.unwrap(), expected[1..2]);
    assert!(snapshot.tombstones(Some(&name("gm9901", "c"))).await.unwrap().is_empty());
}

pub(crate) async fn withdrawals_are_counted_per_organisation_and_window(register: impl Fixture) {
    let [a, b] = ["a", "b"].map(|id| name("gm9901", id));
    register
        .commit(vec![
            put_organisation("gm9901"),
            put_organisation("gm9902"),
            put(mailbox("gm9901", "a")),
            put(mailbox("gm9901", "b")),
            put(mailbox("gm9902", "a")),
        ])
        .await;
    register
        .commit_at(10, vec![withdraw(&a), withdraw(&name("gm9902", "a"))])
        .await;
    register.commit_at(20, vec![withdraw(&b)]).await;
    let organisation = &a.organisation;
    let mut snapshot = register.storage().snapshot().await.unwrap();
    for (since, expected) in [(9, 2), (10, 2), (11, 1), (20, 1), (21, 0)] {
        let count = snapshot.withdrawn_since(organisation, moment(since)).await.unwrap();
        assert_eq!(count, expected, "since {since}");
    }
    drop(snapshot);
    // One that was put again is not gone; one that was withdrawn twice counts once.
    register
        .commit_at(30, vec![put(mailbox("gm9901", "a")), put(mailbox("gm9901", "b"))])
        .await;
    register.commit_at(40, vec![withdraw(&b)]).await;
    let mut transaction = register.storage().begin().await.unwrap();
    assert_eq!(transaction.withdrawn_since(organisation, moment(0)).await.unwrap(), 1);
}

pub(crate) async fn an_officer_can_return_in_one_commit(register: impl Fixture) {
    let a = name("gm9901", "a");
    register
        .commit(vec![put_organisation("gm9901"), put(person("gm9901", "a", "Noor Voorbeeld"))])
        .await;
    let applied = register
        .commit(vec![
            withdraw(&a),
            put(mailbox("gm9901", "a")),
            withdraw(&a),
            put(person("gm9901", "a", "Bo Voorbeeld")),
        ])
        .await;
    assert_eq!(applied.withdrawn().count(), 0);
    assert_eq!(
        register.entry(&a).await.unwrap().officer,
        person("gm9901", "a", "Bo Voorbeeld")
    );
    let mut snapshot = register.storage().snapshot().await.unwrap();
    assert_eq!(snapshot.tombstones(Some(&a)).await.unwrap().len(), 2);
    assert_eq!(snapshot.commits(Revision(1), 1).await.unwrap(), [applied.commit]);
    drop(snapshot);
    register.assert_sound().await;
}
