//! Starts the registers of the measurement: nodes under one authority, each with one organisation, and one with all of them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use proto::v1::{
    Completeness, Officer, OrganisationKind, Peer, PeerMode, PutPeerRequest, RemovePeerRequest, Role, SearchOfficersRequest,
};
use tests::caller::timed;
use tests::eventually::eventually;
use tests::generated::{generator, officers_of};
use tests::node::{Node, NodeOptions};
use tests::pki::{Authority, Leaf};
use tests::registers::register_oin;
use tests::world;

use crate::register::{PATIENCE, SEED, publish};

/// A register of the measurement.
pub(super) struct Member {
    /// Its id.
    pub(super) id: String,
    /// The OIN in its certificate.
    pub(super) oin: String,
    pub(super) node: Node,
}

/// The id of the organisation of the register with this number.
pub(super) fn organisation(number: u32) -> String {
    format!("uitvoerder-{number:03}")
}

/// The officers of that organisation, the same in every register.
pub(super) fn officers(number: u32, count: usize) -> Vec<Officer> {
    officers_of(&generator(SEED + u64::from(number)), &organisation(number), count)
}

/// The organisation whose publisher publishes for all of them, as a supplier does.
pub(super) const PUBLISHER: &str = world::CAK;

impl Member {
    /// Starts a register with the organisations of these numbers and `count` officers each. The OINs in `askers` may exchange with it.
    pub(super) async fn start(
        authority: &Arc<Authority>,
        number: u32,
        organisations: &[u32],
        count: usize,
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
        let operator = node.operator();
        let of = |number: &u32| {
            let name = format!("Uitvoerder {number}");
            world::organisation(&organisation(*number), &name, &name, OrganisationKind::Uitvoeringsorganisatie)
        };
        let put = operator.put_organisations(organisations.iter().map(of).collect()).await?;
        ensure!(put.applied, "the organisations were refused: {:?}", put.violations);
        let mut grants = vec![world::grant(
            world::PROFESSIONAL_OIN,
            world::OPERATOR,
            &[Role::Lookup, Role::Resolve],
        )];
        grants.extend(askers.iter().map(|asker| world::grant(asker, world::OPERATOR, &[Role::Peer])));
        let publishes = |number: &u32| {
            let oin = world::publisher_oin(PUBLISHER);
            world::grant(oin, &organisation(*number), &[Role::Publish, Role::Lookup])
        };
        grants.extend(organisations.iter().map(publishes));
        operator.put_grants(grants).await?;
        let publisher = node.publisher(PUBLISHER);
        for number in organisations {
            let (report, _) = publish(&publisher, &organisation(*number), officers(*number, count)).await?;
            ensure!(report.created as usize == count, "{} of {count} were created", report.created);
        }
        let member = Self { id, oin, node };
        member.answers(organisations.len() * count).await;
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
