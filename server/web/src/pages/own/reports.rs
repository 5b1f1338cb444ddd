//! `POST /eigen/meldingen`: a report that was looked into, and the entry is right as it is.

use axum::extract::State;
use axum::response::Response;
use directory::{ListReports, ListedReport};
use register::report::ReportName;
use server_core::error::Reason;
use server_core::views::Consistency;

use crate::error::PageError;
use crate::fields::Fields;
use crate::pages::dutch::moment;
use crate::pages::sent;
use crate::session::Visitor;
use crate::state::Web;

/// A report on an own entry.
pub(super) struct ReportLine {
    /// Its name, which the form sends.
    pub(super) name: String,
    /// The page of the form of the entry.
    pub(super) href: String,
    /// The title of the function.
    pub(super) title: String,
    /// What was found.
    pub(super) text: &'static str,
    /// When.
    pub(super) when: String,
}

/// The open reports on the organisation's own entries; `title` names an officer.
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
    Ok(sent::done(
        &visitor,
        "De melding is afgehandeld: de vermelding klopt.",
        "/eigen",
    ))
}
