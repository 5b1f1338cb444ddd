//! Tests absences and verifications, the overlays on an entry.

use directory::VerifyOfficers;
use register::draft::AbsenceDraft;
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::world::*;

#[tokio::test]
async fn overlays_survive_a_snapshot() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let cak = world.caller(CAK);
    let absence = AbsenceDraft {
        from: "2026-12-01T08:00:00Z".to_owned(),
        until: "2026-12-08T08:00:00Z".to_owned(),
    };
    world
        .directory
        .set_presence(&cak, name("a"), vec![absence], request_id())
        .await
        .unwrap();
    let verified = world.directory.verify_officers(&cak, verification(&[], "")).await.unwrap();
    assert_eq!(verified.verified, 1);
    world.sync(vec![titled("a", "Anders")]).await;
    let entry = world
        .directory
        .get_officer(&cak, &name("a"), &Consistency::any())
        .await
        .unwrap()
        .value;
    assert_eq!(entry.presence.absences.len(), 1);
    let verification = entry.verification.as_ref().unwrap();
    assert_eq!(verification.verify_by.to_string(), "2027-05-23");
    assert_eq!(verification.verified_by.as_ref().unwrap().as_str(), CAK);
}

#[tokio::test]
async fn invalid_presence_and_verification_are_refused() {
    let world = World::new().await;
    world.sync(officers(&["a"])).await;
    let cak = world.caller(CAK);
    let backwards = AbsenceDraft {
        from: "2026-12-08T08:00:00Z".to_owned(),
        until: "2026-12-01T08:00:00Z".to_owned(),
    };
    let set = world
        .directory
        .set_presence(&cak, name("a"), vec![backwards], request_id())
        .await;
    assert_eq!(reason(set), Reason::InvalidRequest);
    let set = world.directory.set_presence(&cak, name("nobody"), vec![], request_id()).await;
    assert_eq!(reason(set), Reason::OfficerNotFound);
    for (names, verify_by) in [
        (vec!["organisations/oorg12369/officers/a"], ""),
        (vec!["organisations/zb000211/officers/nobody"], ""),
        (vec![], "2028-01-01"),
        (vec![], "2026-01-01"),
        (vec![], "morgen"),
    ] {
        let verified = world.directory.verify_officers(&cak, verification(&names, verify_by)).await;
        assert_eq!(reason(verified), Reason::InvalidRequest, "{names:?} {verify_by}");
    }
}

fn verification(names: &[&str], verify_by: &str) -> VerifyOfficers {
    VerifyOfficers {
        organisation: organisation_id("zb000211"),
        officers: names.iter().map(|name| (*name).to_owned()).collect(),
        verify_by: verify_by.to_owned(),
        request_id: request_id(),
    }
}
