//! `/eigen/{id}/intrekken`: withdraws an officer, after asking for a successor.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use directory::{ApplyChanges, Expected, Operation};
use register::identifier::RequestId;

use super::{others, own_entries, own_entry};
use crate::error::PageError;
use crate::fields::Fields;
use crate::frame::{self, Frame};
use crate::pages::field::{Choice, FieldGroup, FormField, Input, Problem, with_problems};
use crate::pages::outcome;
use crate::session::Visitor;
use crate::state::Web;

#[derive(Template)]
#[template(path = "own/withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    title: String,
    action: String,
    problems: Vec<Problem>,
    request_id: RequestId,
    etag: String,
    groups: Vec<FieldGroup>,
}

/// `GET /eigen/{id}/intrekken`
pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, &id, Vec::new()).await
}

/// `POST /eigen/{id}/intrekken`
pub(crate) async fn withdraw(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let entry = own_entry(&web, &visitor, &id).await?;
    let organisation = visitor.organisation();
    let successor = fields.get("opvolger");
    let request = ApplyChanges {
        organisation: organisation.clone(),
        operations: vec![Operation::Withdraw {
            officer: entry.officer_name().to_string(),
            replaced_by: if successor.is_empty() {
                String::new()
            } else {
                format!("organisations/{organisation}/officers/{successor}")
            },
            expected: Expected::parse(fields.get("etag")).unwrap_or(Expected::Absent),
        }],
        request_id: visitor.request_id(&fields),
        validate_only: false,
        // The page itself asks for this confirmation.
        confirm_withdrawals: Some(1),
        managed_by: entry.officer.managed_by,
    };
    let report = web.directory().apply_changes(visitor.caller(), request).await?;
    if !report.applied {
        // Only one field can be corrected, whatever is wrong.
        let problems = report.violations.iter();
        let problems = problems.map(|found| Problem::new("opvolger", &*found.violation.message));
        let page = page(&web, &visitor, &id, problems.collect()).await?;
        return Ok(outcome::refused(page));
    }
    let notice = format!("{} is ingetrokken.", entry.officer.function_title);
    Ok(outcome::done(&visitor, notice, "/eigen"))
}

async fn page(web: &Web, visitor: &Visitor, id: &str, problems: Vec<Problem>) -> Result<Response, PageError> {
    let entry = own_entry(web, visitor, id).await?;
    let entries = own_entries(web, visitor).await?;
    let mut choices = vec![Choice::new("", "Niemand", "")];
    choices.extend(others(&entries, Some(&entry.officer.id)).iter().map(|(id, title)| {
        Choice::new(
            id,
            title.clone(),
            entry.officer.deputy.as_ref().map_or("", |deputy| deputy.as_str()),
        )
    }));
    let field = FormField::select("opvolger", "Wie komt ervoor in de plaats?", choices);
    let groups = with_problems(vec![FieldGroup::new("Opvolging", vec![field])], &problems);
    let mut frame = web.frame(visitor, "Medewerker intrekken", "/eigen");
    frame.has_problem = !problems.is_empty();
    frame::show(&WithdrawPage {
        frame,
        title: entry.officer.function_title.clone(),
        action: format!("/eigen/{}/intrekken", entry.officer.id),
        problems,
        request_id: visitor.new_request_id(),
        etag: entry.etag.as_str().to_owned(),
        groups,
    })
}
