//! A plan in the terms and numbers of one segment: each term looked up once, for scoring, explaining and marking.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::judge::{Executes, Judge};
use super::window::{FIELD_WEIGHTS, Window};
use super::{Match, Observer, Unobserved, WordWeights};
use register::identifier::CompetenceCode;

use crate::distance::Misspelling;
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::plan::{Approximate, Plan, PlannedCompetence, PlannedWord};
use crate::results::TextField;
use crate::score::{Score, UNIT};
use crate::segment::terms::{WRITTEN, code};
use crate::segment::{Doc, PostingList, Segment, Source};

/// A competence this near to the best is what the question is about, in parts of [`UNIT`] of the best.
const LEADING: i64 = 700;
/// What is left of a word by one and by two typing errors, and where it only begins a word.
const BY_ERRORS: [i64; 3] = [UNIT, 780, 560];
const AS_PREFIX: i64 = 620;

/// A plan in the terms and numbers of a segment.
pub(crate) struct Resolved<'a> {
    pub(super) plan: &'a Plan,
    pub(super) segment: &'a dyn Segment,
    /// In order of words and fields.
    pub(super) forms: Vec<Form<'a>>,
    pub(super) competences: Vec<ResolvedCompetence<'a>>,
    pub(super) names: Vec<Name<'a>>,
    /// Documents whose `not_for` names what the question is about.
    pub(super) refused: Vec<PostingList<'a>>,
    pub(super) judge: Judge<'a>,
}

/// A form of a word in a field.
pub(super) struct Form<'a> {
    pub(super) word: usize,
    pub(super) field: TextField,
    pub(super) term: Cow<'a, str>,
    /// What it gives before saturation.
    pub(super) value: i64,
    pub(super) list: PostingList<'a>,
}

/// A competence that the segment has.
pub(super) struct ResolvedCompetence<'a> {
    pub(super) planned: &'a PlannedCompetence,
    pub(super) executes: Executes<'a>,
    pub(super) is_leading: bool,
    /// The words of the question that led to it.
    pub(super) said: String,
    pub(super) list: PostingList<'a>,
}

/// Something that is named, or a life domain.
pub(super) struct Name<'a> {
    pub(super) layer: &'static str,
    pub(super) code: String,
    pub(super) weight: Score,
    pub(super) list: PostingList<'a>,
}

impl<'a> Resolved<'a> {
    /// Looks up what `plan` asks for in `segment`.
    pub(crate) fn new(plan: &'a Plan, segment: &'a dyn Segment, weights: &WordWeights) -> Result<Self, IndexError> {
        let best = plan.competences.first().map_or(0, |competence| competence.weight.0);
        let is_leading = |competence: &PlannedCompetence| competence.weight.0 * UNIT >= best * LEADING;
        let (mut competences, mut refused) = (Vec::new(), Vec::new());
        for planned in &plan.competences {
            if let Some(list) = segment.find(Source::Codes, &code::competence(&planned.code))? {
                competences.push(ResolvedCompetence {
                    planned,
                    executes: Executes::new(planned, segment),
                    is_leading: is_leading(planned),
                    said: planned.words.join(" "),
                    list,
                });
            }
            if is_leading(planned) {
                refused.extend(segment.find(Source::Codes, &code::not_for(&planned.code))?);
            }
        }
        Ok(Self {
            plan,
            segment,
            forms: forms(plan, segment, weights)?,
            competences,
            names: names(plan, segment)?,
            refused,
            judge: Judge::new(plan, segment.facts()),
        })
    }

    /// Scores the documents that the plan matches with `least` or more, in order; deleted ones and those outside the
    /// filters included.
    pub(crate) fn score(&self, least: Score) -> Result<Vec<Match>, IndexError> {
        let documents = self.segment.facts().documents.len();
        let documents = u32::try_from(documents).expect("a segment has fewer than 2^32 documents");
        if self.plan.is_browse {
            let score = Score::ZERO;
            return Ok((0..documents).map(|doc| Match { doc, score }).collect());
        }
        let mut matches = Vec::new();
        let mut window = Window::new(self, documents)?;
        while window.next_stretch() {
            window.score(least, &mut Unobserved, &mut matches);
        }
        Ok(matches)
    }

    /// Scores single documents once more, in ascending order, and tells `observer` what gave how much.
    pub(crate) fn explain(&self, docs: &[Doc], observer: &mut impl Observer) -> Result<(), IndexError> {
        if self.plan.is_browse {
            return Ok(());
        }
        let mut window = Window::new(self, 1)?;
        for doc in docs {
            window.move_to(*doc);
            window.score(Score::ZERO, observer, &mut Vec::new());
        }
        Ok(())
    }

    /// The terms by which words of the plan are found in a field.
    pub(crate) fn terms(&self, field: TextField) -> impl Iterator<Item = &str> {
        self.forms
            .iter()
            .filter(move |form| form.field == field)
            .map(|form| form.term.as_ref())
    }

    /// The competences of the plan that a document holds, best first.
    pub(crate) fn competences_of(&self, doc: Doc) -> Vec<CompetenceCode> {
        let facts = self.segment.facts();
        let held = |code: &CompetenceCode| {
            let number = facts.competences.find(code);
            number.is_some_and(|number| facts.competences_of.of(doc).contains(&number))
        };
        let codes = self.plan.competences.iter().map(|competence| &competence.code);
        codes.filter(|code| held(code)).cloned().collect()
    }

    /// A document as it was applied.
    pub(crate) fn document(&self, doc: Doc) -> Result<IndexedOfficer, IndexError> {
        self.segment.document(doc)
    }

    /// Where a word of the plan is found, by its number.
    pub(crate) fn lists(&self, word: usize) -> impl Iterator<Item = &PostingList<'a>> {
        self.forms.iter().filter(move |form| form.word == word).map(|form| &form.list)
    }
}

/// The forms of the plan's words that the segment has.
fn forms<'a>(plan: &'a Plan, segment: &'a dyn Segment, weights: &WordWeights) -> Result<Vec<Form<'a>>, IndexError> {
    let mut found = Vec::new();
    for (number, word) in plan.words.iter().enumerate() {
        let weight = match weights {
            WordWeights::Static => word.weight.0,
            WordWeights::Collection(weights) => Score::rounded(weights[number]).0,
        };
        for field in TextField::ALL {
            let mut add = |term: Cow<'a, str>, share: i64| -> Result<(), IndexError> {
                found.extend(segment.find(Source::Text(field), &term)?.map(|list| Form {
                    word: number,
                    field,
                    term,
                    value: weight * share / UNIT * FIELD_WEIGHTS[field as usize] / UNIT,
                    list,
                }));
                Ok(())
            };
            // Names are kept as written, other fields also by stem; the written form is needed only for names.
            let planned = word.terms.iter();
            let planned = planned.filter(|(term, _)| term.starts_with(WRITTEN) == (field == TextField::Person));
            let Some(approximate) = &word.approximate else {
                planned
                    .map(|(term, share)| (Cow::Borrowed(term.as_str()), share.0))
                    .try_for_each(|(term, share)| add(term, share))?;
                continue;
            };
            let mut shares: BTreeMap<Cow<'a, str>, i64> =
                planned.map(|(term, share)| (Cow::Borrowed(term.as_str()), share.0)).collect();
            for (term, share) in spellings(word, approximate, field, segment)? {
                let known = shares.entry(Cow::Owned(term)).or_insert(share);
                *known = (*known).max(share);
            }
            shares.into_iter().try_for_each(|(term, share)| add(term, share))?;
        }
    }
    Ok(found)
}

/// Written words of a field that the word may be another spelling of.
fn spellings(
    word: &PlannedWord,
    approximate: &Approximate,
    field: TextField,
    segment: &dyn Segment,
) -> Result<Vec<(String, i64)>, IndexError> {
    let typed = word.surface.as_str();
    let Some(first) = typed.chars().next() else {
        return Ok(Vec::new());
    };
    let mut misspelling = Misspelling::of(typed);
    // All of them, however many: which ones are taken must not depend on what else a register holds.
    let mut found: Vec<(String, i64)> = Vec::new();
    segment.terms(field, &format!("{WRITTEN}{first}"), &mut |term| {
        let written = &term[WRITTEN.len_utf8()..];
        let errors = misspelling.of_word(written, approximate.errors.into());
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

/// What is named and the segment has: organisations, kinds of them, kinds of officer, municipalities; and life domains.
fn names<'a>(plan: &Plan, segment: &'a dyn Segment) -> Result<Vec<Name<'a>>, IndexError> {
    let domains = plan
        .domains
        .iter()
        .map(|(domain, weight)| ("domain", code::domain(domain), *weight));
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
    let mut names = Vec::new();
    for (layer, code, weight) in domains
        .chain(organisations)
        .chain(kinds)
        .chain(roles)
        .chain(places)
        .filter(|(_, _, weight)| weight.0 > 0)
    {
        names.extend(segment.find(Source::Codes, &code)?.map(|list| Name {
            layer,
            code,
            weight,
            list,
        }));
    }
    Ok(names)
}
