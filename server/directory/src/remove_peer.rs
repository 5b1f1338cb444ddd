//! Removes a peer.

use std::sync::Arc;

use register::change::Mutation;
use register::grant::Role;
use register::identifier::RegisterId;
use server_core::authorisation;
use server_core::error::Error;
use server_core::identity::Caller;

use super::refusal::peer_not_found;
use super::write::Decision;
use super::{Directory, Written};

impl Directory {
    /// Removes a peer and its replica.
    pub async fn remove_peer(self: &Arc<Self>, caller: &Caller, register: RegisterId) -> Result<(), Error> {
        self.may_operate(&self.views.current(), caller)?;
        self.check_not_configured(&register)?;
        let (acting, today) = (caller.acting.clone(), self.clock.today());
        self.write(None, move |view| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
            if view.peer(&register).is_none() {
                return Err(peer_not_found(&register));
            }
            Ok(Decision {
                actor: authority.actor(None),
                mutations: vec![Mutation::RemovePeer { register }],
                response: Written {
                    position: view.position(),
                },
            })
        })
        .await
        .map(drop)
    }
}
