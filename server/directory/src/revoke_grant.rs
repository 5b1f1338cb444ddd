//! Ends a grant.

use std::sync::Arc;

use register::change::Mutation;
use register::grant::Role;
use register::identifier::OrganisationId;
use register::oin::Oin;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;

use super::operators::Proposal;
use super::write::Decision;
use super::{Directory, Written};

impl Directory {
    /// Ends the grant by which `holder` acts for `organisation`. Its open streams end with it.
    pub async fn revoke_grant(
        self: &Arc<Self>,
        caller: &Caller,
        holder: Oin,
        organisation: OrganisationId,
    ) -> Result<Written, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let (acting, today) = (caller.acting.clone(), self.clock.today());
        self.write(None, move |view| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
            if view.grant(&holder, &organisation).is_none() {
                let name = format!("{holder} for {}", organisation.resource_name());
                return Err(Error::not_found(Reason::GrantNotFound, "grant", name));
            }
            let mut proposal = Proposal::default();
            proposal.grants.insert((holder.clone(), organisation.clone()), None);
            proposal.must_leave_an_operator(view, today)?;
            Ok(Decision {
                actor: authority.actor(None),
                mutations: vec![Mutation::RevokeGrant {
                    oin: holder,
                    organisation,
                }],
                answer: Written {
                    position: view.position(),
                },
            })
        })
        .await
    }
}
