//! Sets an officer's absences, an overlay that snapshots leave alone.

use std::sync::Arc;

use register::change::Mutation;
use register::draft::AbsenceDraft;
use register::grant::Role;
use register::identifier::{OfficerName, RequestId};
use register::validate;
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;

use super::refusal::officer_not_found;
use super::write::{Decision, RetryKey};
use super::{Directory, Written};

impl Directory {
    /// Replaces all absences of an officer.
    pub async fn set_presence(
        self: &Arc<Self>,
        caller: &Caller,
        name: OfficerName,
        absences: Vec<AbsenceDraft>,
        request_id: RequestId,
    ) -> Result<Written, Error> {
        self.may_publish(caller, &name.organisation)?;
        let today = self.clock.today();
        let presence = validate::absences(&absences, &self.knowledge.rules(today)).map_err(Error::invalid)?;
        let body = (&name, &absences);
        let organisation = Some(&name.organisation);
        let retry_key = RetryKey::new("sync.SetPresence", &caller.acting, organisation, &request_id, &body);
        let acting = caller.acting.clone();
        self.write(Some(retry_key), move |view| {
            let authority = authorisation::for_organisation(view, &acting, Role::Publish, &name.organisation, today)?;
            let Some(entry) = view.entry(&name) else {
                return Err(officer_not_found(&name));
            };
            let is_change = entry.presence != presence;
            let mutation = Mutation::SetPresence { name, presence };
            Ok(Decision {
                actor: authority.actor(Some(request_id)),
                mutations: if is_change { vec![mutation] } else { Vec::new() },
                response: Written {
                    position: view.position(),
                },
            })
        })
        .await
    }
}
