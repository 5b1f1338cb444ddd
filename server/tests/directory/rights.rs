//! Tests the authorisation of the use cases.

use jiff::SignedDuration;
use register::change::Mutation;
use register::organisation::OrganisationStatus;
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::world::*;

#[tokio::test]
async fn a_caller_without_grant_is_refused() {
    let world = World::new().await;
    let stranger = world.caller(STRANGER);
    let any = Consistency::any();
    assert_eq!(
        reason(world.directory.get_officer(&stranger, &name("a"), &any).await),
        Reason::UnknownOrganisation
    );
    assert_eq!(
        reason(world.directory.sync_officers(&stranger, snapshot(vec![])).await),
        Reason::UnknownOrganisation
    );
    assert_eq!(
        reason(world.directory.search_officers(&stranger, question("schulden", None)).await),
        Reason::UnknownOrganisation
    );
}

#[tokio::test]
async fn a_grant_ends_with_its_last_day() {
    let mut grant = grant(STRANGER, "gm0363", &["lookup"]);
    grant.until = Some("2026-11-23".parse().unwrap());
    let world = World::with(&[Mutation::PutGrant(grant)]).await;
    let caller = world.caller(STRANGER);
    assert!(world.directory.get_vocabulary(&caller).is_ok());
    world.advance(SignedDuration::from_hours(24));
    assert_eq!(reason(world.directory.get_vocabulary(&caller)), Reason::GrantExpired);
}

#[tokio::test]
async fn a_suspended_organisation_has_no_rights_and_is_hidden() {
    let world = World::new().await;
    let written = world.sync(officers(&["a"])).await;
    let operator = world.caller(OPERATOR);
    let suspended = world
        .directory
        .set_organisation_status(&operator, organisation_id("zb000211"), OrganisationStatus::Suspended)
        .await
        .unwrap();
    assert!(suspended.position.revision > written.position.revision);
    assert_eq!(
        reason(world.directory.sync_officers(&world.caller(CAK), snapshot(vec![])).await),
        Reason::Suspended
    );
    let any = Consistency::any();
    let reader = world.caller(READER);
    assert_eq!(
        reason(world.directory.get_officer(&reader, &name("a"), &any).await),
        Reason::OfficerNotFound
    );
    assert!(world.search("eigen bijdrage", suspended.position).await.is_empty());

    let resumed = world
        .directory
        .set_organisation_status(&operator, organisation_id("zb000211"), OrganisationStatus::Connected)
        .await
        .unwrap();
    assert!(world.directory.get_officer(&reader, &name("a"), &any).await.is_ok());
    assert_eq!(world.search("eigen bijdrage", resumed.position).await, ["a"]);
}

#[tokio::test]
async fn a_publisher_cannot_write_officers_of_another() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let svb = world.caller(SVB);
    assert_eq!(
        reason(world.directory.sync_officers(&svb, snapshot(vec![])).await),
        Reason::NotOwner
    );
    assert_eq!(
        reason(world.directory.set_presence(&svb, name("a"), vec![], request_id()).await),
        Reason::NotOwner
    );

    let mut foreign = snapshot(officers(&["a"]));
    foreign.organisation = organisation_id("oorg12369");
    foreign.officers[0].organisation = "zb000211".to_owned();
    let report = world.directory.sync_officers(&svb, foreign).await.unwrap();
    assert!(!report.applied);
    assert_eq!(report.violations[0].violation.code.as_str(), "FOREIGN_ENTRY");
    assert_eq!((report.violations[0].index, report.violations[0].id.as_str()), (Some(0), "a"));
}

#[tokio::test]
async fn each_use_case_requires_its_role() {
    let world = World::new().await;
    let reader = world.caller(READER);
    assert_eq!(reason(world.directory.get_node_status(&reader).await), Reason::RoleMissing);
    let need = register::draft::NeedDraft {
        competences: vec!["EB-WLZ".to_owned()],
        ..Default::default()
    };
    let any = Consistency::any();
    assert!(world.directory.resolve(&reader, need.clone(), &any).await.is_ok());
    assert_eq!(
        reason(world.directory.resolve(&world.caller(CAK), need, &any).await),
        Reason::RoleMissing
    );
}
