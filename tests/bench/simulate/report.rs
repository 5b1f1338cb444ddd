//! The tables: what each topology asks of its busiest register and of all together, and what a question takes.

use std::fmt;

use super::Arguments;
use super::costs::Costs;
use super::engine::{Outcome, Run};
use super::topology::Topology;

/// What was reckoned.
#[derive(Debug)]
pub(crate) struct Report {
    pub(super) arguments: Arguments,
    pub(super) rows: Vec<Row>,
    /// One question at a time to so many peers.
    pub(super) fans: Vec<(usize, Outcome)>,
    /// All officers in so many copies.
    pub(super) copies: Vec<(usize, CopyCosts)>,
}

/// What copies cost the register that holds them.
#[derive(Clone, Copy, Debug)]
pub(super) struct CopyCosts {
    /// Processor time of a question, in milliseconds.
    question: f64,
    gigabytes: f64,
    threads: f64,
    files: f64,
    /// Cores that following takes when nothing changes.
    idle: f64,
}

impl CopyCosts {
    /// Of so many copies with so many officers each, and as many of its own.
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

/// A topology. Where nothing else is said, of the register that has most of it.
#[derive(Debug)]
pub(super) struct Row {
    name: String,
    /// Peers that are asked for a question.
    fan_out: usize,
    /// Cores that are kept busy.
    cores: f64,
    /// Cores that all registers together keep busy.
    all_cores: f64,
    /// Questions in a second, in all, at which the busiest register is at its end.
    most: f64,
    /// Megabytes in a second between registers, both directions.
    megabytes: f64,
    /// Connections to and from other registers.
    connections: usize,
    /// Connections of all.
    all_connections: usize,
    /// Questions in a second from one register to another: a limit per OIN counts these.
    pair: f64,
    /// Streams of changes of all.
    streams: usize,
    /// Gigabytes of copies.
    copies: f64,
    threads: f64,
    files: f64,
    outcome: Outcome,
}

impl Row {
    /// The arithmetic.
    pub(super) fn new(topology: &Topology, costs: &Costs, run: Run, changes: f64, outcome: Outcome) -> Self {
        let askers = &topology.askers;
        let each = run.rate / askers.len() as f64;
        let (mut cores, mut fixed) = (vec![0.0; topology.registers], vec![0.0; topology.registers]);
        let mut connections = vec![0; topology.registers];
        let mut megabytes = vec![0.0; topology.registers];
        let score = costs.score + topology.officers / 1e3 * costs.score_thousand;
        let bytes = (costs.bytes_out + costs.bytes_back) / 1e6;
        // Changes come evenly, and each copy follows those of its register.
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
        // Every asking register is connected with every other one, to copy it or to ask it.
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

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Arguments {
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
            "| | peers asked | p50 ms | p99 ms | whole answers | cores, busiest | cores, all | at its end at, questions/s |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for row in &self.rows {
            let latency = &row.outcome.latency;
            let millis = |share: f64| format!("{:.1}", latency.value_at_quantile(share) as f64 / 1e3);
            // A register with more work than cores has no latency: its queue grows as long as one looks.
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
            "\n| | MB/s, busiest | connections, busiest | connections, all | questions/s of one pair | streams of changes, all | \
             copies GB, each | threads of copies, each | open files of copies, each |"
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
            "\n| peers asked, one question at a time | p50 ms | p99 ms | whole answers |\n|---|---|---|---|"
        )?;
        for (peers, outcome) in &self.fans {
            let millis = |share: f64| outcome.latency.value_at_quantile(share) as f64 / 1e3;
            let (p50, p99) = (millis(0.50), millis(0.99));
            writeln!(f, "| {peers} | {p50:.1} | {p99:.1} | {:.1} % |", outcome.complete * 1e2)?;
        }
        writeln!(
            f,
            "\n| copies, {officers} officers in all | ms of a core for a question | questions/s of {cores} cores | GB | threads | \
             open files | cores at rest |"
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
