//! `POST /eigen/meldingen`: settles a report after the owner found the entry right.

use axum::extract::State;
use axum::response::Response;
use directory::{ListReports, ListedReport};
use register::report::ReportName;
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::error::PageError;
use crate::fields::Fields;
use crate::pages::dutch::moment;
use crate::pages::outcome;
use crate::session::Visitor;
use crate::state::Web;

/// A report on an own entry.
pub(super) struct ReportLine {
    /// The name of the report, for the form.
    pub(super) name: String,
    /// The address of the form of the entry.
    pub(super) href: String,
    /// The function title.
    pub(super) title: String,
    /// The reason.
    pub(super) text: &'static str,
    /// When it was reported.
    pub(super) when: String,
}

/// The open reports on the organisation's own entries. `title` returns the title of an officer.
pub(super) async fn own_reports(
    web: &Web,
    visitor: &Visitor,
    title: impl Fn(&str) -> String + Send,
) -> Result<Vec<ReportLine>, PageError> {
    let request = ListReports {
        organisation: Some(visitor.organisation().clone()),
        page_size: 1_000,
        page_token: String::new(),
    };
    let listing = web
        .directory()
        .list_reports(visitor.caller(), request, &Consistency::any())
        .await?;
    let line = |report: &ListedReport| {
        let id = report.name.officer.officer.as_str();
        ReportLine {
            name: report.name.to_string(),
            href: format!("/eigen/{id}"),
            title: title(id),
            text: report.reason.sentence(),
            when: moment(report.reported_at),
        }
    };
    Ok(listing.items.iter().map(line).collect())
}

/// `POST /eigen/meldingen`
pub(crate) async fn settle(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let report = ReportName::parse(fields.get("melding")).map_err(|_| PageError::of(Reason::ReportNotFound))?;
    web.directory()
        .settle_report(visitor.caller(), report, visitor.new_request_id())
        .await?;
    Ok(outcome::done(
        &visitor,
        "De melding is afgehandeld: de vermelding klopt.",
        "/eigen",
    ))
}
