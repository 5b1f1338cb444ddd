//! Checks that the built-in register of the demo is valid and complete.

use std::collections::HashSet;

use demo::{RegisterContents, RegisterFiles};
use jiff::civil::{Date, date};
use register::gazetteer::Gazetteer;
use register::identifier::CompetenceCode;
use register::officer::{MandateLevel, Officer, OfficerKind};
use register::organisation::{Organisation, OrganisationKind, OrganisationStatus, ServiceBasis};
use register::vocabulary::Vocabulary;

const TODAY: Date = date(2026, 11, 22);

fn demo() -> RegisterContents {
    RegisterFiles::builtin().parse(TODAY)
}

fn officers(demo: &RegisterContents) -> impl Iterator<Item = &Officer> {
    demo.officers.values().flatten().map(|entry| &entry.officer)
}

#[test]
fn the_builtin_register_has_no_warnings() {
    assert_eq!(demo().warnings, Vec::<String>::new());
}

#[test]
fn it_contains_every_municipality_and_400_officers() {
    let demo = demo();
    let municipalities: HashSet<_> = demo
        .organisations
        .iter()
        .filter_map(|o| o.municipality_code.as_ref())
        .collect();
    assert_eq!(municipalities.len(), 342);
    assert!(
        Gazetteer::builtin()
            .municipalities()
            .all(|municipality| municipalities.contains(&municipality.code))
    );
    let is_connected = |o: &&Organisation| o.kind == OrganisationKind::Gemeente && o.status == OrganisationStatus::Connected;
    assert!((60..=80).contains(&demo.organisations.iter().filter(is_connected).count()));
    assert!(officers(&demo).count() >= 400);
}

#[test]
fn every_competence_has_an_officer() {
    let demo = demo();
    let held: HashSet<&CompetenceCode> = officers(&demo).flat_map(|officer| &officer.competences).collect();
    let vocabulary = Vocabulary::builtin();
    let codes = vocabulary.competences().iter().map(|competence| &competence.code);
    let missing: Vec<_> = codes.filter(|code| !held.contains(code)).collect();
    assert_eq!(missing, Vec::<&CompetenceCode>::new());
}

#[test]
fn all_contacts_and_oins_are_fictitious() {
    let demo = demo();
    let desks = demo.organisations.iter().map(|organisation| &organisation.desk);
    let (mail, phone): (Vec<_>, Vec<_>) = desks
        .map(|desk| (desk.email.as_ref(), desk.phone.as_ref()))
        .chain(officers(&demo).map(|officer| (officer.contact.email.as_ref(), officer.contact.phone.as_ref())))
        .unzip();
    assert!(mail.into_iter().flatten().all(|email| email.as_str().ends_with(".example")));
    assert!(
        phone
            .into_iter()
            .flatten()
            .all(|phone| phone.as_str().starts_with("+31 88 000 "))
    );
    assert!(demo.grants.iter().all(|grant| grant.oin.as_str().starts_with("00000099")));
}

#[test]
fn the_two_example_cases_have_deciding_officers() {
    let demo = demo();
    let decides = |organisation: &str, competence: &str| {
        let code = CompetenceCode::parse(competence).unwrap();
        officers(&demo).any(|officer| {
            officer.organisation.as_str() == organisation
                && officer.competences.contains(&code)
                && officer.mandate_level(Some(&code), TODAY) == MandateLevel::Decide
        })
    };
    // The AOW was changed after a husband moved to a nursing home, and the contribution rose.
    assert!(decides("zb000143", "AOW-LEEFVORM"));
    assert!(decides("zb000211", "EB-WLZ"));
    // A student debt: DUO decides; the fallbacks are the LMM with the ambassador, and the LET.
    assert!(decides("oorg10148", "DRAAGKRACHT"));
    let holds = |organisation: &str, kind: OfficerKind| {
        officers(&demo).any(|officer| officer.organisation.as_str() == organisation && officer.kind == kind)
    };
    assert!(holds("lmm", OfficerKind::Regievoerder));
    assert!(holds("let", OfficerKind::Escalatielid));
    for ministry in ["mnre1073", "mnre1025", "mnre1034", "mnre1058", "mnre1109", "mnre1090"] {
        assert!(holds(ministry, OfficerKind::Ambassadeur), "{ministry} has no ambassador");
    }
}

#[test]
fn municipalities_have_no_officers_for_delegated_competences() {
    let demo = demo();
    let services = |basis| {
        demo.organisations
            .iter()
            .flat_map(|o| &o.serves)
            .filter(move |service| service.basis == basis)
    };
    assert!(services(ServiceBasis::Mandaat).count() > 0);
    assert!(services(ServiceBasis::Delegatie).count() > 0);
    for service in services(ServiceBasis::Delegatie) {
        let municipality = service.municipality.as_str().to_lowercase();
        for officer in officers(&demo).filter(|officer| officer.organisation.as_str() == municipality) {
            let delegated: Vec<_> = officer
                .competences
                .iter()
                .filter(|code| service.competences.contains(code))
                .collect();
            assert!(
                delegated.is_empty(),
                "{municipality}/{} still holds {delegated:?}",
                officer.id
            );
        }
    }
}

#[test]
fn municipal_officers_have_unique_descriptions() {
    let demo = demo();
    let municipal = officers(&demo).filter(|officer| officer.organisation.as_str().starts_with("gm"));
    let mut seen = HashSet::new();
    for officer in municipal {
        assert!(
            seen.insert(&officer.description),
            "{} has the description of another officer",
            officer.officer_name()
        );
    }
}
