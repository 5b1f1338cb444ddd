//! The names that a text begins, with or without typing errors.

use std::collections::BTreeMap;

use super::target::SuggestionTarget;
use crate::analyse::edit_distance::errors_within;
use crate::analyse::{Context, fold};

/// The number of letters from which typing errors are tolerated.
const TOLERANT_FROM: usize = 4;

/// The targets whose names a text begins, each with its rank and the name to show.
pub(super) type SpelledTargets = BTreeMap<SuggestionTarget, (u32, String)>;

/// Returns the targets whose names `typed` begins, as far as `context` knows them.
pub(super) fn spelled_targets(typed: &str, context: &Context) -> SpelledTargets {
    let mut spelled = Spelling {
        typed,
        targets: BTreeMap::new(),
    };
    spelled.offer_all(context);
    spelled.targets
}

struct Spelling<'a> {
    typed: &'a str,
    targets: SpelledTargets,
}

impl Spelling<'_> {
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
        for name in context.names.iter() {
            let likeness = likeness(self.typed, &name.words.join(" "));
            if let Some(known) = context.organisations.get(&name.id).filter(|_| likeness > 0) {
                self.offer(
                    SuggestionTarget::Organisation(name.id.clone()),
                    &known.short_name,
                    98 * likeness,
                );
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

    /// Offers `target` at a rank, if the rank is above 0 and the best so far.
    fn offer(&mut self, target: SuggestionTarget, shown: &str, rank: u32) {
        let known = self.targets.get(&target).map_or(0, |(rank, _)| *rank);
        if rank > known {
            self.targets.insert(target, (rank, shown.to_owned()));
        }
    }
}

/// Returns how well `typed` begins `name`, from 1 to 100; 0 if it does not.
pub(super) fn likeness(typed: &str, name: &str) -> u32 {
    if name == typed {
        return 100;
    }
    if name.starts_with(typed) {
        return 90;
    }
    // The beginning of a later word.
    let words = || name.match_indices([' ', '-', '/', '(']).map(|(at, _)| &name[at + 1..]);
    if words().any(|rest| rest.starts_with(typed)) {
        return 74;
    }
    let letters = typed.chars().count();
    if letters < TOLERANT_FROM {
        return 0;
    }
    let errors = if letters <= 7 { 1 } else { 2 };
    if typed.chars().next() != name.chars().next() {
        return 0;
    }
    let beginning: String = name.chars().take(letters).collect();
    match errors_within(typed, &beginning, errors) {
        Some(1) => 55,
        Some(_) => 42,
        None => 0,
    }
}

/// Folds a text and separates its words by single spaces.
pub(super) fn normalised(prefix: &str) -> String {
    fold(prefix).split_whitespace().collect::<Vec<_>>().join(" ")
}
