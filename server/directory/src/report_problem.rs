//! Records a report that an entry is wrong ("Klopt dit niet?").

use std::sync::Arc;

use register::change::Mutation;
use register::grant::Role;
use register::identifier::{OfficerName, RequestId};
use register::position::Position;
use register::report::{Asker, DOUBTED_FROM, ReportReason};
use serde::{Deserialize, Serialize};
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;
use super::refusal::officer_not_found;
use super::write::{Decision, RetryKey, WriteResponse};

/// A problem to report.
#[derive(Clone, Debug)]
pub struct ReportProblem {
    /// The officer.
    pub officer: OfficerName,
    /// What is wrong.
    pub reason: ReportReason,
    /// Identifies the person within the caller's organisation, if known (on the page). Stored only as a salted digest. Without
    /// it, all reports of an organisation count as one.
    pub person: Option<String>,
    /// The caller's id for this write.
    pub request_id: RequestId,
}

/// The response to reporting a problem or settling a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Whether the entry is in doubt now.
    pub doubted: bool,
    /// The position after the write.
    pub position: Position,
}

impl WriteResponse for Reported {
    fn set_position(&mut self, position: Position) {
        self.position = position;
    }
}

impl Directory {
    /// Records a report. A second report by the same asker on the same entry changes nothing while the first is open.
    pub async fn report_problem(self: &Arc<Self>, caller: &Caller, request: ReportProblem) -> Result<Reported, Error> {
        let view = self.views.current();
        self.may_look_up(&view, caller)?;
        let today = self.clock.today();
        let ReportProblem {
            officer,
            reason,
            person,
            request_id,
        } = request;
        if view.shown(&officer, today).is_none() {
            return Err(self.missing_officer(&officer).await?);
        }
        let organisation = Some(&officer.organisation);
        // The digest of the request is stored, and the person must not be: leave the person out.
        let body = (&officer, reason);
        let retry_key = RetryKey::new("report.ReportProblem", &caller.acting, organisation, &request_id, &body);
        let acting = caller.acting.clone();
        self.write(Some(retry_key), move |view| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Lookup], today)?;
            let asker = Asker::of(&authority.organisation, person.as_deref());
            let Some(entry) = view.shown(&officer, today) else {
                return Err(officer_not_found(&officer));
            };
            let is_new = entry.reports.of(&asker).is_none();
            let open = entry.reports.open().len() + usize::from(is_new);
            let mutation = Mutation::ReportOfficer {
                name: officer,
                reason,
                asker,
            };
            Ok(Decision {
                actor: authority.actor(Some(request_id)),
                mutations: if is_new { vec![mutation] } else { Vec::new() },
                response: Reported {
                    doubted: open >= DOUBTED_FROM,
                    position: view.position(),
                },
            })
        })
        .await
    }
}
