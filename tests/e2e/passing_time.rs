//! Time alone: names expire and history is compacted. Moves the clock of the real node.

use jiff::SignedDuration;
use proto::v1::{Contact, Officer, Position, SearchOfficersRequest, WatchChangesRequest, change};
use tests::caller::{Caller, timed};
use tests::dates::date_in;
use tests::eventually::{DEADLINE, eventually};
use tests::files::files_with;
use tests::node::Node;
use tests::refusal::reason;
use tests::watch::{Watch, names};
use tests::world::{CAK, SVB, officer, officer_name, officers};

/// Words that occur nowhere else. In both cases, since an index folds them.
const CANARIES: [&str; 5] = ["Kwikstaartje", "kwikstaartje", "Putterveld", "putterveld", "0888123987"];

fn person() -> Officer {
    Officer {
        person_name: "Kwikstaartje Putterveld".to_owned(),
        person_name_until: date_in(3),
        contact: Some(Contact {
            email: "k.putterveld@cak.example".to_owned(),
            phone: "0888123987".to_owned(),
            personal: true,
            ..Default::default()
        }),
        ..officer(CAK, "persoon")
    }
}

fn is_nameless(officer: &Officer) -> bool {
    let contact = officer.contact.clone().unwrap_or_default();
    officer.person_name.is_empty() && officer.person_name_until.is_empty() && contact.email.is_empty() && contact.phone.is_empty()
}

fn only_person(officers: Vec<Officer>) -> Officer {
    let mut found = officers.into_iter().filter(|officer| officer.name == person().name);
    found.next().expect("the entry stays when its name ends")
}

async fn listed(caller: &Caller) -> Vec<Officer> {
    let request = timed(proto::v1::ListOfficersRequest {
        parent: format!("organisations/{CAK}"),
        ..Default::default()
    });
    let answer = caller.directory.clone().list_officers(request).await.unwrap().into_inner();
    answer.entries.into_iter().filter_map(|entry| entry.officer).collect()
}

async fn moved(node: &mut Node, days: u32) {
    node.options.clock = SignedDuration::from_hours(24 * i64::from(days));
    node.restart().await;
}

#[tokio::test]
async fn an_expired_name_is_nowhere() {
    let mut node = Node::start().await;
    let publisher = node.publisher(CAK);
    let report = publisher.publish(CAK, vec![person(), officer(CAK, "functie")]).await.unwrap();
    let published = report.position.unwrap();
    let found = publisher.find("putterveld", Some(&published)).await.unwrap();
    assert_eq!(found, [person().name], "a person is found by name while the name is shown");

    // On its last day the name is still shown.
    moved(&mut node, 2).await;
    let professional = node.professional();
    assert_eq!(professional.position().await.unwrap(), published);
    assert_eq!(
        professional.get(&person().name).await.unwrap().person_name,
        person().person_name
    );

    // Days later the node has removed it by a revision of its own.
    moved(&mut node, 5).await;
    let professional = node.professional();
    let ended = eventually(DEADLINE, "a revision ended the name", async || {
        let position = professional.position().await.unwrap();
        if position.revision > published.revision {
            Ok(position)
        } else {
            Err(position)
        }
    })
    .await;
    assert_eq!(ended.revision, published.revision + 1);
    assert!(is_nameless(&professional.get(&person().name).await.unwrap()));
    assert!(is_nameless(&only_person(listed(&professional).await)));
    assert_eq!(
        professional.find("putterveld", Some(&ended)).await.unwrap(),
        Vec::<String>::new()
    );
    let by_function = SearchOfficersRequest {
        query: "wegwijzer".to_owned(),
        min_position: Some(ended.clone()),
        ..Default::default()
    };
    let hits = professional.search(by_function).await.unwrap().hits;
    let shown = hits.into_iter().filter_map(|hit| hit.entry?.officer).collect();
    assert!(is_nameless(&only_person(shown)));

    // A watch receives that revision, and the log that it can still read does not contain the name.
    let mut watch = Watch::after(&professional, &published).await;
    let set = watch.changes().await;
    assert_eq!(
        (names(&set), set.position.clone()),
        (vec![person().name], Some(ended.clone()))
    );
    let Some(change::Change::Entry(entry)) = &set.changes[0].change else {
        panic!("the entry stays: {set:?}");
    };
    assert!(is_nameless(entry.officer.as_ref().unwrap()));
    let before = Position {
        cookie: revision_before(&published),
        ..Default::default()
    };
    let set = Watch::after(&professional, &before).await.changes().await;
    assert!(!format!("{set:?}").contains("Putterveld"), "{set:?}");

    // Nor does any file: store, index, log, or a later backup.
    let backup = node.folder().join("backup.db");
    assert_eq!(node.run(&["backup", backup.to_str().unwrap()]).await.0, 0);
    eventually(DEADLINE, "no file had the name", async || {
        let found = CANARIES.iter().flat_map(|canary| files_with(node.folder(), canary));
        let found: Vec<_> = found.collect();
        if found.is_empty() { Ok(()) } else { Err(found) }
    })
    .await;
}

/// Returns the cookie of the previous revision.
fn revision_before(position: &Position) -> Vec<u8> {
    use register::position::{Position, Revision};
    let parsed = Position::from_cookie(&position.cookie).unwrap();
    Position::new(parsed.epoch, Revision(parsed.revision.0 - 1)).to_cookie()
}

#[tokio::test]
async fn a_watch_from_before_compaction_reloads() {
    let mut node = Node::start().await;
    let start = node.professional().position().await.unwrap();
    node.publisher(CAK).publish(CAK, officers(CAK, 2)).await.unwrap();
    let report = node.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    let last = report.position.unwrap();

    moved(&mut node, 32).await;
    let professional = node.professional();
    let from = |reload| WatchChangesRequest {
        position: Some(start.clone()),
        reload,
        ..Default::default()
    };
    // The node compacts shortly after its start.
    let status = eventually(DEADLINE, "the log was compacted", async || {
        match Watch::open(&professional, from(false)).await {
            Err(status) => Ok(status),
            Ok(mut watch) => match watch.message().await {
                Err(status) => Ok(status),
                Ok(message) => Err(message),
            },
        }
    })
    .await;
    assert_eq!(reason(&status), "POSITION_COMPACTED", "{status:?}");
    assert_eq!(status.code(), tonic::Code::OutOfRange);

    // With `reload` set, the state follows in the same stream, and then later changes without a gap.
    let mut watch = Watch::open(&professional, from(true)).await.unwrap();
    let (state, position) = watch.snapshot().await;
    assert!(state.contains(&officer_name(CAK, "loket-000")), "{state:?}");
    assert!(
        !state.contains(&officer_name(CAK, "loket-001")),
        "a withdrawn one is no part of the state"
    );
    assert_eq!(position, last);
    node.publisher(SVB).publish(SVB, officers(SVB, 1)).await.unwrap();
    let set = watch.changes().await;
    assert_eq!(names(&set), [officer_name(SVB, "loket-000")]);
    assert_eq!(set.position.unwrap().revision, last.revision + 1);

    // A watch from the newest commit missed nothing and continues.
    let set = Watch::after(&professional, &last).await.changes().await;
    assert_eq!(names(&set), [officer_name(SVB, "loket-000")]);
}
