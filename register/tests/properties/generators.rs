//! Generators for the property tests: registers small enough for all parts to interact.

use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use register::draft::{ApproachDraft, ContactDraft, HoursDraft, MandateDraft, NotForDraft, OfficerDraft};
use register::entry::{Entry, Etag};
use register::gazetteer::Gazetteer;
use register::officer::Officer;
use register::position::{Epoch, Position, Revision};
use register::presence::{Absence, Presence};
use register::validate::{self, Rules};
use register::verification::Verification;
use register::vocabulary::Vocabulary;
use uuid::Uuid;

pub(crate) const ORGANISATIONS: [&str; 9] = [
    "zb000211", "zb000143", "gm0106", "gm0363", "gm1979", "gkb", "mnre1025", "lmm", "let",
];
pub(crate) const COMPETENCES: [&str; 7] = ["EB-WLZ", "AOW", "WGS", "BRIEFADRES", "AWB-HARDHEID", "PMM-LMM", "WMO"];
pub(crate) const DOMAINS: [&str; 4] = ["INK", "SCH", "LZO", "REG"];
pub(crate) const MUNICIPALITIES: [&str; 4] = ["GM0106", "GM0363", "GM1979", "GM0010"];
const IDS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// The day that the tests use as today.
pub(crate) fn today() -> Date {
    date(2026, 11, 23)
}

pub(crate) fn vocabulary() -> Arc<Vocabulary> {
    Vocabulary::builtin()
}

pub(crate) fn gazetteer() -> Arc<Gazetteer> {
    Gazetteer::builtin()
}

pub(crate) fn with_rules<T>(check: impl FnOnce(&Rules<'_>) -> T) -> T {
    let (vocabulary, gazetteer) = (vocabulary(), gazetteer());
    check(&Rules::new(&vocabulary, &gazetteer, today()))
}

pub(crate) fn position(revision: u64) -> Position {
    Position::new(Epoch::from_uuid(Uuid::from_u128(1)), Revision(revision))
}

/// A subset of `words`, in order.
pub(crate) fn some_of(words: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<String>> {
    subsequence(words.to_vec(), 0..=most).prop_map(|words| words.into_iter().map(str::to_owned).collect())
}

/// Moments around today, a range that includes clock changes and the end of the year.
pub(crate) fn moment() -> impl Strategy<Value = Timestamp> {
    (0..400_i64 * 24 * 4).prop_map(|quarters| {
        let start: Timestamp = "2026-06-01T00:00:00Z".parse().expect("a timestamp");
        start + SignedDuration::from_mins(15 * quarters)
    })
}

fn day() -> impl Strategy<Value = String> {
    moment().prop_map(|moment| register::clock::dutch_date(moment).to_string())
}

fn hours() -> impl Strategy<Value = HoursDraft> {
    let days = some_of(&["ma", "di", "wo", "do", "vr", "za", "zo"], 7)
        .prop_map(|days| if days.is_empty() { vec!["wo".to_owned()] } else { days });
    (days, 0..12_u8, 12..24_u8).prop_map(|(days, from, until)| HoursDraft {
        days,
        from: format!("{from:02}:00"),
        until: format!("{until:02}:30"),
    })
}

fn mandate(competences: &[String]) -> impl Strategy<Value = MandateDraft> + use<> {
    let level = select(vec!["decide", "advise", "refer"]);
    (
        level,
        subsequence(competences.to_vec(), 0..=competences.len()),
        option::of(day()),
    )
        .prop_map(|(level, competences, until)| MandateDraft {
            level: level.to_owned(),
            competences,
            until,
            text: Some("Tot een jaar terug.".to_owned()),
            ..MandateDraft::default()
        })
}

/// A valid draft of an officer of one of the organisations.
pub(crate) fn officer_draft() -> impl Strategy<Value = OfficerDraft> {
    let content = (
        select(ORGANISATIONS.to_vec()),
        select(IDS.to_vec()),
        some_of(&COMPETENCES, 3),
        some_of(&DOMAINS, 2),
        some_of(&MUNICIPALITIES, 2),
        option::of(select(IDS.to_vec())),
        option::of(day()),
        option::of(select(COMPETENCES.to_vec())),
    );
    let more = (
        vec(hours(), 0..3),
        prop::bool::weighted(0.2),
        select(vec![
            "maatwerkfunctionaris",
            "maatwerkfunctionaris",
            "regievoerder",
            "ambassadeur",
            "escalatielid",
        ]),
        any::<bool>(),
    );
    (content, more)
        .prop_flat_map(|(content, more)| {
            let mandates = vec(mandate(&content.2), 0..3);
            (Just(content), Just(more), mandates)
        })
        .prop_map(
            |((organisation, id, competences, domains, area, deputy, name_until, not_for), more, mandates)| {
                let (hours, consent_required, kind, is_personal) = more;
                let not_for = not_for.filter(|code| competences.iter().all(|held| held != code));
                let domains = if competences.is_empty() && domains.is_empty() {
                    vec!["INK".to_owned()]
                } else {
                    domains
                };
                OfficerDraft {
                    organisation: organisation.to_owned(),
                    id: id.to_owned(),
                    name: name_until.as_ref().map(|_| "Noor Voorbeeld".to_owned()),
                    contact: ContactDraft {
                        email: Some(format!("{id}@{organisation}.example")),
                        personal: is_personal && name_until.is_some(),
                        ..ContactDraft::default()
                    },
                    name_until,
                    function_title: "Maatwerkfunctionaris".to_owned(),
                    kind: kind.to_owned(),
                    competences,
                    domains,
                    area,
                    not_for: not_for.into_iter().map(not_for_draft).collect(),
                    mandates,
                    hours,
                    deputy: deputy.filter(|deputy| *deputy != id).map(str::to_owned),
                    approach: ApproachDraft {
                        consent_required,
                        ..ApproachDraft::default()
                    },
                    ..OfficerDraft::default()
                }
            },
        )
}

fn not_for_draft(competence: &str) -> NotForDraft {
    NotForDraft {
        competence: competence.to_owned(),
        see: Some("zb000211".to_owned()),
    }
}

/// An officer. Its deputy may not exist and deputies may form cycles: stored data is validated, but a route must survive
/// worse.
pub(crate) fn officer() -> impl Strategy<Value = Officer> {
    officer_draft().prop_map(|draft| with_rules(|rules| validate::officer(&draft, rules)).expect("the draft is valid"))
}

/// An officer with overlays.
pub(crate) fn entry() -> impl Strategy<Value = Entry> {
    let absences = vec((moment(), 1..24_i64 * 20), 0..4).prop_map(|spans| {
        let mut absences: Vec<Absence> = Vec::new();
        let mut spans = spans;
        spans.sort();
        for (from, hours) in spans {
            if absences.last().is_none_or(|last| last.until <= from) {
                let until = from + SignedDuration::from_hours(hours);
                absences.push(Absence { from, until });
            }
        }
        Presence { absences }
    });
    let verification =
        option::of(moment()).prop_map(|moment| moment.map(|moment| Verification::new(register::clock::dutch_date(moment), None)));
    (officer(), absences, verification, 1..50_u64).prop_map(|(officer, presence, verification, revision)| Entry {
        reports: Default::default(),
        etag: Etag::of(&officer),
        officer,
        presence,
        verification,
        revision: Revision(revision),
        updated_at: Timestamp::UNIX_EPOCH,
    })
}
