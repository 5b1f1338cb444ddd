//! ReportService: reports of wrong entries.

use std::sync::Arc;

use directory::{Directory, ListReports, ListedReport, ReportProblem};
use proto::convert::to_wire_timestamp;
use proto::v1;
use proto::v1::report_service_server::ReportService;
use proto::v1::{
    ListReportsRequest, ListReportsResponse, Report, ReportProblemRequest, ReportProblemResponse, SettleReportRequest,
    SettleReportResponse,
};
use server_core::identity::Caller;
use tonic::{Request, Response, Status};

use super::reader::RequestReader;
use super::request::RequestContext;
use super::response;

pub(super) struct ReportAdapter(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl ReportService for ReportAdapter {
    async fn report_problem(&self, request: Request<ReportProblemRequest>) -> Result<Response<ReportProblemResponse>, Status> {
        let payload = request.get_ref();
        let mut reader = RequestReader::default();
        let (officer, reason) = (
            reader.officer("officer", &payload.officer),
            reader.word("reason", payload.reason),
        );
        let subject = officer.zip(reason).zip(reader.request_id(&payload.request_id));
        let ((officer, reason), request_id) = reader.finish(subject)?;
        RequestContext::of(&request).note_organisation(&officer.organisation);
        let report = ReportProblem {
            officer,
            reason,
            person: None,
            request_id,
        };
        let reported = self.0.report_problem(Caller::of(&request)?, report).await?;
        RequestContext::of(&request).note_revision(reported.position.revision);
        Ok(Response::new(ReportProblemResponse {
            doubted: reported.doubted,
            position: Some(reported.position.into()),
        }))
    }

    async fn list_reports(&self, request: Request<ListReportsRequest>) -> Result<Response<ListReportsResponse>, Status> {
        let payload = request.get_ref();
        let mut reader = RequestReader::default();
        let consistency = reader.consistency(&request, payload.min_position.as_ref());
        let list = ListReports {
            organisation: reader.optional_organisation("organisation", &payload.organisation),
            page_size: payload.page_size,
            page_token: payload.page_token.clone(),
        };
        let list = reader.finish(Some(list))?;
        let listed = self.0.list_reports(Caller::of(&request)?, list, &consistency).await?;
        Ok(Response::new(ListReportsResponse {
            reports: listed.items.iter().map(report).collect(),
            next_page_token: listed.next_page_token,
            total: response::to_i32(listed.total),
            position: Some(listed.position.into()),
        }))
    }

    async fn settle_report(&self, request: Request<SettleReportRequest>) -> Result<Response<SettleReportResponse>, Status> {
        let payload = request.get_ref();
        let mut reader = RequestReader::default();
        let subject = reader
            .report("name", &payload.name)
            .zip(reader.request_id(&payload.request_id));
        let (name, request_id) = reader.finish(subject)?;
        RequestContext::of(&request).note_organisation(&name.officer.organisation);
        let settled = self.0.settle_report(Caller::of(&request)?, name, request_id).await?;
        RequestContext::of(&request).note_revision(settled.position.revision);
        Ok(Response::new(SettleReportResponse {
            doubted: settled.doubted,
            position: Some(settled.position.into()),
        }))
    }
}

fn report(report: &ListedReport) -> Report {
    Report {
        name: report.name.to_string(),
        officer: report.name.officer.to_string(),
        reason: v1::ReportReason::from(report.reason).into(),
        report_time: Some(to_wire_timestamp(report.reported_at)),
        doubted: report.doubted,
    }
}
