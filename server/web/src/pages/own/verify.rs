//! `POST /eigen/{id}/bevestigen` and `POST /eigen/bevestigen`: confirms one entry or all entries as of today.

use axum::extract::{Path, State};
use axum::response::Response;
use directory::VerifyOfficers;

use super::own_entry;
use crate::error::PageError;
use crate::fields::Fields;
use crate::pages::outcome;
use crate::session::Visitor;
use crate::state::Web;

/// `POST /eigen/{id}/bevestigen`
pub(crate) async fn one(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    _form: Fields,
) -> Result<Response, PageError> {
    let entry = own_entry(&web, &visitor, &id).await?;
    verify(&web, &visitor, vec![entry.officer_name().to_string()]).await
}

/// `POST /eigen/bevestigen`
pub(crate) async fn all(State(web): State<Web>, visitor: Visitor, _form: Fields) -> Result<Response, PageError> {
    verify(&web, &visitor, Vec::new()).await
}

async fn verify(web: &Web, visitor: &Visitor, officers: Vec<String>) -> Result<Response, PageError> {
    let request = VerifyOfficers {
        organisation: visitor.organisation().clone(),
        officers,
        verify_by: String::new(),
        request_id: visitor.new_request_id(),
    };
    let verified = web.directory().verify_officers(visitor.caller(), request).await?;
    let notice = match verified.verified {
        1 => "Bevestigd: deze vermelding klopt vandaag.".to_owned(),
        number => format!("Bevestigd: {number} vermeldingen kloppen vandaag."),
    };
    Ok(outcome::done(visitor, notice, "/eigen"))
}
