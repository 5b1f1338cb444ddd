//! Tests the operation of a register: organisations and grants.

use directory::{ListGrants, PutGrants, PutOrganisations};
use register::draft::{GrantDraft, OrganisationDraft};
use register::organisation::OrganisationStatus;
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::world::*;

fn draft(id: &str, name: &str) -> OrganisationDraft {
    OrganisationDraft {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: "uitvoeringsorganisatie".to_owned(),
        status: "connected".to_owned(),
        ..OrganisationDraft::default()
    }
}

fn put(organisations: Vec<OrganisationDraft>) -> PutOrganisations {
    PutOrganisations {
        organisations,
        request_id: request_id(),
        validate_only: false,
    }
}

fn grants(drafts: Vec<GrantDraft>) -> PutGrants {
    PutGrants {
        grants: drafts,
        request_id: request_id(),
    }
}

fn grant_draft(oin: &str, organisation: &str, role: &str) -> GrantDraft {
    GrantDraft {
        oin: oin.to_owned(),
        organisation: organisation.to_owned(),
        roles: vec![role.to_owned()],
        ..GrantDraft::default()
    }
}

#[tokio::test]
async fn a_connected_organisation_can_publish() {
    let world = World::new().await;
    let operator = world.caller(OPERATOR);
    let written = world
        .directory
        .put_organisations(&operator, put(vec![draft("duo", "DUO")]))
        .await
        .unwrap();
    assert_eq!((written.applied, written.created), (true, 1));
    let granted = world
        .directory
        .put_grants(&operator, grants(vec![grant_draft(STRANGER, "duo", "publish")]))
        .await
        .unwrap();
    assert_eq!(granted.changed, 1);
    let duo = world.caller(STRANGER);
    let snapshot = directory::SyncOfficers {
        organisation: organisation_id("duo"),
        ..snapshot(vec![{
            let mut officer = officer("a");
            officer.contact.email = Some("maatwerk@duo.example".to_owned());
            officer
        }])
    };
    let report = world.directory.sync_officers(&duo, snapshot).await.unwrap();
    assert!(report.applied, "{:?}", report.violations);
}

#[tokio::test]
async fn organisations_are_put_all_or_nothing() {
    let world = World::new().await;
    let operator = world.caller(OPERATOR);
    let before = world.directory.position();
    let mut wrong = draft("x1", "Een");
    wrong.successors = vec!["niemand".to_owned()];
    let request = put(vec![draft("duo", "DUO"), draft("duo", "DUO"), wrong, draft("", "Naamloos")]);
    let answer = world.directory.put_organisations(&operator, request).await.unwrap();
    assert!(!answer.applied);
    let mut places: Vec<_> = answer.violations.iter().map(|found| found.index.unwrap()).collect();
    places.sort_unstable();
    assert_eq!(places, [1, 2, 3]);
    assert_eq!(world.directory.position(), before);

    let only_checked = PutOrganisations {
        validate_only: true,
        ..put(vec![draft("duo", "DUO")])
    };
    let answer = world.directory.put_organisations(&operator, only_checked).await.unwrap();
    assert_eq!((answer.applied, answer.created), (false, 1));
    assert_eq!(world.directory.position(), before);
    assert_eq!(
        reason(world.directory.put_organisations(&operator, put(vec![])).await),
        Reason::InvalidRequest
    );
}

#[tokio::test]
async fn the_same_organisations_change_nothing() {
    let world = World::new().await;
    let operator = world.caller(OPERATOR);
    let first = world
        .directory
        .put_organisations(&operator, put(vec![draft("duo", "DUO")]))
        .await
        .unwrap();
    let again = world
        .directory
        .put_organisations(&operator, put(vec![draft("duo", "DUO")]))
        .await
        .unwrap();
    assert_eq!((again.unchanged, again.position), (1, first.position));
    let any = Consistency::any();
    let held = world
        .directory
        .get_organisation(&operator, &organisation_id("duo"), &any)
        .await
        .unwrap();
    assert_eq!(held.value.short_name, "DUO");
    assert_eq!(
        reason(
            world
                .directory
                .get_organisation(&operator, &organisation_id("niemand"), &any)
                .await
        ),
        Reason::OrganisationNotFound
    );
}

#[tokio::test]
async fn the_last_operator_cannot_be_removed() {
    let world = World::new().await;
    let operator = world.caller(OPERATOR);
    let (holder, home) = (operator.acting.oin().clone(), organisation_id("beheer"));
    let revoked = world.directory.revoke_grant(&operator, holder.clone(), home.clone()).await;
    assert_eq!(reason(revoked), Reason::LastOperator);
    let suspended = world
        .directory
        .set_organisation_status(&operator, home.clone(), OrganisationStatus::Suspended)
        .await;
    assert_eq!(reason(suspended), Reason::LastOperator);
    let demoted = world
        .directory
        .put_grants(&operator, grants(vec![grant_draft(OPERATOR, "beheer", "lookup")]))
        .await;
    assert_eq!(reason(demoted), Reason::LastOperator);

    world
        .directory
        .put_grants(&operator, grants(vec![grant_draft(STRANGER, "lmm", "operate")]))
        .await
        .unwrap();
    assert!(world.directory.revoke_grant(&operator, holder, home.clone()).await.is_ok());
    assert_eq!(
        reason(world.directory.get_node_status(&operator).await),
        Reason::UnknownOrganisation
    );
    let gone = world
        .directory
        .revoke_grant(&world.caller(STRANGER), operator.acting.oin().clone(), home)
        .await;
    assert_eq!(reason(gone), Reason::GrantNotFound);
}

#[tokio::test]
async fn grants_are_validated_and_listed() {
    let world = World::new().await;
    let operator = world.caller(OPERATOR);
    let wrong = grants(vec![
        grant_draft("123", "lmm", "publish"),
        grant_draft(STRANGER, "niemand", "publish"),
        grant_draft(STRANGER, "lmm", "baas"),
    ]);
    let refused = world.directory.put_grants(&operator, wrong).await.unwrap_err();
    let fields: Vec<&str> = refused.violations().iter().map(|found| found.field.as_str()).collect();
    assert_eq!(fields, ["grants[0].oin", "grants[1].organisation", "grants[2].roles[0]"]);

    let list = |organisation: Option<&str>, page_size, token: &str| ListGrants {
        organisation: organisation.map(organisation_id),
        page_size,
        page_token: token.to_owned(),
    };
    let first = world.directory.list_grants(&operator, list(None, 3, "")).await.unwrap();
    assert_eq!((first.items.len(), first.total), (3, 4));
    let second = world
        .directory
        .list_grants(&operator, list(None, 3, &first.next_page_token))
        .await
        .unwrap();
    assert_eq!((second.items.len(), second.next_page_token.as_str()), (1, ""));
    let of_cak = world
        .directory
        .list_grants(&operator, list(Some("zb000211"), 0, ""))
        .await
        .unwrap();
    assert_eq!(of_cak.items[0].oin.as_str(), CAK);
}

#[tokio::test]
async fn an_operator_sees_the_status_of_the_node() {
    let world = World::new().await;
    let written = world.sync(officers(&["a", "b"])).await.position;
    world.search("x", written).await;
    let status = world.directory.get_node_status(&world.caller(OPERATOR)).await.unwrap();
    assert_eq!((status.position, status.view_position), (written, written));
    assert_eq!((status.officers, status.officers_stale), (2, 2));
    assert_eq!((status.organisations, status.organisations_connected), (5, 5));
    assert_eq!(status.register.as_str(), "landelijk");
    assert!(world.directory.is_ready());
}
