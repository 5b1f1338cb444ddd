//! The schemes and organisations that the question is about, by the vocabulary and the model.

use std::ops::Range;

use register::identifier::DomainCode;
use register::organisation::OrganisationKind;

use super::blend::{BlendedScheme, KnownShares, blend};
use super::sections::{self, Section};
use super::{Compiler, RecognisedWord, WordUsage, keep_best_shares};
use crate::analyse::lexicon::Elsewhere;
use crate::analyse::phrases::is_content_word;
use crate::analyse::{Executor, executor_cues};
use crate::hash::HashSet;
use crate::learned::{Features, Prediction};
use crate::plan::MAX_NEEDS;
use crate::plan::planned::PlannedCompetence;
use crate::plan::recognise::schemes::{self, QueryWord};
use crate::plan::understanding::{Certainty, UnderstoodCompetence};
use crate::sort_key::Score;

/// The most schemes that are shown as understood.
const MAX_UNDERSTOOD: usize = 4;
const _: () = assert!(MAX_UNDERSTOOD <= MAX_NEEDS);

/// The most executors of a need. What every organisation does, such as deciding on objections, does not tell whose officer is
/// meant.
const MOST_EXECUTORS: usize = 4;

/// What knows each word of the question.
pub(super) struct KnownWords {
    /// The vocabulary, the lexicon or the model.
    by_any: Vec<bool>,
    by_model: Vec<bool>,
}

/// The numbers of the schemes that are shown as understood.
#[derive(Default)]
struct ShownSchemes {
    schemes: Vec<usize>,
    /// Those that a section of the text is about, if there are several.
    needs: Vec<usize>,
}

impl Compiler<'_> {
    /// Adds the schemes that the question is about.
    pub(super) fn find_competences(
        &mut self,
        features: &Features,
        prediction: &Prediction,
        sections: &[Section],
        known: &KnownWords,
    ) {
        let language = &self.context.language;
        let considered: Vec<usize> = (0..self.words.len()).filter(|at| self.is_considered(*at)).collect();
        let query: Vec<QueryWord> = considered.iter().map(|at| self.query_word(&self.words[*at])).collect();
        let stems = self
            .words
            .iter()
            .flat_map(|recognised| std::iter::once(&recognised.word.whole).chain(&recognised.word.parts));
        let stems: HashSet<&str> = stems.map(String::as_str).collect();
        let indicated = if language.steps.phrases {
            schemes::find(&query, &language.phrases, &language.weights.vocabulary)
        } else {
            Vec::new()
        };
        let known = self.known_shares(known);
        let (blended, no_scheme) = blend(indicated, prediction, sections, language, &known);
        self.understanding.certainty = self.certainty(&blended, language.weights.certainty.no_scheme(&no_scheme));
        self.understanding.no_scheme = no_scheme;
        let shown = self.shown(&blended, sections);
        for BlendedScheme {
            scheme: number,
            weight,
            confidence,
            words,
        } in blended
        {
            let scheme = &language.schemes[number];
            let weight = Score::rounded(weight);
            let mut words: Vec<usize> = words.into_iter().map(|word| considered[word]).collect();
            if words.is_empty()
                && let Some(place) = language.learned.place_of(number)
            {
                words = language.learned.model.words_for(place, features);
            }
            sections::keep_own(&mut words, number, sections, &language.weights.blend);
            let words: Vec<String> = words.into_iter().map(|word| self.words[word].word.surface.clone()).collect();
            if shown.schemes.contains(&number) {
                self.understanding.competences.push(UnderstoodCompetence {
                    code: scheme.code.clone(),
                    label: scheme.label.clone(),
                    weight,
                    confidence,
                    words: words.clone(),
                });
            }
            self.plan.competences.push(PlannedCompetence {
                code: scheme.code.clone(),
                weight,
                executors: self.executors(number, &stems),
                executors_only: false,
                words,
                is_need: shown.needs.contains(&number),
            });
        }
    }

    /// Returns which of the schemes are shown as understood, and which of them are needs.
    fn shown(&self, schemes: &[BlendedScheme], sections: &[Section]) -> ShownSchemes {
        if self.understanding.certainty == Certainty::NotUnderstood {
            return ShownSchemes::default();
        }
        let least = self.context.language.weights.certainty.least_confidence;
        let understood = schemes.iter().filter(|scheme| scheme.confidence >= least);
        let understood: Vec<(usize, f64)> = understood.map(|scheme| (scheme.scheme, scheme.weight)).collect();
        let schemes_of = &self.context.language.schemes;
        let of_sections = sections::subjects(&understood, sections, &self.context.language.weights.blend);
        let (mut needs, others): (Vec<usize>, Vec<usize>) =
            understood.into_iter().map(|(scheme, _)| scheme).partition(|scheme| {
                let executors = schemes_of[*scheme].executors.len();
                of_sections.contains(scheme) && (1..=MOST_EXECUTORS).contains(&executors)
            });
        needs.truncate(MAX_UNDERSTOOD);
        let schemes = needs.iter().copied().chain(others).take(MAX_UNDERSTOOD).collect();
        if needs.len() < 2 {
            needs.clear();
        }
        ShownSchemes { schemes, needs }
    }

    /// Returns how sure the understanding is.
    fn certainty(&self, schemes: &[BlendedScheme], no_scheme: f64) -> Certainty {
        let understanding = &self.understanding;
        let weights = &self.context.language.weights.certainty;
        let has_names =
            !understanding.organisations.is_empty() || understanding.has_municipality() || !understanding.roles.is_empty();
        let confidence = schemes.first().map_or(0.0, |scheme| scheme.confidence);
        // A case can have a place abroad in it and be of a municipality here; a few words hardly can.
        let is_municipal = schemes.first().is_some_and(|scheme| self.is_municipal(scheme.scheme));
        let elsewhere = self.elsewhere.filter(|_| !understanding.has_municipality());
        let is_of_authority_there = match elsewhere {
            Some(Elsewhere::PublicBody) => true,
            Some(Elsewhere::Abroad) => is_municipal && !self.is_case(),
            None => false,
        };
        let is_doubtful = elsewhere.is_some() && is_municipal;
        match (has_names, self.has_other_words()) {
            (true, false) => Certainty::Sure,
            (false, false) => Certainty::NotUnderstood,
            _ if schemes.is_empty() || no_scheme >= weights.not_understood => Certainty::NotUnderstood,
            _ if is_of_authority_there => Certainty::NotUnderstood,
            _ if !is_doubtful && confidence >= weights.surely_understood => Certainty::Sure,
            _ => Certainty::Unsure,
        }
    }

    /// Tells of each word what knows it.
    pub(super) fn known_words(&self, features: &Features) -> KnownWords {
        let by_model = self.context.language.learned.model.known_words(features, self.words.len());
        // A fragment says too little: the rest of the word can mean anything.
        let known = |(recognised, by_model): (&RecognisedWord, &bool)| {
            recognised.is_known || !recognised.corrections.is_empty() || *by_model
        };
        let by_any = self.words.iter().zip(&by_model).map(known).collect();
        KnownWords { by_any, by_model }
    }

    /// Returns the content words besides names, each with its number.
    fn content_words(&self) -> impl Iterator<Item = (usize, &RecognisedWord)> {
        let words = self.words.iter().enumerate();
        words.filter(|(_, recognised)| recognised.usage == WordUsage::Word && is_content_word(&recognised.word))
    }

    /// Returns the ranges of the content words that nothing knows.
    pub(super) fn unknown_words(&self, known: &KnownWords) -> Vec<Range<usize>> {
        let unknown = self.content_words().filter(|(word, _)| !known.by_any[*word]);
        unknown
            .map(|(_, recognised)| recognised.word.start..recognised.word.end)
            .collect()
    }

    /// Returns how many of the content words are known.
    fn known_shares(&self, known: &KnownWords) -> KnownShares {
        let share = |known: &[bool]| {
            let words = self.content_words().count();
            let known = self.content_words().filter(|(word, _)| known[*word]).count();
            known as f64 / words.max(1) as f64
        };
        KnownShares {
            by_any: share(&known.by_any),
            by_model: share(&known.by_model),
        }
    }

    /// Whether municipalities execute a scheme first of all.
    fn is_municipal(&self, scheme: usize) -> bool {
        let executors = &self.context.language.schemes[scheme].executors;
        executors.first() == Some(&Executor::Kind(OrganisationKind::Gemeente))
    }

    /// Returns the executors of a scheme, most likely first, for a question with these `stems`.
    fn executors(&self, scheme: usize, stems: &HashSet<&str>) -> Vec<Executor> {
        let language = &self.context.language;
        let executors = &language.schemes[scheme].executors;
        // A question that names a place is for its municipality.
        if self.is_municipal(scheme) && self.understanding.has_municipality() {
            return executors.clone();
        }
        let cues = &language.executor_cues[scheme];
        executor_cues::order(executors, if language.steps.executor_cues { cues } else { &[] }, stems)
    }

    /// Lowers the weight of named organisations that do not seem to decide: who sent a letter, or referred the household on.
    pub(super) fn weigh_organisations(&mut self, prediction: &Prediction) {
        // Who types an organisation and a few words means that organisation.
        if !self.is_case() && !self.is_told() {
            return;
        }
        let language = &self.context.language;
        let weights = &language.weights.names;
        for (id, weight) in &mut self.plan.organisations {
            let kind = self.context.organisations.get(id).map(|known| known.kind);
            if let Some(probability) = language.learned.organisation(prediction, id, kind) {
                let factor = (probability / weights.surely_decides).clamp(weights.least_deciding, 1.0);
                *weight = Score::rounded(weight.as_f64() * factor);
            }
        }
    }

    /// Whether a word is matched against the vocabulary.
    fn is_considered(&self, at: usize) -> bool {
        let recognised = &self.words[at];
        recognised.usage != WordUsage::Place && is_content_word(&recognised.word)
    }

    /// Expands a word into the terms that are matched against the vocabulary.
    fn query_word(&self, recognised: &RecognisedWord) -> QueryWord {
        let language = &self.context.language;
        let (analyser, weights) = (&language.analyser, &language.weights.vocabulary);
        let of_words = &language.weights.words;
        let mut terms = vec![(recognised.word.whole.clone(), 1.0)];
        terms.extend(recognised.word.parts.iter().map(|part| (part.clone(), weights.part_of_word)));
        for meant in &recognised.corrections {
            let share = language.weights.spelling.share(meant.cost);
            let (whole, parts) = analyser.forms(&meant.word);
            terms.push((whole, share));
            terms.extend(parts.into_iter().map(|part| (part, share * weights.part_of_correction)));
        }
        terms.extend(recognised.fragments.iter().map(|part| (part.clone(), of_words.fragment)));
        keep_best_shares(&mut terms);
        let trust = match recognised.usage {
            WordUsage::Organisation if self.has_other_words() => weights.name_trust,
            WordUsage::Organisation => weights.only_name_trust,
            _ => 1.0,
        };
        let whole = match recognised.corrections.first() {
            Some(meant) => analyser.forms(&meant.word).0,
            None => recognised.word.whole.clone(),
        };
        QueryWord { terms, whole, trust }
    }

    /// Adds the life domains that the words name.
    pub(super) fn find_domains(&mut self) {
        let mut found: Vec<DomainCode> = Vec::new();
        for recognised in self.words.iter().filter(|recognised| recognised.usage == WordUsage::Word) {
            for domain in self
                .context
                .language
                .domain_words
                .get(&recognised.word.whole)
                .into_iter()
                .flatten()
            {
                if !found.contains(domain) {
                    found.push(domain.clone());
                }
            }
        }
        // A text about many life domains is about none of them in particular.
        found.truncate(4);
        let weight = Score::rounded(self.context.language.weights.names.domain);
        self.plan.domains = found.into_iter().map(|code| (code, weight)).collect();
    }
}
