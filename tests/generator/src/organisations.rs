//! The organisations of the register, the schemes they carry out, and their shares of its officers.

use register::gazetteer::{Gazetteer, Municipality};
use register::identifier::OrganisationId;
use register::officer::{Email, Phone};
use register::organisation::{Desk, Organisation, OrganisationKind, OrganisationStatus};
use register::peer::Sharing;
use register::vocabulary::{Executor, Vocabulary};

/// How many municipalities take part.
const MUNICIPALITIES: usize = 100;
/// Officers of a round that municipalities and national organisations have together, before rounding.
const MUNICIPAL_OFFICERS: f64 = 780.0;
const NATIONAL_OFFICERS: f64 = 220.0;
/// After this many municipalities, in order of size, a municipality has a third of the officers of the largest.
const DECLINE: f64 = 28.0;
/// The largest municipalities come first; the others follow by code.
const LARGEST: [&str; 20] = [
    "Amsterdam",
    "Rotterdam",
    "Den Haag",
    "Utrecht",
    "Eindhoven",
    "Groningen",
    "Tilburg",
    "Almere",
    "Breda",
    "Nijmegen",
    "Arnhem",
    "Apeldoorn",
    "Haarlem",
    "Enschede",
    "Amersfoort",
    "Zaanstad",
    "Zwolle",
    "Zoetermeer",
    "Leeuwarden",
    "Leiden",
];

pub(crate) fn all(vocabulary: &Vocabulary) -> Vec<Organisation> {
    let gazetteer = Gazetteer::builtin();
    let largest = LARGEST.iter().filter_map(|name| gazetteer.find(name).first()).cloned();
    let mut codes: Vec<_> = largest.collect();
    for municipality in gazetteer.municipalities() {
        if codes.len() < MUNICIPALITIES && !codes.contains(&municipality.code) {
            codes.push(municipality.code.clone());
        }
    }
    let municipalities = codes.iter().filter_map(|code| gazetteer.municipality(code)).map(municipality);
    municipalities
        .chain(vocabulary.executors().iter().filter_map(national))
        .collect()
}

fn municipality(municipality: &Municipality) -> Organisation {
    let id = municipality.code.as_str().to_lowercase();
    Organisation {
        municipality_code: Some(municipality.code.clone()),
        places: municipality.places.clone(),
        ..organisation(
            &id,
            &format!("Gemeente {}", municipality.name),
            &municipality.name,
            OrganisationKind::Gemeente,
        )
    }
}

/// The organisation that always carries a scheme out, except ministries and the joint desks behind all others.
fn national(executor: &Executor) -> Option<Organisation> {
    let id = executor.organisation.as_ref()?.as_str();
    let stands_behind_others = id.starts_with("mnre") || matches!(id, "lmm" | "let");
    let kind = OrganisationKind::Uitvoeringsorganisatie;
    (!stands_behind_others).then(|| organisation(id, &executor.label, &executor.key, kind))
}

fn organisation(id: &str, name: &str, short_name: &str, kind: OrganisationKind) -> Organisation {
    Organisation {
        id: OrganisationId::parse(id).expect("codes in lower case and ids of executors are ids"),
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        aliases: Vec::new(),
        kind,
        tooi_uri: None,
        municipality_code: None,
        places: Vec::new(),
        serves: Vec::new(),
        desk: Desk {
            email: Email::parse(&format!("loket@{id}.example")).ok(),
            phone: Phone::parse("+31 88 000 0000").ok(),
            ..Desk::default()
        },
        status: OrganisationStatus::Connected,
        agreement: true,
        valid_from: None,
        valid_until: None,
        successors: Vec::new(),
        sharing: Sharing::default(),
    }
}

/// The numbers in the vocabulary of the schemes that `organisation` carries out.
pub(crate) fn schemes(organisation: &Organisation, vocabulary: &Vocabulary) -> Vec<usize> {
    let carries_out = |executor: &Executor| {
        executor.organisation.as_ref() == Some(&organisation.id) || executor.kind == Some(organisation.kind)
    };
    let schemes = vocabulary.competences().iter().enumerate();
    let own = schemes.filter(|(_, scheme)| vocabulary.executors_of(&scheme.code).any(carries_out));
    own.map(|(number, _)| number).collect()
}

/// How many officers of a round each of `organisations` has, at least one.
pub(crate) fn shares(organisations: &[Organisation]) -> Vec<usize> {
    let nationals = organisations.len().saturating_sub(MUNICIPALITIES).max(1);
    let share = |place: usize| {
        let share = if place < MUNICIPALITIES {
            MUNICIPAL_OFFICERS / DECLINE * (-(place as f64) / DECLINE).exp()
        } else {
            NATIONAL_OFFICERS / nationals as f64
        };
        (share.round() as usize).max(1)
    };
    (0..organisations.len()).map(share).collect()
}
