//! Plans the words that are looked for in texts and names.

use super::{Compiler, RecognisedWord, WordUsage, keep_best_shares};
use crate::analyse::edit_distance::max_errors;
use crate::analyse::lexicon::{Lexicon, TermWeightClass};
use crate::hash::HashSet;
use crate::plan::planned::{ApproximateMatching, PlannedWord};
use crate::plan::understanding::Correction;
use crate::segment::terms::WRITTEN;
use crate::sort_key::Score;

/// The most words that are looked for in texts: those with the highest weights.
const MAX_PLANNED_WORDS: usize = 24;

impl Compiler<'_> {
    /// Plans the words with the highest weights.
    pub(super) fn plan_words(&mut self) {
        let language = &self.context.language;
        let last = self.words.len().saturating_sub(1);
        let mut seen = HashSet::default();
        let mut planned: Vec<(f64, PlannedWord)> = Vec::new();
        for (at, recognised) in self.words.iter().enumerate() {
            let surface = &recognised.word.surface;
            if matches!(recognised.usage, WordUsage::Organisation | WordUsage::Place)
                || surface.len() < 2
                || !seen.insert(surface.clone())
            {
                continue;
            }
            let best_correction = recognised.corrections.first().map(|meant| &meant.word);
            let weight = match best_correction {
                Some(meant) => language.term_weight(meant, &language.analyser.forms(meant).0),
                None => language.term_weight(surface, &recognised.word.whole),
            };
            if weight <= 0.0 {
                continue;
            }
            if let Some(meant) = best_correction {
                self.understanding.corrections.push(Correction {
                    typed: surface.clone(),
                    range: recognised.word.start..recognised.word.end,
                    meant: meant.clone(),
                    language: None,
                });
            }
            if weight >= language.weights.words.shown {
                self.understanding.words.push(surface.clone());
            }
            planned.push((weight, self.planned(recognised, weight, at == last)));
        }
        planned
            .sort_by(|(one, word), (other, other_word)| other.total_cmp(one).then_with(|| word.surface.cmp(&other_word.surface)));
        planned.truncate(MAX_PLANNED_WORDS);
        let sum: f64 = planned.iter().map(|(weight, _)| weight).sum();
        let scale = (language.weights.words.most / sum).min(1.0);
        self.plan.words = planned
            .into_iter()
            .map(|(weight, word)| PlannedWord {
                weight: Score::rounded(weight * scale),
                ..word
            })
            .collect();
    }

    /// Plans one word, with its terms and their shares.
    fn planned(&self, recognised: &RecognisedWord, weight: f64, is_last: bool) -> PlannedWord {
        let language = &self.context.language;
        let (analyser, weights) = (&language.analyser, &language.weights.words);
        let surface = &recognised.word.surface;
        let mut terms: Vec<(String, f64)> = vec![(recognised.word.whole.clone(), 1.0)];
        terms.extend(recognised.word.parts.iter().map(|part| (part.clone(), weights.part)));
        for meant in &recognised.corrections {
            let share = language.weights.spelling.share(meant.cost) * weights.corrected_text;
            let (whole, parts) = analyser.forms(&meant.word);
            terms.push((whole, share));
            terms.extend(parts.into_iter().map(|part| (part, share * weights.part)));
        }
        // Names are indexed as written. An everyday word is hardly ever meant as a name.
        let as_name = match (Lexicon::get().weight_class(surface), recognised.is_known) {
            (Some(TermWeightClass::Stopword | TermWeightClass::Boilerplate), _) => 0.0,
            (Some(_), _) => weights.everyday_name,
            (None, true) => weights.known_name,
            (None, false) => 1.0,
        };
        if as_name > 0.0 {
            terms.push((format!("{WRITTEN}{surface}"), as_name));
        }
        terms.extend(recognised.fragments.iter().map(|part| (part.clone(), weights.fragment)));
        keep_best_shares(&mut terms);
        let max_errors = if recognised.is_correct {
            0
        } else {
            max_errors(surface.chars().count())
        };
        let approximate = (!recognised.is_known).then_some(ApproximateMatching {
            max_errors: u8::try_from(max_errors).expect("at most two errors are allowed"),
            is_prefix: is_last && surface.len() >= 3,
        });
        PlannedWord {
            surface: surface.clone(),
            weight: Score::rounded(weight),
            terms: terms.into_iter().map(|(term, share)| (term, Score::rounded(share))).collect(),
            approximate: approximate.filter(|approximate| approximate.max_errors > 0 || approximate.is_prefix),
        }
    }
}
