use register::position::{Epoch, Position, Revision};

use super::*;

const TODAY: Date = Date::constant(2026, 11, 22);

fn view(grants: &[serde_json::Value]) -> View {
    let organisation = |id: &str, status: &str| {
        let json = serde_json::json!({"id": id, "name": id, "short_name": id, "kind": "overig", "status": status});
        serde_json::from_value(json).unwrap()
    };
    let organisations = [
        organisation("cak", "connected"),
        organisation("svb", "suspended"),
        organisation("duo", "connected"),
    ];
    let grants: Vec<Grant> = grants
        .iter()
        .map(|json| serde_json::from_value(json.clone()).unwrap())
        .collect();
    View::load(
        Position::new(Epoch::from_uuid(uuid::Uuid::nil()), Revision(1)),
        organisations,
        grants,
        [],
    )
}

fn grant(organisation: &str, roles: &[&str], until: Option<&str>) -> serde_json::Value {
    serde_json::json!({"oin": oin(), "organisation": organisation, "roles": roles, "until": until, "basis": "own"})
}

fn oin() -> Oin {
    Oin::parse("00000099000000001000").unwrap()
}

fn reason_for_lookup(grants: &[serde_json::Value]) -> Option<Reason> {
    for_any_organisation(&view(grants), &oin().into(), &[Role::Lookup], TODAY)
        .err()
        .map(|error| error.reason())
}

fn reason_to_publish(grants: &[serde_json::Value], organisation: &str) -> Option<Reason> {
    let id = OrganisationId::parse(organisation).unwrap();
    for_organisation(&view(grants), &oin().into(), Role::Publish, &id, TODAY)
        .err()
        .map(|error| error.reason())
}

#[test]
fn one_valid_grant_suffices_for_reading() {
    let grants = [
        grant("cak", &["publish"], None),
        grant("duo", &["lookup"], Some("2026-11-22")),
        grant("svb", &["lookup"], None),
    ];
    let authority = for_any_organisation(&view(&grants), &oin().into(), &[Role::Lookup], TODAY).unwrap();
    assert_eq!(authority.organisation.as_str(), "duo");
}

#[test]
fn reading_is_refused_for_the_closest_reason() {
    assert_eq!(reason_for_lookup(&[]), Some(Reason::UnknownOrganisation));
    assert_eq!(
        reason_for_lookup(&[grant("cak", &["publish"], None)]),
        Some(Reason::RoleMissing)
    );
    assert_eq!(reason_for_lookup(&[grant("svb", &["lookup"], None)]), Some(Reason::Suspended));
    assert_eq!(
        reason_for_lookup(&[grant("cak", &["lookup"], Some("2026-11-21"))]),
        Some(Reason::GrantExpired)
    );
    assert_eq!(
        reason_for_lookup(&[grant("cak", &["publish"], Some("2026-11-21"))]),
        Some(Reason::GrantExpired)
    );
}

#[test]
fn writing_needs_the_role_for_that_organisation() {
    let grants = [
        grant("cak", &["publish"], None),
        grant("duo", &["lookup"], None),
        grant("svb", &["publish"], None),
    ];
    assert_eq!(reason_to_publish(&grants, "cak"), None);
    assert_eq!(reason_to_publish(&grants, "duo"), Some(Reason::RoleMissing));
    assert_eq!(reason_to_publish(&grants, "svb"), Some(Reason::Suspended));
    assert_eq!(reason_to_publish(&grants, "uwv"), Some(Reason::NotOwner));
    assert_eq!(reason_to_publish(&[], "cak"), Some(Reason::UnknownOrganisation));
    let ended = [grant("cak", &["publish"], Some("2026-11-21"))];
    assert_eq!(reason_to_publish(&ended, "cak"), Some(Reason::GrantExpired));
}

#[test]
fn refusal_names_oin_organisation_and_remedy() {
    let id = OrganisationId::parse("uwv").unwrap();
    let error = for_organisation(
        &view(&[grant("cak", &["publish"], None)]),
        &oin().into(),
        Role::Publish,
        &id,
        TODAY,
    )
    .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains(oin().as_str()) && text.contains("`uwv`") && text.contains("operator"),
        "{text}"
    );
}

#[test]
fn mandate_is_recorded_as_acting_for_another() {
    let mut mandate = grant("cak", &["publish"], None);
    mandate["basis"] = "mandate".into();
    let id = OrganisationId::parse("cak").unwrap();
    let authority = for_organisation(&view(&[mandate]), &oin().into(), Role::Publish, &id, TODAY).unwrap();
    assert!(authority.on_behalf_of && authority.actor(None).on_behalf_of);
}

fn person(organisation: &str, roles: &[Role]) -> Principal {
    Principal::Person(crate::identity::Person {
        node: oin(),
        organisation: OrganisationId::parse(organisation).unwrap(),
        roles: roles.to_vec(),
    })
}

#[test]
fn person_acts_by_login_and_grants_add_nothing() {
    // The grants of the node's own OIN must not apply to people who log in at its page.
    let view = view(&[grant("duo", &["publish", "operate"], None)]);
    let publish = |acting: &Principal, organisation: &str| {
        let id = OrganisationId::parse(organisation).unwrap();
        for_organisation(&view, acting, Role::Publish, &id, TODAY)
    };
    let reason = |refused: Result<Authority, Error>| refused.unwrap_err().reason();
    let publisher = person("cak", &[Role::Lookup, Role::Publish]);
    let authority = publish(&publisher, "cak").unwrap();
    assert!(authority.on_behalf_of && authority.basis == GrantBasis::Mandate && authority.oin == oin());
    assert_eq!(reason(publish(&publisher, "duo")), Reason::NotOwner);
    assert_eq!(
        reason(for_any_organisation(&view, &publisher, &[Role::Operate], TODAY)),
        Reason::RoleMissing
    );
    assert_eq!(reason(publish(&person("cak", &[Role::Lookup]), "cak")), Reason::RoleMissing);
    assert_eq!(reason(publish(&person("svb", &[Role::Publish]), "svb")), Reason::Suspended);
    assert_eq!(
        reason(publish(&person("weg", &[Role::Publish]), "weg")),
        Reason::UnknownOrganisation
    );
}
