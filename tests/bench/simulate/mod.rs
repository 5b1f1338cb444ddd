//! Hundreds of registers on paper: what each way of connecting them asks of the machines, and what a professional waits.
//!
//! Needs no node. Costs are measured ([`costs::MEASURED`]); processor time, bytes, memory and connections follow by arithmetic,
//! and how long a question takes, the slowest of many answers, by a simulation of queues, the network and registers that are
//! away. docs/adr/0013 has the outcome and what follows from it.

mod costs;
mod engine;
mod report;
mod topology;

use costs::{MEASURED, World};
use engine::Run;
use report::{CopyCosts, Report, Row};
use topology::Sizes;

/// What to simulate.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Registers.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    registers: u32,
    /// Officers in all of them together.
    #[arg(long, default_value_t = 100_000)]
    officers: u32,
    /// Questions in a second, in all.
    #[arg(long, default_value_t = 1_000.0)]
    rate: f64,
    /// Changes in a second, in all.
    #[arg(long, default_value_t = 1.0)]
    changes: f64,
    /// Hubs, where there are several.
    #[arg(long, default_value_t = 12)]
    hubs: u32,
    /// Registers that a hub may not copy, and asks.
    #[arg(long, default_value_t = 10)]
    query_peers: u32,
    /// Registers, where organisations share one.
    #[arg(long, default_value_t = 30)]
    joint: u32,
    /// Cores of each register.
    #[arg(long, default_value_t = 8)]
    cores: u32,
    /// Seconds to simulate.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// The seed of all chance.
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    #[command(flatten)]
    world: World,
}

/// Simulates all topologies.
pub(crate) fn run(arguments: Arguments) -> Report {
    let sizes = Sizes {
        registers: arguments.registers as usize,
        officers: f64::from(arguments.officers),
        hubs: arguments.hubs.clamp(1, arguments.registers) as usize,
        query_peers: arguments.query_peers as usize,
        joint: arguments.joint.max(1) as usize,
    };
    let run = Run {
        rate: arguments.rate,
        cores: arguments.cores.max(1) as usize,
        seconds: arguments.seconds,
        seed: arguments.seed,
    };
    let rows = topology::all(sizes).into_iter().map(|topology| {
        eprintln!("simulating {} …", topology.name);
        let outcome = engine::simulate(&topology, &MEASURED, &arguments.world, run);
        Row::new(&topology, &MEASURED, run, arguments.changes, outcome)
    });
    let rows = rows.collect();
    eprintln!("simulating more and more peers …");
    let fans = FAN_OUTS.into_iter().filter(|peers| *peers < sizes.registers).map(|peers| {
        let topology = topology::one_asker(peers, sizes.officers / sizes.registers as f64);
        (peers, engine::simulate(&topology, &MEASURED, &arguments.world, ALONE))
    });
    let copies = FAN_OUTS.into_iter().filter(|copies| *copies < sizes.registers).map(|copies| {
        let officers = sizes.officers / (copies + 1) as f64;
        (copies, CopyCosts::new(&MEASURED, copies, officers))
    });
    Report {
        rows,
        fans: fans.collect(),
        copies: copies.collect(),
        arguments,
    }
}

/// How many registers one asks or copies, from few to many.
const FAN_OUTS: [usize; 8] = [0, 1, 3, 10, 30, 100, 200, 399];

/// So few questions that nobody stands in a queue: what is left is the slowest of many.
const ALONE: Run = Run {
    rate: 20.0,
    cores: 8,
    seconds: 250.0,
    seed: 2026,
};
