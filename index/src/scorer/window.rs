//! The sums of a stretch of documents, which the scorer moves over a segment.
//!
//! A stretch is small enough for a processor's nearest memory, so that a plan of many terms over a hundred thousand
//! documents costs what it reads and little more. Documents come out in order.

use std::sync::LazyLock;

use super::resolve::{Form, Name, Resolved, ResolvedCompetence};
use super::{Match, Observer};
use crate::error::IndexError;
use crate::results::TextField;
use crate::score::{Score, UNIT};
use crate::segment::{Doc, PostingList, Postings, SegmentFacts};

/// How much a word counts by the field it stands in, in parts of [`UNIT`]; in the order of [`TextField`].
pub(super) const FIELD_WEIGHTS: [i64; 5] = [340, 380, 160, 900, 4000];
/// Half the words an average field has: where length begins to tell. In the order of [`TextField`].
const TYPICAL_LENGTHS: [i64; 5] = [4, 24, 9, 4, 2];
/// How soon another occurrence of a word stops telling more (BM25's k1 and b), in parts of a thousand.
const SATURATION: i64 = 900;
const LENGTH_COUNTS: [i64; 5] = [400, 350, 200, 300, 100];
/// What the second, third and further competences of an officer add, in parts of [`UNIT`].
const NEXT_COMPETENCES: [i64; 4] = [UNIT, 300, 120, 60];
/// Documents of a stretch.
const STRETCH: u32 = 4096;

/// Marks of a document.
const MET: u8 = 1;
const HOLDS_LEADING: u8 = 2;
const PLACED: u8 = 4;
const REFUSED: u8 = 8;

/// A stretch of documents and how far the terms of a plan have been walked.
pub(super) struct Window<'a> {
    resolved: &'a Resolved<'a>,
    forms: Vec<Postings<'a>>,
    competences: Vec<Postings<'a>>,
    names: Vec<Postings<'a>>,
    refused: Vec<Postings<'a>>,
    documents: u32,
    start: Doc,
    end: Doc,
    sums: Vec<Sum>,
    /// The best form of the word that is being looked at, where it has several.
    best: Vec<i64>,
    met: Vec<Doc>,
}

/// What a document has been given so far.
#[derive(Clone, Copy, Default)]
struct Sum {
    sum: i64,
    /// How many of the plan's competences it has been given.
    competences: u8,
    marks: u8,
}

impl<'a> Window<'a> {
    /// Before the first of `documents` documents.
    pub(super) fn new(resolved: &'a Resolved<'a>, documents: u32) -> Result<Self, IndexError> {
        fn open<'a>(lists: impl Iterator<Item = &'a PostingList<'a>>) -> Result<Vec<Postings<'a>>, IndexError> {
            lists.map(PostingList::open).collect()
        }
        let size = documents.min(STRETCH) as usize;
        Ok(Self {
            forms: open(resolved.forms.iter().map(|form| &form.list))?,
            competences: open(resolved.competences.iter().map(|competence| &competence.list))?,
            names: open(resolved.names.iter().map(|name| &name.list))?,
            refused: open(resolved.refused.iter())?,
            resolved,
            documents,
            start: 0,
            end: 0,
            sums: vec![Sum::default(); size],
            best: vec![0; size],
            met: Vec::new(),
        })
    }

    /// Moves to the next stretch; false behind the last.
    pub(super) fn next_stretch(&mut self) -> bool {
        self.start = self.end;
        self.end = self.documents.min(self.start + STRETCH);
        self.start < self.end
    }

    /// Moves on to one document.
    pub(super) fn move_to(&mut self, doc: Doc) {
        (self.start, self.end) = (doc, doc + 1);
        let all = [&mut self.forms, &mut self.competences, &mut self.names, &mut self.refused];
        all.into_iter().flatten().for_each(|postings| postings.skip_to(doc));
    }

    /// Scores the documents of the stretch and adds those with `least` or more to `matches`.
    pub(super) fn score(&mut self, least: Score, observer: &mut impl Observer, matches: &mut Vec<Match>) {
        let facts = self.resolved.segment.facts();
        self.add_words(facts, observer);
        self.add_competences(facts, observer);
        self.add_names(observer);
        for postings in &mut self.refused {
            postings.until(self.end, |doc, _| self.sums[(doc - self.start) as usize].marks |= REFUSED);
        }
        for (doc, place) in (self.start..self.end).zip(&mut self.sums) {
            let given = std::mem::take(place);
            let is_refused = given.marks & (REFUSED | HOLDS_LEADING) == REFUSED;
            if given.marks & MET == 0 || is_refused {
                continue;
            }
            let score = self.resolved.judge.judge(given.sum, doc, observer);
            if score >= least {
                matches.push(Match { doc, score });
            }
        }
    }

    /// The words: per word and field, the best of its forms.
    fn add_words(&mut self, facts: &SegmentFacts, observer: &mut impl Observer) {
        let mut walked = self.forms.iter_mut();
        for forms in self
            .resolved
            .forms
            .chunk_by(|one, other| (one.word, one.field) == (other.word, other.field))
        {
            let Form { word, field, .. } = forms[0];
            let surface = self.resolved.plan.words[word].surface.as_str();
            let layer = if field == TextField::Person { "person" } else { "words" };
            for form in forms {
                let postings = walked.next().expect("each form has been opened");
                postings.until(self.end, |doc, frequency| {
                    let length = facts.lengths[doc as usize][field as usize];
                    let given = form.value * saturated(frequency, length, field) / UNIT;
                    if given <= 0 {
                        return;
                    }
                    let at = (doc - self.start) as usize;
                    if forms.len() == 1 {
                        self.sums[at].add(given);
                        observer.gave(doc, layer, field.as_str(), surface, given);
                        return;
                    }
                    let known = &mut self.best[at];
                    if *known == 0 {
                        self.met.push(doc);
                    }
                    *known = (*known).max(given);
                });
            }
            for doc in self.met.drain(..) {
                let at = (doc - self.start) as usize;
                let given = std::mem::take(&mut self.best[at]);
                self.sums[at].add(given);
                observer.gave(doc, layer, field.as_str(), surface, given);
            }
        }
    }

    /// The competences: the best in full, the next ones less.
    fn add_competences(&mut self, facts: &SegmentFacts, observer: &mut impl Observer) {
        for (competence, postings) in self.resolved.competences.iter().zip(&mut self.competences) {
            let ResolvedCompetence {
                planned,
                executes,
                is_leading,
                said,
                ..
            } = competence;
            postings.until(self.end, |doc, _| {
                let executed = executes.by(facts.of(doc));
                if executed == 0 {
                    return;
                }
                let sum = &mut self.sums[(doc - self.start) as usize];
                let share = NEXT_COMPETENCES.get(usize::from(sum.competences)).copied().unwrap_or(0);
                let value = planned.weight.0 * share / UNIT * executed / UNIT;
                sum.competences = sum.competences.saturating_add(1);
                sum.marks |= if *is_leading { HOLDS_LEADING } else { 0 };
                sum.add(value);
                observer.gave(doc, "vocabulary", planned.code.as_str(), said, value);
            });
        }
    }

    /// What is named: organisations, kinds of them, kinds of officer, a municipality; and life domains.
    fn add_names(&mut self, observer: &mut impl Observer) {
        for (Name { layer, code, weight, .. }, postings) in self.resolved.names.iter().zip(&mut self.names) {
            postings.until(self.end, |doc, _| {
                let sum = &mut self.sums[(doc - self.start) as usize];
                if *layer == "place" {
                    // A document that serves two of the named municipalities is not twice as good.
                    if sum.marks & PLACED != 0 {
                        return;
                    }
                    sum.marks |= PLACED;
                }
                sum.add(weight.0);
                observer.gave(doc, layer, &code[2..], "", weight.0);
            });
        }
    }
}

impl Sum {
    #[inline]
    fn add(&mut self, value: i64) {
        self.sum += value;
        self.marks |= MET;
    }
}

/// How much an occurrence counts by how often the word stands in a field of this length, in parts of [`UNIT`].
#[inline]
fn saturated(frequency: u32, length: u16, field: TextField) -> i64 {
    static OF_SHORT: LazyLock<[[[i64; SHORT]; OFTEN]; 5]> = LazyLock::new(|| {
        TextField::ALL.map(|field| {
            std::array::from_fn(|frequency| std::array::from_fn(|length| work_out(frequency as u32, length as u16, field)))
        })
    });
    /// Nearly all fields are shorter than this, and hold a word less often than this.
    const SHORT: usize = 128;
    const OFTEN: usize = 4;
    match OF_SHORT[field as usize].get(frequency as usize) {
        Some(by_length) if usize::from(length) < SHORT => by_length[usize::from(length)],
        _ => work_out(frequency, length, field),
    }
}

fn work_out(frequency: u32, length: u16, field: TextField) -> i64 {
    let counts = LENGTH_COUNTS[field as usize];
    let norm = 1000 - counts + counts * i64::from(length) / (2 * TYPICAL_LENGTHS[field as usize]);
    let frequency = i64::from(frequency) * 1000;
    frequency * (1000 + SATURATION) * UNIT / ((frequency + SATURATION * norm / 1000) * 1000)
}
