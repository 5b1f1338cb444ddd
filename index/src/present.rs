//! A ranked officer as a hit: why it is one, and where its text says what was asked.
//!
//! The officer is scored once more, alone and observed. Because scores are local this gives the very numbers of the
//! ranking, and the search itself need not keep account.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::analyser::Word;
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::language::Language;
use crate::merge::Ranked;
use crate::plan::Plan;
use crate::results::{Contribution, Highlight, Hit, TextField, Why};
use crate::score::Score;
use crate::scorer::{Observer, WordWeights, forms, score};
use crate::segment::memory::MemorySegment;
use crate::segment::terms::WRITTEN;
use crate::segment::{Doc, statements};

/// A fragment is about this many bytes.
const FRAGMENT_LENGTH: usize = 180;
/// At most so many fragments of one hit.
const MOST_HIGHLIGHTS: usize = 4;

/// The hit for `ranked`, which is `officer`.
pub(crate) fn present(
    plan: &Plan,
    ranked: Ranked,
    officer: IndexedOfficer,
    language: &Language,
    explain: bool,
) -> Result<Hit, IndexError> {
    let officer = Arc::new(officer);
    let alone = MemorySegment::new(vec![officer.clone()], &language.analyser);
    let mut account = Account::default();
    score(plan, &alone, &WordWeights::Static, &mut account)?;
    let competences = plan
        .competences
        .iter()
        .map(|competence| &competence.code)
        .filter(|code| officer.competences.contains(code));
    let competences: Vec<_> = competences.cloned().collect();
    let mut explanation = Vec::new();
    if explain {
        explanation = account.given.clone();
        let penalty = ranked.score().0 - ranked.own_score.0;
        if penalty != 0 {
            let field = officer.organisation.id.to_string();
            explanation.push(Contribution {
                layer: "rank",
                field,
                word: String::new(),
                score: Score(penalty),
            });
        }
    }
    Ok(Hit {
        score: ranked.score(),
        name: ranked.key.name,
        own_score: ranked.own_score,
        highlights: highlights(plan, &officer, &alone, language)?,
        competences,
        group: ranked.group,
        why: why(plan, &officer, account.given),
        explanation,
    })
}

/// Keeps what was given.
#[derive(Default)]
struct Account {
    given: Vec<Contribution>,
}

impl Observer for Account {
    fn gave(&mut self, _doc: Doc, layer: &'static str, field: &str, word: &str, value: i64) {
        self.given.push(Contribution {
            layer,
            field: field.to_owned(),
            word: word.to_owned(),
            score: Score(value),
        });
    }
}

/// Why the officer is a result, strongest first.
fn why(plan: &Plan, officer: &IndexedOfficer, mut given: Vec<Contribution>) -> Vec<Why> {
    given.retain(|contribution| contribution.score > Score::ZERO);
    given.sort_by_key(|contribution| std::cmp::Reverse(contribution.score));
    let mut reasons: Vec<Why> = Vec::new();
    for contribution in given {
        let reason = match contribution.layer {
            "vocabulary" => officer
                .competences
                .iter()
                .find(|code| code.as_str() == contribution.field)
                .cloned()
                .map(Why::Competence),
            "domain" => officer
                .domains
                .iter()
                .find(|code| code.as_str() == contribution.field)
                .cloned()
                .map(Why::Domain),
            "organisation" if contribution.field == officer.organisation.id.as_str() => {
                Some(Why::Organisation(officer.organisation.id.clone()))
            }
            "place" => plan
                .municipalities
                .iter()
                .find(|code| code.as_str() == contribution.field)
                .cloned()
                .map(Why::Municipality),
            "role" => Some(Why::Role),
            "person" => Some(Why::Person),
            "words" => TextField::ALL
                .into_iter()
                .find(|field| field.as_str() == contribution.field)
                .map(Why::Words),
            _ => None,
        };
        if let Some(reason) = reason.filter(|reason| !reasons.contains(reason)) {
            reasons.push(reason);
        }
    }
    reasons
}

fn highlights(
    plan: &Plan,
    officer: &IndexedOfficer,
    alone: &MemorySegment,
    language: &Language,
) -> Result<Vec<Highlight>, IndexError> {
    let mut highlights = Vec::new();
    let texts = [
        (TextField::FunctionTitle, vec![officer.function_title.as_str()]),
        (TextField::Description, vec![officer.description.as_str()]),
        (TextField::Mandate, officer.mandate_texts.iter().map(String::as_str).collect()),
        (TextField::Person, officer.person.iter().map(String::as_str).collect()),
    ];
    for (field, texts) in texts {
        let mut terms = BTreeSet::new();
        for word in &plan.words {
            terms.extend(forms(word, field, alone)?.into_keys());
        }
        for text in texts {
            let words = match field {
                TextField::Person => language.analyser.name_words(text),
                _ => language.analyser.document_words(text),
            };
            let marked = words.iter().filter(|word| is_marked(word, &terms));
            let mut marked: Vec<Range<usize>> = marked.map(|word| word.start..word.end).collect();
            if field == TextField::Description {
                // What is not searched is not marked either.
                let statements = statements(text);
                marked.retain(|mark| statements.iter().any(|statement| statement.contains(&mark.start)));
            }
            highlights.extend(fragment(field, text, marked));
        }
    }
    highlights.truncate(MOST_HIGHLIGHTS);
    Ok(highlights)
}

fn is_marked(word: &Word, terms: &BTreeSet<String>) -> bool {
    terms.contains(&word.whole)
        || word.parts.iter().any(|part| terms.contains(part))
        || terms.contains(&format!("{WRITTEN}{}", word.surface))
}

/// The piece of `text` with the most marks, cut at words.
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

/// The beginning of the word that `at` lies in.
fn word_boundary(text: &str, at: usize) -> usize {
    let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..at]
        .rfind(char::is_whitespace)
        .map_or(0, |space| space + text[space..].chars().next().map_or(0, char::len_utf8))
}
