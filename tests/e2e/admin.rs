//! Administration: organisations and grants.

use proto::v1::{
    GetNodeStatusRequest, GetOrganisationRequest, ListGrantsRequest, ListOrganisationsRequest, OrganisationKind,
    OrganisationStatus, RevokeGrantRequest, Role, SetOrganisationStatusRequest,
};
use tests::caller::timed;
use tests::node::Node;
use tests::refusal::refused;
use tests::world::{self, CAK, OPERATOR_OIN, STRANGER_OIN, officers};

#[tokio::test]
async fn an_organisation_is_connected_and_publishes() {
    let node = Node::start().await;
    let operator = node.operator();
    let new = world::organisation("proefbureau", "Proefbureau Noord", "Proefbureau", OrganisationKind::Overig);
    let put = async || operator.put_organisations(vec![new.clone()]).await.unwrap();
    let report = put().await;
    assert_eq!((report.applied, report.created), (true, 1));
    let again = put().await;
    assert_eq!((again.unchanged, &again.position), (1, &report.position));
    let grants = vec![world::grant(STRANGER_OIN, "proefbureau", &[Role::Publish, Role::Lookup])];
    operator.put_grants(grants).await.unwrap();
    let report = node
        .caller(STRANGER_OIN)
        .publish("proefbureau", officers("proefbureau", 2))
        .await
        .unwrap();
    assert!(report.applied);

    let request = timed(GetOrganisationRequest {
        name: "organisations/proefbureau".to_owned(),
        min_position: None,
    });
    let got = node
        .professional()
        .directory
        .get_organisation(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(got.organisation.unwrap().display_name, "Proefbureau Noord");
}

#[tokio::test]
async fn organisations_with_violations_are_not_applied() {
    let node = Node::start().await;
    let mut bad = world::organisation("zonder-naam", "", "", OrganisationKind::Gemeente);
    bad.municipality_code = "GM9999".to_owned();
    let good = world::organisation("goed", "Goed", "Goed", OrganisationKind::Overig);
    let report = node.operator().put_organisations(vec![good, bad]).await.unwrap();
    assert!(!report.applied);
    assert!(report.violations.iter().all(|one| one.index == 1), "{:?}", report.violations);
    let request = timed(GetOrganisationRequest {
        name: "organisations/goed".to_owned(),
        min_position: None,
    });
    refused(
        node.professional().directory.get_organisation(request).await,
        "ORGANISATION_NOT_FOUND",
    );
}

#[tokio::test]
async fn a_revoked_grant_ends_at_once_and_the_last_operator_stays() {
    let node = Node::start().await;
    let mut operator = node.operator();
    let publisher = node.publisher(CAK);
    publisher.find("", None).await.unwrap();
    let revoke = |oin: &str, organisation: &str| {
        timed(RevokeGrantRequest {
            oin: oin.to_owned(),
            organisation: organisation.to_owned(),
        })
    };
    let cak = format!("organisations/{CAK}");
    operator
        .admin
        .revoke_grant(revoke(world::publisher_oin(CAK), &cak))
        .await
        .unwrap();
    refused(publisher.find("", None).await, "UNKNOWN_ORGANISATION");
    refused(
        operator.admin.revoke_grant(revoke(world::publisher_oin(CAK), &cak)).await,
        "GRANT_NOT_FOUND",
    );

    let grants = operator
        .admin
        .list_grants(timed(ListGrantsRequest::default()))
        .await
        .unwrap()
        .into_inner()
        .grants;
    let own = grants.iter().find(|grant| grant.oin == OPERATOR_OIN).unwrap();
    refused(
        operator.admin.revoke_grant(revoke(OPERATOR_OIN, &own.organisation)).await,
        "LAST_OPERATOR",
    );
}

#[tokio::test]
async fn organisations_are_listed_and_counted() {
    let node = Node::start().await;
    node.publisher(CAK).publish(CAK, officers(CAK, 3)).await.unwrap();
    let request = timed(ListOrganisationsRequest {
        kinds: vec![OrganisationKind::Gemeente.into()],
        ..Default::default()
    });
    let list = node
        .professional()
        .directory
        .list_organisations(request)
        .await
        .unwrap()
        .into_inner();
    let names: Vec<&str> = list.organisations.iter().map(|one| one.short_name.as_str()).collect();
    assert_eq!(names, ["Amsterdam", "Den Haag"]);

    let status = node
        .operator()
        .admin
        .get_node_status(timed(GetNodeStatusRequest {}))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(status.register, "proef");
    assert_eq!(status.officers, 3);
    assert!(status.certificate_until.is_some() && !status.vocabulary_version.is_empty());
}

#[tokio::test]
async fn a_status_is_set_for_known_organisations_only() {
    let node = Node::start().await;
    let set = |organisation: &str, status: OrganisationStatus| {
        timed(SetOrganisationStatusRequest {
            organisation: organisation.to_owned(),
            status: status.into(),
        })
    };
    let mut operator = node.operator();
    let unknown = set("organisations/nergens", OrganisationStatus::Connected);
    refused(
        operator.admin.set_organisation_status(unknown).await,
        "ORGANISATION_NOT_FOUND",
    );
    let unspecified = set(&format!("organisations/{CAK}"), OrganisationStatus::Unspecified);
    refused(operator.admin.set_organisation_status(unspecified).await, "INVALID_REQUEST");
}
