//! `POST /suggesties`: what a text that is being typed may become. By POST, so that no text stands in a URL.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::State;
use directory::federation::ask::Policy;
use directory::limits::SUGGEST_CHARACTERS;
use register::gazetteer::{Gazetteer, fold};

use super::complete::Offer;
use super::place;
use crate::error::PageError;
use crate::fields::Fields;
use crate::session::Visitor;
use crate::state::Web;

/// Suggestions that are shown.
const MOST: usize = 7;

/// `POST /suggesties`
pub(crate) async fn suggest(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Json<Vec<Offer>>, PageError> {
    let typed = fields.get("tekst");
    if fields.get("soort") == "plaats" {
        return Ok(Json(PLACES.beginning_with(typed)));
    }
    if typed.chars().count() > SUGGEST_CHARACTERS {
        return Ok(Json(Vec::new()));
    }
    let limit = i32::try_from(MOST).unwrap_or(i32::MAX);
    let suggestions = web
        .directory()
        .suggest(visitor.caller(), typed.to_owned(), limit, Policy::default())
        .await?
        .suggestions;
    Ok(Json(
        suggestions.iter().map(|suggestion| Offer::of(suggestion, typed)).collect(),
    ))
}

static PLACES: LazyLock<Places> = LazyLock::new(|| Places::of(&Gazetteer::builtin()));

/// Names of municipalities and places, ready to be compared.
struct Places(Vec<(String, Offer)>);

impl Places {
    fn of(gazetteer: &Gazetteer) -> Self {
        let mut places = Vec::new();
        // Municipalities by their own names stand before places and other names.
        for municipality in gazetteer.municipalities() {
            let becomes = place::name(Some(&municipality.code), gazetteer);
            for name in [&municipality.name, &municipality.official_name] {
                places.push((fold(name), offer(name, "gemeente", &becomes)));
            }
        }
        for municipality in gazetteer.municipalities() {
            let becomes = place::name(Some(&municipality.code), gazetteer);
            for name in municipality.places.iter().chain(&municipality.other_names) {
                let shown = format!("{name} (gemeente {})", municipality.name);
                places.push((fold(name), offer(&shown, "plaats", &becomes)));
            }
        }
        Self(places)
    }

    fn beginning_with(&self, typed: &str) -> Vec<Offer> {
        let wanted = fold(typed);
        let mut offers: Vec<Offer> = Vec::new();
        for (_, offer) in self
            .0
            .iter()
            .filter(|(name, _)| !wanted.is_empty() && name.starts_with(&wanted))
        {
            if !offers.iter().any(|known| known.text == offer.text) {
                offers.push(offer.clone());
            }
            if offers.len() == MOST {
                break;
            }
        }
        offers
    }
}

fn offer(text: &str, what: &'static str, becomes: &str) -> Offer {
    Offer {
        text: text.to_owned(),
        what,
        becomes: becomes.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn villages_lead_to_their_municipality() {
        let offers = PLACES.beginning_with("krommen");
        assert!(
            offers
                .iter()
                .any(|offer| offer.text == "Krommenie (gemeente Zaanstad)" && offer.becomes == "Zaanstad")
        );
        assert_eq!(PLACES.beginning_with("zaanst")[0].text, "Zaanstad");
        assert!(PLACES.beginning_with("").is_empty());
        assert!(PLACES.beginning_with("a").len() <= MOST);
    }
}
