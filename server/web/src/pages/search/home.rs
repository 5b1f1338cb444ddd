//! `GET /`: the first page, with the search form and examples.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::form::SearchForm;
use register::vocabulary::Domain;

use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::session::Visitor;
use crate::state::Web;

/// Example questions as professionals type them: a symptom, the sender of a letter, a place.
const EXAMPLES: [&str; 4] = [
    "eigen bijdrage te hoog na opname echtgenoot",
    "brief van DUO",
    "geen adres",
    "beslag op toeslagen",
];

#[derive(Template)]
#[template(path = "search.html")]
struct HomePage {
    frame: Frame,
    form: SearchForm,
    examples: [&'static str; 4],
    domains: Vec<Domain>,
}

/// `GET /`
pub(crate) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, SearchForm::empty(&web, &visitor))
}

/// The first page with a form that has an error.
pub(super) fn refused(web: &Web, visitor: &Visitor, form: SearchForm) -> Result<Response, PageError> {
    let page = page(web, visitor, form)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn page(web: &Web, visitor: &Visitor, form: SearchForm) -> Result<Response, PageError> {
    let mut frame = web.frame(visitor, "Zoeken", "/");
    frame.has_problem = form.place_problem.is_some();
    frame::show(&HomePage {
        frame,
        form,
        examples: EXAMPLES,
        domains: web.directory().vocabulary().domains().to_vec(),
    })
}
