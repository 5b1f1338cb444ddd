//! Ends the exchange with another register.

use std::sync::Arc;

use register::change::Mutation;
use register::grant::Role;
use register::identifier::RegisterId;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;

use super::write::Decision;
use super::{Directory, Written};

impl Directory {
    /// Removes a peer, and with it what was copied from it.
    pub async fn remove_peer(self: &Arc<Self>, caller: &Caller, register: RegisterId) -> Result<(), Error> {
        self.may_operate(&self.views.current(), caller)?;
        self.must_not_be_configured(&register)?;
        let (acting, today) = (caller.acting.clone(), self.clock.today());
        self.write(None, move |view| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
            if view.peer(&register).is_none() {
                return Err(no_such_peer(&register));
            }
            Ok(Decision {
                actor: authority.actor(None),
                mutations: vec![Mutation::RemovePeer { register }],
                answer: Written {
                    position: view.position(),
                },
            })
        })
        .await
        .map(drop)
    }
}

pub(super) fn no_such_peer(register: &RegisterId) -> Error {
    Error::not_found(Reason::PeerNotFound, "peer", register.to_string())
}
