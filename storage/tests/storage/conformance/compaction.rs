//! Tests of compaction.

use register::position::Revision;

use crate::fixture::Fixture;
use crate::sample::{answer, mailbox, moment, name, put, put_organisation, request, withdraw};

async fn compact(register: &impl Fixture, answers_before: i64, history_before: i64) -> Revision {
    let mut transaction = register.storage().begin().await.unwrap();
    let compacted = transaction
        .compact(moment(answers_before), moment(history_before))
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(register.identity().await.compacted, compacted);
    register.assert_sound().await;
    compacted
}

async fn logged(register: &impl Fixture) -> Vec<u64> {
    let commits = register
        .storage()
        .snapshot()
        .await
        .unwrap()
        .commits(Revision::ZERO, usize::MAX)
        .await
        .unwrap();
    commits.iter().map(|commit| commit.revision.0).collect()
}

pub(crate) async fn compaction_deletes_older_data(mut register: impl Fixture) {
    register
        .commit_at(0, vec![put_organisation("gm9901"), put(mailbox("gm9901", "a"))])
        .await;
    register.commit_at(10, vec![withdraw(&name("gm9901", "a"))]).await;
    register.commit_at(20, vec![put(mailbox("gm9901", "b"))]).await;
    register.commit_at(30, vec![withdraw(&name("gm9901", "b"))]).await;
    let mut transaction = register.storage().begin().await.unwrap();
    for second in [10, 20] {
        transaction
            .put_answer(&request(&format!("r{second}")), answer(1, second))
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();

    assert_eq!(compact(&register, 0, 0).await, Revision(0));
    assert_eq!(logged(&register).await, [1, 2, 3, 4]);
    // Data exactly as old as the limit stays.
    assert_eq!(compact(&register, 20, 10).await, Revision(1));
    assert_eq!(compact(&register, 20, 11).await, Revision(2));
    register.reopen().await;
    assert_eq!(logged(&register).await, [3, 4]);
    let mut snapshot = register.storage().snapshot().await.unwrap();
    let tombstones = snapshot.tombstones(None).await.unwrap();
    assert_eq!(
        tombstones.iter().map(|tombstone| tombstone.revision.0).collect::<Vec<_>>(),
        [4]
    );
    assert_eq!(snapshot.answer(&request("r10")).await.unwrap(), None);
    assert_eq!(snapshot.answer(&request("r20")).await.unwrap(), Some(answer(1, 20)));
    drop(snapshot);
    // The compacted revision never decreases, and the register continues from its position.
    assert_eq!(compact(&register, 0, 0).await, Revision(2));
    assert_eq!(register.commit(vec![]).await.position.revision, Revision(5));
}

pub(crate) async fn the_latest_commit_always_stays(register: impl Fixture) {
    assert_eq!(compact(&register, 1000, 1000).await, Revision(0));
    register.commit_at(0, vec![put_organisation("gm9901")]).await;
    assert_eq!(compact(&register, 1000, 1000).await, Revision(0));
    register.commit_at(0, vec![put_organisation("gm9902")]).await;
    assert_eq!(compact(&register, 1000, 1000).await, Revision(1));
    assert_eq!(compact(&register, 1000, 1000).await, Revision(1));
    assert_eq!(logged(&register).await, [2]);
    assert_eq!(register.position().await.revision, Revision(2));
}

pub(crate) async fn a_clock_moved_back_leaves_no_gap_in_the_log(register: impl Fixture) {
    // The clock went back after the second commit: the commits after it are kept too.
    for second in [0, 50, 10, 20, 60] {
        register.commit_at(second, vec![put_organisation("gm9901")]).await;
    }
    assert_eq!(compact(&register, 0, 30).await, Revision(1));
    assert_eq!(logged(&register).await, [2, 3, 4, 5]);
}
