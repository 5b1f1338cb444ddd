//! From a question to a plan.

use std::collections::HashSet;

use register::identifier::{DomainCode, MunicipalityCode};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::correct::{corrections, fragments};
use super::vocabulary::{Asked, Found};
use super::{
    Approximate, Correction, Plan, PlannedCompetence, PlannedWord, Understanding, UnderstoodCompetence, UnderstoodOrganisation,
    UnderstoodPlace, in_one, kin, organisations, places, together, translate, vocabulary,
};
use crate::analyser::Word;
use crate::analyser::lexicon::{Lexicon, Telling};
use crate::context::Context;
use crate::distance::allowed;
use crate::language::phrases::tells;
use crate::language::{Executor, whose};
use crate::question::Question;
use crate::score::Score;
use crate::segment::terms::WRITTEN;

/// A question is read up to here; a longer text (a pasted letter) has said by then what it is about.
const MOST_WORDS: usize = 250;
/// At most so many words are looked for in texts: those that tell most.
const MOST_PLANNED_WORDS: usize = 24;
/// All words of a long question together weigh no more than this many telling words.
const WORDS_WEIGH_AT_MOST: f64 = 3.0;
/// Shares of a word's weight: what is found by another form tells less.
const PART_SHARE: f64 = 0.5;
/// How far the vocabulary trusts a word that names an organisation: a phrase may say the name in passing.
const NAME_TRUST: f64 = 0.25;
const FRAGMENT_SHARE: f64 = 0.45;
const BROADER_SHARE: f64 = 0.65;
const CORRECTED_SHARE: [f64; 3] = [1.0, 0.85, 0.7];
/// What naming an organisation, a kind of organisation, a kind of officer and a municipality gives.
const ORGANISATION_WEIGHS: f64 = 2.4;
const ORGANISATION_KIND_WEIGHS: f64 = 0.45;
const ROLE_WEIGHS: f64 = 2.2;
const MUNICIPALITY_WEIGHS: f64 = 0.9;
const DOMAIN_WEIGHS: f64 = 0.09;
/// What scores less than this is no result of a question that was understood.
const LEAST_SCORE: f64 = 0.08;

impl Plan {
    /// Compiles `question`. Any text gives a plan; one in which nothing is recognisable gives a plan without hits.
    pub fn compile(question: &Question, context: &Context) -> Plan {
        Compiler::new(question, context).compile()
    }
}

/// A word of the question and what has become of it.
struct Read {
    word: Word,
    is_known: bool,
    /// Corrected forms with the number of errors.
    corrections: Vec<(String, usize)>,
    use_: Use,
}

/// What a word is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Word,
    Organisation,
    Place,
    Role,
}

struct Compiler<'a> {
    question: &'a Question,
    context: &'a Context,
    words: Vec<Read>,
    plan: Plan,
}

impl<'a> Compiler<'a> {
    fn new(question: &'a Question, context: &'a Context) -> Self {
        let plan = Plan {
            versions: context.language.versions().clone(),
            filters: question.filters.clone(),
            grouping: question.grouping,
            understanding: Understanding::default(),
            is_browse: question.text.trim().is_empty(),
            words: Vec::new(),
            competences: Vec::new(),
            domains: Vec::new(),
            organisations: Vec::new(),
            organisation_kinds: Vec::new(),
            roles: Vec::new(),
            municipalities: Vec::new(),
            municipality_weight: Score::ZERO,
            least: Score(1),
        };
        Self {
            question,
            context,
            words: Vec::new(),
            plan,
        }
    }

    fn compile(mut self) -> Plan {
        let analyser = &self.context.language.analyser;
        let mut words = analyser.words(&self.question.text);
        words.truncate(MOST_WORDS);
        let (words, translated) = translate::into_dutch(&words, analyser);
        let (words, joined) = in_one::written(&words, analyser);
        self.plan.understanding.corrections = [translated, joined].concat();
        self.name_organisations(&words);
        let organisations = std::mem::take(&mut self.words);
        self.words = words
            .into_iter()
            .enumerate()
            .map(|(at, word)| {
                let use_ = organisations.get(at).map_or(Use::Word, |read| read.use_);
                let is_known = analyser.is_known(&word.surface);
                let corrections = if is_known || use_ != Use::Word {
                    Vec::new()
                } else {
                    corrections(&word.surface, analyser)
                };
                Read {
                    word,
                    is_known,
                    corrections,
                    use_,
                }
            })
            .collect();
        self.name_places();
        self.name_kinds();
        self.find_competences();
        let is_case = self.is_case();
        kin::add(&mut self.plan.competences, is_case, &self.context.language);
        self.find_domains();
        self.plan_words();
        if !self.plan.competences.is_empty() {
            self.plan.least = Score::rounded(LEAST_SCORE);
        }
        self.plan
    }

    fn name_organisations(&mut self, words: &[Word]) {
        let mut uses = vec![Use::Word; words.len()];
        for named in organisations::named(words, self.context) {
            uses[named.words.clone()].fill(Use::Organisation);
            let weight = Score::rounded(ORGANISATION_WEIGHS * named.surely);
            let short_name = self.context.short_names.get(&named.id).cloned();
            let short_name = short_name.unwrap_or_else(|| {
                let typed: Vec<&str> = words[named.words.clone()].iter().map(|word| word.surface.as_str()).collect();
                typed.join(" ")
            });
            self.plan.understanding.organisations.push(UnderstoodOrganisation {
                id: named.id.clone(),
                short_name,
                weight,
            });
            self.plan.organisations.push((named.id, weight));
        }
        self.words = words
            .iter()
            .zip(uses)
            .map(|(word, use_)| Read {
                word: word.clone(),
                is_known: true,
                corrections: Vec::new(),
                use_,
            })
            .collect();
    }

    fn name_places(&mut self) {
        let words: Vec<Word> = self.words.iter().map(|read| read.word.clone()).collect();
        for place in places::named(&words, &self.question.text, self.context) {
            if self.words[place.words.clone()].iter().any(|read| read.use_ != Use::Word) {
                continue;
            }
            for read in &mut self.words[place.words.clone()] {
                read.use_ = Use::Place;
            }
            let typed = &self.question.text[words[place.words.start].start..words[place.words.end - 1].end];
            for code in &place.municipalities {
                self.add_municipality(code);
            }
            let understood = UnderstoodPlace {
                typed: typed.to_owned(),
                municipalities: place.municipalities,
            };
            self.plan.understanding.places.push(understood);
        }
        if !self.plan.municipalities.is_empty() {
            self.plan.municipality_weight = Score::rounded(MUNICIPALITY_WEIGHS);
        } else if let Some(asker) = &self.question.asker {
            self.add_municipality(asker);
        } else if let [only] = self.question.filters.municipalities.as_slice() {
            self.add_municipality(only);
        }
    }

    fn add_municipality(&mut self, code: &MunicipalityCode) {
        if !self.plan.municipalities.contains(code) {
            self.plan.municipalities.push(code.clone());
        }
    }

    fn name_kinds(&mut self) {
        for read in self
            .words
            .iter_mut()
            .filter(|read| matches!(read.use_, Use::Word | Use::Organisation))
        {
            let surface = read.word.surface.as_str();
            let role = match surface {
                "regievoerder" | "regievoerders" => Some(OfficerKind::Regievoerder),
                "ambassadeur" | "ambassadeurs" | "pmmambassadeur" => Some(OfficerKind::Ambassadeur),
                "escalatielid" | "escalatieteam" | "escalatieteamlid" | "let"
                    if surface != "let" || read.use_ == Use::Organisation =>
                {
                    Some(OfficerKind::Escalatielid)
                }
                _ => None,
            };
            if let Some(role) = role {
                if !self.plan.roles.iter().any(|(known, _)| *known == role) {
                    self.plan.roles.push((role, Score::rounded(ROLE_WEIGHS)));
                    self.plan.understanding.roles.push(role);
                }
                if read.use_ == Use::Word {
                    read.use_ = Use::Role;
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
                    .push((kind, Score::rounded(ORGANISATION_KIND_WEIGHS)));
            }
        }
    }

    fn find_competences(&mut self) {
        let language = &self.context.language;
        let considered: Vec<usize> = (0..self.words.len()).filter(|at| self.is_considered(*at)).collect();
        let asked: Vec<Asked> = considered.iter().map(|at| self.asked(&self.words[*at])).collect();
        let said = self
            .words
            .iter()
            .flat_map(|read| std::iter::once(&read.word.whole).chain(&read.word.parts));
        let said: HashSet<&str> = said.map(String::as_str).collect();
        let mut found = vocabulary::find(&asked, &language.phrases);
        together::add(&mut found, &mut self.plan.organisations, language);
        for Found {
            scheme: number,
            weight,
            words,
        } in found
        {
            let scheme = &language.schemes[number];
            let weight = Score::rounded(weight);
            let words: Vec<String> = words
                .into_iter()
                .map(|word| self.words[considered[word]].word.surface.clone())
                .collect();
            self.plan.understanding.competences.push(UnderstoodCompetence {
                code: scheme.code.clone(),
                label: scheme.label.clone(),
                weight,
                words: words.clone(),
            });
            self.plan.competences.push(PlannedCompetence {
                code: scheme.code.clone(),
                weight,
                executors: self.executors(number, &said),
                is_theirs_only: false,
                words,
            });
        }
    }

    /// Who carries a scheme out, in the order in which they count for a question in which these stems are `said`.
    fn executors(&self, scheme: usize, said: &HashSet<&str>) -> Vec<Executor> {
        let language = &self.context.language;
        let executors = &language.schemes[scheme].executors;
        // Who names a place asks its municipality.
        let is_municipal = executors.first() == Some(&Executor::Kind(OrganisationKind::Gemeente));
        if is_municipal && !self.plan.understanding.places.is_empty() {
            return executors.clone();
        }
        whose::in_order(executors, &language.parts[scheme], said)
    }

    /// Whether the question tells a case rather than naming a thing.
    fn is_case(&self) -> bool {
        const CASES_HAVE: usize = 5;
        self.words
            .iter()
            .filter(|read| Lexicon::get().telling(&read.word.surface) != Some(Telling::Nothing))
            .count()
            >= CASES_HAVE
    }

    /// Whether there is anything to go by beside names of organisations and places.
    fn has_other_words(&self) -> bool {
        self.words.iter().any(|read| read.use_ == Use::Word && tells(&read.word))
    }

    /// Whether the vocabulary is asked for a word.
    fn is_considered(&self, at: usize) -> bool {
        let read = &self.words[at];
        read.use_ != Use::Place && tells(&read.word)
    }

    fn asked(&self, read: &Read) -> Asked {
        let analyser = &self.context.language.analyser;
        let mut terms = vec![(read.word.whole.clone(), 1.0)];
        terms.extend(read.word.parts.iter().map(|part| (part.clone(), 0.8)));
        for (meant, errors) in &read.corrections {
            let share = CORRECTED_SHARE[(*errors).min(2)];
            let (whole, parts) = analyser.forms(meant);
            terms.push((whole, share));
            terms.extend(parts.into_iter().map(|part| (part, share * 0.65)));
        }
        if read.corrections.is_empty() {
            terms.extend(
                fragments(&read.word.surface, analyser)
                    .into_iter()
                    .map(|part| (part, FRAGMENT_SHARE)),
            );
        }
        let lexicon = Lexicon::get();
        for broader in lexicon
            .broader(&read.word.surface)
            .iter()
            .chain(lexicon.broader(&read.word.whole))
        {
            terms.push((analyser.forms(broader).0, BROADER_SHARE));
        }
        keep_best_shares(&mut terms);
        let trust = match read.use_ {
            Use::Organisation if self.has_other_words() => NAME_TRUST,
            Use::Organisation => 0.5,
            _ => 1.0,
        };
        let whole = match read.corrections.first() {
            Some((meant, _)) => analyser.forms(meant).0,
            None => read.word.whole.clone(),
        };
        Asked { terms, whole, trust }
    }

    fn find_domains(&mut self) {
        let mut found: Vec<DomainCode> = Vec::new();
        for read in self.words.iter().filter(|read| read.use_ == Use::Word) {
            for domain in self.context.language.domain_words.get(&read.word.whole).into_iter().flatten() {
                if !found.contains(domain) {
                    found.push(domain.clone());
                }
            }
        }
        // A text about half of life is about none of it in particular.
        found.truncate(4);
        self.plan.domains = found.into_iter().map(|code| (code, Score::rounded(DOMAIN_WEIGHS))).collect();
    }

    fn plan_words(&mut self) {
        let language = &self.context.language;
        let last = self.words.len().saturating_sub(1);
        let mut seen = HashSet::new();
        let mut planned: Vec<(f64, PlannedWord)> = Vec::new();
        for (at, read) in self.words.iter().enumerate() {
            let surface = &read.word.surface;
            if matches!(read.use_, Use::Organisation | Use::Place) || surface.len() < 2 || !seen.insert(surface.clone()) {
                continue;
            }
            let best_correction = read.corrections.first().map(|(meant, _)| meant);
            let telling = match best_correction {
                Some(meant) => language.telling(meant, &language.analyser.forms(meant).0),
                None => language.telling(surface, &read.word.whole),
            };
            if telling <= 0.0 {
                continue;
            }
            if let Some(meant) = best_correction {
                self.plan.understanding.corrections.push(Correction {
                    typed: surface.clone(),
                    meant: meant.clone(),
                });
            }
            if telling >= 0.25 {
                self.plan.understanding.words.push(surface.clone());
            }
            planned.push((telling, self.planned(read, telling, at == last)));
        }
        planned
            .sort_by(|(one, word), (other, other_word)| other.total_cmp(one).then_with(|| word.surface.cmp(&other_word.surface)));
        planned.truncate(MOST_PLANNED_WORDS);
        let sum: f64 = planned.iter().map(|(telling, _)| telling).sum();
        let scale = (WORDS_WEIGH_AT_MOST / sum).min(1.0);
        self.plan.words = planned
            .into_iter()
            .map(|(telling, word)| PlannedWord {
                weight: Score::rounded(telling * scale),
                ..word
            })
            .collect();
    }

    fn planned(&self, read: &Read, telling: f64, is_last: bool) -> PlannedWord {
        let analyser = &self.context.language.analyser;
        let surface = &read.word.surface;
        let mut terms: Vec<(String, f64)> = vec![(read.word.whole.clone(), 1.0)];
        terms.extend(read.word.parts.iter().map(|part| (part.clone(), PART_SHARE)));
        for (meant, errors) in &read.corrections {
            let share = CORRECTED_SHARE[(*errors).min(2)] * 0.9;
            let (whole, parts) = analyser.forms(meant);
            terms.push((whole, share));
            terms.extend(parts.into_iter().map(|part| (part, share * PART_SHARE)));
        }
        // In a name the word stands as it was typed; an everyday word is hardly ever meant as one.
        let as_name = match (Lexicon::get().telling(surface), read.is_known) {
            (Some(Telling::Nothing | Telling::Register), _) => 0.0,
            (Some(_), _) => 0.3,
            (None, true) => 0.5,
            (None, false) => 1.0,
        };
        if as_name > 0.0 {
            terms.push((format!("{WRITTEN}{surface}"), as_name));
        }
        if read.corrections.is_empty() {
            terms.extend(fragments(surface, analyser).into_iter().map(|part| (part, FRAGMENT_SHARE)));
        }
        keep_best_shares(&mut terms);
        let errors = allowed(surface.chars().count());
        let approximate = (!read.is_known).then_some(Approximate {
            errors: u8::try_from(errors).expect("at most two errors are allowed"),
            is_prefix: is_last && surface.len() >= 3,
        });
        PlannedWord {
            surface: surface.clone(),
            weight: Score::rounded(telling),
            terms: terms.into_iter().map(|(term, share)| (term, Score::rounded(share))).collect(),
            approximate: approximate.filter(|approximate| approximate.errors > 0 || approximate.is_prefix),
        }
    }
}

/// Each term once, with its best share.
fn keep_best_shares(terms: &mut Vec<(String, f64)>) {
    terms.sort_by(|(one, share), (other, other_share)| one.cmp(other).then(other_share.total_cmp(share)));
    terms.dedup_by(|(one, _), (other, _)| one == other);
}
