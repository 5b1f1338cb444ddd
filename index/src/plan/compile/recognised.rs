//! Recognises what each word of the question is.

use register::identifier::MunicipalityCode;
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::{Compiler, RecognisedWord, WordUsage};
use crate::analyse::lexicon::Lexicon;
use crate::analyse::{Word, dutch_words};
use crate::plan::recognise::corrections::{corrections, fragments};
use crate::plan::recognise::{compound_joining, foreign, organisations, places};
use crate::plan::understanding::{Correction, UnderstoodOrganisation, UnderstoodPlace};
use crate::sort_key::Score;

/// The most words of a question that are read. The beginning of a longer text, such as a pasted letter, shows its subject.
const MAX_WORDS: usize = 250;

/// Words before a place where the household is no longer, or not yet.
const FROM_ELSEWHERE: [&str; 6] = ["uit", "van", "vanuit", "naar", "via", "tussen"];

impl Compiler<'_> {
    /// Recognises the words of the question.
    pub(super) fn recognise(&mut self) {
        let analyser = &self.context.language.analyser;
        let mut words = analyser.words(&self.question.text);
        words.truncate(MAX_WORDS);
        let translated = foreign::into_dutch(words, analyser);
        self.understanding.language = translated.language;
        let (words, joined) = compound_joining::join(translated.words, analyser);
        self.understanding.corrections = [translated.corrections, joined].concat();
        let known: Vec<bool> = words.iter().map(|word| analyser.is_known(&word.surface)).collect();
        let correct = words.iter().zip(&known);
        let correct: Vec<bool> = correct
            .map(|(word, is_known)| *is_known || dutch_words::contains(&word.surface))
            .collect();
        let uses = self.recognise_organisations(&words, &correct);
        // The last name of a person is no misspelt word.
        let is_name = |at: usize| {
            let before = |count: usize| Some(words[at.checked_sub(count)?].surface.as_str());
            words[at].is_capitalised && places::is_name(before)
        };
        let names: Vec<bool> = (0..words.len()).map(is_name).collect();
        let recognised = words
            .into_iter()
            .zip(known.into_iter().zip(correct))
            .zip(uses)
            .zip(names)
            .map(|(((word, (is_known, is_correct)), usage), is_name)| {
                let corrections = if is_correct || is_name || usage != WordUsage::Word {
                    Vec::new()
                } else {
                    corrections(&word.surface, analyser, &self.context.language.weights.spelling)
                };
                let fragments = if is_known || !corrections.is_empty() {
                    Vec::new()
                } else {
                    fragments(&word.surface, analyser)
                };
                RecognisedWord {
                    word,
                    is_known,
                    is_correct,
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
    fn recognise_organisations(&mut self, words: &[Word], correct: &[bool]) -> Vec<WordUsage> {
        let weights = &self.context.language.weights.names;
        let mut uses = vec![WordUsage::Word; words.len()];
        for named in organisations::named(words, correct, self.context) {
            uses[named.words.clone()].fill(WordUsage::Organisation);
            let weight = Score::rounded(weights.organisation * named.confidence);
            let known = self.context.organisations.get(&named.id);
            let short_name = known.map(|known| known.short_name.clone()).unwrap_or_else(|| {
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
        // First, because "Willemstad op Curaçao" is not the Willemstad here.
        self.recognise_places_elsewhere();
        let words: Vec<&Word> = self.words.iter().map(|recognised| &recognised.word).collect();
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
            let (first, last) = (&self.words[place.words.start].word, &self.words[place.words.end - 1].word);
            let typed = &self.question.text[first.start..last.end];
            let municipalities = self.chosen(&place.municipalities);
            for code in &municipalities {
                self.add_municipality(code);
            }
            let understood = UnderstoodPlace {
                name: typed.to_owned(),
                municipalities,
            };
            self.understanding.places.push(understood);
        }
        self.recognise_misspelt_places();
        if !self.plan.municipalities.is_empty() {
            self.plan.municipality_weight = Score::rounded(self.context.language.weights.names.municipality);
        } else if let Some(own) = &self.question.caller_municipality {
            self.add_municipality(own);
        } else if let [only] = self.question.filters.municipalities.as_slice() {
            self.add_municipality(only);
        }
    }

    /// Returns which of the municipalities with a place of some name is meant: the household's, if it is among them.
    fn chosen(&self, municipalities: &[MunicipalityCode]) -> Vec<MunicipalityCode> {
        let own = self
            .question
            .caller_municipality
            .iter()
            .chain(match &*self.question.filters.municipalities {
                [only] => Some(only),
                _ => None,
            });
        let own = own.into_iter().find(|own| municipalities.contains(own));
        own.map_or_else(|| municipalities.to_vec(), |own| vec![own.clone()])
    }

    /// Recognises misspelt names of municipalities, among words that are nothing else.
    fn recognise_misspelt_places(&mut self) {
        for at in 0..self.words.len() {
            let recognised = &self.words[at];
            let before = |count: usize| Some(self.words[at.checked_sub(count)?].word.surface.as_str());
            let is_unexplained = recognised.usage == WordUsage::Word
                && !recognised.is_correct
                && recognised.corrections.is_empty()
                && !places::is_name(before);
            let Some((name, code)) = is_unexplained
                .then(|| places::misspelt(&recognised.word.surface, self.context))
                .flatten()
            else {
                continue;
            };
            let range = recognised.word.start..recognised.word.end;
            let typed = self.question.text[range.clone()].to_owned();
            let known = self.context.language.gazetteer.municipality(code);
            let name = known.map_or(name, |known| &known.name).clone();
            self.words[at].usage = WordUsage::Place;
            self.add_municipality(code);
            self.understanding.corrections.push(Correction {
                typed,
                range,
                meant: name.clone(),
                language: None,
            });
            self.understanding.places.push(UnderstoodPlace {
                name,
                municipalities: vec![code.clone()],
            });
        }
    }

    /// Recognises places outside the area of the register.
    fn recognise_places_elsewhere(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            let surfaces = self.words[at..].iter().map(|recognised| recognised.word.surface.as_str());
            let before = |count: usize| Some(self.words[at.checked_sub(count)?].word.surface.as_str());
            let longest = Lexicon::get()
                .places_elsewhere()
                .longest(&surfaces, |_, _| !places::is_name(before));
            let Some((count, _, place)) = longest else {
                at += 1;
                continue;
            };
            let comes_from = before(1).is_some_and(|before| FROM_ELSEWHERE.contains(&before));
            let named = &mut self.words[at..at + count];
            at += count;
            if named.iter().any(|recognised| recognised.usage != WordUsage::Word) {
                continue;
            }
            for recognised in &mut *named {
                recognised.usage = WordUsage::PlaceElsewhere;
                recognised.corrections.clear();
                recognised.fragments.clear();
            }
            if !comes_from {
                self.elsewhere = Some(*place);
            }
            let typed = named[0].word.start..named[count - 1].word.end;
            self.understanding.places.push(UnderstoodPlace {
                name: self.question.text[typed].to_owned(),
                municipalities: Vec::new(),
            });
        }
    }

    fn add_municipality(&mut self, code: &MunicipalityCode) {
        if !self.plan.municipalities.contains(code) {
            self.plan.municipalities.push(code.clone());
        }
    }

    fn recognise_kinds(&mut self) {
        let weights = &self.context.language.weights.names;
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
                    self.plan.roles.push((role, Score::rounded(weights.role)));
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
                    .push((kind, Score::rounded(weights.organisation_kind)));
            }
        }
    }
}
