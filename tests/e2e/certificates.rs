//! Authentication by certificate and authorisation by grants.

use proto::v1::{GrantBasis, OrganisationStatus, Role, SetOrganisationStatusRequest, SuggestRequest};
use tests::caller::{Caller, timed};
use tests::dates::date_in;
use tests::eventually::{DEADLINE, eventually};
use tests::node::Node;
use tests::pki::{Authority, Certificate, Leaf};
use tests::refusal::{reason, refused};
use tests::wire;
use tests::world::{self, AMSTERDAM, CAK, DUO, PROFESSIONAL_OIN, STRANGER_OIN, SVB, officer_name, officers, publisher_oin};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Asserts that the node refuses this certificate at the handshake, logs `expected`, and serves the next caller.
async fn is_refused_at_handshake(node: &Node, certificate: Option<&Certificate>, expected: &str) {
    let config = wire::client_config(&node.authority, certificate);
    let caller = Caller::dial(&node.ready.grpc, &config);
    let status = caller.find("", None).await.unwrap_err();
    assert_eq!(reason(&status), "", "the connection fails: {status:?}");
    is_logged(node, expected).await;
    node.professional().find("", None).await.unwrap();
}

/// Waits until the log of the node has this text.
async fn is_logged(node: &Node, expected: &str) {
    eventually(DEADLINE, "the log gave the reason", async || {
        let log = node.log();
        if log.contains(expected) { Ok(()) } else { Err(log) }
    })
    .await;
}

#[tokio::test]
async fn without_a_certificate_there_is_no_connection() {
    let node = Node::start().await;
    is_refused_at_handshake(&node, None, "CERTIFICATE_MISSING").await;
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let node = Node::start().await;
    let expired = node.authority.issue(&Leaf::client(PROFESSIONAL_OIN).expired());
    is_refused_at_handshake(&node, Some(&expired), "CERT_EXPIRED").await;
}

#[tokio::test]
async fn a_refused_client_that_is_already_sending_can_read_why() {
    let node = Node::start().await;
    let expired = node.authority.issue(&Leaf::client(PROFESSIONAL_OIN).expired());
    let config = wire::client_config(&node.authority, Some(&expired));
    let mut stream = wire::connect(&node.ready.grpc, config).await.unwrap();
    // In TLS 1.3 a client may send before the node has verified its certificate, and goes on until it reads.
    stream.write_all(&[0; 64 * 1024]).await.unwrap();
    stream.flush().await.unwrap();
    is_logged(&node, "CERT_EXPIRED").await;
    for _ in 0..2 {
        stream.write_all(&[0; 1024]).await.unwrap();
        stream.flush().await.unwrap();
    }
    let error = stream.read_u8().await.unwrap_err();
    assert!(error.to_string().contains("CertificateExpired"), "{error}");
}

#[tokio::test]
async fn a_certificate_not_yet_valid_is_refused() {
    let node = Node::start().await;
    let early = node.authority.issue(&Leaf::client(PROFESSIONAL_OIN).not_yet_valid());
    is_refused_at_handshake(&node, Some(&early), "is not valid yet").await;
}

#[tokio::test]
async fn a_certificate_of_another_issuer_is_refused() {
    let node = Node::start().await;
    let other = Authority::new("Andere CA").issue(&Leaf::client(PROFESSIONAL_OIN));
    is_refused_at_handshake(&node, Some(&other), "UNTRUSTED_ISSUER").await;
    // An issuer of the same name is no better.
    let namesake = Authority::new("Proef CA").issue(&Leaf::client(PROFESSIONAL_OIN));
    is_refused_at_handshake(&node, Some(&namesake), "handshake refused").await;
}

#[tokio::test]
async fn a_certificate_without_oin_has_its_own_reason() {
    let node = Node::start().await;
    for leaf in [
        Leaf::client("").without_oin(),
        Leaf::client("12345678"),
        Leaf::client("NL00000099"),
    ] {
        let caller = node.caller_with(&node.authority.issue(&leaf));
        let status = refused(caller.find("", None).await, "SUBJECT_WITHOUT_OIN");
        assert_eq!(status.code(), tonic::Code::Unauthenticated);
    }
    node.professional().find("", None).await.unwrap();
}

#[tokio::test]
async fn an_unknown_oin_may_do_nothing() {
    let node = Node::start().await;
    let stranger = node.caller(STRANGER_OIN);
    let status = refused(stranger.find("", None).await, "UNKNOWN_ORGANISATION");
    assert_eq!(status.code(), tonic::Code::PermissionDenied);
    refused(stranger.publish(CAK, officers(CAK, 1)).await, "UNKNOWN_ORGANISATION");
    let suggest = stranger.directory.clone().suggest(timed(SuggestRequest::default())).await;
    refused(suggest, "UNKNOWN_ORGANISATION");
}

#[tokio::test]
async fn only_the_owner_writes_officers() {
    let node = Node::start().await;
    node.publisher(SVB).publish(SVB, officers(SVB, 1)).await.unwrap();
    let status = refused(node.publisher(CAK).publish(SVB, Vec::new()).await, "NOT_OWNER");
    assert_eq!(status.code(), tonic::Code::PermissionDenied);
    refused(node.operator().publish(SVB, officers(SVB, 2)).await, "NOT_OWNER");
    assert!(node.professional().get(&officer_name(SVB, "loket-000")).await.is_ok());
}

#[tokio::test]
async fn a_role_is_needed_for_each_call() {
    let node = Node::start().await;
    let professional = node.professional();
    refused(professional.publish(AMSTERDAM, officers(AMSTERDAM, 1)).await, "ROLE_MISSING");
    let grants = professional
        .admin
        .clone()
        .list_grants(timed(proto::v1::ListGrantsRequest::default()))
        .await;
    refused(grants, "ROLE_MISSING");
}

#[tokio::test]
async fn a_grant_is_valid_from_its_first_to_its_last_day() {
    let node = Node::start().await;
    let give = async |from: String, until: String| {
        let grant = proto::v1::Grant {
            from,
            until,
            ..world::grant(STRANGER_OIN, CAK, &[Role::Lookup, Role::Publish])
        };
        node.operator().put_grants(vec![grant]).await.unwrap();
    };
    let caller = node.caller(STRANGER_OIN);
    give(String::new(), date_in(-2)).await;
    refused(caller.find("", None).await, "GRANT_EXPIRED");
    refused(caller.publish(CAK, officers(CAK, 1)).await, "GRANT_EXPIRED");
    give(date_in(2), String::new()).await;
    refused(caller.find("", None).await, "GRANT_EXPIRED");
    give(date_in(-2), date_in(2)).await;
    caller.find("", None).await.unwrap();
}

#[tokio::test]
async fn a_mandate_allows_writing_for_another() {
    let node = Node::start().await;
    let grant = proto::v1::Grant {
        basis: GrantBasis::Mandate.into(),
        ..world::grant(publisher_oin(CAK), DUO, &[Role::Publish])
    };
    node.operator().put_grants(vec![grant]).await.unwrap();
    let report = node.publisher(CAK).publish(DUO, officers(DUO, 1)).await.unwrap();
    assert!(report.applied);
}

#[tokio::test]
async fn a_suspended_organisation_may_do_nothing_and_is_not_shown() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, officers(CAK, 2)).await.unwrap();
    let set = async |status: OrganisationStatus| {
        let request = timed(SetOrganisationStatusRequest {
            organisation: format!("organisations/{CAK}"),
            status: status.into(),
        });
        let answer = node.operator().admin.set_organisation_status(request).await.unwrap();
        answer.into_inner().position.unwrap()
    };
    let position = set(OrganisationStatus::Suspended).await;
    refused(publisher.find("", None).await, "SUSPENDED");
    refused(publisher.publish(CAK, officers(CAK, 3)).await, "SUSPENDED");
    let professional = node.professional();
    assert!(professional.find("wegwijzer", Some(&position)).await.unwrap().is_empty());
    refused(professional.get(&officer_name(CAK, "loket-000")).await, "OFFICER_NOT_FOUND");

    let position = set(OrganisationStatus::Connected).await;
    assert_eq!(professional.find("wegwijzer", Some(&position)).await.unwrap().len(), 2);
    publisher.publish(CAK, officers(CAK, 3)).await.unwrap();
}

#[tokio::test]
async fn a_renewed_certificate_changes_nothing() {
    let node = Node::start().await;
    node.publisher(CAK).publish(CAK, officers(CAK, 2)).await.unwrap();
    // `publisher` issues a new certificate each time: another key and serial number, the same OIN.
    let report = node.publisher(CAK).publish(CAK, officers(CAK, 3)).await.unwrap();
    assert_eq!((report.created, report.unchanged), (1, 2));
}
