//! Sets what other registers may do with an organisation's officers. Its publisher and the operator may set it.

use std::sync::Arc;

use register::draft::SharingDraft;
use register::grant::Role;
use register::identifier::OrganisationId;
use register::organisation::Organisation;
use register::peer::Sharing;
use register::validate;
use register::view::View;
use server_core::authorisation::{self, Authority};
use server_core::error::Error;
use server_core::identity::{Caller, Principal};

use super::put_organisations::put_mutations;
use super::refusal::organisation_not_found;
use super::write::Decision;
use super::{Directory, OrganisationSources, Positioned, Written};

impl Directory {
    /// Sets the sharing. A register that may no longer replicate the officers receives their withdrawals.
    pub async fn set_sharing(
        self: &Arc<Self>,
        caller: &Caller,
        id: OrganisationId,
        draft: SharingDraft,
    ) -> Result<Positioned<Organisation>, Error> {
        let today = self.clock.today();
        may_set(&self.views.current(), &caller.acting, &id, today)?;
        let sharing = validate::sharing(&draft, &self.knowledge.rules(today)).map_err(|mut violations| {
            for violation in &mut violations {
                violation.field = format!("sharing.{}", violation.field);
            }
            Error::invalid(violations)
        })?;
        let (acting, subject) = (caller.acting.clone(), id.clone());
        let written = self
            .write(None, move |view| {
                let authority = may_set(view, &acting, &subject, today)?;
                let organisation = with_sharing(view, &subject, sharing)?;
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
        let view = self.views.current();
        let organisation = view.organisation(&id).ok_or_else(|| organisation_not_found(&id))?;
        Ok(Positioned {
            value: Organisation::clone(organisation),
            position: written.position,
            sources: OrganisationSources::default(),
        })
    }
}

fn may_set(view: &View, acting: &Principal, id: &OrganisationId, today: jiff::civil::Date) -> Result<Authority, Error> {
    authorisation::for_organisation(view, acting, Role::Publish, id, today)
        .or_else(|refusal| authorisation::for_any_organisation(view, acting, &[Role::Operate], today).map_err(|_| refusal))
}

fn with_sharing(view: &View, id: &OrganisationId, sharing: Sharing) -> Result<Organisation, Error> {
    let held = view.organisation(id).ok_or_else(|| organisation_not_found(id))?;
    Ok(Organisation {
        sharing,
        ..Organisation::clone(held)
    })
}
