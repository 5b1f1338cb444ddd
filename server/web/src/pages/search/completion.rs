//! The text of the search field after a suggestion was taken: it replaces the words being typed and keeps those before them.

use directory::{Suggestion, SuggestionTarget};
use register::gazetteer::fold;
use serde::Serialize;

/// A suggestion for the script of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Completion {
    /// The text in the list.
    pub(super) text: String,
    /// The kind of thing, in Dutch.
    pub(super) what: &'static str,
    /// The text of the field after the suggestion was taken.
    pub(super) becomes: String,
}

impl Completion {
    /// The completion of `typed` by `suggestion`.
    pub(super) fn of(suggestion: &Suggestion, typed: &str) -> Self {
        let kept = match suggestion.target {
            // A place or an organisation adds to the subject; a scheme or a function is the subject itself.
            SuggestionTarget::Organisation(_) | SuggestionTarget::Municipality(_) => before_last_words(typed, &suggestion.text),
            _ => before_spelled(typed, &suggestion.text).unwrap_or_default(),
        };
        Self {
            text: suggestion.text.clone(),
            what: what(&suggestion.target),
            becomes: format!("{kept}{}", suggestion.text),
        }
    }
}

fn what(target: &SuggestionTarget) -> &'static str {
    match target {
        SuggestionTarget::Competence(_) => "regeling",
        SuggestionTarget::Organisation(_) => "organisatie",
        SuggestionTarget::Municipality(_) => "gemeente",
        SuggestionTarget::Domain(_) => "leefgebied",
        SuggestionTarget::Function(_) => "functie",
    }
}

/// The text before the words that `suggestion` completes: for "adres den ha" and "Den Haag" this is "adres ".
fn before_spelled<'a>(typed: &'a str, suggestion: &str) -> Option<&'a str> {
    let wanted = fold(suggestion);
    let starts = word_starts(typed);
    starts.into_iter().find_map(|start| {
        let spelled = fold(&typed[start..]);
        (!spelled.is_empty() && wanted.starts_with(&spelled)).then_some(&typed[..start])
    })
}

/// The same, or the text before the last word, since a suggestion may correct a spelling error.
fn before_last_words<'a>(typed: &'a str, suggestion: &str) -> &'a str {
    before_spelled(typed, suggestion).unwrap_or_else(|| {
        let last = word_starts(typed).last().copied().unwrap_or(0);
        &typed[..last]
    })
}

fn word_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut is_between = true;
    for (place, sign) in text.char_indices() {
        if sign.is_whitespace() {
            is_between = true;
        } else if is_between {
            starts.push(place);
            is_between = false;
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use register::identifier::{CompetenceCode, MunicipalityCode};

    use super::*;

    fn becomes(target: SuggestionTarget, text: &str, typed: &str) -> String {
        let suggestion = Suggestion {
            target,
            text: text.to_owned(),
            count: 1,
        };
        Completion::of(&suggestion, typed).becomes
    }

    fn place(text: &str, typed: &str) -> String {
        becomes(
            SuggestionTarget::Municipality(MunicipalityCode::parse("GM0518").unwrap()),
            text,
            typed,
        )
    }

    fn scheme(text: &str, typed: &str) -> String {
        becomes(
            SuggestionTarget::Competence(CompetenceCode::parse("EB-WLZ").unwrap()),
            text,
            typed,
        )
    }

    #[test]
    fn a_place_is_added_to_the_subject() {
        assert_eq!(place("Zaanstad", "geen adres zaans"), "geen adres Zaanstad");
        assert_eq!(place("Den Haag", "geen adres den ha"), "geen adres Den Haag");
        assert_eq!(place("Zaanstad", "geen adres zansta"), "geen adres Zaanstad");
        assert_eq!(place("Zaanstad", "zaan"), "Zaanstad");
    }

    #[test]
    fn a_scheme_replaces_a_description() {
        assert_eq!(scheme("Eigen bijdrage Wlz", "eigen bij"), "Eigen bijdrage Wlz");
        assert_eq!(scheme("Eigen bijdrage Wlz", "cak eigen bij"), "cak Eigen bijdrage Wlz");
        assert_eq!(
            scheme("Eigen bijdrage Wlz", "te veel betalen verpleeghuis"),
            "Eigen bijdrage Wlz"
        );
    }
}
