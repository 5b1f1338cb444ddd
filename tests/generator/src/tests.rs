use std::collections::HashSet;

use jiff::civil::{Date, date};
use register::draft::OfficerDraft;
use register::gazetteer::Gazetteer;
use register::identifier::{OfficerName, OrganisationId};
use register::validate::{self, Rules};
use register::vocabulary::Vocabulary;

use super::RegisterGenerator;

const TODAY: Date = date(2026, 11, 22);

fn generator() -> RegisterGenerator {
    RegisterGenerator::new(7, TODAY)
}

#[test]
fn one_seed_gives_one_register() {
    let register = |seed| {
        let generator = RegisterGenerator::new(seed, TODAY);
        (generator.officers(50).collect::<Vec<_>>(), generator.questions(50))
    };
    assert_eq!(register(7), register(7));
    assert_ne!(register(7), register(8));
}

#[test]
fn every_officer_is_valid_and_stored_unchanged() {
    let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
    let rules = Rules::new(&vocabulary, &gazetteer, TODAY);
    let elsewhere = OrganisationId::parse("uitvoerder-001").unwrap();
    let generator = generator();
    for officer in generator.officers(2_000).chain(generator.officers_of(&elsewhere, 50)) {
        assert_eq!(validate::officer(&OfficerDraft::from(&officer), &rules), Ok(officer));
    }
}

#[test]
fn officers_are_spread_over_all_organisations() {
    let generator = generator();
    assert_eq!(generator.organisations().len(), 126);
    let officers: Vec<_> = generator.officers(5_000).collect();
    let names: HashSet<_> = officers.iter().map(|officer| officer.officer_name()).collect();
    assert_eq!(names.len(), officers.len(), "each officer has its own name");
    let organisations: HashSet<_> = officers.iter().map(|officer| &officer.organisation).collect();
    assert_eq!(organisations.len(), 126);
    let municipal = officers
        .iter()
        .filter(|officer| officer.organisation.as_str().starts_with("gm"));
    let share = municipal.count() as f64 / officers.len() as f64;
    assert!((0.7..0.85).contains(&share), "{share}");
}

#[test]
fn deputies_come_before_their_officers() {
    let mut names = HashSet::new();
    for officer in generator().officers(3_000) {
        if let Some(deputy) = &officer.deputy {
            assert!(names.contains(&OfficerName::new(officer.organisation.clone(), deputy.clone())));
        }
        names.insert(officer.officer_name());
    }
}
