//! A ranked officer as a hit: why it is one, and where its text says what was asked.
//!
//! The officers of a page are scored once more, observed. Because scores are local this gives the very numbers of the
//! ranking, and the search itself need not keep account. The text of an officer is only fetched when a word was found in it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use register::identifier::{CompetenceCode, DomainCode, OrganisationId};

use crate::analyser::Word;
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::language::Language;
use crate::merge::Ranked;
use crate::plan::Plan;
use crate::results::{Contribution, Highlight, Hit, TextField, Why};
use crate::score::Score;
use crate::scorer::{Observer, Resolved, WordWeights};
use crate::segment::memory::MemorySegment;
use crate::segment::terms::WRITTEN;
use crate::segment::{Doc, statements};

/// A fragment is about this many bytes.
const FRAGMENT_LENGTH: usize = 180;
/// At most so many fragments of one hit.
const MOST_HIGHLIGHTS: usize = 4;

/// The hit for `ranked`, which is the document `doc` of the segment; `given` is what gave its score.
pub(crate) fn present(
    plan: &Plan,
    resolved: &Resolved<'_>,
    ranked: Ranked,
    doc: Doc,
    given: Vec<Contribution>,
    language: &Language,
    explain: bool,
) -> Result<Hit, IndexError> {
    let mut explanation = Vec::new();
    if explain {
        explanation = given.clone();
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
        .filter(|field| given.iter().any(|contribution| contribution.is_of_field(*field)))
        .collect();
    let highlights = if fields.is_empty() || fields == [TextField::Organisation] {
        Vec::new()
    } else {
        highlights(resolved, &resolved.document(doc)?, &fields, language)
    };
    Ok(Hit {
        score: ranked.score(),
        own_score: ranked.own_score,
        highlights,
        competences: resolved.competences_of(doc),
        group: ranked.group,
        why: why(plan, &ranked.key.name.organisation, given),
        explanation,
        name: ranked.key.name,
    })
}

/// The hit for `ranked`, which is `officer` of whatever register.
pub(crate) fn present_alone(
    plan: &Plan,
    ranked: Ranked,
    officer: IndexedOfficer,
    language: &Language,
    explain: bool,
) -> Result<Hit, IndexError> {
    let alone = MemorySegment::new(vec![Arc::new(officer)], &language.analyser);
    let resolved = Resolved::new(plan, &alone, &WordWeights::Static)?;
    let mut account = Account::default();
    resolved.explain(&[0], &mut account)?;
    present(plan, &resolved, ranked, 0, account.take(0), language, explain)
}

/// Keeps what was given to each document.
#[derive(Default)]
pub(crate) struct Account {
    given: HashMap<Doc, Vec<Contribution>>,
}

impl Account {
    /// What was given to `doc`.
    pub(crate) fn take(&mut self, doc: Doc) -> Vec<Contribution> {
        self.given.remove(&doc).unwrap_or_default()
    }
}

impl Observer for Account {
    fn gave(&mut self, doc: Doc, layer: &'static str, field: &str, word: &str, value: i64) {
        self.given.entry(doc).or_default().push(Contribution {
            layer,
            field: field.to_owned(),
            word: word.to_owned(),
            score: Score(value),
        });
    }
}

impl Contribution {
    /// Whether a word found in this field gave it.
    fn is_of_field(&self, field: TextField) -> bool {
        matches!(self.layer, "words" | "person") && self.field == field.as_str()
    }
}

/// Why the officer is a result, strongest first.
fn why(plan: &Plan, organisation: &OrganisationId, mut given: Vec<Contribution>) -> Vec<Why> {
    given.retain(|contribution| contribution.score > Score::ZERO);
    given.sort_by_key(|contribution| std::cmp::Reverse(contribution.score));
    let mut reasons: Vec<Why> = Vec::new();
    for contribution in given {
        let code = contribution.field.as_str();
        let reason = match contribution.layer {
            "vocabulary" => CompetenceCode::parse(code).ok().map(Why::Competence),
            "domain" => DomainCode::parse(code).ok().map(Why::Domain),
            "organisation" if code == organisation.as_str() => Some(Why::Organisation(organisation.clone())),
            "place" => plan
                .municipalities
                .iter()
                .find(|municipality| municipality.as_str() == code)
                .cloned()
                .map(Why::Municipality),
            "role" => Some(Why::Role),
            "person" => Some(Why::Person),
            "words" => TextField::ALL
                .into_iter()
                .find(|field| field.as_str() == code)
                .map(Why::Words),
            _ => None,
        };
        if let Some(reason) = reason.filter(|reason| !reasons.contains(reason)) {
            reasons.push(reason);
        }
    }
    reasons
}

/// Where the texts of these fields say what was asked.
fn highlights(resolved: &Resolved<'_>, officer: &IndexedOfficer, fields: &[TextField], language: &Language) -> Vec<Highlight> {
    let mut highlights = Vec::new();
    let texts = [
        (TextField::FunctionTitle, vec![officer.function_title.as_str()]),
        (TextField::Description, vec![officer.description.as_str()]),
        (TextField::Mandate, officer.mandate_texts.iter().map(String::as_str).collect()),
        (TextField::Person, officer.person.iter().map(String::as_str).collect()),
    ];
    for (field, texts) in texts.into_iter().filter(|(field, _)| fields.contains(field)) {
        let terms: HashSet<&str> = resolved.terms(field).collect();
        for text in texts {
            let words = match field {
                TextField::Person => language.analyser.name_words(text),
                _ => language.analyser.document_words(text),
            };
            let marked = words.iter().filter(|word| is_marked(word, &terms));
            let mut marked: Vec<Range<usize>> = marked.map(|word| word.start..word.end).collect();
            if field == TextField::Description && !marked.is_empty() {
                // What is not searched is not marked either.
                let statements = statements(text);
                marked.retain(|mark| statements.iter().any(|statement| statement.contains(&mark.start)));
            }
            highlights.extend(fragment(field, text, marked));
        }
    }
    highlights.truncate(MOST_HIGHLIGHTS);
    highlights
}

fn is_marked(word: &Word, terms: &HashSet<&str>) -> bool {
    terms.contains(word.whole.as_str())
        || word.parts.iter().any(|part| terms.contains(part.as_str()))
        || terms.contains(format!("{WRITTEN}{}", word.surface).as_str())
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
