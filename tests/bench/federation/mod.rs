//! Several registers against one with the same officers: what asking costs, and what copying costs.
//!
//! Real nodes over mutual TLS, all on this machine: rates are those of the registers together with this program, and only the
//! ratios say something elsewhere. The registers share the processors that the one register has for itself, so a ratio of
//! rates is a ratio of work. Between registers stands a proxy where bytes are counted or a peer is made a black hole, and
//! nothing where rates are measured.

mod asking;
mod copying;
mod fleet;
mod hole;
mod report;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;
use proto::v1::PeerMode;
use tests::pki::Authority;
use tests::proxy::Proxy;
use tests::registers::register_oin;

use crate::Effort;
use crate::memory::{self, Memory};
use asking::Load;
use copying::{CaughtUp, Copied, Followed};
use fleet::Member;
use hole::Hole;
use report::Report;
use wire::{Idle, Traffic};

/// The number of the register that holds everything.
const UNION: u32 = 0;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many officers each register has.
    #[arg(long, default_value_t = 25_000)]
    officers: usize,
    /// How many registers: one that is asked, and its peers.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(2..=64))]
    registers: u32,
    /// Connections.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Streams in each connection.
    #[arg(long, default_value_t = 8)]
    streams: usize,
    /// Seconds for each measurement, after a tenth of it to warm up.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Questions by which bytes are counted.
    #[arg(long, default_value_t = 500)]
    questions: usize,
    /// How often a peer is made a black hole; 0 leaves that out.
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// Changes whose lag is measured, at most as many as a register has officers.
    #[arg(long, default_value_t = 200)]
    writes: usize,
    /// Changes to catch up with, at most as many as a register has officers.
    #[arg(long, default_value_t = 20_000)]
    changes: usize,
}

/// A way to have the answers of all registers.
#[derive(Debug)]
struct Way {
    /// Many questions at once.
    loaded: Load,
    /// One question after the other.
    alone: Load,
    /// Of the register that is asked, after that.
    memory: Option<Memory>,
}

/// Everything, in the order in which it is measured.
#[derive(Debug)]
struct Results {
    union: Way,
    query: Way,
    traffic: Traffic,
    query_idle: Idle,
    hole: Option<Hole>,
    copied: Copied,
    replicate: Way,
    replicate_idle: Idle,
    followed: Followed,
    lag: Histogram<u64>,
    caught_up: CaughtUp,
}

/// Measures it and gives the report.
pub(crate) async fn measure(arguments: Arguments) -> anyhow::Result<Report> {
    let results = Measuring::start(&arguments).await?.all(&arguments).await?;
    Ok(Report { arguments, results })
}

struct Measuring {
    union: Way,
    asker: Member,
    peers: Vec<Member>,
    loaded: Effort,
    alone: Effort,
}

impl Measuring {
    /// Measures the one register, ends it, and starts the several.
    async fn start(arguments: &Arguments) -> anyhow::Result<Self> {
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
        let numbers: Vec<u32> = (1..=arguments.registers).collect();

        eprintln!("filling and measuring one register …");
        let mut union = Member::start(&authority, UNION, &numbers, arguments.officers, &[]).await?;
        let measured = way(&union, &[], loaded, alone).await?;
        anyhow::ensure!(
            union.node.stop().await.success(),
            "the node ended badly: {}",
            union.node.log()
        );

        eprintln!("filling {} registers …", arguments.registers);
        let asker_oin = register_oin(1);
        let mut peers = Vec::new();
        for number in &numbers[1..] {
            let askers = [asker_oin.as_str()];
            peers.push(Member::start(&authority, *number, &[*number], arguments.officers, &askers).await?);
        }
        let asker = Member::start(&authority, 1, &[1], arguments.officers, &[]).await?;
        Ok(Self {
            union: measured,
            asker,
            peers,
            loaded,
            alone,
        })
    }

    async fn all(mut self, arguments: &Arguments) -> anyhow::Result<Results> {
        let Arguments { officers, registers, .. } = *arguments;
        let everybody = officers * registers as usize;
        eprintln!("asking the peers …");
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
            eprintln!("making a peer a black hole {} times …", arguments.rounds);
            hole = Some(hole::measure(&self.asker, &proxies[0], arguments.rounds).await?);
        }

        eprintln!("copying the peers …");
        for peer in &self.peers {
            self.asker.remove_peer(peer).await?;
        }
        let copied = copying::copy(&self.asker, &self.peers, &proxies, officers).await?;
        let replicate = way(&self.asker, &self.peers, self.loaded, self.alone).await?;
        let replicate_idle = wire::idle(&self.asker, &self.peers, &proxies, looking_on).await;

        eprintln!("following changes …");
        let (origin, number) = (&self.peers[0], 2);
        let writes = arguments.writes.min(officers);
        let followed = copying::follow(&self.asker, origin, number, writes).await?;
        let lag = copying::lag(&self.asker, origin, number, writes).await?;
        eprintln!("catching up …");
        let changes = arguments.changes.min(officers);
        let caught_up = copying::catch_up(&mut self.asker, origin, number, changes).await?;
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

async fn way(asker: &Member, peers: &[Member], loaded: Effort, alone: Effort) -> anyhow::Result<Way> {
    Ok(Way {
        loaded: asking::load(asker, peers, loaded).await?,
        alone: asking::load(asker, peers, alone).await?,
        memory: memory::of(asker.node.ready.pid),
    })
}
