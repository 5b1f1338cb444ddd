//! `POST /suggesties`: suggestions while typing. By POST, so that no URL contains typed text.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::State;
use directory::federation::ask::Policy;
use directory::limits::SUGGEST_CHARACTERS;
use register::gazetteer::{Gazetteer, fold};

use super::completion::Completion;
use super::place;
use crate::error::PageError;
use crate::fields::Fields;
use crate::session::Visitor;
use crate::state::Web;

/// Maximum number of suggestions.
const MAX_SUGGESTIONS: usize = 7;

/// `POST /suggesties`
pub(crate) async fn suggest(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Json<Vec<Completion>>, PageError> {
    let typed = fields.get("tekst");
    if fields.get("soort") == "plaats" {
        return Ok(Json(PLACES.beginning_with(typed)));
    }
    if typed.chars().count() > SUGGEST_CHARACTERS {
        return Ok(Json(Vec::new()));
    }
    let limit = i32::try_from(MAX_SUGGESTIONS).unwrap_or(i32::MAX);
    let suggestions = web
        .directory()
        .suggest(visitor.caller(), typed.to_owned(), limit, Policy::default())
        .await?
        .suggestions;
    Ok(Json(
        suggestions
            .iter()
            .map(|suggestion| Completion::of(suggestion, typed))
            .collect(),
    ))
}

static PLACES: LazyLock<PlaceNames> = LazyLock::new(|| PlaceNames::of(&Gazetteer::builtin()));

/// Names of municipalities and places in folded form, each with its completion.
struct PlaceNames(Vec<(String, Completion)>);

impl PlaceNames {
    fn of(gazetteer: &Gazetteer) -> Self {
        let mut places = Vec::new();
        // The own names of municipalities come before places and other names.
        for municipality in gazetteer.municipalities() {
            let becomes = place::name(Some(&municipality.code), gazetteer);
            for name in [&municipality.name, &municipality.official_name] {
                places.push((fold(name), completion(name, "gemeente", &becomes)));
            }
        }
        for municipality in gazetteer.municipalities() {
            let becomes = place::name(Some(&municipality.code), gazetteer);
            for name in municipality.places.iter().chain(&municipality.other_names) {
                let shown = format!("{name} (gemeente {})", municipality.name);
                places.push((fold(name), completion(&shown, "plaats", &becomes)));
            }
        }
        Self(places)
    }

    fn beginning_with(&self, typed: &str) -> Vec<Completion> {
        let wanted = fold(typed);
        let mut completions: Vec<Completion> = Vec::new();
        for (_, completion) in self
            .0
            .iter()
            .filter(|(name, _)| !wanted.is_empty() && name.starts_with(&wanted))
        {
            if !completions.iter().any(|known| known.text == completion.text) {
                completions.push(completion.clone());
            }
            if completions.len() == MAX_SUGGESTIONS {
                break;
            }
        }
        completions
    }
}

fn completion(text: &str, what: &'static str, becomes: &str) -> Completion {
    Completion {
        text: text.to_owned(),
        what,
        becomes: becomes.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_village_leads_to_its_municipality() {
        let completions = PLACES.beginning_with("krommen");
        assert!(
            completions
                .iter()
                .any(|completion| completion.text == "Krommenie (gemeente Zaanstad)" && completion.becomes == "Zaanstad")
        );
        assert_eq!(PLACES.beginning_with("zaanst")[0].text, "Zaanstad");
        assert!(PLACES.beginning_with("").is_empty());
        assert!(PLACES.beginning_with("a").len() <= MAX_SUGGESTIONS);
    }
}
