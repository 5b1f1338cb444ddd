//! Records that a caller found an entry wrong: "Klopt dit niet?".

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
use super::write::{Answer, Decision, Repeatable};

/// What was found, and of which entry.
#[derive(Clone, Debug)]
pub struct ReportProblem {
    /// Which.
    pub officer: OfficerName,
    /// What was found.
    pub reason: ReportReason,
    /// What tells the people of the caller's organisation apart, where that is known: at the page. Kept only as a salted
    /// digest. Without it an organisation is one asker.
    pub person: Option<String>,
    /// The caller's name for this write.
    pub request_id: RequestId,
}

/// What came of a report, or of settling one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Whether the entry is doubted now.
    pub doubted: bool,
    /// The position after it.
    pub position: Position,
}

impl Answer for Reported {
    fn settle(&mut self, position: Position) {
        self.position = position;
    }
}

impl Directory {
    /// Records a report. Who has one open on the entry already adds nothing.
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
            return Err(self.no_such_officer(&officer).await?);
        }
        let organisation = Some(&officer.organisation);
        // The person is not part of what a repetition is compared by: answers are kept, and it is not to be.
        let body = (&officer, reason);
        let repeatable = Repeatable::new("report.ReportProblem", &caller.acting, organisation, &request_id, &body);
        let acting = caller.acting.clone();
        self.write(Some(repeatable), move |view| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Lookup], today)?;
            let asker = Asker::of(&authority.organisation, person.as_deref());
            let Some(entry) = view.shown(&officer, today) else {
                return Err(super::officer_not_found(&officer));
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
                answer: Reported {
                    doubted: open >= DOUBTED_FROM,
                    position: view.position(),
                },
            })
        })
        .await
    }
}
