//! The first page.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::web::Web;
use crate::web::error_page::PageError;
use crate::web::frame::{self, Frame};
use crate::web::session::Visitor;

#[derive(Template)]
#[template(path = "search.html")]
struct Home {
    frame: Frame,
}

/// `GET /`
pub(in crate::web) async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    frame::show(&Home {
        frame: web.frame(&visitor, "Zoeken", "/"),
    })
}
