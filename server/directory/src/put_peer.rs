//! Creates a peer or changes its settings.

use std::sync::Arc;

use register::change::Mutation;
use register::grant::Role;
use register::identifier::RegisterId;
use register::peer::Peer;
use register::validate::{self, PeerDraft};
use register::view::View;
use register::violation::{Violation, ViolationCode};
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;

use super::write::Decision;
use super::{Directory, Written};

impl Directory {
    /// Puts a peer. Fails for a peer of the configuration, which must be changed there.
    pub async fn put_peer(self: &Arc<Self>, caller: &Caller, draft: PeerDraft) -> Result<Peer, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let peer = validate::peer(&draft, Some(&self.register));
        let peer =
            peer.map_err(|problems| Error::invalid(problems.into_iter().map(|problem| in_peer(problem.into())).collect()))?;
        self.check_not_configured(&peer.register)?;
        let (acting, today, new_peer) = (caller.acting.clone(), self.clock.today(), peer.clone());
        let configured: Vec<Peer> = self.federation.configured().to_vec();
        self.write(None, move |view| {
            let authority = authorisation::for_any_organisation(view, &acting, &[Role::Operate], today)?;
            check_unique(&new_peer, view, &configured)?;
            let is_change = view.peer(&new_peer.register).map(AsRef::as_ref) != Some(&new_peer);
            Ok(Decision {
                actor: authority.actor(None),
                mutations: if is_change {
                    vec![Mutation::PutPeer(new_peer)]
                } else {
                    Vec::new()
                },
                response: Written {
                    position: view.position(),
                },
            })
        })
        .await?;
        Ok(peer)
    }

    pub(super) fn check_not_configured(&self, register: &RegisterId) -> Result<(), Error> {
        if !self.federation.is_configured(register) {
            return Ok(());
        }
        let message = format!("the configuration of the node names the peer `{register}`; change it there");
        Err(Error::new(Reason::PeerIsConfigured, message).with("peer", register))
    }
}

/// Requires that no other peer has the OIN or one of the organisations.
fn check_unique(peer: &Peer, view: &View, configured: &[Peer]) -> Result<(), Error> {
    let mut violations = Vec::new();
    let others = view
        .peers()
        .map(AsRef::as_ref)
        .chain(configured)
        .filter(|other| other.register != peer.register);
    for other in others {
        if other.oin == peer.oin {
            let message = format!("Dit OIN hoort al bij {}; elk register heeft een eigen OIN.", other.register);
            violations.push(violation("oin", message));
        }
        for (place, organisation) in peer.organisations.iter().enumerate() {
            if other.organisations.contains(organisation) {
                let message = format!(
                    "Deze organisatie staat al bij {}; noem haar bij één register.",
                    other.register
                );
                violations.push(violation(&format!("organisations[{place}]"), message));
            }
        }
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Error::invalid(violations))
    }
}

fn violation(field: &str, message: String) -> Violation {
    in_peer(Violation {
        field: field.to_owned(),
        code: ViolationCode::Duplicate,
        message,
    })
}

fn in_peer(mut violation: Violation) -> Violation {
    violation.field = format!("peer.{}", violation.field);
    violation
}
