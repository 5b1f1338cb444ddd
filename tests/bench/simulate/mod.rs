//! Calculates the load of hundreds of registers, and the latency of a question, for several ways to connect them.
//!
//! Needs no node. Costs are measured ([`costs::MEASURED`]). Processor time, bytes, memory and connections follow by arithmetic.
//! The latency of a question, which is that of the slowest response, comes from a simulation of queues, the network and
//! unavailable registers. docs/adr/0013 has the outcome and its consequences.

mod arguments;
mod costs;
mod engine;
mod report;
mod topology;

pub(crate) use arguments::SimulationArguments;
use costs::MEASURED;
use engine::Run;
use report::{CopyCosts, Row, SimulationReport};
use topology::Sizes;

/// Simulates all topologies.
pub(crate) fn run(arguments: SimulationArguments) -> SimulationReport {
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
    SimulationReport {
        rows,
        fans: fans.collect(),
        copies: copies.collect(),
        arguments,
    }
}

/// Numbers of registers that one register queries or replicates.
const FAN_OUTS: [usize; 8] = [0, 1, 3, 10, 30, 100, 200, 399];

/// So few questions that no queue forms: the latency is that of the slowest of many.
const ALONE: Run = Run {
    rate: 20.0,
    cores: 8,
    seconds: 250.0,
    seed: 2026,
};
