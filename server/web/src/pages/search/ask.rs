//! `POST /zoeken` and `POST /resultaat/{id}`: keeps a new or narrowed question and redirects to its result.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::form::SearchForm;
use super::{home, place};
use crate::error::PageError;
use crate::fields::Fields;
use crate::question::Question;
use crate::session::{ResultId, Visitor};
use crate::state::Web;

/// `POST /zoeken`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let text = fields.get("vraag").to_owned();
    match place::read(fields.get("gemeente"), web.directory().gazetteer()) {
        Ok(municipality) => {
            visitor.remember_municipality(municipality.clone());
            let question = Question {
                text,
                municipality,
                ..Question::default()
            };
            // A question may consist of a life domain alone.
            Ok(to_answer(&visitor, question.with(fields.get("met"))))
        }
        Err(problem) => {
            let form = SearchForm {
                text,
                place: fields.get("gemeente").to_owned(),
                place_problem: Some(problem),
                is_first: false,
            };
            home::refused(&web, &visitor, form)
        }
    }
}

/// `POST /resultaat/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let Some(question) = visitor.question(&ResultId::from_path(id)) else {
        return Ok(forgotten(&visitor));
    };
    match place::read(fields.get("gemeente"), web.directory().gazetteer()) {
        Ok(None) => {}
        Ok(Some(municipality)) => {
            visitor.remember_municipality(Some(municipality.clone()));
            return Ok(to_answer(&visitor, question.in_municipality(municipality)));
        }
        // The page offers municipalities that exist; another value changes nothing.
        Err(_) => return Ok(to_answer(&visitor, question)),
    }
    let changed = match (fields.get("met"), fields.get("zonder"), fields.get("verder")) {
        ("", "", "") => question.on_previous_page(),
        ("", "", token) => question.on_next_page(token.to_owned()),
        ("", value, _) => question.without(value),
        (value, _, _) => question.with(value),
    };
    Ok(to_answer(&visitor, changed))
}

fn to_answer(visitor: &Visitor, question: Question) -> Response {
    let id = visitor.keep_question(question);
    Redirect::to(&format!("/resultaat/{id}")).into_response()
}

/// Redirects to the first page when the session no longer has the question.
pub(super) fn forgotten(visitor: &Visitor) -> Response {
    visitor.set_notice("Deze zoekvraag is niet meer bewaard. Stel de vraag opnieuw.");
    Redirect::to("/").into_response()
}
