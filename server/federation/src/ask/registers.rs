//! The registers that take part in one search, and the context in which the question is understood.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use client::Client;
use index::{Context, Language};
use jiff::Timestamp;
use register::authority::Authorities;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::peer::PeerMode;
use register::position::Position;
use server_core::error::Error;
use server_core::lifecycle::Tasks;
use server_core::views::Searchable;

use super::contexts::PeerOrganisations;
use super::policy::Scope;
use super::status::{RegisterStatus, ServedFrom};
use crate::peers::{Peer, PeerDescription, PeerProblem, PeerProblemKind};
use crate::{Federation, PeerCopy, authorities};

/// The capabilities that a peer needs for searches.
const SEARCHING: [&str; 2] = ["search-local", "suggest-local"];

/// The registers of one search.
pub struct Registers {
    /// The registers to ask, this one first.
    pub parts: Vec<RegisterPart>,
    /// Peers that are not asked, with the reason.
    pub skipped: Vec<RegisterStatus>,
    /// The vocabulary and organisations with which the question is understood.
    pub context: Arc<Context>,
    /// Runs blocking work.
    pub tasks: Tasks,
    own: Arc<Searchable>,
    peer_organisations: Arc<PeerOrganisations>,
}

/// One register to ask.
pub struct RegisterPart {
    /// Its register id.
    pub register: RegisterId,
    /// Organisations that it has officers of and is not authoritative for: they do not count.
    pub without: BTreeSet<OrganisationId>,
    /// Where its share comes from.
    pub source: PartSource,
    /// The problem of a peer whose copy answers in its place.
    pub problem: Option<PeerProblem>,
}

impl RegisterPart {
    /// The status of this register when it has answered from `position`, without time taken and hits.
    pub(super) fn answered(&self, position: Position, now: Timestamp) -> RegisterStatus {
        let (served_from, age) = match &self.source {
            PartSource::Copy(copy, _) => (ServedFrom::Replica, Some(now.duration_since(copy.fetched_at()))),
            PartSource::Own(_) | PartSource::Live(_) => (ServedFrom::Live, None),
        };
        RegisterStatus {
            position: Some(position),
            served_from: Some(served_from),
            age: age.map(|age| Duration::try_from(age).unwrap_or_default()),
            message: self.problem.as_ref().map(ToString::to_string).unwrap_or_default(),
            problem: self.problem.as_ref().map(|problem| problem.kind),
            ..RegisterStatus::of(self.register.clone())
        }
    }
}

/// Where a share comes from.
pub enum PartSource {
    /// This register's own index.
    Own(Arc<Searchable>),
    /// The local copy of a peer, and its index.
    Copy(Arc<PeerCopy>, Arc<Searchable>),
    /// The peer itself, over the network.
    Live(Box<LivePeer>),
}

/// A peer that can be queried.
pub struct LivePeer {
    /// The peer.
    pub peer: Arc<Peer>,
    /// The open connection.
    pub client: Client,
    /// Its latest description.
    pub description: Arc<PeerDescription>,
    /// The authorities by which its officers count.
    pub authorities: Arc<Authorities>,
}

impl Registers {
    /// Collects the registers as they are now. With `recompute_authorities` it does not use the last decision: a peer may just
    /// have reported other holdings.
    pub async fn now(
        federation: &Federation,
        own: Arc<Searchable>,
        scope: Scope,
        recompute_authorities: bool,
        language: &Arc<Language>,
    ) -> Result<Self, Error> {
        let register = federation.own().clone();
        let peers = federation.peers();
        if scope == Scope::Local || peers.is_empty() {
            return Ok(Self {
                parts: vec![RegisterPart {
                    register,
                    without: BTreeSet::new(),
                    source: PartSource::Own(Arc::clone(&own)),
                    problem: None,
                }],
                skipped: Vec::new(),
                context: Arc::clone(own.shared_context()),
                tasks: federation.tasks.clone(),
                own,
                peer_organisations: Arc::default(),
            });
        }
        // The peers first and the authorities after them: a peer can be asked once a decision covers what it holds, so this one
        // does. An older one would count none of its officers, and the answer would call itself complete.
        let (askable, mut skipped) = askable_peers(&register, &peers, language);
        let authorities = if recompute_authorities {
            let (own, peers) = (Arc::clone(&own), Arc::clone(&peers));
            let decided = federation.tasks.blocking(move || authorities::decide(own.view(), &peers));
            Arc::new(decided.await?)
        } else {
            federation.authorities()
        };
        let collect = {
            let (own, authorities) = (Arc::clone(&own), Arc::clone(&authorities));
            move || parts(register, &own, askable, &authorities)
        };
        let mut parts = federation.tasks.blocking(collect).await?;
        let found = federation
            .contexts
            .get(&own, &peers, &authorities, language, &federation.tasks);
        // No search waits longer for what a peer described than it would for the peer itself.
        let patience = peers.values().map(|peer| peer.budget()).max().unwrap_or_default();
        let (context, peer_organisations) = match tokio::time::timeout(patience, found).await {
            Ok(found) => found?,
            Err(_) => {
                let others = parts.split_off(1);
                skipped.extend(others.into_iter().map(|part| not_yet_described(part.register)));
                (Arc::clone(own.shared_context()), Arc::default())
            }
        };
        Ok(Self {
            parts,
            skipped,
            context,
            tasks: federation.tasks.clone(),
            own,
            peer_organisations,
        })
    }

    /// An organisation as its authoritative register describes it.
    pub fn organisation(&self, id: &OrganisationId) -> Option<Arc<Organisation>> {
        self.peer_organisations
            .get(id)
            .or_else(|| self.own.view().organisation(id))
            .map(Arc::clone)
    }

    /// The organisations for which peers are authoritative.
    pub fn peer_organisations(&self) -> Arc<PeerOrganisations> {
        Arc::clone(&self.peer_organisations)
    }

    /// Whether there are registers other than this one.
    pub fn has_others(&self) -> bool {
        self.parts.len() + self.skipped.len() > 1
    }
}

fn not_yet_described(register: RegisterId) -> RegisterStatus {
    let message = "what it holds is still being read";
    RegisterStatus::skipped(register, "NOT_YET_DESCRIBED", message, None)
}

/// A peer that can be asked, before it is known which of its organisations count.
struct AskablePeer {
    peer: Arc<Peer>,
    problem: Option<PeerProblem>,
    means: Means,
}

/// How a peer is asked.
enum Means {
    Copy(Arc<PeerCopy>, Arc<Searchable>),
    Live(Client, Arc<PeerDescription>),
}

/// The peers that can be asked now, and those that are skipped.
fn askable_peers(
    own: &RegisterId,
    peers: &BTreeMap<RegisterId, Arc<Peer>>,
    language: &Language,
) -> (Vec<AskablePeer>, Vec<RegisterStatus>) {
    let mut askable = Vec::new();
    let mut skipped = Vec::new();
    // A peer with this register's own id is not asked again.
    for peer in peers.values().filter(|peer| peer.register() != own) {
        match askable_peer(peer, language) {
            Ok(peer) => askable.push(peer),
            Err(status) => skipped.push(*status),
        }
    }
    (askable, skipped)
}

/// The registers to ask, this one first. Takes time in proportion to the number of organisations.
fn parts(
    register: RegisterId,
    own: &Arc<Searchable>,
    peers: Vec<AskablePeer>,
    authorities: &Arc<Authorities>,
) -> Vec<RegisterPart> {
    let without = own.view().organisations();
    let without = without.filter(|organisation| !authorities.is_own(&organisation.id));
    let mut parts = vec![RegisterPart {
        without: without.map(|organisation| organisation.id.clone()).collect(),
        source: PartSource::Own(Arc::clone(own)),
        register,
        problem: None,
    }];
    parts.extend(peers.into_iter().map(|peer| peer.into_part(authorities)));
    parts
}

impl AskablePeer {
    fn into_part(self, authorities: &Arc<Authorities>) -> RegisterPart {
        let register = self.peer.register().clone();
        let does_not_count = |id: &&OrganisationId| !authorities.is_of_peer(id, &register);
        let (without, source) = match self.means {
            Means::Copy(copy, searchable) => {
                let held = searchable.view().organisations().map(|organisation| &organisation.id);
                let without = held.filter(does_not_count).cloned().collect();
                (without, PartSource::Copy(copy, searchable))
            }
            Means::Live(client, description) => {
                let without = description.held.keys().filter(does_not_count).cloned().collect();
                let live = LivePeer {
                    peer: self.peer,
                    client,
                    description,
                    authorities: Arc::clone(authorities),
                };
                (without, PartSource::Live(Box::new(live)))
            }
        };
        RegisterPart {
            without,
            source,
            problem: self.problem,
            register,
        }
    }
}

fn askable_peer(peer: &Arc<Peer>, language: &Language) -> Result<AskablePeer, Box<RegisterStatus>> {
    let register = peer.register().clone();
    let skip = |reason: &str, message: String, before: Option<PeerProblemKind>| {
        Box::new(RegisterStatus::skipped(register.clone(), reason, message, before))
    };
    if peer.mode() == PeerMode::Replicate {
        let copy = peer.copy();
        let searchable = copy.as_ref().and_then(|copy| copy.searchable().cloned());
        let (Some(copy), Some(searchable)) = (copy, searchable) else {
            let problem = peer.problem();
            let detail = problem.as_ref().map(|problem| format!(": {problem}")).unwrap_or_default();
            let message = format!("its copy is not complete yet{detail}");
            return Err(skip("NOT_YET_COPIED", message, problem.map(|problem| problem.kind)));
        };
        return Ok(AskablePeer {
            problem: peer.problem(),
            means: Means::Copy(copy, searchable),
            peer: Arc::clone(peer),
        });
    }
    let client = peer
        .client()
        .map_err(|problem| skip("CIRCUIT_OPEN", problem.message, Some(problem.kind)))?;
    let Some(description) = peer.description() else {
        return Err(skip(
            "NOT_YET_DESCRIBED",
            "it has not yet reported what it holds".to_owned(),
            None,
        ));
    };
    if let Some(problem) = description.lacks(&SEARCHING) {
        return Err(Box::new(RegisterStatus::failed(register, &problem, Duration::ZERO)));
    }
    if let Some(problem) = description.differs_from(language) {
        return Err(Box::new(RegisterStatus {
            reason: "OTHER_VERSIONS".to_owned(),
            ..RegisterStatus::failed(register, &problem, Duration::ZERO)
        }));
    }
    Ok(AskablePeer {
        problem: None,
        means: Means::Live(client, description),
        peer: Arc::clone(peer),
    })
}
