//! Reports of wrong entries: `ReportService`.

use futures::TryStreamExt as _;
use proto::v1;
use proto::v1::report_service_client::ReportServiceClient;
use register::identifier::{OfficerName, OrganisationId};
use register::report::{ReportName, ReportReason};
use tonic::transport::Channel;

use crate::call::{Client, MAX_RESPONSE_BYTES};
use crate::error::Error;
use crate::paging::pages;

/// Reports per page.
const PAGE: i32 = 1_000;

fn service(channel: Channel) -> ReportServiceClient<Channel> {
    ReportServiceClient::new(channel).max_decoding_message_size(MAX_RESPONSE_BYTES)
}

impl Client {
    /// Reports a wrong entry. Idempotent: repeating a report changes nothing.
    pub async fn report_problem(&self, officer: &OfficerName, reason: ReportReason) -> Result<v1::ReportProblemResponse, Error> {
        let request = v1::ReportProblemRequest {
            officer: officer.to_string(),
            reason: v1::ReportReason::from(reason).into(),
            request_id: self.new_request_id(),
        };
        self.unary(request, |channel, request| async move {
            service(channel).report_problem(request).await
        })
        .await
    }

    /// Lists all open reports by officer and number, for one organisation's officers or for all.
    pub async fn list_reports(&self, organisation: Option<&OrganisationId>) -> Result<Vec<v1::Report>, Error> {
        let organisation = organisation.map(OrganisationId::resource_name).unwrap_or_default();
        let reports = pages(|page_token| {
            let request = v1::ListReportsRequest {
                organisation: organisation.clone(),
                page_size: PAGE,
                page_token,
                min_position: None,
            };
            async move {
                let page = self
                    .unary(request, |channel, request| async move {
                        service(channel).list_reports(request).await
                    })
                    .await?;
                Ok((page.reports.into_iter().map(Ok).collect(), page.next_page_token))
            }
        });
        reports.try_collect().await
    }

    /// Settles an open report: the organisation looked into it, and the entry is right.
    pub async fn settle_report(&self, report: &ReportName) -> Result<v1::SettleReportResponse, Error> {
        let request = v1::SettleReportRequest {
            name: report.to_string(),
            request_id: self.new_request_id(),
        };
        self.unary(request, |channel, request| async move {
            service(channel).settle_report(request).await
        })
        .await
    }
}
