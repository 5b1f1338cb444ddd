//! The facts of an officer on a card and on the page of an entry: mandates, area, what to bring, exclusions and freshness.

use register::entry::Entry;
use register::officer::{Mandate, Officer};

use super::dutch::{and, day, first_few, level_of_mandate, sentence, uncapitalised};
use super::labels::{Labels, parse_reference};

/// Maximum number of municipalities that are named one by one.
const MAX_PLACES: usize = 4;

/// The facts of an officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OfficerFacts {
    /// The mandates, the strongest first.
    pub(super) mandates: Vec<MandateLine>,
    /// The municipalities that it works for.
    pub(super) area: String,
    /// What the professional must have at hand.
    pub(super) bring: Option<String>,
    /// Whether the household must have consented.
    pub(super) consent_required: bool,
    /// The audience.
    pub(super) audience: Option<String>,
    /// The response time.
    pub(super) response_within: Option<String>,
    /// The matters that belong elsewhere.
    pub(super) not_for: Vec<NotForLine>,
    /// How recently the entry was verified.
    pub(super) freshness: Freshness,
}

/// A mandate as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MandateLine {
    /// The level: "Beslist zelf".
    pub(super) does: &'static str,
    /// The subject: " over eigen bijdrage Wlz", or empty.
    pub(super) about: String,
    /// The organisation's own description.
    pub(super) text: Option<String>,
    /// The limit of the mandate.
    pub(super) limit: Option<String>,
    /// Whom the officer must consult.
    pub(super) consult: Option<String>,
    /// The legal basis.
    pub(super) basis: Option<String>,
    /// The last day.
    pub(super) until: Option<String>,
}

/// A matter that belongs elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotForLine {
    /// The label of the scheme.
    pub(super) what: String,
    /// Where to go instead.
    pub(super) see: Option<String>,
    /// The address of that organisation, if it is one.
    pub(super) href: Option<String>,
}

/// How recently an entry was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Freshness {
    /// "Gecontroleerd op 27 oktober 2026".
    pub(super) text: String,
    /// Whether that is too long ago.
    pub(super) is_stale: bool,
    /// Whether colleagues reported a problem that is still open.
    pub(super) is_doubted: bool,
}

impl OfficerFacts {
    /// Collects the facts of an entry.
    pub(super) fn of(entry: &Entry, labels: &Labels<'_>) -> Self {
        let officer = &entry.officer;
        let approach = &officer.approach;
        Self {
            mandates: mandates(officer, labels),
            area: area(officer, labels),
            bring: approach.bring.as_deref().map(sentence),
            consent_required: approach.consent_required,
            audience: approach.audience.as_deref().map(sentence),
            response_within: approach.response_within.clone(),
            not_for: not_for(officer, labels),
            freshness: freshness(entry, labels),
        }
    }
}

fn mandates(officer: &Officer, labels: &Labels<'_>) -> Vec<MandateLine> {
    let mut held: Vec<&Mandate> = officer
        .mandates
        .iter()
        .filter(|mandate| mandate.until.is_none_or(|until| labels.today <= until))
        .collect();
    held.sort_by_key(|mandate| mandate.level);
    held.into_iter().map(|mandate| mandate_line(mandate, labels)).collect()
}

fn mandate_line(mandate: &Mandate, labels: &Labels<'_>) -> MandateLine {
    let about: Vec<String> = mandate
        .competences
        .iter()
        .map(|code| uncapitalised(&labels.competence(code)))
        .collect();
    MandateLine {
        does: level_of_mandate(mandate.level),
        about: if about.is_empty() {
            String::new()
        } else {
            format!(" over {}", and(&about))
        },
        text: mandate.text.as_deref().map(sentence),
        limit: mandate.limit.as_deref().map(sentence),
        consult: mandate.consult.as_deref().map(sentence),
        basis: mandate.basis.as_deref().map(sentence),
        until: mandate.until.map(day),
    }
}

fn area(officer: &Officer, labels: &Labels<'_>) -> String {
    if officer.area.is_empty() {
        return "Heel Nederland".to_owned();
    }
    let places: Vec<String> = officer.area.iter().map(|code| labels.municipality(code)).collect();
    first_few(&places, MAX_PLACES, "gemeenten")
}

fn not_for(officer: &Officer, labels: &Labels<'_>) -> Vec<NotForLine> {
    let line = |not_for: &register::officer::NotFor| {
        let known = not_for
            .see
            .as_deref()
            .and_then(parse_reference)
            .and_then(|id| labels.organisation(&id));
        NotForLine {
            what: labels.competence(&not_for.competence),
            see: known
                .map(|organisation| organisation.short_name.clone())
                .or_else(|| not_for.see.clone()),
            href: known.map(|organisation| format!("/organisatie/{}", organisation.id)),
        }
    };
    officer.not_for.iter().map(line).collect()
}

fn freshness(entry: &Entry, labels: &Labels<'_>) -> Freshness {
    let is_stale = entry.is_stale_on(labels.today);
    let text = match entry.verified_on() {
        None => "Nog niet gecontroleerd door de organisatie".to_owned(),
        Some(on) if is_stale => format!("Lang niet gecontroleerd: voor het laatst op {}", day(on)),
        Some(on) => format!("Gecontroleerd op {}", day(on)),
    };
    Freshness {
        text,
        is_stale,
        is_doubted: entry.is_doubted(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    #[test]
    fn an_ended_mandate_is_left_out() {
        let mut entry = sample::entry();
        let mut ended = entry.officer.mandates[0].clone();
        ended.until = Some("2026-01-01".parse().unwrap());
        entry.officer.mandates.insert(0, ended);
        let facts = OfficerFacts::of(&entry, &sample::labels());
        assert_eq!(facts.mandates.len(), 1);
        assert_eq!(facts.mandates[0].does, "Beslist zelf");
        assert_eq!(facts.mandates[0].limit.as_deref(), Some("tot 36 maanden terug."));
    }

    #[test]
    fn an_empty_area_means_the_whole_country() {
        let mut entry = sample::entry();
        assert_eq!(OfficerFacts::of(&entry, &sample::labels()).area, "Heel Nederland");
        entry.officer.area = vec![register::identifier::MunicipalityCode::parse("GM0479").unwrap()];
        assert_eq!(OfficerFacts::of(&entry, &sample::labels()).area, "Zaanstad");
    }

    #[test]
    fn an_entry_without_verification_is_stale() {
        let mut entry = sample::entry();
        assert_eq!(
            OfficerFacts::of(&entry, &sample::labels()).freshness.text,
            "Gecontroleerd op 27 oktober 2026"
        );
        entry.verification = None;
        assert!(OfficerFacts::of(&entry, &sample::labels()).freshness.is_stale);
    }
}
