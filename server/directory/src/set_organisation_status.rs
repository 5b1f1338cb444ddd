//! Connects, suspends or resumes an organisation by setting its status.

use std::sync::Arc;

use register::grant::Role;
use register::identifier::OrganisationId;
use register::organisation::{Organisation, OrganisationStatus};
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;

use super::operators::ProposedGrants;
use super::put_organisations::put_mutations;
use super::refusal::organisation_not_found;
use super::write::Decision;
use super::{Directory, OrganisationSources, Positioned, Written};

impl Directory {
    /// Sets the status. A suspended organisation has no rights, its officers are hidden and its open streams end.
    pub async fn set_organisation_status(
        self: &Arc<Self>,
        caller: &Caller,
        id: OrganisationId,
        status: OrganisationStatus,
    ) -> Result<Positioned<Organisation>, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let (acting, today, subject) = (caller.acting.clone(), self.clock.today(), id.clone());
        let written = self
            .write(None, move |view| {
                let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
                let organisation = with_status(view, &subject, status)?;
                let mut proposal = ProposedGrants::default();
                proposal.organisations.insert(&organisation.id, &organisation);
                proposal.require_operator(view, today)?;
                let is_change = view.organisation(&subject).map(AsRef::as_ref) != Some(&organisation);
                Ok(Decision {
                    actor: authority.actor(None),
                    mutations: if is_change {
                        put_mutations(&organisation, view)
                    } else {
                        Vec::new()
                    },
                    response: Written {
                        position: view.position(),
                    },
                })
            })
            .await?;
        Ok(Positioned {
            value: with_status(&self.views.current(), &id, status)?,
            position: written.position,
            sources: OrganisationSources::default(),
        })
    }
}

/// Returns the organisation with `status`.
fn with_status(view: &register::view::View, id: &OrganisationId, status: OrganisationStatus) -> Result<Organisation, Error> {
    let Some(held) = view.organisation(id) else {
        return Err(organisation_not_found(id));
    };
    Ok(Organisation {
        status,
        ..Organisation::clone(held)
    })
}
