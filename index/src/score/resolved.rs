//! Resolves a plan against one segment: looks up each term once, for scoring, explaining and highlighting.

use std::borrow::Cow;
use std::collections::BTreeMap;

use register::identifier::CompetenceCode;

use super::multipliers::{ExecutorMultiplier, Multipliers};
use super::needs::SegmentNeeds;
use crate::analyse::edit_distance::TypedWord;
use crate::document::TextField;
use crate::error::IndexError;
use crate::plan::{ApproximateMatching, Plan, PlannedCompetence, PlannedWord};
use crate::segment::terms::{WRITTEN, code};
use crate::segment::{DocId, PostingList, Segment, TermSource};
use crate::sort_key::{Score, UNIT};
use crate::weights::ScoringWeights;

/// A plan in the terms and numbers of a segment.
pub(crate) struct ResolvedPlan<'a> {
    pub(super) plan: &'a Plan,
    pub(super) segment: &'a dyn Segment,
    /// In order of words and fields.
    pub(super) terms: Vec<ResolvedTerm<'a>>,
    pub(super) competences: Vec<ResolvedCompetence<'a>>,
    pub(super) names: Vec<ResolvedName<'a>>,
    /// The documents whose `not_for` names what the question is mainly about.
    pub(super) excluded: Vec<PostingList<'a>>,
    /// The needs, if the question has several.
    pub(super) needs: Option<SegmentNeeds>,
    pub(super) multipliers: Multipliers<'a>,
}

/// A term of a word, in a field.
pub(super) struct ResolvedTerm<'a> {
    /// The number of the word in the plan.
    pub(super) word: usize,
    pub(super) field: TextField,
    pub(super) term: Cow<'a, str>,
    /// Its weight before saturation.
    pub(super) value: i64,
    pub(super) list: PostingList<'a>,
}

/// A competence that the segment has.
pub(super) struct ResolvedCompetence<'a> {
    pub(super) planned: &'a PlannedCompetence,
    /// What it adds to an officer with none, one, two or three of the competences before it, at its first executor.
    pub(super) values: [i64; 4],
    pub(super) executors: ExecutorMultiplier,
    pub(super) is_leading: bool,
    /// The words of the question that indicate it.
    pub(super) words: String,
    pub(super) list: PostingList<'a>,
}

/// A named organisation, kind, role or municipality, or a life domain.
pub(super) struct ResolvedName<'a> {
    pub(super) layer: &'static str,
    pub(super) code: String,
    pub(super) weight: Score,
    pub(super) list: PostingList<'a>,
}

impl<'a> ResolvedPlan<'a> {
    /// Looks up the terms of `plan` in `segment`.
    pub(crate) fn new(plan: &'a Plan, segment: &'a dyn Segment) -> Result<Self, IndexError> {
        let weights = &plan.weights.scoring;
        let best = plan.competences.first().map_or(0, |competence| competence.weight.0);
        let is_leading = |competence: &PlannedCompetence| competence.weight.0 * UNIT >= best * weights.leading;
        let (mut competences, mut excluded) = (Vec::new(), Vec::new());
        for planned in &plan.competences {
            if let Some(list) = segment.postings(TermSource::Codes, &code::competence(&planned.code))? {
                competences.push(ResolvedCompetence {
                    planned,
                    values: weights.competences.map(|factor| planned.weight.0 * factor / UNIT),
                    executors: ExecutorMultiplier::new(planned, weights, segment),
                    is_leading: is_leading(planned),
                    words: planned.words.join(" "),
                    list,
                });
            }
            if is_leading(planned) {
                excluded.extend(segment.postings(TermSource::Codes, &code::not_for(&planned.code))?);
            }
        }
        let executors = |code: &CompetenceCode| {
            let found = competences.iter().find(|competence| competence.planned.code == *code);
            found.map(|competence| &competence.executors)
        };
        let needs = SegmentNeeds::new(plan, segment.facts(), executors);
        Ok(Self {
            plan,
            segment,
            terms: terms(plan, segment)?,
            needs,
            competences,
            names: names(plan, segment)?,
            excluded,
            multipliers: Multipliers::new(plan, segment.facts()),
        })
    }

    /// Returns the needs of the plan in the segment, if it has several.
    pub(crate) fn needs(&self) -> Option<&SegmentNeeds> {
        self.needs.as_ref()
    }

    /// Returns the terms of the words of the plan in a field.
    pub(crate) fn terms_of(&self, field: TextField) -> impl Iterator<Item = &str> {
        self.terms
            .iter()
            .filter(move |resolved| resolved.field == field)
            .map(|resolved| resolved.term.as_ref())
    }

    /// Returns the competences of the plan that a document has, best first.
    pub(crate) fn competences_of(&self, doc: DocId) -> Vec<CompetenceCode> {
        let facts = self.segment.facts();
        let held = |code: &CompetenceCode| {
            let number = facts.competences.number(code);
            number.is_some_and(|number| facts.competences_of.of(doc).contains(&number))
        };
        let codes = self.plan.competences.iter().map(|competence| &competence.code);
        codes.filter(|code| held(code)).cloned().collect()
    }
}

/// Looks up the terms of the plan's words.
fn terms<'a>(plan: &'a Plan, segment: &'a dyn Segment) -> Result<Vec<ResolvedTerm<'a>>, IndexError> {
    let mut found = Vec::new();
    for (number, word) in plan.words.iter().enumerate() {
        for field in TextField::ALL {
            let mut add = |term: Cow<'a, str>, share: i64| -> Result<(), IndexError> {
                found.extend(segment.postings(TermSource::Text(field), &term)?.map(|list| ResolvedTerm {
                    word: number,
                    field,
                    term,
                    value: word.weight.0 * share / UNIT * plan.weights.scoring.fields[field as usize] / UNIT,
                    list,
                }));
                Ok(())
            };
            // Names are indexed as written, and other fields are searched by stem.
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
            for (term, share) in approximate_terms(word, approximate, &plan.weights.scoring, field, segment)? {
                let known = shares.entry(Cow::Owned(term)).or_insert(share);
                *known = (*known).max(share);
            }
            shares.into_iter().try_for_each(|(term, share)| add(term, share))?;
        }
    }
    Ok(found)
}

/// Returns the written terms of a field that approximately match the word, with their shares.
fn approximate_terms(
    word: &PlannedWord,
    approximate: &ApproximateMatching,
    weights: &ScoringWeights,
    field: TextField,
    segment: &dyn Segment,
) -> Result<Vec<(String, i64)>, IndexError> {
    let typed = word.surface.as_str();
    let Some(first) = typed.chars().next() else {
        return Ok(Vec::new());
    };
    let typed_word = TypedWord::new(typed);
    // All of them, because a limit would make the choice depend on what else a register holds.
    let mut found: Vec<(String, i64)> = Vec::new();
    segment.written_words(field, first, &mut |written| {
        let errors = typed_word.errors_within(written, approximate.max_errors.into());
        let by_errors = errors.map_or(0, |errors| weights.errors[errors.min(2)]);
        let as_prefix = if approximate.is_prefix && written.starts_with(typed) {
            weights.prefix
        } else {
            0
        };
        let share = by_errors.max(as_prefix);
        if share > 0 {
            found.push((format!("{WRITTEN}{written}"), share));
        }
    })?;
    Ok(found)
}

/// Looks up named organisations, kinds of organisation, kinds of officer and municipalities, and life domains.
fn names<'a>(plan: &Plan, segment: &'a dyn Segment) -> Result<Vec<ResolvedName<'a>>, IndexError> {
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
        // A municipality of no weight is that of the caller, which still counts against officers for other areas.
        .filter(|(layer, _, weight)| weight.0 > 0 || *layer == "place")
    {
        names.extend(segment.postings(TermSource::Codes, &code)?.map(|list| ResolvedName {
            layer,
            code,
            weight,
            list,
        }));
    }
    Ok(names)
}
