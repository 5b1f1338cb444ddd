//! Tests that a lost or damaged index is rebuilt.

use std::time::Duration;

use register::position::Position;
use server_core::error::Reason;

use crate::world::*;

#[tokio::test]
async fn an_index_that_fails_at_run_time_is_rebuilt() {
    let world = World::new().await;
    let first = world.sync(many(1)).await.position;
    assert_eq!(world.search("eigen bijdrage", first).await, ["o00000"]);
    // Remove the folder; a commit too large for memory alone then fails.
    std::fs::remove_dir_all(world.index_dir()).unwrap();
    let second = world.sync(many(600)).await.position;
    let mut question = question("eigen bijdrage", Some(second));
    question.consistency.patience = Duration::from_secs(60);
    let found = world
        .directory
        .search_officers(&world.caller(READER), question)
        .await
        .unwrap();
    assert_eq!((found.total, found.position), (600, second));
    assert!(world.index_dir().join("meta.json").try_exists().unwrap());
}

#[tokio::test]
async fn search_goes_on_while_the_index_cannot_be_written() {
    let world = World::new().await;
    let first = world.sync(officers(&["a", "b"])).await.position;
    assert_eq!(world.search("eigen bijdrage", first).await, ["a", "b"]);
    // A file in the place of the folder: nothing can be written there, as on a full disk.
    let away = world.index_dir().with_extension("away");
    std::fs::rename(world.index_dir(), &away).unwrap();
    std::fs::write(world.index_dir(), "full").unwrap();
    let mut all = officers(&["a", "b"]);
    all.extend(many(600));
    let until_there_is_room = async {
        while world.storage.snapshot().await.unwrap().identity().await.unwrap().position == first {
            tokio::task::yield_now().await;
        }
        // The write is on disk; the index does not reach it, and answers from its last state. The node is ready.
        let newer = Position::new(first.epoch, first.revision.next());
        let mut late = question("eigen bijdrage", Some(newer));
        late.consistency.patience = Duration::from_secs(2);
        let refusal = world
            .directory
            .search_officers(&world.caller(READER), late)
            .await
            .unwrap_err();
        assert_eq!(refusal.reason(), Reason::PositionNotReached);
        assert_eq!(world.search("eigen bijdrage", first).await, ["a", "b"]);
        assert!(world.directory.is_ready());
        std::fs::remove_file(world.index_dir()).unwrap();
        std::fs::rename(&away, world.index_dir()).unwrap();
    };
    let (second, ()) = tokio::join!(world.sync(all), until_there_is_room);
    let mut question = question("eigen bijdrage", Some(second.position));
    question.consistency.patience = Duration::from_secs(60);
    let found = world
        .directory
        .search_officers(&world.caller(READER), question)
        .await
        .unwrap();
    assert_eq!((found.total, found.position), (602, second.position));
    // The next write can be searched as usual.
    let third = world.sync_confirmed(officers(&["a", "c"]), Some(601)).await.unwrap().position;
    assert_eq!(world.search("eigen bijdrage", third).await, ["a", "c"]);
    world.stop().await;
}

#[tokio::test]
async fn a_damaged_index_is_rebuilt_at_start() {
    let mut world = World::new().await;
    let written = world.sync(officers(&["a", "b"])).await.position;
    world.search("x", written).await;
    world.stop().await;
    std::fs::write(world.index_dir().join("meta.json"), "not a segment list").unwrap();
    world.restart().await;
    assert_eq!(world.search("eigen bijdrage", written).await, ["a", "b"]);
}

#[tokio::test]
async fn an_outdated_index_catches_up_from_the_log() {
    let mut world = World::new().await;
    let first = world.sync(officers(&["a", "b", "c"])).await.position;
    world.search("x", first).await;
    world.stop().await;
    let kept = world.index_dir().with_extension("kept");
    copy(&world.index_dir(), &kept);
    world.restart().await;
    let second = world.sync(vec![officer("a"), titled("c", "Kwartelslag")]).await.position;
    world.search("x", second).await;
    world.stop().await;
    std::fs::remove_dir_all(world.index_dir()).unwrap();
    std::fs::rename(&kept, world.index_dir()).unwrap();
    world.restart().await;
    assert_eq!(world.search("eigen bijdrage", second).await, ["a", "c"]);
    assert_eq!(world.search("kwartelslag", second).await, ["c"]);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
