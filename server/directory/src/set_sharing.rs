//! What other registers may do with an organisation's officers: said by who publishes for it, or by an operator.

use std::sync::Arc;

use register::draft::SharingDraft;
use register::grant::Role;
use register::identifier::OrganisationId;
use register::organisation::Organisation;
use register::peer::Sharing;
use register::validate;
use register::view::View;
use server_core::authorisation::{self, Authority};
use server_core::error::{Error, Reason};
use server_core::identity::{Caller, Principal};

use super::put_organisations::put;
use super::write::Decision;
use super::{At, Directory, Sources, Written};

impl Directory {
    /// Sets it. A register that may copy no longer gets the withdrawals of what it has.
    pub async fn set_sharing(
        self: &Arc<Self>,
        caller: &Caller,
        id: OrganisationId,
        draft: SharingDraft,
    ) -> Result<At<Organisation>, Error> {
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
                let organisation = changed(view, &subject, sharing)?;
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
        let view = self.views.current();
        let organisation = view.organisation(&id).ok_or_else(|| no_such(&id))?;
        Ok(At {
            value: Organisation::clone(organisation),
            position: written.position,
            sources: Sources::default(),
        })
    }
}

fn may_set(view: &View, acting: &Principal, id: &OrganisationId, today: jiff::civil::Date) -> Result<Authority, Error> {
    authorisation::for_organisation(view, acting, Role::Publish, id, today)
        .or_else(|refusal| authorisation::for_any_organisation(view, acting, &[Role::Operate], today).map_err(|_| refusal))
}

fn changed(view: &View, id: &OrganisationId, sharing: Sharing) -> Result<Organisation, Error> {
    let held = view.organisation(id).ok_or_else(|| no_such(id))?;
    Ok(Organisation {
        sharing,
        ..Organisation::clone(held)
    })
}

fn no_such(id: &OrganisationId) -> Error {
    Error::not_found(Reason::OrganisationNotFound, "organisation", id.resource_name())
}
