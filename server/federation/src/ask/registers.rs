//! The registers that a question concerns, and what it is understood with: the organisations of all of them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use client::Client;
use index::{Context, Language};
use register::authority::Authorities;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::peer::PeerMode;
use server_core::lifecycle::Tasks;
use server_core::views::Searchable;

use super::contexts::Foreign;
use super::policy::Scope;
use super::status::RegisterStatus;
use crate::peers::{Described, Peer, Trouble, TroubleKind};
use crate::{Copied, Federation, authorities};

/// What a peer must be able to do for a question.
const SEARCHING: [&str; 2] = ["search-local", "suggest-local"];

/// The registers of one question.
pub struct Registers {
    /// This one first.
    pub parts: Vec<Part>,
    /// Those that are not asked, and why.
    pub skipped: Vec<RegisterStatus>,
    /// What the question is understood with.
    pub context: Arc<Context>,
    /// Where blocking work runs.
    pub tasks: Tasks,
    own: Arc<Searchable>,
    foreign: Arc<Foreign>,
}

/// One register of a question.
pub struct Part {
    /// Its id.
    pub register: RegisterId,
    /// Organisations that it has officers of and that do not count here.
    pub without: BTreeSet<OrganisationId>,
    /// How it is asked.
    pub way: Way,
    /// What is wrong with the register, whose copy answers nevertheless.
    pub trouble: Option<Trouble>,
}

/// How a register is asked.
pub enum Way {
    /// It is this one.
    Own(Arc<Searchable>),
    /// By the copy that is kept of it.
    Copy(Arc<Copied>, Arc<Searchable>),
    /// Over the network.
    Live(Box<Live>),
}

/// A peer that can be asked.
pub struct Live {
    /// The peer.
    pub peer: Arc<Peer>,
    /// The connection to it.
    pub client: Client,
    /// What it last said of itself.
    pub described: Arc<Described>,
    /// Which organisations each register speaks for.
    pub authorities: Arc<Authorities>,
}

impl Registers {
    /// What `own` and the peers of `federation` are now. `is_fresh` decides anew who speaks for whom, after a peer has said
    /// that it holds something else.
    pub fn now(federation: &Federation, own: Arc<Searchable>, scope: Scope, is_fresh: bool, language: &Arc<Language>) -> Self {
        let register = federation.own().clone();
        let peers = federation.peers();
        if scope == Scope::Local || peers.is_empty() {
            return Self {
                parts: vec![Part {
                    register,
                    without: BTreeSet::new(),
                    way: Way::Own(Arc::clone(&own)),
                    trouble: None,
                }],
                skipped: Vec::new(),
                context: Arc::clone(own.shared_context()),
                tasks: federation.tasks.clone(),
                own,
                foreign: Arc::default(),
            };
        }
        let authorities = if is_fresh {
            Arc::new(authorities::decide(own.view(), &peers))
        } else {
            federation.authorities()
        };
        let foreign = |id: &OrganisationId| authorities.of_peers().any(|(of_peer, _)| of_peer == id);
        let without = own.view().organisations().filter(|organisation| foreign(&organisation.id));
        let mut parts = vec![Part {
            without: without.map(|organisation| organisation.id.clone()).collect(),
            way: Way::Own(Arc::clone(&own)),
            register: register.clone(),
            trouble: None,
        }];
        let mut skipped = Vec::new();
        // Whoever names itself as its own peer is not asked a second time.
        for peer in peers.values().filter(|peer| *peer.register() != register) {
            match part(peer, &authorities, language) {
                Ok(part) => parts.push(part),
                Err(status) => skipped.push(*status),
            }
        }
        let (context, foreign) = federation.contexts.get(&own, &peers, &authorities, language);
        Self {
            parts,
            skipped,
            context,
            tasks: federation.tasks.clone(),
            own,
            foreign,
        }
    }

    /// An organisation as the register knows it that speaks for it.
    pub fn organisation(&self, id: &OrganisationId) -> Option<Arc<Organisation>> {
        self.foreign
            .get(id)
            .or_else(|| self.own.view().organisation(id))
            .map(Arc::clone)
    }

    /// The organisations for which peers are authoritative.
    pub fn foreign(&self) -> Arc<Foreign> {
        Arc::clone(&self.foreign)
    }

    /// Whether other registers are concerned.
    pub fn has_others(&self) -> bool {
        self.parts.len() + self.skipped.len() > 1
    }
}

fn part(peer: &Arc<Peer>, authorities: &Arc<Authorities>, language: &Language) -> Result<Part, Box<RegisterStatus>> {
    let register = peer.register().clone();
    let skip = |reason: &str, message: String, before: Option<TroubleKind>| {
        Box::new(RegisterStatus::skipped(register.clone(), reason, message, before))
    };
    if peer.mode() == PeerMode::Replicate {
        let copied = peer.copied();
        let searchable = copied.as_ref().and_then(|copied| copied.searchable().cloned());
        let (Some(copied), Some(searchable)) = (copied, searchable) else {
            let trouble = peer.trouble();
            let problem = trouble.as_ref().map(|trouble| format!(": {trouble}")).unwrap_or_default();
            let message = format!("the copy of it is not there yet{problem}");
            return Err(skip("NOT_YET_COPIED", message, trouble.map(|trouble| trouble.kind)));
        };
        let held = searchable.view().organisations().map(|organisation| &organisation.id);
        let without = held.filter(|id| !authorities.is_of_peer(id, &register)).cloned().collect();
        return Ok(Part {
            without,
            way: Way::Copy(copied, searchable),
            trouble: peer.trouble(),
            register,
        });
    }
    let client = peer
        .client()
        .map_err(|trouble| skip("CIRCUIT_OPEN", trouble.message, Some(trouble.kind)))?;
    let Some(described) = peer.described() else {
        return Err(skip(
            "NOT_YET_DESCRIBED",
            "it has not said yet what it holds".to_owned(),
            None,
        ));
    };
    if let Some(trouble) = described.lacks(&SEARCHING) {
        return Err(Box::new(RegisterStatus::failed(register, &trouble, Duration::ZERO)));
    }
    if let Some(trouble) = described.differs_from(language) {
        return Err(Box::new(RegisterStatus {
            reason: "OTHER_VERSIONS".to_owned(),
            ..RegisterStatus::failed(register, &trouble, Duration::ZERO)
        }));
    }
    let without = described
        .held
        .keys()
        .filter(|id| !authorities.is_of_peer(id, &register))
        .cloned()
        .collect();
    Ok(Part {
        without,
        way: Way::Live(Box::new(Live {
            peer: Arc::clone(peer),
            client,
            described,
            authorities: Arc::clone(authorities),
        })),
        trouble: None,
        register,
    })
}
