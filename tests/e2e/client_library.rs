//! The typed client: deadlines, safe retries, typed errors, and a watch that continues after a restart.

use std::sync::Arc;
use std::time::Duration;

use client::settings::{Endpoint, Identity, Settings};
use client::{Client, Error, ErrorKind, OfficerSnapshot, Refusal, WatchEvent, WatchFrom, WatchedChange};
use proto::v1::{SearchOfficersRequest, SyncBegin};
use register::identifier::OfficerName;
use tests::node::Node;
use tests::pki::{Certificate, Leaf};
use tests::world::{CAK, PROFESSIONAL_OIN, officer_name, officers, publisher_oin};

/// The limit for the next event of a watch. Only guards against hanging.
const PATIENCE: Duration = Duration::from_secs(120);

fn settings(node: &Node, certificate: &Certificate) -> Settings {
    let files = certificate.write(node.folder(), "client");
    Settings {
        endpoints: vec![Endpoint::parse(&node.ready.grpc).unwrap()],
        identity: Some(Identity {
            certificate: files.certificate,
            key: files.key,
        }),
        ca: vec![node.folder().join("ca.pem")],
        server_name: None,
        oin: None,
        timeout: Duration::from_secs(60),
        sync_timeout: Duration::from_secs(120),
        connect_timeout: Duration::from_secs(20),
        require_post_quantum: true,
    }
}

async fn client(node: &Node, oin: &str) -> Client {
    Client::connect(&settings(node, &node.certificate(oin))).await.unwrap()
}

fn snapshot(count: usize) -> OfficerSnapshot {
    OfficerSnapshot {
        begin: SyncBegin {
            organisation: format!("organisations/{CAK}"),
            ..Default::default()
        },
        entries: Arc::from(officers(CAK, count)),
    }
}

#[tokio::test]
async fn the_client_publishes_and_reads_domain_types() {
    let node = Node::start().await;
    let publisher = client(&node, publisher_oin(CAK)).await;
    let report = publisher.sync_officers(snapshot(3), None).await.unwrap();
    assert!(report.applied && report.created == 3);
    let name = OfficerName::parse(&officer_name(CAK, "loket-002")).unwrap();
    let entry = publisher.get_officer(&name, report.position.clone()).await.unwrap();
    assert_eq!(entry.officer.function_title, "Wegwijzer levensonderhoud");
    let request = SearchOfficersRequest {
        query: "wegwijzer".to_owned(),
        min_position: report.position,
        ..Default::default()
    };
    assert_eq!(publisher.search(request).await.unwrap().total, 3);
}

#[tokio::test]
async fn errors_tell_who_must_act() {
    let node = Node::start().await;
    let professional = client(&node, PROFESSIONAL_OIN).await;
    let name = OfficerName::parse(&officer_name(CAK, "niemand")).unwrap();
    let Error::Answered(answer) = professional.get_officer(&name, None).await.unwrap_err() else {
        panic!("the node answers");
    };
    assert_eq!(
        (answer.kind(), answer.reason.as_str()),
        (ErrorKind::NotFound, "OFFICER_NOT_FOUND")
    );
    let Error::Answered(answer) = professional.sync_officers(snapshot(1), None).await.unwrap_err() else {
        panic!("the node answers");
    };
    assert_eq!(answer.kind(), ErrorKind::Denied);

    // A refused handshake is explained.
    let expired = node.authority.issue(&Leaf::client(PROFESSIONAL_OIN).expired());
    let refusal = match Client::connect(&settings(&node, &expired)).await {
        Err(error) => error,
        Ok(client) => client.search(SearchOfficersRequest::default()).await.unwrap_err(),
    };
    assert!(matches!(refusal, Error::Refused(Refusal::Expired)), "{refusal:?}");
}

#[tokio::test]
async fn a_client_watch_continues_after_a_restart() {
    let mut node = Node::start().await;
    // A fixed port, as a node in production has.
    let address = node.ready.grpc.trim_start_matches("https://").to_owned();
    node.options = node.options.clone().with("listen.grpc", format!("{address:?}"));
    let publisher = client(&node, publisher_oin(CAK)).await;
    let begin = publisher.sync_officers(snapshot(1), None).await.unwrap().position.unwrap();
    let position = register::position::Position::from_cookie(&begin.cookie).unwrap();
    let mut watch = publisher.watch(WatchFrom {
        position: Some(position),
        progress_interval: Some(Duration::from_secs(1)),
        ..Default::default()
    });
    publisher.sync_officers(snapshot(2), None).await.unwrap();
    assert_eq!(next_entry(&mut watch).await, officer_name(CAK, "loket-001"));
    node.restart().await;
    publisher.sync_officers(snapshot(3), None).await.unwrap();
    assert_eq!(next_entry(&mut watch).await, officer_name(CAK, "loket-002"));
}

/// Returns the name of the next entry that changes.
async fn next_entry(watch: &mut client::Watch) -> String {
    loop {
        let event = tokio::time::timeout(PATIENCE, watch.next())
            .await
            .expect("a watch sends progress messages");
        if let WatchEvent::Changes { changes, .. } = event.unwrap() {
            let WatchedChange::Entry(entry) = &changes[0] else {
                panic!("{changes:?}");
            };
            return entry.officer.officer_name().to_string();
        }
    }
}
