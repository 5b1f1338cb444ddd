//! What a card and the page of an entry say of an officer: who decides, for whom, with what at hand, and what not.

use register::entry::Entry;
use register::officer::{Mandate, Officer};

use super::dutch::{and, day, first_few, level_of_mandate, sentence, uncapitalised};
use super::words::{Words, referred};

/// Municipalities that are named one by one.
const PLACES_TOLD: usize = 4;

/// What there is to know of an officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// What may be decided, the most first.
    pub(super) mandates: Vec<MandateLine>,
    /// Where it works.
    pub(super) area: String,
    /// What to have at hand.
    pub(super) bring: Option<String>,
    /// Whether the household must have consented.
    pub(super) consent_required: bool,
    /// For whom it is.
    pub(super) audience: Option<String>,
    /// Within what time it answers.
    pub(super) response_within: Option<String>,
    /// For what one must be elsewhere.
    pub(super) not_for: Vec<NotForLine>,
    /// How trustworthy it is.
    pub(super) freshness: Freshness,
}

/// A mandate in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MandateLine {
    /// "Beslist zelf".
    pub(super) does: &'static str,
    /// " over eigen bijdrage Wlz", or nothing.
    pub(super) about: String,
    /// In the organisation's own words.
    pub(super) text: Option<String>,
    /// Up to what.
    pub(super) limit: Option<String>,
    /// Whom to consult.
    pub(super) consult: Option<String>,
    /// On what it rests.
    pub(super) basis: Option<String>,
    /// Until when.
    pub(super) until: Option<String>,
}

/// For what one must be elsewhere, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotForLine {
    /// The scheme.
    pub(super) what: String,
    /// Where then.
    pub(super) see: Option<String>,
    /// The page of that organisation.
    pub(super) href: Option<String>,
}

/// When an entry was last found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Freshness {
    /// "Gecontroleerd op 27 oktober 2026".
    pub(super) text: String,
    /// Whether that is too long ago.
    pub(super) is_stale: bool,
    /// Whether colleagues found it wrong, and nobody has looked into that.
    pub(super) is_doubted: bool,
}

impl Facts {
    /// Of an entry.
    pub(super) fn of(entry: &Entry, words: &Words<'_>) -> Self {
        let officer = &entry.officer;
        let approach = &officer.approach;
        Self {
            mandates: mandates(officer, words),
            area: area(officer, words),
            bring: approach.bring.as_deref().map(sentence),
            consent_required: approach.consent_required,
            audience: approach.audience.as_deref().map(sentence),
            response_within: approach.response_within.clone(),
            not_for: not_for(officer, words),
            freshness: freshness(entry, words),
        }
    }
}

fn mandates(officer: &Officer, words: &Words<'_>) -> Vec<MandateLine> {
    let mut held: Vec<&Mandate> = officer
        .mandates
        .iter()
        .filter(|mandate| mandate.until.is_none_or(|until| words.today <= until))
        .collect();
    held.sort_by_key(|mandate| mandate.level);
    held.into_iter().map(|mandate| mandate_line(mandate, words)).collect()
}

fn mandate_line(mandate: &Mandate, words: &Words<'_>) -> MandateLine {
    let about: Vec<String> = mandate
        .competences
        .iter()
        .map(|code| uncapitalised(&words.competence(code)))
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

fn area(officer: &Officer, words: &Words<'_>) -> String {
    if officer.area.is_empty() {
        return "Heel Nederland".to_owned();
    }
    let places: Vec<String> = officer.area.iter().map(|code| words.municipality(code)).collect();
    first_few(&places, PLACES_TOLD, "gemeenten")
}

fn not_for(officer: &Officer, words: &Words<'_>) -> Vec<NotForLine> {
    let line = |not_for: &register::officer::NotFor| {
        let known = not_for
            .see
            .as_deref()
            .and_then(referred)
            .and_then(|id| words.organisation(&id));
        NotForLine {
            what: words.competence(&not_for.competence),
            see: known
                .map(|organisation| organisation.short_name.clone())
                .or_else(|| not_for.see.clone()),
            href: known.map(|organisation| format!("/organisatie/{}", organisation.id)),
        }
    };
    officer.not_for.iter().map(line).collect()
}

fn freshness(entry: &Entry, words: &Words<'_>) -> Freshness {
    let is_stale = entry.is_stale_on(words.today);
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
    fn a_mandate_is_told_in_plain_words_and_an_ended_one_is_not() {
        let mut entry = sample::entry();
        let mut ended = entry.officer.mandates[0].clone();
        ended.until = Some("2026-01-01".parse().unwrap());
        entry.officer.mandates.insert(0, ended);
        let facts = Facts::of(&entry, &sample::words());
        assert_eq!(facts.mandates.len(), 1);
        assert_eq!(facts.mandates[0].does, "Beslist zelf");
        assert_eq!(facts.mandates[0].limit.as_deref(), Some("tot 36 maanden terug."));
    }

    #[test]
    fn the_area_is_named_and_the_whole_country_said() {
        let mut entry = sample::entry();
        assert_eq!(Facts::of(&entry, &sample::words()).area, "Heel Nederland");
        entry.officer.area = vec![register::identifier::MunicipalityCode::parse("GM0479").unwrap()];
        assert_eq!(Facts::of(&entry, &sample::words()).area, "Zaanstad");
    }

    #[test]
    fn an_old_verification_is_said_to_be_old() {
        let mut entry = sample::entry();
        assert_eq!(
            Facts::of(&entry, &sample::words()).freshness.text,
            "Gecontroleerd op 27 oktober 2026"
        );
        entry.verification = None;
        assert!(Facts::of(&entry, &sample::words()).freshness.is_stale);
    }
}
