//! Settles an open report: somebody has checked the entry and found it correct.

use std::sync::Arc;

use register::change::Mutation;
use register::identifier::RequestId;
use register::report::{DOUBTED_FROM, ReportName};
use server_core::error::{Error, Reason};
use server_core::identity::Caller;

use super::Directory;
use super::list_reports::reports_authority;
use super::report_problem::Reported;
use super::write::{Decision, RetryKey};

impl Directory {
    /// Settles an open report. Requires the role `operate`, or `publish` for the organisation.
    pub async fn settle_report(
        self: &Arc<Self>,
        caller: &Caller,
        report: ReportName,
        request_id: RequestId,
    ) -> Result<Reported, Error> {
        let organisation = report.officer.organisation.clone();
        self.may_see_reports(&self.views.current(), caller, Some(&organisation))?;
        let retry_key = RetryKey::new(
            "report.SettleReport",
            &caller.acting,
            Some(&organisation),
            &request_id,
            &report,
        );
        let (acting, today) = (caller.acting.clone(), self.clock.today());
        self.write(Some(retry_key), move |view| {
            let authority = reports_authority(view, &acting, Some(&organisation), today)?;
            let entry = view.entry(&report.officer);
            let open = entry.filter(|entry| entry.reports.get(report.number).is_some());
            let Some(entry) = open else {
                return Err(Error::not_found(Reason::ReportNotFound, "report", report.to_string()));
            };
            Ok(Decision {
                actor: authority.actor(Some(request_id)),
                response: Reported {
                    doubted: entry.reports.open().len() > DOUBTED_FROM,
                    position: view.position(),
                },
                mutations: vec![Mutation::SettleReport { report }],
            })
        })
        .await
    }
}
