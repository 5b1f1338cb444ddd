//! Who gets in, and who may do what: the certificate says who you are, the register says what you may.

use proto::v1::{GrantBasis, OrganisationStatus, Role, SetOrganisationStatusRequest, SuggestRequest};
use tests::caller::{Caller, timed};
use tests::eventually::{DEADLINE, eventually};
use tests::node::Node;
use tests::pki::{Authority, Certificate, Leaf, date_in};
use tests::refusal::{reason, refused};
use tests::wire;
use tests::world::{self, AMSTERDAM, CAK, DUO, PROFESSIONAL_OIN, STRANGER_OIN, SVB, officer_name, officers, publisher_oin};

/// The node refuses this certificate at the handshake, says `expected` in its log, and serves the next caller.
async fn is_turned_away(node: &Node, certificate: Option<&Certificate>, expected: &str) {
    let config = wire::client_config(&node.authority, certificate);
    let caller = Caller::dial(&node.ready.grpc, &config);
    let status = caller.find("", None).await.unwrap_err();
    assert_eq!(reason(&status), "", "there is nobody to answer: {status:?}");
    eventually(DEADLINE, "the log said why", async || {
        let log = node.log();
        if log.contains(expected) { Ok(()) } else { Err(log) }
    })
    .await;
    node.professional().find("", None).await.unwrap();
}

#[tokio::test]
async fn without_a_certificate_there_is_no_connection() {
    let node = Node::start().await;
    is_turned_away(&node, None, "CERTIFICATE_MISSING").await;
}

#[tokio::test]
async fn an_expired_certificate_is_turned_away() {
    let node = Node::start().await;
    let expired = node.authority.issue(&Leaf::client(PROFESSIONAL_OIN).expired());
    is_turned_away(&node, Some(&expired), "CERT_EXPIRED").await;
}

#[tokio::test]
async fn a_certificate_that_does_not_hold_yet_is_turned_away() {
    let node = Node::start().await;
    let early = node.authority.issue(&Leaf::client(PROFESSIONAL_OIN).not_yet_valid());
    is_turned_away(&node, Some(&early), "is not valid yet").await;
}

#[tokio::test]
async fn a_certificate_of_another_issuer_is_turned_away() {
    let node = Node::start().await;
    let other = Authority::new("Andere CA").issue(&Leaf::client(PROFESSIONAL_OIN));
    is_turned_away(&node, Some(&other), "UNTRUSTED_ISSUER").await;
    // Nor does the same name help.
    let namesake = Authority::new("Proef CA").issue(&Leaf::client(PROFESSIONAL_OIN));
    is_turned_away(&node, Some(&namesake), "handshake refused").await;
}

#[tokio::test]
async fn a_certificate_without_oin_is_told_so() {
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
async fn an_oin_that_the_register_does_not_know_may_do_nothing() {
    let node = Node::start().await;
    let stranger = node.caller(STRANGER_OIN);
    let status = refused(stranger.find("", None).await, "UNKNOWN_ORGANISATION");
    assert_eq!(status.code(), tonic::Code::PermissionDenied);
    refused(stranger.publish(CAK, officers(CAK, 1)).await, "UNKNOWN_ORGANISATION");
    let suggest = stranger.directory.clone().suggest(timed(SuggestRequest::default())).await;
    refused(suggest, "UNKNOWN_ORGANISATION");
}

#[tokio::test]
async fn nobody_writes_the_officers_of_another() {
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
async fn a_grant_holds_from_its_first_day_to_its_last() {
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
async fn a_mandate_lets_one_write_for_another() {
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
    // `publisher` asks for another certificate each time: another key, another serial number, the same OIN.
    let report = node.publisher(CAK).publish(CAK, officers(CAK, 3)).await.unwrap();
    assert_eq!((report.created, report.unchanged), (1, 2));
}
