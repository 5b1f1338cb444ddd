//! `POST /medewerker/{organisation}/{id}/melding`: reports a problem with an entry ("Klopt dit niet?") to its owner and the operator.
//! A report has a reason and no free text.

use axum::extract::{Path, State};
use axum::response::Response;
use directory::ReportProblem;
use register::report::ReportReason;
use server_core::error::Reason;

use super::entry::name_in_path;
use super::outcome;
use crate::error::PageError;
use crate::fields::Fields;
use crate::session::Visitor;
use crate::state::Web;

/// `POST /medewerker/{organisation}/{id}/melding`
pub(crate) async fn report(
    State(web): State<Web>,
    Path((organisation, id)): Path<(String, String)>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let officer = name_in_path(&organisation, &id)?;
    let reason = ReportReason::parse(fields.get("reden")).ok_or_else(|| PageError::of(Reason::InvalidRequest))?;
    let request = ReportProblem {
        officer,
        reason,
        // Counts two reports of one person as one, and two colleagues with the same name as two.
        person: Some(visitor.account().to_text()),
        request_id: visitor.request_id(&fields),
    };
    web.directory().report_problem(visitor.caller(), request).await?;
    let notice = "Dank u. De organisatie en de beheerder van het register zien uw melding.";
    Ok(outcome::done(&visitor, notice, &format!("/medewerker/{organisation}/{id}")))
}
