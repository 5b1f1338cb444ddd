//! Tests reads: minimum positions, lists and routes.

use std::time::Duration;

use directory::{ListOfficers, ListOrganisations};
use register::draft::NeedDraft;
use register::position::{Epoch, Position, Revision};
use register::resolve::Level;
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::world::*;

fn list(page_size: i32, page_token: &str) -> ListOfficers {
    ListOfficers {
        organisation: Some(organisation_id("zb000211")),
        page_size,
        page_token: page_token.to_owned(),
        consistency: Consistency::any(),
        size_of: |_| 0,
    }
}

fn at_least(position: Position) -> Consistency {
    Consistency::at_least(Some(position), Duration::from_millis(200))
}

#[tokio::test]
async fn a_writer_reads_its_own_writes() {
    let world = World::new().await;
    let cak = world.caller(CAK);
    for n in 0..20 {
        let written = world.sync(many(n + 1)).await.position;
        let id = format!("o{n:05}");
        assert!(
            world
                .directory
                .get_officer(&cak, &name(&id), &at_least(written))
                .await
                .is_ok()
        );
        let mut question = question("eigen bijdrage", Some(written));
        question.page_size = 100;
        let found = world.directory.search_officers(&cak, question).await.unwrap();
        assert_eq!(found.total, n + 1);
        assert!(found.position.revision >= written.revision);
    }
}

#[tokio::test]
async fn an_unknown_position_is_refused_with_its_reason() {
    let world = World::new().await;
    let reader = world.caller(READER);
    let here = world.directory.position();
    let ahead = Position::new(here.epoch, here.revision.next());
    let other = Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(9)), Revision(1));
    let get = async |position| reason(world.directory.get_officer(&reader, &name("a"), &at_least(position)).await);
    assert_eq!(get(ahead).await, Reason::PositionNotReached);
    assert_eq!(get(other).await, Reason::EpochChanged);
    assert_eq!(get(here).await, Reason::OfficerNotFound);
    let ask = async |position| {
        let mut question = question("x", Some(position));
        question.consistency = at_least(position);
        reason(world.directory.search_officers(&reader, question).await)
    };
    assert_eq!(ask(ahead).await, Reason::PositionNotReached);
    assert_eq!(ask(other).await, Reason::EpochChanged);
}

#[tokio::test]
async fn a_list_has_pages_in_order_of_name() {
    let world = World::new().await;
    world.sync(many(7)).await;
    let cak = world.caller(CAK);
    let (mut ids, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = world.directory.list_officers(&cak, list(3, &token)).await.unwrap();
        assert_eq!(page.total, 7);
        ids.extend(page.items.iter().map(|entry| entry.officer.id.to_string()));
        pages += 1;
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!((ids.len(), pages), (7, 3));
    assert!(ids.is_sorted());
}

#[tokio::test]
async fn a_page_token_is_valid_for_its_request_only() {
    let world = World::new().await;
    world.sync(many(7)).await;
    let cak = world.caller(CAK);
    let token = world
        .directory
        .list_officers(&cak, list(3, ""))
        .await
        .unwrap()
        .next_page_token;
    let all = ListOfficers {
        organisation: None,
        ..list(3, &token)
    };
    assert_eq!(
        reason(world.directory.list_officers(&cak, all).await),
        Reason::PageTokenMismatch
    );
    assert_eq!(
        reason(world.directory.list_officers(&cak, list(3, "made up")).await),
        Reason::PageTokenMismatch
    );
    let organisations = ListOrganisations {
        kinds: vec![],
        statuses: vec![],
        page_size: 0,
        page_token: token,
        consistency: Consistency::any(),
        size_of: |_| 0,
    };
    assert_eq!(
        reason(world.directory.list_organisations(&cak, organisations).await),
        Reason::PageTokenMismatch
    );
}

#[tokio::test]
async fn listing_an_unknown_organisation_fails() {
    let world = World::new().await;
    let unknown = ListOfficers {
        organisation: Some(organisation_id("niemand")),
        ..list(3, "")
    };
    assert_eq!(
        reason(world.directory.list_officers(&world.caller(CAK), unknown).await),
        Reason::OrganisationNotFound
    );
    assert_eq!(
        reason(world.directory.list_officers(&world.caller(CAK), list(-1, "")).await),
        Reason::InvalidRequest
    );
}

#[tokio::test]
async fn organisations_are_listed_by_kind() {
    let world = World::new().await;
    let request = ListOrganisations {
        kinds: vec![register::organisation::OrganisationKind::Uitvoeringsorganisatie],
        statuses: vec![],
        page_size: 1,
        page_token: String::new(),
        consistency: Consistency::any(),
        size_of: |_| 0,
    };
    let page = world
        .directory
        .list_organisations(&world.caller(READER), request)
        .await
        .unwrap();
    assert_eq!((page.total, page.items[0].id.as_str()), (2, "oorg12369"));
    assert!(!page.next_page_token.is_empty());
}

#[tokio::test]
async fn a_route_has_the_officer_and_the_lmm_as_fallback() {
    let world = World::new().await;
    let written = world.sync(officers(&["a"])).await.position;
    let need = NeedDraft {
        competences: vec!["EB-WLZ".to_owned()],
        municipality: "GM0363".to_owned(),
        ..NeedDraft::default()
    };
    let route = world
        .directory
        .resolve(&world.caller(READER), need, &at_least(written))
        .await
        .unwrap();
    assert_eq!(route.position, written);
    assert_eq!(route.targets[0].level, Level::Officer);
    assert_eq!(route.targets[0].entry.as_ref().unwrap().officer.id.as_str(), "a");
    assert!(route.targets.iter().any(|target| target.level == Level::Lmm));
}

#[tokio::test]
async fn needs_in_a_batch_fail_independently() {
    let world = World::new().await;
    let need = |organisation: &str, competence: &str| NeedDraft {
        organisation: organisation.to_owned(),
        competences: vec![competence.to_owned()],
        ..NeedDraft::default()
    };
    let needs = vec![
        need("", "EB-WLZ"),
        need("organisations/niemand", "EB-WLZ"),
        need("", "HUURTOESLG"),
    ];
    let reader = world.caller(READER);
    let routes = world
        .directory
        .batch_resolve(&reader, needs, &Consistency::any())
        .await
        .unwrap();
    assert!(routes[0].is_ok());
    assert_eq!(routes[1].as_ref().unwrap_err().reason(), Reason::UnknownNeedOrganisation);
    let unknown_code = routes[2].as_ref().unwrap_err();
    assert_eq!(unknown_code.reason(), Reason::InvalidRequest);
    assert!(unknown_code.violations()[0].message.contains("HUURTOESLAG"));
    assert_eq!(
        reason(world.directory.batch_resolve(&reader, vec![], &Consistency::any()).await),
        Reason::InvalidRequest
    );
}
