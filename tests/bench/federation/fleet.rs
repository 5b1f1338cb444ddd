//! Starts the registers of the measurement: nodes under one authority, each with a part of the organisations, and one with all.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use proto::v1::{
    Completeness, Officer, Organisation, Peer, PeerMode, PutPeerRequest, RemovePeerRequest, Role, SearchOfficersRequest,
};
use tests::caller::{Caller, timed};
use tests::eventually::eventually;
use tests::generated::{generator, organisations};
use tests::node::{Node, NodeOptions};
use tests::pki::{Authority, Leaf};
use tests::registers::register_oin;
use tests::world;

use crate::register::{PATIENCE, SEED, Spread, id_of, publish, snapshots, supplier};

/// The organisations of one register, with their officers.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding {
    organisations: Vec<Organisation>,
    snapshots: BTreeMap<String, Vec<Officer>>,
}

impl Holding {
    /// The holdings of `registers` registers with about `officers` officers each. The union is the generator's register of 126
    /// organisations; each organisation goes, in order of size, to the register that has the fewest officers by then.
    pub(super) fn divide(registers: u32, officers: usize) -> Vec<Self> {
        let generator = generator(SEED);
        let mut snapshots: Vec<_> = snapshots(&generator, officers * registers as usize, Spread::Organisations)
            .into_iter()
            .collect();
        snapshots.sort_by_key(|(_, officers)| std::cmp::Reverse(officers.len()));
        let mut holdings = vec![Self::default(); registers as usize];
        for (organisation, officers) in snapshots {
            let smallest = holdings.iter_mut().min_by_key(|holding| holding.len());
            let holding = smallest.expect("there are at least two registers");
            holding.snapshots.insert(organisation, officers);
        }
        for organisation in organisations(&generator) {
            let id = id_of(&organisation.name);
            let owner = holdings.iter_mut().find(|holding| holding.snapshots.contains_key(id));
            // A small register has no officers of some organisations.
            if let Some(owner) = owner {
                owner.organisations.push(organisation);
            }
        }
        holdings
    }

    /// All holdings together.
    pub(super) fn union(holdings: &[Self]) -> Self {
        let mut union = Self::default();
        for holding in holdings {
            union.organisations.extend_from_slice(&holding.organisations);
            union.snapshots.extend(holding.snapshots.clone());
        }
        union
    }

    /// The number of officers.
    pub(super) fn len(&self) -> usize {
        self.snapshots.values().map(Vec::len).sum()
    }

    /// The first `count` officers, one of each organisation in turn.
    pub(super) fn officers(&self, count: usize) -> Vec<Officer> {
        let numbered = self.snapshots.values().flat_map(|officers| officers.iter().enumerate());
        let mut numbered: Vec<_> = numbered.collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().take(count).map(|(_, officer)| officer.clone()).collect()
    }
}

/// A register of the measurement.
pub(super) struct Member {
    /// Its id.
    pub(super) id: String,
    /// The OIN in its certificate.
    pub(super) oin: String,
    pub(super) node: Node,
    /// What it was filled with.
    pub(super) holding: Holding,
    /// Publishes for all its organisations.
    pub(super) publisher: Caller,
}

impl Member {
    /// Starts the register of this number and fills it. The OINs in `askers` may exchange with it.
    pub(super) async fn start(
        authority: &Arc<Authority>,
        number: u32,
        holding: Holding,
        askers: &[&str],
    ) -> anyhow::Result<Self> {
        let (id, oin) = (format!("register-{number:03}"), register_oin(number));
        // All callers share one OIN here: a limit per OIN would measure the limit.
        let options = NodeOptions {
            empty: true,
            authority: Some(Arc::clone(authority)),
            certificate: Some(Leaf::register(&oin)),
            ..NodeOptions::default()
        }
        .with("storage.register", format!("{id:?}"))
        .with("limits.requests_per_second", "0")
        .with("log.filter", "\"warn\"");
        let node = Node::start_with(options).await;
        let publisher = supplier(&node, holding.organisations.clone()).await?;
        let mut grants = vec![world::grant(
            world::PROFESSIONAL_OIN,
            world::OPERATOR,
            &[Role::Lookup, Role::Resolve],
        )];
        grants.extend(askers.iter().map(|asker| world::grant(asker, world::OPERATOR, &[Role::Peer])));
        node.operator().put_grants(grants).await?;
        for (organisation, officers) in &holding.snapshots {
            let (report, _) = publish(&publisher, organisation, officers.clone()).await?;
            let count = officers.len();
            ensure!(report.created as usize == count, "{} of {count} were created", report.created);
        }
        let member = Self {
            id,
            oin,
            node,
            holding,
            publisher,
        };
        member.answers(member.holding.len()).await;
        Ok(member)
    }

    /// Configures `peer` at `endpoint`, in this mode.
    pub(super) async fn put_peer(&self, peer: &Self, endpoint: &str, mode: PeerMode) -> anyhow::Result<()> {
        let peer = Peer {
            register: peer.id.clone(),
            oin: peer.oin.clone(),
            endpoints: vec![endpoint.to_owned()],
            mode: mode.into(),
            ..Default::default()
        };
        let request = PutPeerRequest { peer: Some(peer) };
        self.node.operator().admin.clone().put_peer(timed(request)).await?;
        Ok(())
    }

    /// Removes `peer`.
    pub(super) async fn remove_peer(&self, peer: &Self) -> anyhow::Result<()> {
        let request = RemovePeerRequest {
            register: peer.id.clone(),
        };
        self.node.operator().admin.clone().remove_peer(timed(request)).await?;
        Ok(())
    }

    /// Waits until a search covers every register, with this total of officers.
    pub(super) async fn answers(&self, officers: usize) {
        let reader = self.node.professional();
        eventually(PATIENCE, "all registers answer", async || {
            let request = SearchOfficersRequest {
                page_size: 1,
                ..Default::default()
            };
            let answer = reader.search(request).await.map_err(|status| format!("{status:?}"))?;
            let is_whole = answer.completeness() != Completeness::Partial;
            if is_whole && answer.total as usize == officers {
                Ok(())
            } else {
                Err(format!("{} of {officers} from {:?}", answer.total, answer.registers))
            }
        })
        .await;
    }
}

/// The limit for noticing that a peer is reachable or away. Only guards against hanging.
pub(super) const KNOWN_WITHIN: Duration = Duration::from_secs(120);
