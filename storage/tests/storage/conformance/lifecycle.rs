//! Tests of opening, closing, backup and restore.

use std::sync::Arc;

use register::change::{Actor, Mutation};
use register::position::{Position, Revision};
use register::report::{Asker, ReportReason};
use register::verification::Verification;
use storage::StorageError;

use crate::fixture::{Fixture, register_id};
use crate::sample::{
    absent, answer, day, grant, mailbox, moment, name, organisation_id, person, put, put_organisation, request, withdraw,
};

/// Fills a register with data of every kind.
async fn fill(register: &impl Fixture) {
    let a = name("gm9901", "a");
    let verification = Verification::new(day("2026-03-02"), None);
    register
        .commit(vec![
            put_organisation("gm9901"),
            Mutation::PutGrant(grant(1, "gm9901")),
            put(person("gm9901", "a", "Noor Voorbeeld")),
            put(mailbox("gm9901", "b")),
            Mutation::SetPresence {
                name: a.clone(),
                presence: absent(3),
            },
            Mutation::VerifyOfficer { name: a, verification },
        ])
        .await;
    for asker in ["gm9902", "gm9903"] {
        let report = Mutation::ReportOfficer {
            name: name("gm9901", "a"),
            reason: ReportReason::Left,
            asker: Asker::of(&organisation_id(asker), None),
        };
        register.commit_at(5, vec![report]).await;
    }
    register.commit_at(10, vec![withdraw(&name("gm9901", "b"))]).await;
    let mut transaction = register.storage().begin().await.unwrap();
    transaction.put_answer(&request("r"), answer(1, 10)).await.unwrap();
    transaction.commit().await.unwrap();
}

/// The content of a register as text, without position and secret.
async fn content(register: &impl Fixture) -> String {
    let mut snapshot = register.storage().snapshot().await.unwrap();
    let all = usize::MAX;
    let officers: Vec<_> = snapshot.entries(None, None, all).await.unwrap();
    let commits = snapshot.commits(Revision::ZERO, all).await.unwrap();
    // As JSON, because debug output hides personal data.
    let shown = (
        serde_json::to_string(&officers).unwrap(),
        serde_json::to_string(&commits).unwrap(),
    );
    let organisations = snapshot.organisations(None, all).await.unwrap();
    let grants = snapshot.grants().await.unwrap();
    let tombstones = snapshot.tombstones(None).await.unwrap();
    let answer = snapshot.answer(&request("r")).await.unwrap();
    let reports: Vec<_> = officers.iter().map(|entry| entry.reports.open()).collect();
    assert_eq!(reports.iter().map(|open| open.len()).max(), Some(2));
    format!("{shown:#?} {reports:#?} {organisations:#?} {grants:#?} {tombstones:#?} {answer:#?}")
}

pub(crate) async fn a_new_register_is_at_revision_zero(register: impl Fixture) {
    let identity = register.identity().await;
    assert_eq!(identity.register, register_id());
    assert_eq!(identity.position.revision, Revision::ZERO);
    assert_eq!(identity.compacted, Revision::ZERO);
    assert_eq!(identity.since, moment(0));
    assert_ne!(identity.secret.0, [0; 32]);
    register.assert_sound().await;
}

pub(crate) async fn everything_survives_reopening(mut register: impl Fixture) {
    fill(&register).await;
    let (identity, before) = (register.identity().await, content(&register).await);
    register.reopen().await;
    assert_eq!(register.identity().await, identity);
    assert_eq!(content(&register).await, before);
    register.assert_sound().await;
}

pub(crate) async fn a_restored_backup_has_the_same_content_and_a_new_epoch(register: impl Fixture) {
    fill(&register).await;
    let backup = register.folder().join("backup.db");
    let position = register.storage().backup(&backup).await.unwrap();
    assert_eq!(position, register.position().await);
    let before = content(&register).await;
    // Later writes are not in the backup.
    register.commit(vec![put(mailbox("gm9901", "later"))]).await;

    let restored = register.restore(&backup, 7).await.unwrap();
    assert_eq!(content(&restored).await, before);
    let (old, new) = (register.identity().await, restored.identity().await);
    assert_eq!(new.register, old.register);
    assert_eq!(new.position.revision, position.revision);
    assert_ne!(new.position.epoch, old.position.epoch);
    assert_ne!(new.secret, old.secret);
    assert_eq!(new.since, moment(1000));
    restored.assert_sound().await;

    // The restored register is independent, and the backup can be restored again.
    let applied = restored.commit(vec![put(mailbox("gm9901", "other"))]).await;
    assert_eq!(applied.position, Position::new(new.position.epoch, position.revision.next()));
    assert_eq!(content(&register.restore(&backup, 8).await.unwrap()).await, before);
}

pub(crate) async fn backup_and_restore_overwrite_nothing(register: impl Fixture) {
    fill(&register).await;
    let backup = register.folder().join("backup.db");
    std::fs::write(&backup, "something else").unwrap();
    let error = register.storage().backup(&backup).await.unwrap_err();
    assert!(matches!(error, StorageError::AlreadyExists { .. }), "{error}");
    assert_eq!(std::fs::read(&backup).unwrap(), b"something else");

    std::fs::remove_file(&backup).unwrap();
    register.storage().backup(&backup).await.unwrap();
    register.restore(&backup, 7).await.unwrap();
    let error = register.restore(&backup, 7).await.err().unwrap();
    assert!(matches!(error, StorageError::AlreadyExists { .. }), "{error}");
}

pub(crate) async fn a_backup_can_be_made_while_writing(register: impl Fixture) {
    fill(&register).await;
    let mut transaction = register.storage().begin().await.unwrap();
    transaction
        .append(moment(20), Actor::node(), vec![put(mailbox("gm9901", "c"))])
        .await
        .unwrap();
    let backup = register.folder().join("backup.db");
    let position = register.storage().backup(&backup).await.unwrap();
    let written = transaction.commit().await.unwrap();
    assert_eq!(position.revision.next(), written.revision);
    let restored = register.restore(&backup, 7).await.unwrap();
    assert_eq!(restored.entry(&name("gm9901", "c")).await, None);
}

pub(crate) async fn closing_waits_and_then_refuses(mut register: impl Fixture) {
    let storage = register.storage();
    let mut transaction = storage.begin().await.unwrap();
    let closing = {
        let storage = Arc::clone(&storage);
        async move { storage.close().await.unwrap() }
    };
    let finishing = async {
        transaction
            .append(moment(0), Actor::node(), vec![put_organisation("gm9901")])
            .await
            .unwrap();
        transaction.commit().await.unwrap()
    };
    let ((), position) = tokio::join!(closing, finishing);
    for error in [storage.begin().await.err().unwrap(), storage.snapshot().await.err().unwrap()] {
        assert_eq!(error.to_string(), "storage is unavailable: it is closed");
    }
    storage.close().await.unwrap();
    register.reopen().await;
    assert_eq!(register.position().await, position);
    let mut snapshot = register.storage().snapshot().await.unwrap();
    assert!(snapshot.organisation(&organisation_id("gm9901")).await.unwrap().is_some());
}

pub(crate) async fn cancelled_work_is_rolled_back(register: impl Fixture) {
    let mut transaction = register.storage().begin().await.unwrap();
    let append = transaction.append(moment(0), Actor::node(), vec![put_organisation("gm9901")]);
    // Polled once to start the work, then dropped together with its transaction.
    tokio::select! {
        biased;
        _ = append => {}
        () = std::future::ready(()) => {}
    }
    drop(transaction);
    let mut next = register.storage().begin().await.unwrap();
    assert_eq!(next.organisation(&organisation_id("gm9901")).await.unwrap(), None);
    assert_eq!(next.identity().await.unwrap().position.revision, Revision::ZERO);
    drop(next);
    // A cancelled wait for the write lock does not block others.
    let storage = register.storage();
    let turn = storage.begin().await.unwrap();
    tokio::select! {
        biased;
        _ = storage.begin() => unreachable!("it is another's turn"),
        () = std::future::ready(()) => {}
    }
    drop(turn);
    register.commit(vec![put_organisation("gm9901")]).await;
}
