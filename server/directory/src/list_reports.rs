//! Lists open reports in order of officer and number, page by page, for the owner and the operator.

use std::sync::Arc;

use jiff::Timestamp;
use register::entry::Entry;
use register::grant::Role;
use register::identifier::OrganisationId;
use register::position::Revision;
use register::report::{ReportName, ReportReason};
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::limits::page_size;
use super::{Directory, Listing, OrganisationSources, Page};

/// A request for a page of reports.
#[derive(Clone, Debug)]
pub struct ListReports {
    /// Only the reports on this organisation's officers; `None` for all, which requires the role `operate`.
    pub organisation: Option<OrganisationId>,
    /// Reports per page: 0 means 100, at most 1,000.
    pub page_size: i32,
    /// The page token of a previous response to the same request; empty for the first page.
    pub page_token: String,
}

/// An open report as the owner and the operator may see it, without the reporter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedReport {
    /// Its name, which contains the name of the officer.
    pub name: ReportName,
    /// The reason given.
    pub reason: ReportReason,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// Whether the entry is in doubt.
    pub doubted: bool,
}

impl Directory {
    /// Returns a page of open reports.
    pub async fn list_reports(
        &self,
        caller: &Caller,
        request: ListReports,
        consistency: &Consistency,
    ) -> Result<Listing<ListedReport>, Error> {
        self.may_see_reports(&self.views.current(), caller, request.organisation.as_ref())?;
        let view = self.views.reading(consistency).await?;
        let limit = page_size(request.page_size, 100, 1_000)?;
        let fingerprint = self.tokens.fingerprint("ListReports", &request.organisation);
        let page: Option<Page<(register::identifier::OfficerName, Revision)>> =
            self.tokens.open(&fingerprint, &request.page_token)?;
        let position = view.position();
        let all: Vec<ListedReport> = self
            .tasks
            .blocking(move || match &request.organisation {
                Some(organisation) => view.entries_of(organisation).flat_map(reports_of).collect(),
                None => view.entries().flat_map(reports_of).collect(),
            })
            .await?;
        let total = all.len();
        let key = |report: &ListedReport| (report.name.officer.clone(), report.name.number);
        let is_after = |report: &ListedReport| page.as_ref().is_none_or(|page| page.after < key(report));
        let mut items: Vec<ListedReport> = all.into_iter().filter(is_after).take(limit + 1).collect();
        let next_page_token = self.tokens.next_page(&fingerprint, &mut items, limit, position, key);
        Ok(Listing {
            items,
            next_page_token,
            total,
            position,
            sources: OrganisationSources::default(),
            unlisted_registers: Vec::new(),
        })
    }

    /// Requires the right to see and settle reports: the organisation's publisher and the operator have it. Without an
    /// organisation only the operator has it.
    pub(super) fn may_see_reports(
        &self,
        view: &register::view::View,
        caller: &Caller,
        organisation: Option<&OrganisationId>,
    ) -> Result<authorisation::Authority, Error> {
        reports_authority(view, &caller.acting, organisation, self.clock.today())
    }
}

/// Does the same as [`Directory::may_see_reports`] inside a write.
pub(super) fn reports_authority(
    view: &register::view::View,
    acting: &server_core::identity::Principal,
    organisation: Option<&OrganisationId>,
    today: jiff::civil::Date,
) -> Result<authorisation::Authority, Error> {
    let operator = authorisation::for_any_organisation(view, acting, &[Role::Operate], today);
    match organisation {
        // A caller that is neither gets the error about publishing.
        Some(organisation) if operator.is_err() => {
            authorisation::for_organisation(view, acting, Role::Publish, organisation, today)
        }
        _ => operator,
    }
}

fn reports_of(entry: &Arc<Entry>) -> impl Iterator<Item = ListedReport> {
    let listed = |report: &register::report::OpenReport| ListedReport {
        name: ReportName {
            officer: entry.officer_name(),
            number: report.number,
        },
        reason: report.reason,
        reported_at: report.reported_at,
        doubted: entry.is_doubted(),
    };
    entry.reports.open().iter().map(listed).collect::<Vec<_>>().into_iter()
}
