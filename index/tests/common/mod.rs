//! A small register of invented officers, and shorthands for searching it.
#![allow(dead_code, reason = "each test binary uses what it needs")]
#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::sync::{Arc, LazyLock};

use generator::RegisterGenerator;
use index::{Context, Index, IndexedOfficer, IndexedOrganisation, Language, Learned, Model, Paging, Plan, Question, Results};
use jiff::civil::{Date, date};
use register::gazetteer::Gazetteer;
use register::identifier::{CompetenceCode, MunicipalityCode, OfficerId, OfficerName, OrganisationId};
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;
use register::position::{Epoch, Position, Revision};
use register::vocabulary::Vocabulary;

static LANGUAGE: LazyLock<Arc<Language>> =
    LazyLock::new(|| Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin())));

pub(crate) fn language() -> Arc<Language> {
    LANGUAGE.clone()
}

/// A language whose model has learned nothing.
pub(crate) fn unlearned() -> Arc<Language> {
    let vocabulary = Vocabulary::builtin();
    let learned = Learned::of(Arc::new(Model::empty()));
    Arc::new(Language::with(&vocabulary, Gazetteer::builtin(), learned))
}

pub(crate) fn context() -> Context {
    Context::new(language(), [])
}

pub(crate) fn position(revision: u64) -> Position {
    Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(1)), Revision(revision))
}

pub(crate) fn organisation(id: &str, name: &str, short_name: &str, kind: OrganisationKind) -> Arc<IndexedOrganisation> {
    let municipality = (kind == OrganisationKind::Gemeente).then(|| MunicipalityCode::parse(&id.to_uppercase()).unwrap());
    Arc::new(IndexedOrganisation {
        id: OrganisationId::parse(id).unwrap(),
        name: name.into(),
        short_name: short_name.into(),
        aliases: Vec::new(),
        kind,
        municipality,
    })
}

pub(crate) fn officer(
    organisation: &Arc<IndexedOrganisation>,
    id: &str,
    title: &str,
    description: &str,
    competences: &[&str],
) -> IndexedOfficer {
    IndexedOfficer {
        name: OfficerName::new(organisation.id.clone(), OfficerId::parse(id).unwrap()),
        person: None,
        function_title: title.into(),
        kind: OfficerKind::Maatwerkfunctionaris,
        description: description.into(),
        domains: Vec::new(),
        competences: competences.iter().map(|code| CompetenceCode::parse(code).unwrap()).collect(),
        not_for: Vec::new(),
        area: organisation.municipality.clone().into_iter().collect(),
        mandate: MandateLevel::Decide,
        mandate_texts: Vec::new(),
        verified_on: Some(Date::constant(2026, 5, 1)),
        organisation: organisation.clone(),
    }
}

/// Returns seven officers of five organisations.
pub(crate) fn register() -> Vec<IndexedOfficer> {
    let svb = organisation(
        "zb000143",
        "Sociale Verzekeringsbank",
        "SVB",
        OrganisationKind::Uitvoeringsorganisatie,
    );
    let cak = organisation("zb000211", "CAK", "CAK", OrganisationKind::Uitvoeringsorganisatie);
    let amsterdam = organisation("gm0363", "Gemeente Amsterdam", "Amsterdam", OrganisationKind::Gemeente);
    let utrecht = organisation("gm0344", "Gemeente Utrecht", "Utrecht", OrganisationKind::Gemeente);
    let ocw = organisation(
        "mnre1109",
        "Ministerie van Onderwijs, Cultuur en Wetenschap",
        "OCW",
        OrganisationKind::Ministerie,
    );
    let mut bijdrage = officer(
        &cak,
        "bijdrage",
        "Casemanager",
        "Stelt de eigen bijdrage Wlz vast, ook na overlijden.",
        &["EB-WLZ"],
    );
    bijdrage.person = Some("Şule Voorbeeldoğlu".into());
    let mut ambassadeur = officer(
        &ocw,
        "pmm",
        "Ambassadeur onderwijs",
        "Knelpunten in de studiefinanciering.",
        &["WSF"],
    );
    ambassadeur.kind = OfficerKind::Ambassadeur;
    vec![
        officer(
            &svb,
            "aow",
            "Specialist AOW",
            "Leefvorm na opname van een echtgenoot. Voor de eigen bijdrage: zie CAK.",
            &["AOW", "AOW-LEEFVORM"],
        ),
        bijdrage,
        officer(
            &cak,
            "premie",
            "Team premie",
            "Bestuursrechtelijke premie en bronheffing.",
            &["WANBETALERS", "ONVERZEKERDEN"],
        ),
        officer(
            &amsterdam,
            "zaken",
            "Burgerzaken",
            "Briefadres en inschrijving.",
            &["BRP", "BRIEFADRES"],
        ),
        officer(
            &utrecht,
            "zaken",
            "Burgerzaken",
            "Briefadres en inschrijving.",
            &["BRIEFADRES", "BRP"],
        ),
        officer(
            &utrecht,
            "schulden",
            "Schuldhulp",
            "Schuldhulpverlening en regelingen.",
            &["WGS", "MSNP"],
        ),
        ambassadeur,
    ]
}

/// Returns a generator of larger registers.
pub(crate) fn generator() -> RegisterGenerator {
    RegisterGenerator::new(1, date(2026, 11, 22))
}

/// Returns the officer of this number of a generated register, as it is indexed.
pub(crate) fn generated(generator: &RegisterGenerator, number: usize) -> IndexedOfficer {
    let officer = generator.officer(number);
    let organisations = generator.organisations();
    let organisation = organisations.iter().find(|known| known.id == officer.organisation).unwrap();
    let organisation = Arc::new(IndexedOrganisation::from(organisation));
    IndexedOfficer::of(&officer, Some(generator.verified_on(number)), organisation)
}

/// Creates an index of `officers` in a temporary folder, which is removed when the returned guard is dropped.
pub(crate) fn filled(officers: Vec<IndexedOfficer>) -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path(), language(), position(1)).unwrap();
    index.rebuild(position(1), officers).unwrap();
    (folder, index)
}

pub(crate) fn plan(text: &str) -> Plan {
    Plan::compile(
        &Question {
            text: text.into(),
            ..Question::default()
        },
        &context(),
    )
}

pub(crate) fn search(index: &Index, text: &str) -> Results {
    page(index, &plan(text), &Paging::first(50))
}

/// Returns one page of results, without highlights.
pub(crate) fn page(index: &Index, plan: &Plan, paging: &Paging) -> Results {
    index.snapshot().search(plan, paging, &|_| None).unwrap()
}

/// Returns the hits as `organisation/officer`.
pub(crate) fn names(results: &Results) -> Vec<String> {
    results
        .hits
        .iter()
        .map(|hit| format!("{}/{}", hit.name.organisation, hit.name.officer))
        .collect()
}
