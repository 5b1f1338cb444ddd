//! Erased personal data is nowhere: not in the database, its log, the index, the node's output or a backup.

use proto::v1::{Contact, Officer, Period, SetPresenceRequest};
use tests::caller::{new_request_id, timed};
use tests::dates::date_in;
use tests::eventually::{DEADLINE, eventually};
use tests::files::{all_files, files_with};
use tests::node::Node;
use tests::snapshot::Snapshot;
use tests::world::{CAK, officer, officer_name};

/// Words that occur nowhere else. In lower case too, as in an index.
const CANARIES: [&str; 6] = [
    "Wielewaalda",
    "wielewaalda",
    "Grutterink",
    "grutterink",
    "w.grutterink",
    "0888776655",
];

fn person() -> Officer {
    Officer {
        person_name: "Wielewaalda Grutterink".to_owned(),
        person_name_until: date_in(90),
        contact: Some(Contact {
            email: "w.grutterink@cak.example".to_owned(),
            phone: "0888776655".to_owned(),
            personal: true,
            ..Default::default()
        }),
        ..officer(CAK, "persoon")
    }
}

/// Lists the files below the node's folder, with its log, that contain a canary.
fn traces(node: &Node) -> Vec<String> {
    let found = CANARIES.iter().flat_map(|canary| {
        let files = files_with(node.folder(), canary);
        files.into_iter().map(move |file| format!("{canary} in {}", file.display()))
    });
    found.collect()
}

async fn publish_person(node: &Node) {
    let publisher = node.publisher(CAK);
    let officers = vec![person(), officer(CAK, "functie")];
    let report = publisher.publish(CAK, officers).await.unwrap();
    // Every view has the officer now.
    let found = publisher.find("grutterink", report.position.as_ref()).await.unwrap();
    let got = publisher.get(&officer_name(CAK, "persoon")).await.unwrap();
    assert_eq!(got.person_name, "Wielewaalda Grutterink");
    assert!(
        !traces(node).is_empty(),
        "the test looks in the right places; by name it finds {found:?}"
    );
}

async fn is_forgotten(node: &mut Node) {
    eventually(DEADLINE, "the running node had forgotten", async || {
        let traces = traces(node);
        if traces.is_empty() { Ok(()) } else { Err(traces) }
    })
    .await;
    let backup = node.folder().join("backup.db");
    assert_eq!(node.run(&["backup", backup.to_str().unwrap()]).await.0, 0);
    assert_eq!(traces(node), Vec::<String>::new(), "in the backup");
    node.restart().await;
    assert_eq!(traces(node), Vec::<String>::new(), "after a restart");
    assert!(!all_files(&node.data()).is_empty());
}

#[tokio::test]
async fn a_withdrawn_person_is_nowhere() {
    let mut node = Node::start().await;
    publish_person(&node).await;
    let hour = |offset: i64| {
        let seconds = i64::try_from(1_900_000_000u64).unwrap() + offset;
        Some(prost_types::Timestamp { seconds, nanos: 0 })
    };
    let absence = SetPresenceRequest {
        officer: officer_name(CAK, "persoon"),
        absences: vec![Period {
            from: hour(0),
            until: hour(3_600),
        }],
        request_id: new_request_id(),
    };
    let publisher = node.publisher(CAK);
    publisher.sync.clone().set_presence(timed(absence)).await.unwrap();
    let report = Snapshot::of(CAK, vec![officer(CAK, "functie")])
        .send(&publisher)
        .await
        .unwrap();
    assert_eq!(report.withdrawn, 1);
    assert!(
        publisher
            .find("grutterink", report.position.as_ref())
            .await
            .unwrap()
            .is_empty()
    );
    is_forgotten(&mut node).await;
}

#[tokio::test]
async fn a_removed_name_is_nowhere() {
    let mut node = Node::start().await;
    publish_person(&node).await;
    let publisher = node.publisher(CAK);
    let officers = vec![officer(CAK, "persoon"), officer(CAK, "functie")];
    let report = publisher.publish(CAK, officers).await.unwrap();
    assert_eq!((report.updated, report.unchanged), (1, 1));
    let got = publisher.get(&officer_name(CAK, "persoon")).await.unwrap();
    assert!(got.person_name.is_empty());
    is_forgotten(&mut node).await;
}
