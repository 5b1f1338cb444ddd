//! Compares several registers, queried or replicated, with one register that has the same officers.
//!
//! All nodes run on this machine, over mutual TLS. The registers share the processors that the one register has for itself, so
//! a ratio of rates is a ratio of work, and only ratios can be compared with other machines. A proxy stands between registers
//! where bytes are counted or a peer becomes a black hole, and not where rates are measured.

mod arguments;
mod asking;
mod black_hole;
mod fleet;
mod replication;
mod report;
mod results;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use proto::v1::PeerMode;
use tests::pki::Authority;
use tests::proxy::Proxy;
use tests::registers::register_oin;

use crate::load::Effort;
use crate::memory;
pub(crate) use arguments::FederationArguments;
use fleet::{Holding, Member};
use report::FederationReport;
use results::{ModeResults, Results};

/// The number of the register that holds all organisations.
const UNION: u32 = 0;

/// Measures everything and returns the report.
pub(crate) async fn measure(arguments: FederationArguments) -> anyhow::Result<FederationReport> {
    let results = Measuring::start(&arguments).await?.all(&arguments).await?;
    Ok(FederationReport { arguments, results })
}

struct Measuring {
    union: ModeResults,
    asker: Member,
    peers: Vec<Member>,
    loaded: Effort,
    alone: Effort,
}

impl Measuring {
    /// Measures the one register, stops it, and starts the others.
    async fn start(arguments: &FederationArguments) -> anyhow::Result<Self> {
        let duration = Duration::from_secs_f64(arguments.seconds);
        let loaded = Effort {
            connections: arguments.connections,
            streams: arguments.streams,
            duration,
        };
        let alone = Effort {
            connections: 1,
            streams: 1,
            duration,
        };
        let authority = Arc::new(Authority::new("Stelsel CA"));
        let mut holdings = Holding::divide(arguments.registers, arguments.officers);

        eprintln!("filling and measuring one register …");
        let mut union = Member::start(&authority, UNION, Holding::union(&holdings), &[]).await?;
        let measured = way(&union, &[], loaded, alone).await?;
        anyhow::ensure!(
            union.node.stop().await.success(),
            "the node ended badly: {}",
            union.node.log()
        );

        eprintln!("filling {} registers …", arguments.registers);
        let asker_oin = register_oin(1);
        let own = holdings.remove(0);
        let mut peers = Vec::new();
        for (number, holding) in (2..).zip(holdings) {
            peers.push(Member::start(&authority, number, holding, &[&asker_oin]).await?);
        }
        let asker = Member::start(&authority, 1, own, &[]).await?;
        Ok(Self {
            union: measured,
            asker,
            peers,
            loaded,
            alone,
        })
    }

    async fn all(mut self, arguments: &FederationArguments) -> anyhow::Result<Results> {
        let everybody = arguments.officers * arguments.registers as usize;
        eprintln!("querying the peers …");
        for peer in &self.peers {
            self.asker.put_peer(peer, &peer.node.ready.grpc, PeerMode::Query).await?;
        }
        self.asker.answers(everybody).await;
        let query = way(&self.asker, &self.peers, self.loaded, self.alone).await?;

        eprintln!("counting bytes …");
        let mut proxies = Vec::new();
        for peer in &self.peers {
            let proxy = Proxy::to(&peer.node.ready.grpc).await;
            self.asker.put_peer(peer, &proxy.address, PeerMode::Query).await?;
            proxies.push(proxy);
        }
        self.asker.answers(everybody).await;
        let traffic = wire::traffic(&self.asker, &proxies, arguments.questions).await?;
        let looking_on = self.alone.duration * 3;
        let query_idle = wire::idle(&self.asker, &self.peers, &proxies, looking_on).await;

        let mut hole = None;
        if arguments.rounds > 0 {
            eprintln!("making a peer a black hole, {} times …", arguments.rounds);
            hole = Some(black_hole::measure(&self.asker, &proxies[0], arguments.rounds).await?);
        }

        eprintln!("replicating the peers …");
        for peer in &self.peers {
            self.asker.remove_peer(peer).await?;
        }
        let copied = replication::copy(&self.asker, &self.peers, &proxies).await?;
        let replicate = way(&self.asker, &self.peers, self.loaded, self.alone).await?;
        let replicate_idle = wire::idle(&self.asker, &self.peers, &proxies, looking_on).await;

        eprintln!("following changes …");
        let origin = &self.peers[0];
        let followed = replication::follow(&self.asker, origin, arguments.writes).await?;
        let lag = replication::lag(&self.asker, origin, arguments.writes).await?;
        eprintln!("catching up …");
        let caught_up = replication::catch_up(&mut self.asker, origin, arguments.changes).await?;
        Ok(Results {
            union: self.union,
            query,
            traffic,
            query_idle,
            hole,
            copied,
            replicate,
            replicate_idle,
            followed,
            lag,
            caught_up,
        })
    }
}

async fn way(asker: &Member, peers: &[Member], loaded: Effort, alone: Effort) -> anyhow::Result<ModeResults> {
    Ok(ModeResults {
        loaded: asking::load(asker, peers, loaded).await?,
        alone: asking::load(asker, peers, alone).await?,
        memory: memory::of(asker.node.ready.pid),
    })
}
