//! Tests that personal data disappears from every view after its last day, and with its officer.

use directory::{ListOfficers, WatchChanges, WatchMessage, WatchedChange};
use jiff::SignedDuration;
use register::change::Change;
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::world::*;

const NAME: &str = "Noor Voorbeeld";

/// Returns everything that a reader can see of entry `a`, through any use case, as one text.
async fn everything_shown(world: &World) -> String {
    let reader = world.caller(READER);
    let any = Consistency::any();
    let mut shown = String::new();
    if let Ok(entry) = world.directory.get_officer(&reader, &name("a"), &any).await {
        shown.push_str(&serde_json::to_string(&*entry.value).unwrap());
    }
    let list = ListOfficers {
        organisation: None,
        page_size: 0,
        page_token: String::new(),
        consistency: any,
        size_of: |_| 0,
    };
    for entry in world.directory.list_officers(&reader, list).await.unwrap().items {
        shown.push_str(&serde_json::to_string(&*entry).unwrap());
    }
    for query in [NAME, "eigen bijdrage", ""] {
        let found = world
            .directory
            .search_officers(&reader, question(query, Some(world.directory.position())))
            .await
            .unwrap();
        for hit in found.hits {
            shown.push_str(&serde_json::to_string(&*hit.entry).unwrap());
            shown.push_str(&serde_json::to_string(&hit.hit.highlights).unwrap());
        }
    }
    for position in [
        None,
        Some(register::position::Position::new(
            world.directory.position().epoch,
            register::position::Revision(1),
        )),
    ] {
        let request = WatchChanges {
            position,
            organisations: vec![],
            reload: false,
            progress_interval: std::time::Duration::from_millis(1),
        };
        let mut watch = world.directory.watch_changes(reader.clone(), request).await.unwrap();
        loop {
            match watch.next().await.unwrap() {
                WatchMessage::Changes { changes, .. } => {
                    for change in changes {
                        if let WatchedChange::Entry(entry) = change {
                            shown.push_str(&serde_json::to_string(&*entry).unwrap());
                        }
                    }
                }
                WatchMessage::Progress { .. } => break,
                WatchMessage::SnapshotBegin { .. } | WatchMessage::SnapshotEnd { .. } => {}
            }
        }
    }
    shown
}

#[tokio::test]
async fn a_name_is_shown_up_to_and_including_its_last_day() {
    let world = World::new().await;
    world.sync(vec![person("a", NAME, "2026-11-24")]).await;
    assert!(everything_shown(&world).await.contains(NAME));
    world.advance(SignedDuration::from_hours(24));
    assert!(everything_shown(&world).await.contains(NAME));
    // It is hidden from midnight in the Netherlands, even before it is erased.
    world.advance(SignedDuration::from_hours(14));
    let shown = everything_shown(&world).await;
    assert!(!shown.contains(NAME) && !shown.contains("noor.voorbeeld"), "{shown}");
}

#[tokio::test]
async fn an_ended_name_is_erased_by_its_own_revision() {
    let world = World::new().await;
    let written = world
        .sync(vec![person("a", NAME, "2026-11-24"), person("b", "Bo Blijft", "2027-06-01")])
        .await
        .position;
    assert_eq!(world.directory.end_names().await.unwrap(), 0);
    world.advance(SignedDuration::from_hours(48));
    assert_eq!(world.directory.end_names().await.unwrap(), 1);
    assert_eq!(world.directory.position().revision, written.revision.next());
    assert_eq!(world.directory.end_names().await.unwrap(), 0);
    let commits = world
        .storage
        .snapshot()
        .await
        .unwrap()
        .commits(written.revision, 10)
        .await
        .unwrap();
    assert!(matches!(&commits[0].changes[..], [Change::NameEnded { name, .. }] if name.officer.as_str() == "a"));
    assert_eq!(commits[0].actor.oin, None);
    assert!(!everything_shown(&world).await.contains(NAME));
    assert!(
        world
            .search("Bo Blijft", world.directory.position())
            .await
            .contains(&"b".to_owned())
    );
}

#[tokio::test]
async fn a_withdrawn_person_is_not_shown_anywhere() {
    let world = World::new().await;
    world.sync(vec![person("a", NAME, "2027-01-01"), officer("b")]).await;
    world.sync(officers(&["b"])).await;
    let shown = everything_shown(&world).await;
    assert!(!shown.contains(NAME) && !shown.contains("noor.voorbeeld"), "{shown}");
    let reader = world.caller(READER);
    assert_eq!(
        reason(world.directory.get_officer(&reader, &name("a"), &Consistency::any()).await),
        Reason::OfficerNotFound
    );
}

#[tokio::test]
async fn reports_contain_no_personal_data() {
    let world = World::new().await;
    let mut wrong = person("a", NAME, "2027-01-01");
    wrong.contact.email = Some(format!("{NAME} niet een adres"));
    wrong.competences = vec![NAME.to_owned()];
    let report = world.sync(vec![wrong]).await;
    assert!(!report.applied && report.violations_total >= 2);
    assert!(!serde_json::to_string(&report).unwrap().contains("Noor"));
}
