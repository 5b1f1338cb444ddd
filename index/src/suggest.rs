//! Suggestions while somebody types: what the letters so far may become.
//!
//! Competences, life domains, organisations, places and functions, each with how many officers it leads to. From the
//! fourth letter on, typing errors are forgiven. What was typed before the last word counts too: the whole of it is
//! understood as a question, and the competences it is about are suggested after those that are being spelled.

use std::collections::{BTreeMap, HashMap, HashSet};

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
    pub(crate) fn of(view: &View) -> Self {
        let mut tally = Self::default();
        let mut all = Counts::default();
        for part in &view.parts {
            let facts = part.segment.as_segment().facts();
            let mut counts = SegmentCounts::new(facts);
            let mut titles = vec![0; facts.titles.len()];
            for doc in (0..).take(facts.documents.len()).filter(|doc| part.is_live(*doc)) {
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

    fn count(&self, target: &SuggestionTarget) -> usize {
        self.counts.get(target).copied().unwrap_or(0)
    }
}

/// At most `limit` suggestions for what has been typed, best first.
pub(crate) fn suggest(view: &View, prefix: &str, limit: usize, context: &Context) -> Vec<Suggestion> {
    let typed = fold(prefix).split_whitespace().collect::<Vec<_>>().join(" ");
    if typed.is_empty() || limit == 0 {
        return Vec::new();
    }
    let tally = view.tally();
    let mut spelled = Spelled {
        typed: &typed,
        found: BTreeMap::new(),
    };
    spelled.offer_all(context, tally);
    let mut found: Vec<(u32, Suggestion)> = spelled
        .found
        .into_iter()
        .map(|(target, (rank, text))| {
            let count = tally.count(&target);
            // What leads to nobody is suggested after what leads to somebody.
            (if count == 0 { rank / 2 } else { rank }, Suggestion { target, text, count })
        })
        .collect();
    found.sort_by(|(one, suggestion), (other, other_suggestion)| {
        other
            .cmp(one)
            .then(other_suggestion.count.cmp(&suggestion.count))
            .then_with(|| suggestion.target.cmp(&other_suggestion.target))
    });
    let mut suggestions: Vec<Suggestion> = found.into_iter().map(|(_, suggestion)| suggestion).collect();
    let spelled_surely = if typed.contains(' ') { 1 } else { limit.div_ceil(2).max(3) };
    let meant = understood(prefix, context, tally);
    let known: HashSet<SuggestionTarget> = suggestions
        .iter()
        .take(spelled_surely)
        .map(|suggestion| suggestion.target.clone())
        .collect();
    let meant: Vec<Suggestion> = meant
        .into_iter()
        .filter(|suggestion| !known.contains(&suggestion.target))
        .collect();
    suggestions.retain(|suggestion| !meant.iter().any(|meant| meant.target == suggestion.target));
    let at = spelled_surely.min(suggestions.len());
    suggestions.splice(at..at, meant);
    suggestions.truncate(limit);
    suggestions
}

/// What the text so far is about, as a question.
fn understood(prefix: &str, context: &Context, tally: &Tally) -> Vec<Suggestion> {
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
    organisations
        .chain(competences)
        .map(|(target, text)| Suggestion {
            count: tally.count(&target),
            target,
            text,
        })
        .collect()
}

/// What is being spelled.
struct Spelled<'a> {
    typed: &'a str,
    found: BTreeMap<SuggestionTarget, (u32, String)>,
}

impl Spelled<'_> {
    fn offer_all(&mut self, context: &Context, tally: &Tally) {
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
        for target in tally.counts.keys() {
            if let SuggestionTarget::Function(title) = target {
                self.offer(target.clone(), title, 60 * likeness(self.typed, &fold(title)));
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
