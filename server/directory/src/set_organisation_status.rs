//! Connects, suspends or resumes an organisation.

use std::sync::Arc;

use register::grant::Role;
use register::identifier::OrganisationId;
use register::organisation::{Organisation, OrganisationStatus};
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;

use super::operators::Proposal;
use super::put_organisations::put;
use super::write::Decision;
use super::{At, Directory, Sources, Written};

impl Directory {
    /// Changes the status and nothing else. From a suspension on, the organisation may do nothing, its officers are not shown and
    /// its open streams end.
    pub async fn set_organisation_status(
        self: &Arc<Self>,
        caller: &Caller,
        id: OrganisationId,
        status: OrganisationStatus,
    ) -> Result<At<Organisation>, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let (acting, today, subject) = (caller.acting.clone(), self.clock.today(), id.clone());
        let written = self
            .write(None, move |view| {
                let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
                let organisation = changed(view, &subject, status)?;
                let mut proposal = Proposal::default();
                proposal.organisations.insert(&organisation.id, &organisation);
                proposal.must_leave_an_operator(view, today)?;
                let is_change = view.organisation(&subject).map(AsRef::as_ref) != Some(&organisation);
                Ok(Decision {
                    actor: authority.actor(None),
                    mutations: if is_change { put(&organisation, view) } else { Vec::new() },
                    answer: Written {
                        position: view.position(),
                    },
                })
            })
            .await?;
        Ok(At {
            value: changed(&self.views.current(), &id, status)?,
            position: written.position,
            sources: Sources::default(),
        })
    }
}

/// The organisation with that status.
fn changed(view: &register::view::View, id: &OrganisationId, status: OrganisationStatus) -> Result<Organisation, Error> {
    let Some(held) = view.organisation(id) else {
        return Err(Error::not_found(
            Reason::OrganisationNotFound,
            "organisation",
            id.resource_name(),
        ));
    };
    Ok(Organisation {
        status,
        ..Organisation::clone(held)
    })
}
