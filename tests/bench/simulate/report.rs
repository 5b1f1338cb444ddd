//! Prints the load of each topology, on its busiest register and on all together, and the latency of a question.

use std::fmt;

use super::arguments::SimulationArguments;
use super::costs::Costs;
use super::engine::{Outcome, Run};
use super::topology::Topology;

/// The results of all simulations.
#[derive(Debug)]
pub(crate) struct SimulationReport {
    pub(super) arguments: SimulationArguments,
    pub(super) rows: Vec<Row>,
    /// By number of queried peers: one question at a time.
    pub(super) fans: Vec<(usize, Outcome)>,
    /// By number of replicas: the costs with all officers in them.
    pub(super) copies: Vec<(usize, CopyCosts)>,
}

/// The costs of replicas for the register that holds them.
#[derive(Clone, Copy, Debug)]
pub(super) struct CopyCosts {
    /// Processor time per question, in milliseconds.
    question: f64,
    gigabytes: f64,
    threads: f64,
    files: f64,
    /// Cores in use while nothing changes.
    idle: f64,
}

impl CopyCosts {
    /// The costs of `copies` replicas with `officers` each, and as many officers of its own.
    pub(super) fn new(costs: &Costs, copies: usize, officers: f64) -> Self {
        let copies = copies as f64;
        let score = costs.score + officers / 1e3 * costs.score_thousand;
        Self {
            question: costs.front + (1.0 + copies) * score,
            gigabytes: copies * (costs.copy_mb + officers * costs.officer_kb / 1e3) / 1e3,
            threads: copies * costs.copy_threads,
            files: copies * costs.copy_files,
            idle: copies * costs.watch / 1e3,
        }
    }
}

/// The load of a topology: that of the register with the highest value, unless the field says otherwise.
#[derive(Debug)]
pub(super) struct Row {
    name: String,
    /// Peers queried per question.
    fan_out: usize,
    /// Cores in use.
    cores: f64,
    /// Cores in use, of all registers together.
    all_cores: f64,
    /// Questions per second, of all registers together, at which the busiest register is saturated.
    most: f64,
    /// Megabytes per second between registers, in both directions.
    megabytes: f64,
    /// Connections to and from other registers.
    connections: usize,
    /// Connections between all registers.
    all_connections: usize,
    /// Questions per second from one register to another, which a limit per OIN counts.
    pair: f64,
    /// Streams of changes of all registers.
    streams: usize,
    /// Gigabytes of replicas.
    copies: f64,
    threads: f64,
    files: f64,
    outcome: Outcome,
}

impl Row {
    /// Calculates the row of a topology.
    pub(super) fn new(topology: &Topology, costs: &Costs, run: Run, changes: f64, outcome: Outcome) -> Self {
        let askers = &topology.askers;
        let each = run.rate / askers.len() as f64;
        let (mut cores, mut fixed) = (vec![0.0; topology.registers], vec![0.0; topology.registers]);
        let mut connections = vec![0; topology.registers];
        let mut megabytes = vec![0.0; topology.registers];
        let score = costs.score + topology.officers / 1e3 * costs.score_thousand;
        let bytes = (costs.bytes_out + costs.bytes_back) / 1e6;
        // Changes are spread evenly over registers, and each replica follows one of them.
        let following = costs.watch + changes / topology.registers as f64 * costs.follow;
        for asker in askers {
            let copies = asker.copies as f64;
            let asked = asker.asked.len() as f64;
            cores[asker.register] += each * (costs.front + (1.0 + copies) * score + asked * costs.ask) / 1e3;
            fixed[asker.register] += (copies * following + asked * costs.probe) / 1e3;
            connections[asker.register] += asker.copies + asker.asked.len();
            megabytes[asker.register] += each * asked * bytes;
            for peer in &asker.asked {
                cores[*peer] += each * (costs.answer + score) / 1e3;
                megabytes[*peer] += each * bytes;
            }
        }
        let streams: usize = askers.iter().map(|asker| asker.copies).sum();
        let outgoing: usize = askers.iter().map(|asker| asker.copies + asker.asked.len()).sum();
        // Every asking register has a connection to every other one, to replicate or to query it.
        for (register, connections) in connections.iter_mut().enumerate() {
            *connections += askers.iter().filter(|asker| asker.register != register).count();
        }
        let greatest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        let headroom = cores.iter().zip(&fixed).filter(|(cores, _)| **cores > 0.0);
        let most = headroom.map(|(cores, fixed)| (run.cores as f64 - fixed) / cores * run.rate);
        let copied = askers.iter().map(|asker| asker.copies).max().unwrap_or_default() as f64;
        let whole: Vec<f64> = cores.iter().zip(&fixed).map(|(one, other)| one + other).collect();
        Self {
            name: topology.name.clone(),
            fan_out: askers.iter().map(|asker| asker.asked.len()).max().unwrap_or_default(),
            most: most.fold(f64::INFINITY, f64::min).max(0.0),
            cores: greatest(&whole),
            all_cores: whole.iter().sum(),
            megabytes: greatest(&megabytes),
            connections: connections.iter().copied().max().unwrap_or_default(),
            all_connections: outgoing,
            pair: if askers.iter().any(|asker| !asker.asked.is_empty()) {
                each
            } else {
                0.0
            },
            streams,
            copies: copied * (costs.copy_mb + topology.officers * costs.officer_kb / 1e3) / 1e3,
            threads: copied * costs.copy_threads,
            files: copied * costs.copy_files,
            outcome,
        }
    }
}

impl fmt::Display for SimulationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SimulationArguments {
            registers,
            officers,
            rate,
            changes,
            cores,
            world,
            ..
        } = &self.arguments;
        writeln!(
            f,
            "{registers} registers, {officers} officers, {rate} questions/s and {changes} changes/s in all, {cores} cores each; \
             round trip {} ms, {} of messages lost, {} available.\n",
            world.round_trip, world.loss, world.availability
        )?;
        writeln!(
            f,
            "| | peers queried | p50 ms | p99 ms | complete responses | cores, busiest | cores, all | saturated at, questions/s |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for row in &self.rows {
            let latency = &row.outcome.latency;
            let millis = |share: f64| format!("{:.1}", latency.value_at_quantile(share) as f64 / 1e3);
            // A register with more work than cores has no latency: its queue grows without bound.
            let is_over = row.cores >= f64::from(*cores) || row.outcome.busiest >= 1.0;
            let shown = |share: f64| if is_over { "∞".to_owned() } else { millis(share) };
            let whole = if is_over {
                "0.0".to_owned()
            } else {
                format!("{:.1}", row.outcome.complete * 1e2)
            };
            writeln!(
                f,
                "| {} | {} | {} | {} | {whole} % | {:.2} | {:.1} | {:.0} |",
                row.name,
                row.fan_out,
                shown(0.50),
                shown(0.99),
                row.cores,
                row.all_cores,
                row.most,
            )?;
        }
        writeln!(
            f,
            "\n| | MB/s, busiest | connections, busiest | connections, all | questions/s of one pair | change streams, all | \
             replicas GB, each | replica threads, each | replica open files, each |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|")?;
        for row in &self.rows {
            writeln!(
                f,
                "| {} | {:.1} | {} | {} | {:.1} | {} | {:.2} | {:.0} | {:.0} |",
                row.name,
                row.megabytes,
                row.connections,
                row.all_connections,
                row.pair,
                row.streams,
                row.copies,
                row.threads,
                row.files,
            )?;
        }
        writeln!(
            f,
            "\n| peers queried, one question at a time | p50 ms | p99 ms | complete responses |\n|---|---|---|---|"
        )?;
        for (peers, outcome) in &self.fans {
            let millis = |share: f64| outcome.latency.value_at_quantile(share) as f64 / 1e3;
            let (p50, p99) = (millis(0.50), millis(0.99));
            writeln!(f, "| {peers} | {p50:.1} | {p99:.1} | {:.1} % |", outcome.complete * 1e2)?;
        }
        writeln!(
            f,
            "\n| replicas, {officers} officers in all | core ms per question | questions/s of {cores} cores | GB | threads | \
             open files | idle cores |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        for (copies, costs) in &self.copies {
            writeln!(
                f,
                "| {copies} | {:.2} | {:.0} | {:.2} | {:.0} | {:.0} | {:.2} |",
                costs.question,
                (f64::from(*cores) - costs.idle).max(0.0) * 1e3 / costs.question,
                costs.gigabytes,
                costs.threads,
                costs.files,
                costs.idle,
            )?;
        }
        Ok(())
    }
}
