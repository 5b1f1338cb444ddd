//! The exact local scorer.
//!
//! For each term of a plan it walks the postings of a segment and adds to the documents it meets. All numbers are whole
//! numbers of 1/1024 parts, and nothing looks at other documents: no document frequencies, no average lengths of a
//! collection. So an entry scores the same in any segment, before and after merges, and in any register.
//!
//! The sum of a document is: its words, per word and field the best form; its competences, the best in full and the next
//! ones less; its organisation, kind, municipality and life domains where these are named. Then what disqualifies: another
//! area, another organisation than the named one, an ambassador who was not asked for, a `not_for`.

use std::collections::BTreeMap;

use register::identifier::OrganisationId;
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use crate::distance::within;
use crate::error::IndexError;
use crate::language::Executor;
use crate::plan::{Approximate, Plan, PlannedCompetence, PlannedWord};
use crate::results::TextField;
use crate::score::{Score, UNIT};
use crate::segment::terms::{WRITTEN, code};
use crate::segment::{Doc, Facts, Segment, Source};

/// How much a word counts by the field it stands in, in parts of [`UNIT`]; in the order of [`TextField`].
const FIELD_WEIGHTS: [i64; 5] = [340, 380, 160, 900, 4000];
/// Half the words an average field has: where length begins to tell. In the order of [`TextField`].
const TYPICAL_LENGTHS: [i64; 5] = [4, 24, 9, 4, 2];
/// How soon another occurrence of a word stops telling more (BM25's k1 and b), in parts of a thousand.
const SATURATION: i64 = 900;
const LENGTH_COUNTS: [i64; 5] = [400, 350, 200, 300, 100];
/// What the second, third and further competences of an officer add, in parts of [`UNIT`].
const NEXT_COMPETENCES: [i64; 4] = [UNIT, 300, 120, 60];
/// What is left of a competence at its first, second and further executors, and where it is not carried out.
const EXECUTOR_COUNTS: [i64; 3] = [UNIT, 820, 780];
const NOT_EXECUTOR: i64 = 740;
/// What is left of a score: outside the named area, at another organisation than the named one, of an ambassador or
/// escalation member who stands behind others.
const OTHER_AREA: i64 = 60;
const OTHER_ORGANISATION: i64 = 460;
const STANDS_BEHIND: i64 = 560;
/// A competence this near to the best is what the question is about, in parts of [`UNIT`] of the best.
const LEADING: i64 = 700;
/// What is left of a word by one and by two typing errors, and where it only begins a word.
const BY_ERRORS: [i64; 3] = [UNIT, 780, 560];
const AS_PREFIX: i64 = 620;

/// By what a word is weighed.
pub(crate) enum WordWeights {
    /// The plan's own, which are static.
    Static,
    /// By how rare each word is in the whole collection: BM25, the yardstick. Keyed by the word's number in the plan.
    Collection(Vec<f64>),
}

/// A document that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) doc: Doc,
    pub(crate) score: Score,
}

/// Told what gave how much, for explanations.
pub(crate) trait Observer {
    /// `value` was added to `doc`, or its factor taken from it.
    fn gave(&mut self, doc: Doc, layer: &'static str, field: &str, word: &str, value: i64);
}

/// Watches nothing.
pub(crate) struct Unobserved;

impl Observer for Unobserved {
    #[inline]
    fn gave(&mut self, _doc: Doc, _layer: &'static str, _field: &str, _word: &str, _value: i64) {}
}

/// Scores the documents of `segment` that the plan matches; deleted ones and those outside the filters included.
pub(crate) fn score(
    plan: &Plan,
    segment: &dyn Segment,
    weights: &WordWeights,
    observer: &mut impl Observer,
) -> Result<Vec<Match>, IndexError> {
    let documents = segment.facts().documents.len();
    if plan.is_browse {
        let all = 0..u32::try_from(documents).expect("a segment has fewer than 2^32 documents");
        return Ok(all.map(|doc| Match { doc, score: Score::ZERO }).collect());
    }
    let mut sums = Sums::new(documents);
    add_words(plan, segment, weights, &mut sums, observer)?;
    add_competences(plan, segment, &mut sums, observer)?;
    add_names(plan, segment, &mut sums, observer)?;
    let refused = refused(plan, segment)?;
    let judge = Judge::new(plan, segment);
    let mut matches = Vec::with_capacity(sums.touched.len());
    for doc in std::mem::take(&mut sums.touched) {
        let facts = segment.facts().of(doc);
        let (sum, held_leading) = (sums.sums[doc as usize], sums.leading[doc as usize]);
        if !held_leading && refused.binary_search(&doc).is_ok() {
            continue;
        }
        let score = judge.judge(sum, doc, facts, observer);
        if score >= plan.least {
            matches.push(Match { doc, score });
        }
    }
    matches.sort_unstable_by_key(|found| found.doc);
    Ok(matches)
}

/// What documents have been given so far.
struct Sums {
    sums: Vec<i64>,
    /// How many of the plan's competences a document has been given.
    competences: Vec<u8>,
    /// Whether one of them leads.
    leading: Vec<bool>,
    seen: Vec<bool>,
    touched: Vec<Doc>,
}

impl Sums {
    fn new(documents: usize) -> Self {
        Self {
            sums: vec![0; documents],
            competences: vec![0; documents],
            leading: vec![false; documents],
            seen: vec![false; documents],
            touched: Vec::new(),
        }
    }

    fn add(&mut self, doc: Doc, value: i64) {
        self.sums[doc as usize] += value;
        if !std::mem::replace(&mut self.seen[doc as usize], true) {
            self.touched.push(doc);
        }
    }
}

/// The words: per word and field, the best of its forms.
fn add_words(
    plan: &Plan,
    segment: &dyn Segment,
    weights: &WordWeights,
    sums: &mut Sums,
    observer: &mut impl Observer,
) -> Result<(), IndexError> {
    let mut best = vec![0_i64; segment.facts().documents.len()];
    let mut met: Vec<Doc> = Vec::new();
    for (number, word) in plan.words.iter().enumerate() {
        let weight = match weights {
            WordWeights::Static => word.weight.0,
            WordWeights::Collection(weights) => Score::rounded(weights[number]).0,
        };
        for field in TextField::ALL {
            for (term, share) in forms(word, field, segment)? {
                let value = weight * share / UNIT * FIELD_WEIGHTS[field as usize] / UNIT;
                segment.postings(Source::Text(field), &term, &mut |doc, frequency| {
                    let length = segment.facts().of(doc).lengths[field as usize];
                    let given = value * saturated(frequency, length, field) / UNIT;
                    let known = &mut best[doc as usize];
                    if *known == 0 && given > 0 {
                        met.push(doc);
                    }
                    *known = (*known).max(given);
                })?;
            }
            for doc in met.drain(..) {
                let given = std::mem::take(&mut best[doc as usize]);
                sums.add(doc, given);
                let layer = if field == TextField::Person { "person" } else { "words" };
                observer.gave(doc, layer, field.as_str(), &word.surface, given);
            }
        }
    }
    Ok(())
}

/// The terms of a field that a word is found by, with their shares.
pub(crate) fn forms(word: &PlannedWord, field: TextField, segment: &dyn Segment) -> Result<BTreeMap<String, i64>, IndexError> {
    let mut forms = BTreeMap::new();
    for (term, share) in &word.terms {
        // Names are kept as written, other fields also by stem; the written form is needed only for names.
        if term.starts_with(WRITTEN) == (field == TextField::Person) {
            forms.insert(term.clone(), share.0);
        }
    }
    if let Some(approximate) = &word.approximate {
        for (term, share) in spellings(&word.surface, approximate, field, segment)? {
            let known = forms.entry(term).or_insert(share);
            *known = (*known).max(share);
        }
    }
    Ok(forms)
}

/// Written words of a field that `typed` may be another spelling of.
fn spellings(
    typed: &str,
    approximate: &Approximate,
    field: TextField,
    segment: &dyn Segment,
) -> Result<Vec<(String, i64)>, IndexError> {
    let Some(first) = typed.chars().next() else {
        return Ok(Vec::new());
    };
    // All of them, however many: which ones are taken must not depend on what else a register holds.
    let mut found: Vec<(String, i64)> = Vec::new();
    segment.terms(field, &format!("{WRITTEN}{first}"), &mut |term| {
        let written = &term[WRITTEN.len_utf8()..];
        let errors = within(typed, written, approximate.errors.into());
        let by_errors = errors.map_or(0, |errors| BY_ERRORS[errors.min(2)]);
        let as_prefix = if approximate.is_prefix && written.starts_with(typed) {
            AS_PREFIX
        } else {
            0
        };
        let share = by_errors.max(as_prefix);
        if share > 0 {
            found.push((term.to_owned(), share));
        }
    })?;
    Ok(found)
}

/// How much an occurrence counts by how often the word stands in a field of this length, in parts of [`UNIT`].
fn saturated(frequency: u32, length: u16, field: TextField) -> i64 {
    let counts = LENGTH_COUNTS[field as usize];
    let norm = 1000 - counts + counts * i64::from(length) / (2 * TYPICAL_LENGTHS[field as usize]);
    let frequency = i64::from(frequency) * 1000;
    frequency * (1000 + SATURATION) * UNIT / ((frequency + SATURATION * norm / 1000) * 1000)
}

/// The competences: the best in full, the next ones less.
fn add_competences(plan: &Plan, segment: &dyn Segment, sums: &mut Sums, observer: &mut impl Observer) -> Result<(), IndexError> {
    let best = plan.competences.first().map_or(0, |competence| competence.weight.0);
    for competence in &plan.competences {
        let executes = Executes::new(competence, segment);
        let is_leading = competence.weight.0 * UNIT >= best * LEADING;
        let term = code::competence(&competence.code);
        segment.postings(Source::Codes, &term, &mut |doc, _| {
            let facts = segment.facts().of(doc);
            let nth = usize::from(sums.competences[doc as usize]);
            let share = NEXT_COMPETENCES.get(nth).copied().unwrap_or(0);
            let executed = executes.by(facts);
            if executed == 0 {
                return;
            }
            let value = competence.weight.0 * share / UNIT * executed / UNIT;
            sums.competences[doc as usize] = u8::try_from(nth + 1).unwrap_or(u8::MAX);
            sums.leading[doc as usize] |= is_leading;
            sums.add(doc, value);
            observer.gave(
                doc,
                "vocabulary",
                competence.code.as_str(),
                &competence.words.join(" "),
                value,
            );
        })?;
    }
    for (domain, weight) in &plan.domains {
        segment.postings(Source::Codes, &code::domain(domain), &mut |doc, _| {
            sums.add(doc, weight.0);
            observer.gave(doc, "domain", domain.as_str(), "", weight.0);
        })?;
    }
    Ok(())
}

/// Who carries a competence out, in the numbers of a segment.
struct Executes<'a> {
    competence: &'a PlannedCompetence,
    /// The number of each executor that is an organisation of the segment.
    organisations: Vec<Option<u32>>,
}

impl<'a> Executes<'a> {
    fn new(competence: &'a PlannedCompetence, segment: &dyn Segment) -> Self {
        let organisations = competence.executors.iter().map(|executor| match executor {
            Executor::Organisation(id) => segment.facts().organisations.find(id),
            Executor::Kind(_) | Executor::Unlisted => None,
        });
        Self {
            competence,
            organisations: organisations.collect(),
        }
    }

    /// What is left of the competence at an officer's organisation, in parts of [`UNIT`].
    fn by(&self, facts: &Facts) -> i64 {
        let place = self
            .competence
            .executors
            .iter()
            .zip(&self.organisations)
            .position(|(executor, number)| match executor {
                Executor::Organisation(_) => *number == Some(facts.organisation),
                Executor::Kind(kind) => *kind == facts.organisation_kind,
                Executor::Unlisted => matches!(
                    facts.organisation_kind,
                    OrganisationKind::Overig
                        | OrganisationKind::Samenwerkingsverband
                        | OrganisationKind::Zorg
                        | OrganisationKind::Koepel
                ),
            });
        match place {
            Some(place) => EXECUTOR_COUNTS[place.min(EXECUTOR_COUNTS.len() - 1)],
            None if self.competence.executors.is_empty() => UNIT,
            None if self.competence.is_theirs_only => 0,
            None => NOT_EXECUTOR,
        }
    }
}

fn numbers(organisations: &[OrganisationId], segment: &dyn Segment) -> Vec<u32> {
    organisations
        .iter()
        .filter_map(|id| segment.facts().organisations.find(id))
        .collect()
}

/// What is named: organisations, kinds of them, kinds of officer, a municipality.
fn add_names(plan: &Plan, segment: &dyn Segment, sums: &mut Sums, observer: &mut impl Observer) -> Result<(), IndexError> {
    let organisations = plan
        .organisations
        .iter()
        .map(|(id, weight)| ("organisation", code::organisation(id), *weight));
    let kinds = plan
        .organisation_kinds
        .iter()
        .map(|(kind, weight)| ("organisation", code::organisation_kind(*kind), *weight));
    let roles = plan.roles.iter().map(|(kind, weight)| ("role", code::kind(*kind), *weight));
    let places = plan
        .municipalities
        .iter()
        .map(|place| ("place", code::municipality(place), plan.municipality_weight));
    // A document that serves two of the named municipalities is not twice as good.
    let mut placed = vec![
        false;
        if plan.municipalities.len() > 1 {
            segment.facts().documents.len()
        } else {
            0
        }
    ];
    for (layer, term, weight) in organisations
        .chain(kinds)
        .chain(roles)
        .chain(places)
        .filter(|(_, _, weight)| weight.0 > 0)
    {
        segment.postings(Source::Codes, &term, &mut |doc, _| {
            if layer == "place"
                && placed
                    .get_mut(doc as usize)
                    .is_some_and(|placed| std::mem::replace(placed, true))
            {
                return;
            }
            sums.add(doc, weight.0);
            observer.gave(doc, layer, &term[2..], "", weight.0);
        })?;
    }
    Ok(())
}

/// Documents whose `not_for` names what the question is about, sorted.
fn refused(plan: &Plan, segment: &dyn Segment) -> Result<Vec<Doc>, IndexError> {
    let mut refused = Vec::new();
    let best = plan.competences.first().map_or(0, |competence| competence.weight.0);
    for competence in plan
        .competences
        .iter()
        .filter(|competence| competence.weight.0 * UNIT >= best * LEADING)
    {
        segment.postings(Source::Codes, &code::not_for(&competence.code), &mut |doc, _| {
            refused.push(doc)
        })?;
    }
    refused.sort_unstable();
    refused.dedup();
    Ok(refused)
}

/// What is left of a sum by who the officer is.
struct Judge<'a> {
    plan: &'a Plan,
    municipalities: Vec<u32>,
    organisations: Vec<u32>,
    names_ministries: bool,
}

impl<'a> Judge<'a> {
    fn new(plan: &'a Plan, segment: &dyn Segment) -> Self {
        let municipalities = plan
            .municipalities
            .iter()
            .filter_map(|code| segment.facts().municipalities.find(code))
            .collect();
        let named: Vec<OrganisationId> = plan.organisations.iter().map(|(id, _)| id.clone()).collect();
        let names_ministries = plan
            .organisation_kinds
            .iter()
            .any(|(kind, _)| *kind == OrganisationKind::Ministerie);
        Self {
            plan,
            municipalities,
            organisations: numbers(&named, segment),
            names_ministries,
        }
    }

    fn judge(&self, sum: i64, doc: Doc, facts: &Facts, observer: &mut impl Observer) -> Score {
        let mut score = Score(sum);
        let mut take = |layer: &'static str, factor: i64| {
            let left = score.times(factor);
            observer.gave(doc, layer, "", "", left.0 - score.0);
            score = left;
        };
        let serves = facts.area.is_empty() || facts.area.iter().any(|code| self.municipalities.contains(code));
        if !self.plan.municipalities.is_empty() && !serves {
            take("place", OTHER_AREA);
        }
        let is_named = self.organisations.contains(&facts.organisation);
        if !self.plan.organisations.is_empty() && !is_named {
            take("organisation", self.other_organisation());
        }
        let stands_behind = matches!(facts.kind, OfficerKind::Ambassadeur | OfficerKind::Escalatielid);
        let is_asked = is_named
            || self.plan.roles.iter().any(|(kind, _)| *kind == facts.kind)
            || (self.names_ministries && facts.organisation_kind == OrganisationKind::Ministerie);
        if stands_behind && !is_asked {
            take("role", STANDS_BEHIND);
        }
        score
    }

    /// What is left at another organisation: the less, the more surely one was named.
    fn other_organisation(&self) -> i64 {
        let surest = self.plan.organisations.iter().map(|(_, weight)| weight.0).max().unwrap_or(0);
        UNIT - (UNIT - OTHER_ORGANISATION) * surest.min(UNIT) / UNIT
    }
}
