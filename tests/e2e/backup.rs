//! Backup and restore: the content of a backup, and how consumers notice a restore.

use std::path::Path;

use proto::v1::WatchChangesRequest;
use tests::files::files_with;
use tests::node::{Node, NodeOptions, Prepared};
use tests::refusal::{reason, refused};
use tests::snapshot::Snapshot;
use tests::world::{CAK, SVB, officer, officer_name, officers};

#[tokio::test]
async fn restore_gives_the_saved_state_in_a_new_epoch() {
    let mut node = Node::start().await;
    let publisher = node.publisher(CAK);
    let report = publisher.publish(CAK, officers(CAK, 3)).await.unwrap();
    let before = report.position.unwrap();
    let backup = node.folder().join("backup.db");
    // While the node serves.
    let (code, said) = node.run(&["backup", backup.to_str().unwrap()]).await;
    assert_eq!(code, 0, "{said}");
    let (code, said) = node.run(&["backup", backup.to_str().unwrap()]).await;
    assert_ne!(code, 0, "a backup is never overwritten: {said}");
    publisher.publish(CAK, officers(CAK, 4)).await.unwrap();

    // A restore needs an empty folder and never overwrites a register.
    node.stop().await;
    let (code, said) = node.run(&["restore", backup.to_str().unwrap()]).await;
    assert_ne!(code, 0, "{said}");
    node.options.data = Some(node.folder().join("restored"));
    node.start_after_restore(&backup).await;

    let professional = node.professional();
    let after = professional.position().await.unwrap();
    assert_ne!(after.epoch, before.epoch);
    assert!(professional.get(&officer_name(CAK, "loket-002")).await.is_ok());
    refused(professional.get(&officer_name(CAK, "loket-003")).await, "OFFICER_NOT_FOUND");
    assert_eq!(professional.find("wegwijzer", Some(&after)).await.unwrap().len(), 3);

    // A consumer with an old position is refused instead of reading on in another history.
    let request = WatchChangesRequest {
        position: Some(before.clone()),
        ..Default::default()
    };
    let refusal = match professional.sync.clone().watch_changes(request).await {
        Err(status) => status,
        Ok(stream) => stream.into_inner().message().await.unwrap_err(),
    };
    assert_eq!(reason(&refusal), "EPOCH_CHANGED");
    let status = refused(professional.find("", Some(&before)).await, "EPOCH_CHANGED");
    assert_eq!(status.code(), tonic::Code::FailedPrecondition);
    // The restored register accepts writes.
    assert!(node.publisher(CAK).publish(CAK, officers(CAK, 5)).await.unwrap().applied);
}

#[tokio::test]
async fn later_backups_hold_no_erased_people() {
    let node = Node::start().await;
    let publisher = node.publisher(SVB);
    let mut person = officer(SVB, "met-naam");
    person.person_name = "Kwartelina Rietzanger".to_owned();
    person.person_name_until = tests::dates::date_in(60);
    publisher.publish(SVB, vec![person, officer(SVB, "blijft")]).await.unwrap();
    let with = node.folder().join("met.db");
    assert_eq!(node.run(&["backup", with.to_str().unwrap()]).await.0, 0);
    assert_eq!(files_with(&with, "Kwartelina").len(), 1, "the test looks for the right bytes");

    Snapshot::of(SVB, vec![officer(SVB, "blijft")])
        .send(&publisher)
        .await
        .unwrap();
    let without = node.folder().join("zonder.db");
    assert_eq!(node.run(&["backup", without.to_str().unwrap()]).await.0, 0);
    assert!(files_with(&without, "Kwartelina").is_empty());
    assert!(files_with(&without, "Rietzanger").is_empty());
}

#[tokio::test]
async fn verify_reads_the_whole_store() {
    let mut node = Node::start().await;
    node.publisher(CAK).publish(CAK, officers(CAK, 3)).await.unwrap();
    node.stop().await;
    let (code, said) = node.run(&["verify"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("every bit of the file is as it was when the node stopped"),
        "{said}"
    );
    let backup = node.folder().join("backup.db");
    let backup = backup.to_str().unwrap();
    assert_eq!(node.run(&["backup", backup]).await.0, 0);

    // A bit in unused space changes no row. The node reports it and serves; the evidence stays.
    let flip = |file: &Path| {
        let mut bytes = std::fs::read(file).unwrap();
        let unused = bytes
            .chunks(4096)
            .rposition(|page| page[64..192].iter().all(|byte| *byte == 0));
        bytes[unused.expect("a page has unused space") * 4096 + 128] ^= 4;
        std::fs::write(file, bytes).unwrap();
    };
    flip(&node.data().join("register.db"));
    let expected = "differs from what was written when it was last closed";
    node.start_again().await;
    assert!(node.log().contains(expected), "{}", node.log());
    node.stop().await;
    let (code, said) = node.run(&["verify"]).await;
    assert!(code == 1 && said.contains(expected), "{said}");

    // Nothing of a damaged backup is restored.
    node.options.data = Some(node.folder().join("restored"));
    let whole = std::fs::read(backup).unwrap();
    flip(Path::new(backup));
    let (code, said) = node.run(&["restore", backup, "--data", node.data().to_str().unwrap()]).await;
    assert!(code == 65 && !said.contains("restored revision"), "{said}");
    assert!(!node.data().join("register.db").try_exists().unwrap());
    std::fs::write(backup, whole).unwrap();
    let (code, said) = node.run(&["restore", backup, "--data", node.data().to_str().unwrap()]).await;
    assert!(
        code == 0 && said.contains("every bit of the backup is as it was written"),
        "{said}"
    );
}

#[tokio::test]
async fn restore_refuses_files_that_are_no_backup() {
    let prepared = Prepared::new(NodeOptions::default());
    let file = prepared.folder().join("geen-backup.db");
    std::fs::write(&file, "dit is geen backup").unwrap();
    let (code, said) = prepared.run(&["restore", file.to_str().unwrap()]).await;
    assert_ne!(code, 0, "{said}");
    assert!(
        !prepared.data().join("register.db").try_exists().unwrap(),
        "nothing half is left behind"
    );
}
