//! A window of sums that moves over the documents of a segment.
//!
//! A window fits in the first-level cache, so the cost of a plan with many terms over a hundred thousand documents is hardly
//! more than that of reading the postings. Matches are produced in order of documents.

use fixedbitset::FixedBitSet;

use super::contributions::Observer;
use super::resolved::{ResolvedCompetence, ResolvedName, ResolvedPlan, ResolvedTerm};
use crate::document::TextField;
use crate::segment::{DocId, PostingCursor, PostingList, SegmentFacts};
use crate::sort_key::{Score, UNIT};

/// The number of documents in a window, a multiple of [`WORD`].
const WINDOW_SIZE: u32 = 2048;
/// The number of documents in a word of a set.
const WORD: usize = usize::BITS as usize;
/// The number of flags that are read together.
const LANES: usize = 8;

/// Flags of a document.
const MATCHED: u8 = 1;
const HAS_LEADING_COMPETENCE: u8 = 2;
const SERVES_PLACE: u8 = 4;
const EXCLUDED: u8 = 8;

/// The sums of a range of documents, and a cursor for each term of a plan.
pub(super) struct Window<'a> {
    resolved: &'a ResolvedPlan<'a>,
    facts: &'a SegmentFacts,
    terms: Vec<PostingCursor<'a>>,
    competences: Vec<PostingCursor<'a>>,
    names: Vec<PostingCursor<'a>>,
    excluded: Vec<PostingCursor<'a>>,
    documents: u32,
    start: DocId,
    end: DocId,
    sums: Vec<i64>,
    flags: Vec<u8>,
    /// How many competences of the plan each document has so far.
    held: Vec<u8>,
    /// The best term of the current word per document, if the word has several.
    best: Vec<i64>,
    /// The documents that the current word matches.
    matched: Vec<DocId>,
}

impl<'a> Window<'a> {
    /// Places the window before the first of `documents` documents.
    pub(super) fn new(resolved: &'a ResolvedPlan<'a>, documents: u32) -> Self {
        fn open<'a>(lists: impl Iterator<Item = &'a PostingList<'a>>) -> Vec<PostingCursor<'a>> {
            lists.map(|list| list.cursor()).collect()
        }
        let size = (documents.min(WINDOW_SIZE) as usize).next_multiple_of(WORD);
        Self {
            terms: open(resolved.terms.iter().map(|term| &term.list)),
            competences: open(resolved.competences.iter().map(|competence| &competence.list)),
            names: open(resolved.names.iter().map(|name| &name.list)),
            excluded: open(resolved.excluded.iter()),
            facts: resolved.segment.facts(),
            resolved,
            documents,
            start: 0,
            end: 0,
            sums: vec![0; size],
            flags: vec![0; size],
            held: vec![0; size],
            best: vec![0; size],
            matched: Vec::new(),
        }
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

    /// Scores the documents of the window that are among `accepted`, all if it is `None`, and calls `found` with those that
    /// match, in order.
    #[inline(always)]
    pub(super) fn score(
        &mut self,
        observer: &mut impl Observer<'a>,
        accepted: Option<&FixedBitSet>,
        mut found: impl FnMut(DocId, Score),
    ) {
        self.add_words(observer);
        self.add_competences(observer);
        self.add_names(observer);
        let start = self.start;
        for cursor in &mut self.excluded {
            let flags = &mut self.flags;
            cursor.visit_until(self.end, |doc| flags[(doc - start) as usize] |= EXCLUDED);
        }
        let accepted = accepted.map(|accepted| &accepted.as_slice()[start as usize / WORD..]);
        let mut is_touched = false;
        for (number, flags) in self.flags.chunks_exact(WORD).enumerate() {
            let mut matches = matches(flags);
            is_touched |= matches.is_touched;
            if let Some(accepted) = accepted {
                matches.documents &= accepted.get(number).copied().unwrap_or_default();
            }
            while matches.documents != 0 {
                let bit = matches.documents.trailing_zeros() as usize;
                matches.documents &= matches.documents - 1;
                let place = number * WORD + bit;
                let doc = start + u32::try_from(place).expect("a window has few documents");
                let serves = || flags[bit] & SERVES_PLACE != 0 || self.facts.is_national(doc);
                found(doc, self.resolved.multipliers.apply(self.sums[place], doc, serves, observer));
            }
        }
        if is_touched {
            self.sums.fill(0);
            self.flags.fill(0);
            self.held.fill(0);
        }
    }

    /// Adds the words: per word and field, its best term.
    fn add_words(&mut self, observer: &mut impl Observer<'a>) {
        let (start, end) = (self.start, self.end);
        let (sums, flags, best, matched) = (&mut self.sums, &mut self.flags, &mut self.best, &mut self.matched);
        let mut cursors = self.terms.iter_mut();
        for terms in self
            .resolved
            .terms
            .chunk_by(|one, other| (one.word, one.field) == (other.word, other.field))
        {
            let ResolvedTerm { word, field, .. } = terms[0];
            let surface = self.resolved.plan.words[word].surface.as_str();
            let layer = if field == TextField::Person { "person" } else { "words" };
            let mut add = |doc: DocId, at: usize, value: i64| {
                sums[at] += value;
                flags[at] |= MATCHED;
                observer.record(doc, layer, field.as_str(), surface, value);
            };
            if let [term] = terms {
                let cursor = cursors.next().expect("each term has a cursor");
                cursor.visit_words_until(end, |doc, saturation| {
                    let value = term.value * saturation / UNIT;
                    if value > 0 {
                        add(doc, (doc - start) as usize, value);
                    }
                });
                continue;
            }
            for (term, cursor) in terms.iter().zip(&mut cursors) {
                cursor.visit_words_until(end, |doc, saturation| {
                    let best = &mut best[(doc - start) as usize];
                    let value = term.value * saturation / UNIT;
                    if *best == 0 && value > 0 {
                        matched.push(doc);
                    }
                    *best = value.max(*best);
                });
            }
            for doc in matched.drain(..) {
                let at = (doc - start) as usize;
                add(doc, at, std::mem::take(&mut best[at]));
            }
        }
    }

    /// Adds the competences: the best in full, the next ones less.
    fn add_competences(&mut self, observer: &mut impl Observer<'a>) {
        let (start, end) = (self.start, self.end);
        let (sums, flags, held) = (&mut self.sums, &mut self.flags, &mut self.held);
        for (competence, cursor) in self.resolved.competences.iter().zip(&mut self.competences) {
            let ResolvedCompetence {
                planned,
                values,
                executors,
                is_leading,
                words,
                ..
            } = competence;
            let flag = if *is_leading {
                MATCHED | HAS_LEADING_COMPETENCE
            } else {
                MATCHED
            };
            cursor.visit_until(end, |doc| {
                let executor_factor = executors.factor(self.facts.class(doc));
                if executor_factor == 0 {
                    return;
                }
                let at = (doc - start) as usize;
                let value = values.get(usize::from(held[at])).copied().unwrap_or(0) * executor_factor / UNIT;
                held[at] = held[at].saturating_add(1);
                sums[at] += value;
                flags[at] |= flag;
                observer.record(doc, "vocabulary", planned.code.as_str(), words, value);
            });
        }
    }

    /// Adds named organisations, kinds of organisation, kinds of officer and municipalities, and life domains.
    fn add_names(&mut self, observer: &mut impl Observer<'a>) {
        let (start, end) = (self.start, self.end);
        let (sums, flags) = (&mut self.sums, &mut self.flags);
        for (ResolvedName { layer, code, weight, .. }, cursor) in self.resolved.names.iter().zip(&mut self.names) {
            let is_place = *layer == "place";
            cursor.visit_until(end, |doc| {
                let at = (doc - start) as usize;
                if is_place {
                    // Serving two of the named municipalities counts once.
                    if flags[at] & SERVES_PLACE != 0 {
                        return;
                    }
                    flags[at] |= SERVES_PLACE;
                    if weight.0 == 0 {
                        return;
                    }
                }
                sums[at] += weight.0;
                flags[at] |= MATCHED;
                observer.record(doc, layer, &code[2..], "", weight.0);
            });
        }
    }
}

/// The documents of a word that match.
struct WordMatches {
    documents: usize,
    /// Whether any document has a flag.
    is_touched: bool,
}

/// Returns which documents with these flags match: those with a word or code of the plan that are not excluded.
#[inline]
fn matches(flags: &[u8]) -> WordMatches {
    /// The lowest bit of each byte.
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    /// Multiplying by it moves the lowest bits of all bytes into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let with = |flags: u64, flag: u8| flags >> flag.trailing_zeros() & LOWEST;
    let (lanes, _) = flags.as_chunks::<LANES>();
    let mut matches = WordMatches {
        documents: 0,
        is_touched: false,
    };
    for (number, lane) in lanes.iter().enumerate() {
        let flags = u64::from_le_bytes(*lane);
        let is_excluded = with(flags, EXCLUDED) & !with(flags, HAS_LEADING_COMPETENCE);
        let is_match = with(flags, MATCHED) & !is_excluded;
        let documents = is_match.wrapping_mul(GATHER) >> (u64::BITS - u8::BITS);
        matches.documents |= (documents as usize) << (number * LANES);
        matches.is_touched |= flags != 0;
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_match_that_are_not_excluded() {
        let mut flags = [0; WORD];
        flags[0] = MATCHED;
        flags[1] = SERVES_PLACE;
        flags[2] = MATCHED | EXCLUDED;
        flags[3] = MATCHED | EXCLUDED | HAS_LEADING_COMPETENCE;
        flags[WORD - 1] = MATCHED | SERVES_PLACE;
        assert_eq!(matches(&flags).documents, 1 | 1 << 3 | 1 << (WORD - 1));
        assert!(matches(&flags).is_touched);
        assert!(!matches(&[0; WORD]).is_touched);
        assert_eq!(matches(&[MATCHED; WORD]).documents, usize::MAX);
    }
}
