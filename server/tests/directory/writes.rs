//! Tests that writes are durable, atomic and serialised.

use std::time::Duration;

use directory::Expected;

use crate::world::*;

#[tokio::test]
async fn writes_survive_a_restart_and_stay_searchable() {
    let mut world = World::new().await;
    let written = world.sync(officers(&["a"])).await;
    world.restart().await;
    assert_eq!(world.directory.position(), written.position);
    assert_eq!(world.search("eigen bijdrage", written.position).await, ["a"]);

    // Without its folder, the index is rebuilt.
    let second = world.sync(officers(&["a", "b"])).await;
    world.stop().await;
    std::fs::remove_dir_all(world.index_dir()).unwrap();
    world.restart().await;
    assert_eq!(world.search("eigen bijdrage", second.position).await, ["a", "b"]);
}

#[tokio::test]
async fn a_write_is_complete_if_its_caller_disconnects() {
    let world = World::new().await;
    let before = world.directory.position();
    let (directory, caller) = (world.directory.clone(), world.caller(CAK));
    {
        let mut write = Box::pin(async move { directory.sync_officers(&caller, snapshot(many(200))).await });
        // Long enough to start the write, too short to finish it.
        let _ = tokio::time::timeout(Duration::from_millis(30), &mut write).await;
    }
    world.tasks.shutdown().cancel();
    assert!(world.tasks.ended().await);
    let stored = world.storage.snapshot().await.unwrap().identity().await.unwrap().position;
    assert!(
        stored == before || stored == world.directory.position(),
        "the write was applied partly: {stored:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_writes_are_serialised() {
    let world = World::new().await;
    let before = world.directory.position();
    let write = |n: usize| {
        let (directory, caller) = (world.directory.clone(), world.caller(CAK));
        let delta = delta(vec![upsert(officer(&format!("o{n}")), Expected::Absent)]);
        async move { directory.apply_changes(&caller, delta).await.unwrap().position }
    };
    let mut positions = futures::future::join_all((0..12).map(write)).await;
    positions.sort_by_key(|position| position.revision);
    let revisions: Vec<u64> = positions.iter().map(|position| position.revision.0).collect();
    assert_eq!(
        revisions,
        (before.revision.0 + 1..=before.revision.0 + 12).collect::<Vec<_>>()
    );
    assert_eq!(world.search("eigen bijdrage", positions[11]).await.len(), 10);
    assert_eq!(world.directory.status().await.unwrap().officers, 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_retries_are_applied_once() {
    let world = World::new().await;
    let request = snapshot(many(20));
    let cak = world.caller(CAK);
    let send = || world.directory.sync_officers(&cak, request.clone());
    let (one, other) = tokio::join!(send(), send());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.replayed, other.replayed);
    assert_eq!((one.position, one.created), (other.position, other.created));
}
