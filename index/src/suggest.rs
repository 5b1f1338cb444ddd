//! Suggestions while somebody types: what the letters so far may become.
//!
//! Competences, life domains, organisations, places and functions, each with how many officers it leads to. From the
//! fourth letter on, typing errors are forgiven. What was typed before the last word counts too: the whole of it is
//! understood as a question, and the competences it is about are suggested after those that are being spelled.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use serde::Serialize;

use crate::analyser::fold;
use crate::context::Context;
use crate::distance::within;
use crate::facets::{Counts, SegmentCounts};
use crate::plan::Plan;
use crate::question::Question;
use crate::view::View;

/// Letters from which typing errors are forgiven.
const FORGIVING_FROM: usize = 4;
/// How much a title of functions counts.
const FUNCTIONS_WEIGH: u32 = 60;

/// Something that may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What it is.
    pub target: SuggestionTarget,
    /// What it is called, to show.
    pub text: String,
    /// How many officers it leads to; of a place, how many serve it, apart from those for the whole country.
    pub count: usize,
}

/// What a suggestion leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "code")]
pub enum SuggestionTarget {
    /// A law or scheme.
    Competence(CompetenceCode),
    /// An organisation.
    Organisation(OrganisationId),
    /// A municipality.
    Municipality(MunicipalityCode),
    /// A life domain.
    Domain(DomainCode),
    /// A title of functions.
    Function(String),
}

/// How many officers there are of each thing.
#[derive(Default)]
pub(crate) struct Tally {
    counts: HashMap<SuggestionTarget, usize>,
}

impl Tally {
    pub(crate) fn of(view: &View, without: &BTreeSet<OrganisationId>) -> Self {
        let mut tally = Self::default();
        let mut all = Counts::default();
        for part in &view.parts {
            let facts = part.segment.as_segment().facts();
            let mut counts = SegmentCounts::new(facts);
            let left_out: Vec<u32> = without.iter().filter_map(|id| facts.organisations.find(id)).collect();
            let mut titles = vec![0; facts.titles.len()];
            for doc in (0..).take(facts.documents.len()).filter(|doc| part.is_live(*doc)) {
                if left_out.contains(&facts.of(doc).organisation) {
                    continue;
                }
                counts.count(facts, doc);
                titles[facts.details(doc).title as usize] += 1;
            }
            all.add(counts, facts);
            for (number, count) in (0..).zip(titles).filter(|(_, count)| *count > 0) {
                let title = SuggestionTarget::Function(facts.titles.value(number).clone());
                *tally.counts.entry(title).or_default() += count;
            }
        }
        let facets = all.into_facets();
        let organisations = facets
            .organisations
            .into_iter()
            .map(|(id, count)| (SuggestionTarget::Organisation(id), count));
        let competences = facets
            .competences
            .into_iter()
            .map(|(code, count)| (SuggestionTarget::Competence(code), count));
        let domains = facets
            .domains
            .into_iter()
            .map(|(code, count)| (SuggestionTarget::Domain(code), count));
        let places = facets
            .municipalities
            .into_iter()
            .map(|(code, count)| (SuggestionTarget::Municipality(code), count));
        tally
            .counts
            .extend(organisations.chain(competences).chain(domains).chain(places));
        tally
    }

    /// What this register contributes to suggestions for `prefix`.
    pub(crate) fn share(&self, prefix: &str, targets: &[SuggestionTarget], limit: usize) -> SuggestShare {
        let typed = normalised(prefix);
        let mut functions: Vec<(u32, &str, usize)> = Vec::new();
        for (target, count) in &self.counts {
            if let SuggestionTarget::Function(title) = target
                && !typed.is_empty()
            {
                let likeness = likeness(&typed, &fold(title));
                if likeness > 0 {
                    functions.push((likeness, title, *count));
                }
            }
        }
        functions.sort_unstable_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(other.1)));
        functions.truncate(limit);
        SuggestShare {
            counts: targets
                .iter()
                .map(|target| self.counts.get(target).copied().unwrap_or(0))
                .collect(),
            functions: functions
                .into_iter()
                .map(|(_, title, count)| (title.to_owned(), count))
                .collect(),
        }
    }
}

/// What a register contributes to suggestions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuggestShare {
    /// How many of its officers each target leads to, in the order of the targets.
    pub counts: Vec<usize>,
    /// Titles of functions that the text may become with their officers: the likeliest first, then by title.
    ///
    /// The order looks at nothing that other registers have, so the first few of each register hold the first few of all.
    pub functions: Vec<(String, usize)>,
}

/// What may be suggested for a text, before registers have counted.
pub struct Offer {
    typed: String,
    /// Rank and name of what is being spelled.
    spelled: BTreeMap<SuggestionTarget, (u32, String)>,
    /// What the text so far is about, as a question.
    meant: Vec<(SuggestionTarget, String)>,
}

impl Offer {
    /// What `prefix` may become with what `context` knows.
    pub fn new(prefix: &str, context: &Context) -> Self {
        let typed = normalised(prefix);
        if typed.is_empty() {
            return Self {
                typed,
                spelled: BTreeMap::new(),
                meant: Vec::new(),
            };
        }
        let mut spelled = Spelled {
            typed: &typed,
            found: BTreeMap::new(),
        };
        spelled.offer_all(context);
        Self {
            spelled: spelled.found,
            meant: understood(prefix, context),
            typed,
        }
    }

    /// What registers are asked to count.
    pub fn targets(&self) -> Vec<SuggestionTarget> {
        let meant = self.meant.iter().map(|(target, _)| target);
        let meant = meant.filter(|target| !self.spelled.contains_key(target));
        let mut targets: Vec<SuggestionTarget> = self.spelled.keys().chain(meant).cloned().collect();
        targets.sort_unstable();
        targets.dedup();
        targets
    }

    /// At most `limit` suggestions, best first, from what registers have counted.
    pub fn suggestions(self, shares: &[SuggestShare], limit: usize) -> Vec<Suggestion> {
        let targets = self.targets();
        let mut counts: HashMap<SuggestionTarget, usize> = HashMap::new();
        let mut offered = self.spelled;
        for share in shares {
            for (target, count) in targets.iter().zip(&share.counts) {
                *counts.entry(target.clone()).or_default() += count;
            }
            for (title, count) in &share.functions {
                let target = SuggestionTarget::Function(title.clone());
                *counts.entry(target.clone()).or_default() += count;
                let rank = FUNCTIONS_WEIGH * likeness(&self.typed, &fold(title));
                if rank > 0 {
                    offered.entry(target).or_insert_with(|| (rank, title.clone()));
                }
            }
        }
        let count = |target: &SuggestionTarget| counts.get(target).copied().unwrap_or(0);
        let mut found: Vec<(u32, Suggestion)> = offered
            .into_iter()
            .map(|(target, (rank, text))| {
                let count = count(&target);
                // What leads to nobody is suggested after what leads to somebody.
                (if count == 0 { rank / 2 } else { rank }, Suggestion { target, text, count })
            })
            .collect();
        // Functions of one rank stand in order of title, whatever their officers are: see [`SuggestShare::functions`].
        let weight = |suggestion: &Suggestion| match suggestion.target {
            SuggestionTarget::Function(_) => 0,
            _ => suggestion.count,
        };
        found.sort_by(|(one, suggestion), (other, other_suggestion)| {
            other
                .cmp(one)
                .then(weight(other_suggestion).cmp(&weight(suggestion)))
                .then_with(|| suggestion.target.cmp(&other_suggestion.target))
        });
        let mut suggestions: Vec<Suggestion> = found.into_iter().map(|(_, suggestion)| suggestion).collect();
        let spelled_surely = if self.typed.contains(' ') {
            1
        } else {
            limit.div_ceil(2).max(3)
        };
        let known: HashSet<SuggestionTarget> = suggestions
            .iter()
            .take(spelled_surely)
            .map(|suggestion| suggestion.target.clone())
            .collect();
        let meant = self.meant.into_iter().filter(|(target, _)| !known.contains(target));
        let meant: Vec<Suggestion> = meant
            .map(|(target, text)| Suggestion {
                count: count(&target),
                target,
                text,
            })
            .collect();
        suggestions.retain(|suggestion| !meant.iter().any(|meant| meant.target == suggestion.target));
        let at = spelled_surely.min(suggestions.len());
        suggestions.splice(at..at, meant);
        suggestions.truncate(limit);
        suggestions
    }
}

fn normalised(prefix: &str) -> String {
    fold(prefix).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `limit` suggestions of one register for what has been typed, best first: the same way as of many.
pub(crate) fn suggest(view: &View, prefix: &str, limit: usize, context: &Context) -> Vec<Suggestion> {
    let offer = Offer::new(prefix, context);
    let share = view.tally().share(prefix, &offer.targets(), limit);
    offer.suggestions(&[share], limit)
}

/// What the text so far is about, as a question.
fn understood(prefix: &str, context: &Context) -> Vec<(SuggestionTarget, String)> {
    const MOST_UNDERSTOOD: usize = 3;
    let plan = Plan::compile(
        &Question {
            text: prefix.to_owned(),
            ..Question::default()
        },
        context,
    );
    let organisations = plan
        .understanding
        .organisations
        .into_iter()
        .map(|organisation| (SuggestionTarget::Organisation(organisation.id), organisation.short_name));
    let competences = plan
        .understanding
        .competences
        .into_iter()
        .take(MOST_UNDERSTOOD)
        .map(|competence| (SuggestionTarget::Competence(competence.code), competence.label));
    organisations.chain(competences).collect()
}

/// What is being spelled.
struct Spelled<'a> {
    typed: &'a str,
    found: BTreeMap<SuggestionTarget, (u32, String)>,
}

impl Spelled<'_> {
    fn offer_all(&mut self, context: &Context) {
        let language = &context.language;
        for (scheme, weight, name) in &language.scheme_names {
            let likeness = likeness(self.typed, name);
            if likeness > 0 {
                let scheme = &language.schemes[*scheme];
                self.offer(
                    SuggestionTarget::Competence(scheme.code.clone()),
                    &scheme.label,
                    weight * likeness,
                );
            }
        }
        for name in &context.names {
            let likeness = likeness(self.typed, &name.words.join(" "));
            if let Some(shown) = context.short_names.get(&name.id).filter(|_| likeness > 0) {
                self.offer(SuggestionTarget::Organisation(name.id.clone()), shown, 98 * likeness);
            }
        }
        for (code, label) in &language.domains {
            let likeness = likeness(self.typed, &fold(label));
            self.offer(SuggestionTarget::Domain(code.clone()), label, 80 * likeness);
        }
        for (name, codes) in language.gazetteer.names() {
            let likeness = likeness(self.typed, name);
            let Some(code) = codes.first().filter(|_| likeness > 0) else {
                continue;
            };
            if let Some(municipality) = language.gazetteer.municipality(code) {
                self.offer(
                    SuggestionTarget::Municipality(code.clone()),
                    &municipality.name,
                    76 * likeness,
                );
            }
        }
    }

    /// Offers `target` at some rank, if it is one and the best so far.
    fn offer(&mut self, target: SuggestionTarget, shown: &str, rank: u32) {
        let known = self.found.get(&target).map_or(0, |(rank, _)| *rank);
        if rank > known {
            self.found.insert(target, (rank, shown.to_owned()));
        }
    }
}

/// How well `typed` begins `name`, up to 100; 0 when it does not.
fn likeness(typed: &str, name: &str) -> u32 {
    if name == typed {
        return 100;
    }
    if name.starts_with(typed) {
        return 90;
    }
    // At the beginning of a later word.
    let words = || name.match_indices([' ', '-', '/', '(']).map(|(at, _)| &name[at + 1..]);
    if words().any(|rest| rest.starts_with(typed)) {
        return 74;
    }
    let letters = typed.chars().count();
    if letters < FORGIVING_FROM {
        return 0;
    }
    let errors = if letters <= 7 { 1 } else { 2 };
    if typed.chars().next() != name.chars().next() {
        return 0;
    }
    let beginning: String = name.chars().take(letters).collect();
    match within(typed, &beginning, errors) {
        Some(1) => 55,
        Some(_) => 42,
        None => 0,
    }
}
