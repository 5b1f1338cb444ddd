//! Entries of the largest kind: every message fits in what a default client accepts, and compressed ones are refused.

use bytes::{BufMut as _, Bytes, BytesMut};
use prost::Message as _;
use proto::v1::resolve_result::Result as Resolved;
use proto::v1::{BatchResolveRequest, ListOfficersRequest, Mandate, Officer, SearchOfficersRequest, WatchChangesRequest};
use register::position::Position as DomainPosition;
use tests::caller::{Caller, timed};
use tests::node::Node;
use tests::refusal::reason;
use tests::watch::{Watch, names};
use tests::world::{CAK, PROFESSIONAL_OIN, deciding_officer, officer_name};

/// Number of entries, together more than the 4 MiB that a default client accepts in one message.
const COUNT: usize = 70;

/// A valid entry of about 67 kB.
fn large(number: usize) -> Officer {
    let mut officer = deciding_officer(CAK, &format!("groot-{number:03}"), &["EB-WLZ"]);
    officer.description = "€".repeat(4_000);
    let mandate = Mandate {
        text: "€".repeat(1_000),
        ..officer.mandates[0].clone()
    };
    officer.mandates.extend(std::iter::repeat_n(mandate, 18));
    officer
}

async fn list_all(caller: &Caller) -> Vec<String> {
    let mut names = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListOfficersRequest {
            parent: format!("organisations/{CAK}"),
            page_size: 500,
            page_token,
            ..Default::default()
        };
        let page = caller
            .directory
            .clone()
            .list_officers(timed(request))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(page.total, i32::try_from(COUNT).unwrap());
        assert!(!page.entries.is_empty());
        names.extend(page.entries.into_iter().map(|entry| entry.officer.unwrap().name));
        if page.next_page_token.is_empty() {
            return names;
        }
        page_token = page.next_page_token;
    }
}

/// Reads the changes of one revision; returns their names and the number of messages.
async fn revision(watch: &mut Watch) -> (Vec<String>, usize) {
    let mut found = Vec::new();
    for count in 1.. {
        let set = watch.changes().await;
        assert!(set.encoded_len() <= 1 << 20, "a message of {} bytes", set.encoded_len());
        found.extend(names(&set));
        if !set.more {
            return (found, count);
        }
    }
    unreachable!("a revision ends");
}

#[tokio::test]
async fn every_message_fits_in_what_a_default_client_accepts() {
    let node = Node::start().await;
    let professional = node.professional();
    let start = professional.position().await.unwrap();
    let mut watch = Watch::after(&professional, &start).await;
    let entries: Vec<_> = (0..COUNT).map(large).collect();
    assert!(entries.iter().map(prost::Message::encoded_len).sum::<usize>() > 4 << 20);
    let report = node.publisher(CAK).publish(CAK, entries).await.unwrap();
    assert!(report.applied, "{:?}", report.violations);
    let expected: Vec<_> = (0..COUNT)
        .map(|number| officer_name(CAK, &format!("groot-{number:03}")))
        .collect();

    // A consumer that stops within the revision gets all of it again.
    let first = watch.changes().await;
    let position = first.position.clone().unwrap();
    assert!(first.more && !first.changes.is_empty());
    assert_eq!(
        Some(position.revision),
        report.position.as_ref().map(|position| position.revision)
    );
    let resumes_after = DomainPosition::from_cookie(&position.cookie).unwrap().revision.0;
    assert_eq!(resumes_after, position.revision - 1);
    drop(watch);
    let mut watch = Watch::after(&professional, &position).await;
    let (found, messages) = revision(&mut watch).await;
    assert_eq!(found, expected);
    assert!(messages > 4, "{messages} messages");

    // The state, lists and search in pages.
    let mut state = Watch::open(&professional, WatchChangesRequest::default()).await.unwrap();
    let (state, _) = state.snapshot().await;
    assert!(expected.iter().all(|name| state.contains(name)));
    assert_eq!(list_all(&professional).await, expected);
    let request = SearchOfficersRequest {
        query: "eigen bijdrage".to_owned(),
        page_size: 100,
        ..Default::default()
    };
    let mut hits = 0;
    let mut page_token = String::new();
    loop {
        let page = professional
            .search(SearchOfficersRequest {
                page_token,
                ..request.clone()
            })
            .await
            .unwrap();
        hits += page.hits.len();
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(hits, COUNT);

    // A batch answers as many needs as fit.
    let need = proto::v1::Need {
        organisation: format!("organisations/{CAK}"),
        competences: vec!["EB-WLZ".to_owned()],
        ..Default::default()
    };
    let request = BatchResolveRequest {
        needs: vec![need; 20],
        min_position: None,
    };
    let results = professional.batch_resolve(request).await.unwrap();
    assert_eq!(results.len(), 20);
    assert!(matches!(&results[0], Resolved::Route(route) if !route.targets.is_empty()));
    assert!(matches!(&results[19], Resolved::Failure(failure) if failure.reason == "RESPONSE_TOO_LARGE"));
}

#[tokio::test]
async fn a_compressed_message_is_refused_with_a_reason() {
    let node = Node::start().await;
    let raw = node.raw(PROFESSIONAL_OIN).await;
    let path = "/maatwerkregister.v1.DirectoryService/SearchOfficers";
    let mut call = raw.begin_with(path, &[("grpc-encoding", "gzip")]).await.unwrap();
    call.send(compressed(b"anything"), true).await.unwrap();
    let status = call.status().await.unwrap();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (tonic::Code::Unimplemented, "COMPRESSION_NOT_SUPPORTED"),
        "{status:?}"
    );
}

/// Builds a gRPC frame with the flag of a compressed message.
fn compressed(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(message.len() + 5);
    frame.put_u8(1);
    frame.put_u32(u32::try_from(message.len()).unwrap());
    frame.put_slice(message);
    frame.freeze()
}
