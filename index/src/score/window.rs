//! A window of sums that moves over the documents of a segment.
//!
//! A window fits in the first-level cache, so the cost of a plan with many terms over a hundred thousand documents is hardly
//! more than that of reading the postings. Matches are produced in order of documents.

use super::contributions::Observer;
use super::resolved::{ResolvedCompetence, ResolvedName, ResolvedPlan, ResolvedTerm};
use super::saturation::saturated;
use crate::document::TextField;
use crate::error::IndexError;
use crate::segment::{DocId, PostingCursor, PostingList, SegmentFacts};
use crate::sort_key::{Score, UNIT};

/// The factors for the first, second, third and fourth matching competence of an officer, in multiples of 1/[`UNIT`].
const COMPETENCE_FACTORS: [i64; 4] = [UNIT, 300, 120, 60];
/// The number of documents in a window.
const WINDOW_SIZE: u32 = 4096;

/// Flags of a document.
const MATCHED: u8 = 1;
const HAS_LEADING_COMPETENCE: u8 = 2;
const SERVES_PLACE: u8 = 4;
const EXCLUDED: u8 = 8;

/// A match within a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentMatch {
    pub(crate) doc: DocId,
    pub(crate) score: Score,
}

/// The sums of a range of documents, and a cursor for each term of a plan.
pub(super) struct Window<'a> {
    resolved: &'a ResolvedPlan<'a>,
    terms: Vec<PostingCursor<'a>>,
    competences: Vec<PostingCursor<'a>>,
    names: Vec<PostingCursor<'a>>,
    excluded: Vec<PostingCursor<'a>>,
    documents: u32,
    start: DocId,
    end: DocId,
    sums: Vec<DocumentSum>,
    /// The best term of the current word per document, if the word has several.
    best: Vec<i64>,
    /// The documents that the current word matches.
    matched: Vec<DocId>,
}

/// The sum of a document so far.
#[derive(Clone, Copy, Default)]
struct DocumentSum {
    sum: i64,
    /// How many competences of the plan have been added.
    competences: u8,
    flags: u8,
}

impl<'a> Window<'a> {
    /// Places the window before the first of `documents` documents.
    pub(super) fn new(resolved: &'a ResolvedPlan<'a>, documents: u32) -> Result<Self, IndexError> {
        fn open<'a>(lists: impl Iterator<Item = &'a PostingList<'a>>) -> Result<Vec<PostingCursor<'a>>, IndexError> {
            lists.map(PostingList::open).collect()
        }
        let size = documents.min(WINDOW_SIZE) as usize;
        Ok(Self {
            terms: open(resolved.terms.iter().map(|term| &term.list))?,
            competences: open(resolved.competences.iter().map(|competence| &competence.list))?,
            names: open(resolved.names.iter().map(|name| &name.list))?,
            excluded: open(resolved.excluded.iter())?,
            resolved,
            documents,
            start: 0,
            end: 0,
            sums: vec![DocumentSum::default(); size],
            best: vec![0; size],
            matched: Vec::new(),
        })
    }

    /// Moves to the next range of documents. Returns false after the last.
    pub(super) fn advance(&mut self) -> bool {
        self.start = self.end;
        self.end = self.documents.min(self.start + WINDOW_SIZE);
        self.start < self.end
    }

    /// Moves forwards to a single document.
    pub(super) fn move_to(&mut self, doc: DocId) {
        (self.start, self.end) = (doc, doc + 1);
        let all = [&mut self.terms, &mut self.competences, &mut self.names, &mut self.excluded];
        all.into_iter().flatten().for_each(|cursor| cursor.skip_to(doc));
    }

    /// Scores the documents of the window and adds those that score at least `min_score` to `matches`.
    pub(super) fn score(&mut self, min_score: Score, observer: &mut impl Observer, matches: &mut Vec<SegmentMatch>) {
        let facts = self.resolved.segment.facts();
        self.add_words(facts, observer);
        self.add_competences(facts, observer);
        self.add_names(observer);
        for cursor in &mut self.excluded {
            cursor.visit_until(self.end, |doc, _| self.sums[(doc - self.start) as usize].flags |= EXCLUDED);
        }
        for (doc, sum) in (self.start..self.end).zip(&mut self.sums) {
            let sum = std::mem::take(sum);
            let is_excluded = sum.flags & (EXCLUDED | HAS_LEADING_COMPETENCE) == EXCLUDED;
            if sum.flags & MATCHED == 0 || is_excluded {
                continue;
            }
            let score = self.resolved.multipliers.apply(sum.sum, doc, observer);
            if score >= min_score {
                matches.push(SegmentMatch { doc, score });
            }
        }
    }

    /// Adds the words: per word and field, its best term.
    fn add_words(&mut self, facts: &SegmentFacts, observer: &mut impl Observer) {
        let mut cursors = self.terms.iter_mut();
        for terms in self
            .resolved
            .terms
            .chunk_by(|one, other| (one.word, one.field) == (other.word, other.field))
        {
            let ResolvedTerm { word, field, .. } = terms[0];
            let surface = self.resolved.plan.words[word].surface.as_str();
            let layer = if field == TextField::Person { "person" } else { "words" };
            for term in terms {
                let cursor = cursors.next().expect("each term has a cursor");
                cursor.visit_until(self.end, |doc, frequency| {
                    let length = facts.lengths[doc as usize][field as usize];
                    let value = term.value * saturated(frequency, length, field) / UNIT;
                    if value <= 0 {
                        return;
                    }
                    let at = (doc - self.start) as usize;
                    if terms.len() == 1 {
                        self.sums[at].add(value);
                        observer.record(doc, layer, field.as_str(), surface, value);
                        return;
                    }
                    let best = &mut self.best[at];
                    if *best == 0 {
                        self.matched.push(doc);
                    }
                    *best = (*best).max(value);
                });
            }
            for doc in self.matched.drain(..) {
                let at = (doc - self.start) as usize;
                let value = std::mem::take(&mut self.best[at]);
                self.sums[at].add(value);
                observer.record(doc, layer, field.as_str(), surface, value);
            }
        }
    }

    /// Adds the competences: the best in full, the next ones less.
    fn add_competences(&mut self, facts: &SegmentFacts, observer: &mut impl Observer) {
        for (competence, cursor) in self.resolved.competences.iter().zip(&mut self.competences) {
            let ResolvedCompetence {
                planned,
                executors,
                is_leading,
                words,
                ..
            } = competence;
            cursor.visit_until(self.end, |doc, _| {
                let executor_factor = executors.factor(facts.of(doc));
                if executor_factor == 0 {
                    return;
                }
                let sum = &mut self.sums[(doc - self.start) as usize];
                let factor = COMPETENCE_FACTORS.get(usize::from(sum.competences)).copied().unwrap_or(0);
                let value = planned.weight.0 * factor / UNIT * executor_factor / UNIT;
                sum.competences = sum.competences.saturating_add(1);
                sum.flags |= if *is_leading { HAS_LEADING_COMPETENCE } else { 0 };
                sum.add(value);
                observer.record(doc, "vocabulary", planned.code.as_str(), words, value);
            });
        }
    }

    /// Adds named organisations, kinds of organisation, kinds of officer and municipalities, and life domains.
    fn add_names(&mut self, observer: &mut impl Observer) {
        for (ResolvedName { layer, code, weight, .. }, cursor) in self.resolved.names.iter().zip(&mut self.names) {
            cursor.visit_until(self.end, |doc, _| {
                let sum = &mut self.sums[(doc - self.start) as usize];
                if *layer == "place" {
                    // Serving two of the named municipalities counts once.
                    if sum.flags & SERVES_PLACE != 0 {
                        return;
                    }
                    sum.flags |= SERVES_PLACE;
                }
                sum.add(weight.0);
                observer.record(doc, layer, &code[2..], "", weight.0);
            });
        }
    }
}

impl DocumentSum {
    #[inline]
    fn add(&mut self, value: i64) {
        self.sum += value;
        self.flags |= MATCHED;
    }
}
