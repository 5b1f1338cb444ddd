//! Publishes ten thousand officers in one snapshot.

use std::collections::BTreeSet;

use proto::v1::{ListOfficersRequest, SearchOfficersRequest};
use tests::caller::timed;
use tests::generated::{generator, officers_of};
use tests::node::Node;
use tests::world::CAK;

const MANY: usize = 10_000;

#[tokio::test]
async fn ten_thousand_officers_are_published_in_one_snapshot() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let officers = officers_of(&generator(1), CAK, MANY);
    let report = publisher.publish(CAK, officers.clone()).await.unwrap();
    assert!(
        report.applied,
        "{} violations: {:?}",
        report.violations_total,
        report.violations.first()
    );
    assert_eq!(report.created as usize, MANY);
    assert_eq!(report.changes.len(), MANY);

    // An acknowledged write is searchable without asking for its position.
    let question = SearchOfficersRequest {
        query: "eigen bijdrage te hoog".to_owned(),
        ..Default::default()
    };
    let found = publisher.directory.clone().search_officers(timed(question)).await.unwrap();
    assert_eq!(found.into_inner().hits.len(), 10);

    // Pages list all of them in order, each once.
    let mut names = BTreeSet::new();
    let mut page_token = String::new();
    loop {
        let request = timed(ListOfficersRequest {
            parent: format!("organisations/{CAK}"),
            page_size: 500,
            page_token,
            ..Default::default()
        });
        let page = publisher.directory.clone().list_officers(request).await.unwrap().into_inner();
        assert_eq!(usize::try_from(page.total).unwrap(), MANY);
        for entry in page.entries {
            let name = entry.officer.unwrap().name;
            assert!(names.last().is_none_or(|last| *last < name), "{name} is out of order");
            names.insert(name);
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(names.len(), MANY);

    let again = publisher.publish(CAK, officers).await.unwrap();
    assert_eq!((again.unchanged as usize, again.created, again.updated), (MANY, 0, 0));
    assert_eq!(again.position, report.position);
}
