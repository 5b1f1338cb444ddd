//! Presents ranked officers as hits, with reasons and highlights.
//!
//! The officers of a page are scored again with an account of the contributions. Scores are local, so the numbers equal
//! those of the ranking, and the search itself needs no account. The texts of an officer are fetched only if they match.

use std::ops::Range;
use std::sync::Arc;

use register::identifier::{CompetenceCode, DomainCode, OfficerName, OrganisationId};

use super::groups::RankedResult;
use super::results::{Highlight, Hit, MatchReason};
use crate::analyse::Language;
use crate::document::{FindTexts, IndexedOfficer, OfficerTexts, TextField};
use crate::error::IndexError;
use crate::hash::HashSet;
use crate::plan::Plan;
use crate::score::{Contribution, RecordedContribution, ResolvedPlan, ScoreAccount};
use crate::segment::terms::WRITTEN;
use crate::segment::{DocId, MemorySegment, searchable_marks};
use crate::sort_key::Score;

/// The approximate length of a fragment, in bytes.
const FRAGMENT_LENGTH: usize = 180;
/// The most fragments of one hit.
const MAX_HIGHLIGHTS: usize = 4;

/// What hits are presented with.
pub(crate) struct HitMaterial<'a> {
    pub(crate) texts: &'a FindTexts<'a>,
    pub(crate) language: &'a Language,
    /// Whether hits explain their scores.
    pub(crate) explain: bool,
}

/// Presents `ranked`, which is the document `doc` of the segment, with the contributions to its score.
pub(crate) fn present_document(
    plan: &Plan,
    resolved: &ResolvedPlan<'_>,
    ranked: RankedResult,
    doc: DocId,
    contributions: Vec<RecordedContribution<'_>>,
    material: &HitMaterial<'_>,
) -> Hit {
    let mut explanation = Vec::new();
    if material.explain {
        explanation.extend(contributions.iter().copied().map(Contribution::from));
        let penalty = ranked.score().0 - ranked.own_score.0;
        if penalty != 0 {
            let field = ranked.key.name.organisation.to_string();
            explanation.push(Contribution {
                layer: "rank",
                field,
                word: String::new(),
                score: Score(penalty),
            });
        }
    }
    let fields: Vec<TextField> = TextField::ALL
        .into_iter()
        .filter(|field| contributions.iter().any(|contribution| is_of_field(contribution, *field)))
        .collect();
    let texts = if fields.is_empty() || fields == [TextField::Organisation] {
        None
    } else {
        (material.texts)(&ranked.key.name)
    };
    let highlights = texts.map(|texts| highlights(resolved, &*texts, &fields, material.language));
    Hit {
        score: ranked.score(),
        own_score: ranked.own_score,
        highlights: highlights.unwrap_or_default(),
        competences: resolved.competences_of(doc),
        group: ranked.group,
        why: reasons(plan, &ranked.key.name.organisation, contributions),
        explanation,
        name: ranked.key.name,
    }
}

/// Presents `ranked`, which is `officer` of any register.
pub(crate) fn present_alone(
    plan: &Plan,
    ranked: RankedResult,
    officer: &Arc<IndexedOfficer>,
    language: &Language,
    explain: bool,
) -> Result<Hit, IndexError> {
    let alone = MemorySegment::alone(Arc::clone(officer), &language.analyser);
    let resolved = ResolvedPlan::new(plan, &alone)?;
    let mut account = ScoreAccount::default();
    resolved.explain(&[0], &mut account);
    let texts = |_: &OfficerName| Some(Arc::clone(officer) as Arc<dyn OfficerTexts>);
    let material = HitMaterial {
        texts: &texts,
        language,
        explain,
    };
    Ok(present_document(plan, &resolved, ranked, 0, account.of(0), &material))
}

/// Whether a contribution comes from a word in this field.
fn is_of_field(contribution: &RecordedContribution<'_>, field: TextField) -> bool {
    matches!(contribution.layer, "words" | "person") && contribution.field == field.as_str()
}

/// Returns the reasons why the officer matches, strongest first.
fn reasons(plan: &Plan, organisation: &OrganisationId, mut contributions: Vec<RecordedContribution<'_>>) -> Vec<MatchReason> {
    contributions.retain(|contribution| contribution.score > Score::ZERO);
    contributions.sort_by_key(|contribution| std::cmp::Reverse(contribution.score));
    let mut reasons: Vec<MatchReason> = Vec::new();
    for contribution in contributions {
        let code = contribution.field;
        let reason = match contribution.layer {
            "vocabulary" => CompetenceCode::parse(code).ok().map(MatchReason::Competence),
            "domain" => DomainCode::parse(code).ok().map(MatchReason::Domain),
            "organisation" if code == organisation.as_str() => Some(MatchReason::Organisation(organisation.clone())),
            "place" => plan
                .municipalities
                .iter()
                .find(|municipality| municipality.as_str() == code)
                .cloned()
                .map(MatchReason::Municipality),
            "role" => Some(MatchReason::Role),
            "person" => Some(MatchReason::Person),
            "words" => TextField::ALL
                .into_iter()
                .find(|field| field.as_str() == code)
                .map(MatchReason::Words),
            _ => None,
        };
        if let Some(reason) = reason.filter(|reason| !reasons.contains(reason)) {
            reasons.push(reason);
        }
    }
    reasons
}

/// Highlights the matching words in the texts of these fields.
fn highlights(
    resolved: &ResolvedPlan<'_>,
    officer: &dyn OfficerTexts,
    fields: &[TextField],
    language: &Language,
) -> Vec<Highlight> {
    let mut highlights = Vec::new();
    let texts = [
        (TextField::FunctionTitle, vec![officer.function_title()]),
        (TextField::Description, vec![officer.description()]),
        (TextField::Mandate, officer.mandate_texts()),
        (TextField::Person, officer.person().into_iter().collect()),
    ];
    for (field, texts) in texts.into_iter().filter(|(field, _)| fields.contains(field)) {
        let terms = MarkedTerms::new(resolved.terms_of(field));
        for text in texts {
            let mut marked: Vec<Range<usize>> = Vec::new();
            let mut mark = |surface: &str, whole: &str, parts: &[String], place: Range<usize>| {
                if terms.contain(surface, whole, parts) {
                    marked.push(place);
                }
            };
            match field {
                TextField::Person => language.analyser.name_words(text).iter().for_each(|word| {
                    mark(&word.surface, &word.whole, &word.parts, word.start..word.end);
                }),
                _ => language.analyser.visit_document_words(text, mark),
            }
            if field == TextField::Description && !marked.is_empty() {
                // Negated sentences are not searched, so they are not marked either.
                marked = searchable_marks(text, &marked);
            }
            highlights.extend(fragment(field, text, marked));
        }
    }
    highlights.truncate(MAX_HIGHLIGHTS);
    highlights
}

/// The terms of one field that the plan looks for.
struct MarkedTerms<'a> {
    stems: HashSet<&'a str>,
    written: HashSet<&'a str>,
}

impl<'a> MarkedTerms<'a> {
    fn new(terms: impl Iterator<Item = &'a str>) -> Self {
        let (mut stems, mut written) = (HashSet::default(), HashSet::default());
        for term in terms {
            match term.strip_prefix(WRITTEN) {
                Some(surface) => written.insert(surface),
                None => stems.insert(term),
            };
        }
        Self { stems, written }
    }

    /// Whether a word has one of the terms.
    fn contain(&self, surface: &str, whole: &str, parts: &[String]) -> bool {
        self.stems.contains(whole)
            || parts.iter().any(|part| self.stems.contains(part.as_str()))
            || self.written.contains(surface)
    }
}

/// Returns the fragment of `text` with the most marks, cut between words.
fn fragment(field: TextField, text: &str, marked: Vec<Range<usize>>) -> Option<Highlight> {
    let within = |start: usize| {
        marked
            .iter()
            .filter(move |mark| mark.start >= start && mark.end <= start + FRAGMENT_LENGTH)
            .count()
    };
    let best = marked
        .iter()
        .map(|mark| mark.start)
        .max_by_key(|start| (within(*start), std::cmp::Reverse(*start)))?;
    let (mut from, mut until) = (0, text.len());
    if text.len() > FRAGMENT_LENGTH {
        let wanted = best.saturating_sub(FRAGMENT_LENGTH / 6);
        from = word_boundary(text, wanted);
        until = if from + FRAGMENT_LENGTH >= text.len() {
            text.len()
        } else {
            word_boundary(text, from + FRAGMENT_LENGTH)
        };
    }
    let inside = marked.into_iter().filter(|mark| mark.start >= from && mark.end <= until);
    let marked: Vec<Range<usize>> = inside.map(|mark| mark.start - from..mark.end - from).collect();
    (!marked.is_empty()).then(|| Highlight {
        field,
        fragment: text[from..until].to_owned(),
        marked,
    })
}

/// Returns the beginning of the word that `at` is in.
fn word_boundary(text: &str, at: usize) -> usize {
    let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..at]
        .rfind(char::is_whitespace)
        .map_or(0, |space| space + text[space..].chars().next().map_or(0, char::len_utf8))
}
