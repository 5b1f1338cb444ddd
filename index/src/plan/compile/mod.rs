//! Compiles a question into a plan.

mod words;

use std::ops::Range;

use register::identifier::{DomainCode, MunicipalityCode};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::learned::{BlendedScheme, FeatureWord, Features, KnownShares, Prediction, blend};
use super::planned::{Plan, PlanParts, PlannedCompetence};
use super::question::Question;
use super::recognise::corrections::{corrections, fragments};
use super::recognise::schemes::QueryWord;
use super::recognise::{compound_joining, foreign, organisations, places, related_schemes, schemes};
use super::understanding::{Certainty, Correction, Understanding, UnderstoodCompetence, UnderstoodOrganisation, UnderstoodPlace};
use crate::analyse::lexicon::{Lexicon, TermWeightClass};
use crate::analyse::phrases::is_content_word;
use crate::analyse::{Context, Executor, Word, executor_cues};
use crate::hash::HashSet;
use crate::sort_key::Score;

/// The most words of a question that are read. The beginning of a longer text, such as a pasted letter, shows its subject.
const MAX_WORDS: usize = 250;
/// The shares of a word's weight for a fragment, a hypernym, and a correction by number of errors.
const FRAGMENT_SHARE: f64 = 0.45;
const HYPERNYM_SHARE: f64 = 0.65;
const CORRECTION_SHARES: [f64; 3] = [1.0, 0.85, 0.7];
/// How much a word that names an organisation counts for schemes, because phrases can mention the name incidentally.
const NAME_TRUST: f64 = 0.25;
/// The weights of a named organisation, kind of organisation, kind of officer and municipality, and of a life domain.
const ORGANISATION_WEIGHT: f64 = 2.4;
const ORGANISATION_KIND_WEIGHT: f64 = 0.45;
const ROLE_WEIGHT: f64 = 2.2;
const MUNICIPALITY_WEIGHT: f64 = 0.9;
const DOMAIN_WEIGHT: f64 = 0.09;
/// The probability from which an organisation surely decides, and the lowest factor for one that does not seem to.
const SURELY_DECIDES: f64 = 0.8;
const LEAST_DECIDING_FACTOR: f64 = 0.05;
/// The probability of no scheme from which a question is not understood.
const NOT_UNDERSTOOD: f64 = 0.2;
/// The confidence in its best scheme from which a question is surely understood.
const SURELY_UNDERSTOOD: f64 = 0.6;
/// The least confidence in a scheme that is shown as understood, and the most of them.
const LEAST_CONFIDENCE: f64 = 0.1;
const MAX_UNDERSTOOD: usize = 4;
/// The lowest score of a result if the question indicates a scheme.
const MIN_SCORE: f64 = 0.08;

impl Plan {
    /// Compiles `question`. Every text gives a plan; if nothing in it is recognised, the plan matches nothing.
    pub fn compile(question: &Question, context: &Context) -> Plan {
        Compiler::new(question, context).compile()
    }

    /// Returns the features of `question`, from which a [`Model`](super::Model) predicts what it is about. For training.
    pub fn features(question: &Question, context: &Context) -> Features {
        let mut compiler = Compiler::new(question, context);
        compiler.recognise();
        compiler.features()
    }
}

/// A word of the question with what was recognised.
struct RecognisedWord {
    word: Word,
    is_known: bool,
    /// Corrected forms, each with its number of errors.
    corrections: Vec<(String, usize)>,
    /// The stems of known parts of an unknown word that has no corrections.
    fragments: Vec<String>,
    usage: WordUsage,
}

/// What a word was recognised as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordUsage {
    Word,
    Organisation,
    Place,
    Role,
}

struct Compiler<'a> {
    question: &'a Question,
    context: &'a Context,
    words: Vec<RecognisedWord>,
    plan: PlanParts,
    understanding: Understanding,
}

impl<'a> Compiler<'a> {
    fn new(question: &'a Question, context: &'a Context) -> Self {
        let plan = PlanParts {
            versions: context.language.versions().clone(),
            filters: question.filters.clone(),
            grouping: question.grouping,
            is_browse: question.text.trim().is_empty(),
            words: Vec::new(),
            competences: Vec::new(),
            domains: Vec::new(),
            organisations: Vec::new(),
            organisation_kinds: Vec::new(),
            roles: Vec::new(),
            municipalities: Vec::new(),
            municipality_weight: Score::ZERO,
            min_score: Score(1),
        };
        Self {
            question,
            context,
            words: Vec::new(),
            plan,
            understanding: Understanding::default(),
        }
    }

    fn compile(mut self) -> Plan {
        self.recognise();
        let features = self.features();
        let prediction = self.context.language.learned.model.predict(&features);
        self.find_competences(&features, &prediction);
        self.weigh_organisations(&prediction);
        self.understanding.unknown_words = self.unknown_words(&features);
        let is_case = self.is_case();
        related_schemes::add(&mut self.plan.competences, is_case, &self.context.language);
        self.find_domains();
        self.plan_words();
        if !self.plan.competences.is_empty() {
            self.plan.min_score = Score::rounded(MIN_SCORE);
        }
        Plan::new(self.plan, self.understanding)
    }

    /// Returns the features of the words for the model.
    fn features(&self) -> Features {
        let analyser = &self.context.language.analyser;
        let words = self.words.iter().map(|recognised| FeatureWord {
            surface: &recognised.word.surface,
            stem: &recognised.word.whole,
            parts: &recognised.word.parts,
            corrected: recognised.corrections.first().map(|(meant, _)| analyser.forms(meant)),
            is_place: recognised.usage == WordUsage::Place,
            is_stopword: Lexicon::get().weight_class(&recognised.word.surface) == Some(TermWeightClass::Stopword),
        });
        Features::of(&words.collect::<Vec<_>>())
    }

    /// Recognises the words of the question.
    fn recognise(&mut self) {
        let analyser = &self.context.language.analyser;
        let mut words = analyser.words(&self.question.text);
        words.truncate(MAX_WORDS);
        let translated = foreign::into_dutch(words, analyser);
        self.understanding.language = translated.language;
        let (words, joined) = compound_joining::join(translated.words, analyser);
        self.understanding.corrections = [translated.corrections, joined].concat();
        let known: Vec<bool> = words.iter().map(|word| analyser.is_known(&word.surface)).collect();
        let uses = self.recognise_organisations(&words, &known);
        let recognised = words.into_iter().zip(known).zip(uses).map(|((word, is_known), usage)| {
            let corrections = if is_known || usage != WordUsage::Word {
                Vec::new()
            } else {
                corrections(&word.surface, analyser)
            };
            let fragments = if is_known || !corrections.is_empty() {
                Vec::new()
            } else {
                fragments(&word.surface, analyser)
            };
            RecognisedWord {
                word,
                is_known,
                corrections,
                fragments,
                usage,
            }
        });
        self.words = recognised.collect();
        self.recognise_places();
        self.recognise_kinds();
    }

    /// Adds the organisations that the words name, and returns which words do.
    fn recognise_organisations(&mut self, words: &[Word], known: &[bool]) -> Vec<WordUsage> {
        let mut uses = vec![WordUsage::Word; words.len()];
        for named in organisations::named(words, known, self.context) {
            uses[named.words.clone()].fill(WordUsage::Organisation);
            let weight = Score::rounded(ORGANISATION_WEIGHT * named.confidence);
            let short_name = self.context.short_names.get(&named.id).cloned();
            let short_name = short_name.unwrap_or_else(|| {
                let typed: Vec<&str> = words[named.words.clone()].iter().map(|word| word.surface.as_str()).collect();
                typed.join(" ")
            });
            self.understanding.organisations.push(UnderstoodOrganisation {
                id: named.id.clone(),
                short_name,
                weight,
            });
            self.plan.organisations.push((named.id, weight));
        }
        uses
    }

    fn recognise_places(&mut self) {
        let words: Vec<Word> = self.words.iter().map(|recognised| recognised.word.clone()).collect();
        for place in places::named(&words, &self.question.text, self.context) {
            if self.words[place.words.clone()]
                .iter()
                .any(|recognised| recognised.usage != WordUsage::Word)
            {
                continue;
            }
            for recognised in &mut self.words[place.words.clone()] {
                recognised.usage = WordUsage::Place;
            }
            let typed = &self.question.text[words[place.words.start].start..words[place.words.end - 1].end];
            for code in &place.municipalities {
                self.add_municipality(code);
            }
            let understood = UnderstoodPlace {
                typed: typed.to_owned(),
                municipalities: place.municipalities,
            };
            self.understanding.places.push(understood);
        }
        self.recognise_misspelt_places();
        if !self.plan.municipalities.is_empty() {
            self.plan.municipality_weight = Score::rounded(MUNICIPALITY_WEIGHT);
        } else if let Some(own) = &self.question.caller_municipality {
            self.add_municipality(own);
        } else if let [only] = self.question.filters.municipalities.as_slice() {
            self.add_municipality(only);
        }
    }

    /// Recognises misspelt names of municipalities, among words that are nothing else.
    fn recognise_misspelt_places(&mut self) {
        for at in 0..self.words.len() {
            let recognised = &self.words[at];
            let before = |count: usize| Some(self.words[at.checked_sub(count)?].word.surface.as_str());
            let is_unexplained = recognised.usage == WordUsage::Word
                && !recognised.is_known
                && recognised.corrections.is_empty()
                && !places::is_name(before);
            let Some((name, code)) = is_unexplained
                .then(|| places::misspelt(&recognised.word.surface, self.context))
                .flatten()
            else {
                continue;
            };
            let typed = self.question.text[recognised.word.start..recognised.word.end].to_owned();
            self.words[at].usage = WordUsage::Place;
            self.add_municipality(code);
            self.understanding.corrections.push(Correction {
                typed: typed.clone(),
                meant: name.clone(),
                language: None,
            });
            self.understanding.places.push(UnderstoodPlace {
                typed,
                municipalities: vec![code.clone()],
            });
        }
    }

    fn add_municipality(&mut self, code: &MunicipalityCode) {
        if !self.plan.municipalities.contains(code) {
            self.plan.municipalities.push(code.clone());
        }
    }

    fn recognise_kinds(&mut self) {
        for recognised in self
            .words
            .iter_mut()
            .filter(|recognised| matches!(recognised.usage, WordUsage::Word | WordUsage::Organisation))
        {
            let surface = recognised.word.surface.as_str();
            let role = match surface {
                "regievoerder" | "regievoerders" => Some(OfficerKind::Regievoerder),
                "ambassadeur" | "ambassadeurs" | "pmmambassadeur" => Some(OfficerKind::Ambassadeur),
                "escalatielid" | "escalatieteam" | "escalatieteamlid" | "let"
                    if surface != "let" || recognised.usage == WordUsage::Organisation =>
                {
                    Some(OfficerKind::Escalatielid)
                }
                _ => None,
            };
            if let Some(role) = role {
                if !self.plan.roles.iter().any(|(known, _)| *known == role) {
                    self.plan.roles.push((role, Score::rounded(ROLE_WEIGHT)));
                    self.understanding.roles.push(role);
                }
                if recognised.usage == WordUsage::Word {
                    recognised.usage = WordUsage::Role;
                }
            }
            let kind = match surface {
                "gemeente" | "gemeenten" | "gemeentelijk" | "gemeentelijke" => Some(OrganisationKind::Gemeente),
                "ministerie" | "departement" | "ministeries" => Some(OrganisationKind::Ministerie),
                _ => None,
            };
            if let Some(kind) = kind
                && !self.plan.organisation_kinds.iter().any(|(known, _)| *known == kind)
            {
                self.plan
                    .organisation_kinds
                    .push((kind, Score::rounded(ORGANISATION_KIND_WEIGHT)));
            }
        }
    }

    fn find_competences(&mut self, features: &Features, prediction: &Prediction) {
        let language = &self.context.language;
        let considered: Vec<usize> = (0..self.words.len()).filter(|at| self.is_considered(*at)).collect();
        let query: Vec<QueryWord> = considered.iter().map(|at| self.query_word(&self.words[*at])).collect();
        let stems = self
            .words
            .iter()
            .flat_map(|recognised| std::iter::once(&recognised.word.whole).chain(&recognised.word.parts));
        let stems: HashSet<&str> = stems.map(String::as_str).collect();
        let indicated = schemes::find(&query, &language.phrases);
        let known = self.known_shares(features);
        let (blended, no_scheme) = blend(indicated, prediction, &language.learned, &known);
        self.understanding.no_scheme = no_scheme;
        self.understanding.certainty = self.certainty(&blended);
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
            let words: Vec<String> = words.into_iter().map(|word| self.words[word].word.surface.clone()).collect();
            let is_understood = self.understanding.certainty != Certainty::NotUnderstood;
            if is_understood && confidence >= LEAST_CONFIDENCE && self.understanding.competences.len() < MAX_UNDERSTOOD {
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
            });
        }
    }

    /// Returns how sure the understanding is.
    fn certainty(&self, schemes: &[BlendedScheme]) -> Certainty {
        let understanding = &self.understanding;
        let has_names =
            !(understanding.organisations.is_empty() && understanding.places.is_empty() && understanding.roles.is_empty());
        let confidence = schemes.first().map_or(0.0, |scheme| scheme.confidence);
        match (has_names, self.has_other_words()) {
            (true, false) => Certainty::Sure,
            (false, false) => Certainty::NotUnderstood,
            _ if schemes.is_empty() || understanding.no_scheme >= NOT_UNDERSTOOD => Certainty::NotUnderstood,
            _ if confidence >= SURELY_UNDERSTOOD => Certainty::Sure,
            _ => Certainty::Unsure,
        }
    }

    /// Returns the content words besides names, each with its number.
    fn content_words(&self) -> impl Iterator<Item = (usize, &RecognisedWord)> {
        let words = self.words.iter().enumerate();
        words.filter(|(_, recognised)| recognised.usage == WordUsage::Word && is_content_word(&recognised.word))
    }

    /// Whether anything knows the word with this number.
    fn is_known(&self, word: usize, features: &Features) -> bool {
        let recognised = &self.words[word];
        // A fragment says too little: the rest of the word can mean anything.
        let is_corrected = !recognised.corrections.is_empty();
        recognised.is_known || is_corrected || self.context.language.learned.model.knows(features, word)
    }

    /// Returns the ranges of the content words that nothing knows.
    fn unknown_words(&self, features: &Features) -> Vec<Range<usize>> {
        let unknown = self.content_words().filter(|(word, _)| !self.is_known(*word, features));
        unknown
            .map(|(_, recognised)| recognised.word.start..recognised.word.end)
            .collect()
    }

    /// Returns how many of the content words are known.
    fn known_shares(&self, features: &Features) -> KnownShares {
        let model = &self.context.language.learned.model;
        let words: Vec<usize> = self.content_words().map(|(word, _)| word).collect();
        let share = |known: &dyn Fn(usize) -> bool| {
            let known = words.iter().filter(|word| known(**word)).count();
            known as f64 / words.len().max(1) as f64
        };
        KnownShares {
            by_any: share(&|word| self.is_known(word, features)),
            by_model: share(&|word| model.knows(features, word)),
        }
    }

    /// Returns the executors of a scheme, most likely first, for a question with these `stems`.
    fn executors(&self, scheme: usize, stems: &HashSet<&str>) -> Vec<Executor> {
        let language = &self.context.language;
        let executors = &language.schemes[scheme].executors;
        // A question that names a place is for its municipality.
        let is_municipal = executors.first() == Some(&Executor::Kind(OrganisationKind::Gemeente));
        if is_municipal && !self.understanding.places.is_empty() {
            return executors.clone();
        }
        executor_cues::order(executors, &language.executor_cues[scheme], stems)
    }

    /// Lowers the weight of named organisations that do not seem to decide: who sent a letter, or referred the household on.
    fn weigh_organisations(&mut self, prediction: &Prediction) {
        // Who types an organisation and a few words means that organisation.
        if !self.is_case() {
            return;
        }
        let learned = &self.context.language.learned;
        for (id, weight) in &mut self.plan.organisations {
            if let Some(probability) = learned.organisation(prediction, id) {
                let factor = (probability / SURELY_DECIDES).clamp(LEAST_DECIDING_FACTOR, 1.0);
                *weight = Score::rounded(weight.as_f64() * factor);
            }
        }
    }

    /// Whether the question describes a case rather than a subject.
    fn is_case(&self) -> bool {
        const MIN_WORDS_OF_CASE: usize = 5;
        self.words
            .iter()
            .filter(|recognised| Lexicon::get().weight_class(&recognised.word.surface) != Some(TermWeightClass::Stopword))
            .count()
            >= MIN_WORDS_OF_CASE
    }

    /// Whether there are content words besides names of organisations and places.
    fn has_other_words(&self) -> bool {
        self.words
            .iter()
            .any(|recognised| recognised.usage == WordUsage::Word && is_content_word(&recognised.word))
    }

    /// Whether a word is matched against the vocabulary.
    fn is_considered(&self, at: usize) -> bool {
        let recognised = &self.words[at];
        recognised.usage != WordUsage::Place && is_content_word(&recognised.word)
    }

    /// Expands a word into the terms that are matched against the vocabulary.
    fn query_word(&self, recognised: &RecognisedWord) -> QueryWord {
        let analyser = &self.context.language.analyser;
        let mut terms = vec![(recognised.word.whole.clone(), 1.0)];
        terms.extend(recognised.word.parts.iter().map(|part| (part.clone(), 0.8)));
        for (meant, errors) in &recognised.corrections {
            let share = CORRECTION_SHARES[(*errors).min(2)];
            let (whole, parts) = analyser.forms(meant);
            terms.push((whole, share));
            terms.extend(parts.into_iter().map(|part| (part, share * 0.65)));
        }
        terms.extend(recognised.fragments.iter().map(|part| (part.clone(), FRAGMENT_SHARE)));
        let lexicon = Lexicon::get();
        for hypernym in lexicon
            .hypernyms(&recognised.word.surface)
            .iter()
            .chain(lexicon.hypernyms(&recognised.word.whole))
        {
            terms.push((analyser.forms(hypernym).0, HYPERNYM_SHARE));
        }
        keep_best_shares(&mut terms);
        let trust = match recognised.usage {
            WordUsage::Organisation if self.has_other_words() => NAME_TRUST,
            WordUsage::Organisation => 0.5,
            _ => 1.0,
        };
        let whole = match recognised.corrections.first() {
            Some((meant, _)) => analyser.forms(meant).0,
            None => recognised.word.whole.clone(),
        };
        QueryWord { terms, whole, trust }
    }

    fn find_domains(&mut self) {
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
        self.plan.domains = found.into_iter().map(|code| (code, Score::rounded(DOMAIN_WEIGHT))).collect();
    }
}

/// Keeps each term once, with its best share.
fn keep_best_shares(terms: &mut Vec<(String, f64)>) {
    terms.sort_by(|(one, share), (other, other_share)| one.cmp(other).then(other_share.total_cmp(share)));
    terms.dedup_by(|(one, _), (other, _)| one == other);
}
