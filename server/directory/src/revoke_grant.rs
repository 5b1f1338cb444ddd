//! Revokes a grant.

use std::sync::Arc;

use register::change::Mutation;
use register::grant::Role;
use register::identifier::OrganisationId;
use register::oin::Oin;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;

use super::operators::ProposedGrants;
use super::write::Decision;
use super::{Directory, Written};

impl Directory {
    /// Revokes the grant of `holder` for `organisation`. Open streams that rely on it end.
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
            let mut proposal = ProposedGrants::default();
            proposal.grants.insert((holder.clone(), organisation.clone()), None);
            proposal.require_operator(view, today)?;
            Ok(Decision {
                actor: authority.actor(None),
                mutations: vec![Mutation::RevokeGrant {
                    oin: holder,
                    organisation,
                }],
                response: Written {
                    position: view.position(),
                },
            })
        })
        .await
    }
}
