//! `GET /resultaat/{id}`: the result of a question in the session, each hit with its next steps.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use directory::{Certainty, Directory, SearchHit, SearchResults, Understanding};
use register::draft::NeedDraft;
use register::identifier::OrganisationId;
use register::resolve::Route;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::ask::forgotten;
use super::corrections::CorrectionLine;
use super::coverage;
use super::facets::{Chip, FacetList, chosen, offered};
use super::form::SearchForm;
use super::place_choice::PlaceChoice;
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::pages::card::{Card, references};
use crate::pages::labels::Labels;
use crate::pages::steps::{NextSteps, need, or_last_resort};
use crate::question::Question;
use crate::session::{ResultId, Visitor};
use crate::state::Web;

#[derive(Template)]
#[template(path = "results.html")]
struct AnswerPage {
    frame: Frame,
    form: SearchForm,
    heading: String,
    understood: String,
    corrections: Vec<CorrectionLine>,
    /// What was not understood, and how sure the rest is.
    doubts: Vec<String>,
    /// The places that are in several municipalities, of which the visitor chooses one.
    places: Vec<PlaceChoice>,
    /// The registers that are missing or outdated in the result.
    coverage: Vec<String>,
    chosen: Vec<Chip>,
    action: String,
    cards: Vec<Card>,
    /// The next steps when there is no hit.
    next: NextSteps,
    has_previous: bool,
    next_page_token: String,
    facets: Vec<FacetList>,
}

/// `GET /resultaat/{id}`
pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let Some(question) = visitor.question(&ResultId::from_path(id.clone())) else {
        return Ok(forgotten(&visitor));
    };
    let (directory, caller) = (web.directory(), visitor.caller());
    let found = directory.search_officers(caller, question.request()).await?;
    let mut labels = Labels::new(directory);
    labels
        .load_organisations(directory, caller, found.hits.iter().flat_map(references))
        .await;
    let cards = cards(directory, caller, &found, &question, &labels).await?;
    let next = if cards.is_empty() {
        next_steps(directory, caller, &found, &question, &labels).await
    } else {
        NextSteps::default()
    };
    frame::show(&AnswerPage {
        // The title ends up in the browser's history, so it does not contain the question.
        frame: web.frame(&visitor, "Resultaten", "/"),
        form: SearchForm::of(&question, &web),
        heading: heading(&found, &question),
        understood: found.understanding.sentence(),
        chosen: chosen(&found.facets, &question),
        facets: offered(&found.facets, &question),
        action: format!("/resultaat/{id}"),
        cards,
        next,
        coverage: coverage::lines(&found.registers),
        has_previous: !question.pages.is_empty(),
        next_page_token: found.next_page_token,
        places: PlaceChoice::all(&found.understanding, directory.gazetteer()),
        doubts: doubts(&found.understanding, &question.text),
        corrections: found.understanding.corrections.into_iter().map(CorrectionLine::of).collect(),
    })
}

/// Says what was not understood of a question, and how sure the rest is.
fn doubts(understood: &Understanding, text: &str) -> Vec<String> {
    let mut doubts = Vec::new();
    if text.trim().is_empty() {
        return doubts;
    }
    match understood.certainty {
        Certainty::NotUnderstood => doubts.push(
            "We begrijpen deze vraag niet. Wat hieronder staat, lijkt er alleen op. Noem de regeling, de organisatie of de afzender \
             van de brief."
                .to_owned(),
        ),
        Certainty::Unsure => doubts.push("We weten niet zeker waar deze vraag over gaat.".to_owned()),
        Certainty::Sure => {}
    }
    if let Some(language) = understood.language.and_then(language_name) {
        doubts.push(format!("Uw vraag is in het {language}. We hebben vertaald wat we konden."));
    }
    for place in understood.places_elsewhere() {
        doubts.push(format!(
            "{place} ligt buiten Nederland in Europa. Dit register kent geen overheden van daar."
        ));
    }
    let words: Vec<&str> = understood
        .unknown_words
        .iter()
        .filter_map(|range| text.get(range.clone()))
        .collect();
    match words[..] {
        [] => {}
        [word] => doubts.push(format!("Dit woord kennen we niet: ‘{word}’.")),
        _ => doubts.push(format!("Deze woorden kennen we niet: ‘{}’.", words.join("’, ‘"))),
    }
    doubts
}

/// The Dutch name of a language that questions are translated from.
fn language_name(language: &str) -> Option<&'static str> {
    match language {
        "en" => Some("Engels"),
        "tr" => Some("Turks"),
        "pl" => Some("Pools"),
        "uk" => Some("Oekraïens"),
        "ru" => Some("Russisch"),
        "ar" | "ar-latn" => Some("Arabisch"),
        "ti" => Some("Tigrinya"),
        "nds" => Some("Nedersaksisch"),
        "li" => Some("Limburgs"),
        "fy" => Some("Fries"),
        "zea" => Some("Zeeuws"),
        _ => None,
    }
}

/// The cards of the hits, each with its route. All routes come from one position.
async fn cards(
    directory: &Directory,
    caller: &Caller,
    found: &SearchResults,
    question: &Question,
    labels: &Labels<'_>,
) -> Result<Vec<Card>, PageError> {
    if found.hits.is_empty() {
        return Ok(Vec::new());
    }
    let municipality = municipality(found, question);
    let federation = directory.federation();
    let is_held = |organisation: &OrganisationId| federation.holds(organisation);
    let needs = found
        .hits
        .iter()
        .map(|hit| or_last_resort(need_of(hit, is_held(&hit.organisation.id), &municipality), labels))
        .collect();
    let routes = match directory.batch_resolve(caller, needs, &Consistency::any()).await {
        Ok(routes) => routes,
        // A visitor who may not resolve still sees the hits, and why there are no routes.
        Err(refused) => found.hits.iter().map(|_| Err(refusal(&refused))).collect(),
    };
    let cards = found.hits.iter().zip(routes).enumerate();
    Ok(cards
        .map(|(place, (hit, route))| Card::of(hit, route, place, &is_held, labels))
        .collect())
}

fn need_of(hit: &SearchHit, is_held: bool, municipality: &str) -> NeedDraft {
    let competences: Vec<String> = hit.competences().iter().map(ToString::to_string).collect();
    let own = hit.organisation.municipality_code.as_ref().map(ToString::to_string);
    if !is_held {
        // This node has no routes for that organisation, so the need leaves it out.
        let domains = hit.entry.officer.domains.iter().filter(|_| competences.is_empty());
        return NeedDraft {
            domains: domains.map(ToString::to_string).collect(),
            competences,
            municipality: municipality.to_owned(),
            ..NeedDraft::default()
        };
    }
    need(
        &hit.entry.officer_name(),
        &competences,
        &own.unwrap_or_else(|| municipality.to_owned()),
    )
}

/// The next steps when nobody was found: the need is what the search understood.
async fn next_steps(
    directory: &Directory,
    caller: &Caller,
    found: &SearchResults,
    question: &Question,
    labels: &Labels<'_>,
) -> NextSteps {
    let understood = &found.understanding;
    let organisation = understood.organisations.first().map(|it| it.id.resource_name());
    let need = NeedDraft {
        organisation: organisation.unwrap_or_default(),
        competences: understood.competences.iter().take(3).map(|it| it.code.to_string()).collect(),
        municipality: municipality(found, question),
        ..NeedDraft::default()
    };
    let route: Result<Route, Error> = directory
        .resolve(caller, or_last_resort(need, labels), &Consistency::any())
        .await;
    NextSteps::of(route, None, labels)
}

/// The municipality of the household. A place in the question takes precedence over the field.
fn municipality(found: &SearchResults, question: &Question) -> String {
    // A name of several municipalities is none of them in particular.
    let named = found
        .understanding
        .places
        .iter()
        .find_map(|place| <&[_; 1]>::try_from(place.municipalities.as_slice()).ok());
    let named = named.map(|[only]| only);
    named
        .or(question.municipality.as_ref())
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn heading(found: &SearchResults, question: &Question) -> String {
    let page = match question.pages.len() {
        0 => String::new(),
        before => format!(", pagina {}", before + 1),
    };
    match found.total {
        0 => "Niemand gevonden".to_owned(),
        1 => "1 resultaat".to_owned(),
        total => format!("{total} resultaten{page}"),
    }
}

/// A copy of an error without its cause.
fn refusal(error: &Error) -> Error {
    Error::new(error.reason(), error.to_string())
}
