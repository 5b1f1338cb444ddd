//! Prints the measurements of several registers: ratios first, then bytes, faults and replication.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::arguments::FederationArguments;
use super::results::{ModeResults, Results};
use crate::load::Measured;

/// The measurements, with their options.
#[derive(Debug)]
pub(crate) struct FederationReport {
    pub(super) arguments: FederationArguments,
    pub(super) results: Results,
}

impl fmt::Display for FederationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FederationArguments {
            officers,
            registers,
            connections,
            streams,
            seconds,
            ..
        } = self.arguments;
        let all = officers * registers as usize;
        writeln!(
            f,
            "{registers} registers of {officers} officers beside one of {all}, mTLS on loopback, {seconds} s each.\n"
        )?;
        self.ratios(f, &format!("closed loop, {connections} × {streams}"), |way| {
            &way.loaded.measured
        })?;
        self.ratios(f, "one question at a time", |way| &way.alone.measured)?;
        self.processor(f)?;
        self.between(f)?;
        self.hole(f)?;
        self.copies(f)
    }
}

impl FederationReport {
    fn ways(&self) -> [(&'static str, &ModeResults); 3] {
        let Results {
            union, query, replicate, ..
        } = &self.results;
        [
            ("one register", union),
            ("all `query`", query),
            ("all `replicate`", replicate),
        ]
    }

    fn ratios(&self, f: &mut fmt::Formatter<'_>, title: &str, of: impl Fn(&ModeResults) -> &Measured) -> fmt::Result {
        writeln!(
            f,
            "| {title} | per second | p50 ms | p99 ms | rate ÷ one | p50 ÷ one | p99 ÷ one |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        let one = of(&self.results.union);
        for (name, way) in self.ways() {
            let measured = of(way);
            let slower = |share| measured.within(share).as_secs_f64() / one.within(share).as_secs_f64();
            writeln!(
                f,
                "| {name} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
                measured.rate,
                millis(measured.within(0.50)),
                millis(measured.within(0.99)),
                measured.rate / one.rate,
                slower(0.50),
                slower(0.99),
            )?;
        }
        writeln!(f)
    }

    fn processor(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| processor time per question | asking register ms | each peer ms | all ms | all ÷ one | partial responses |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        let whole = |way: &ModeResults| Some(way.loaded.asker? + way.loaded.peers.unwrap_or_default());
        for (name, way) in self.ways() {
            let ratio = whole(way).zip(whole(&self.results.union));
            let ratio = ratio.map(|(way, one)| way.as_secs_f64() / one.as_secs_f64());
            let peer = way.loaded.peers.map(|peers| peers / (self.arguments.registers - 1));
            writeln!(
                f,
                "| {name} | {} | {} | {} | {} | {} of {} |",
                shown(way.loaded.asker.map(millis)),
                shown(peer.map(millis)),
                shown(whole(way).map(millis)),
                shown(ratio),
                way.loaded.partial + way.alone.partial,
                way.loaded.asked + way.alone.asked,
            )?;
        }
        writeln!(f, "\n| asking register, after that | PSS MB | anonymous MB |\n|---|---|---|")?;
        for (name, way) in self.ways() {
            let (pss, anonymous) = (way.memory.map(|memory| memory.pss), way.memory.map(|memory| memory.anonymous));
            writeln!(f, "| {name} | {} | {} |", counted(pss), counted(anonymous))?;
        }
        writeln!(f)
    }

    fn between(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let traffic = self.results.traffic;
        writeln!(
            f,
            "Between registers, per question and peer: {:.0} bytes out, {:.0} bytes back.\n",
            traffic.to_peer, traffic.to_asker
        )?;
        writeln!(
            f,
            "| idle | bytes/s, each peer | peer ms/s | asking register ms/s, each peer | anonymous MB | threads | open files |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        for (name, idle) in [
            ("`query`", &self.results.query_idle),
            ("`replicate`", &self.results.replicate_idle),
        ] {
            writeln!(
                f,
                "| {name} | {:.0} | {} | {} | {} | {} | {} |",
                idle.bytes,
                shown(idle.peer.map(millis)),
                shown(idle.asker.map(millis)),
                counted(idle.memory.map(|memory| memory.anonymous)),
                counted(idle.usage.map(|usage| usage.threads)),
                counted(idle.usage.map(|usage| usage.files)),
            )?;
        }
        writeln!(f)
    }

    fn hole(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(hole) = &self.results.hole else { return Ok(()) };
        writeln!(
            f,
            "| one peer a black hole | questions | p50 ms | p99 ms | p99 − healthy p99, ms |"
        )?;
        writeln!(f, "|---|---|---|---|---|")?;
        let healthy = quantile(&hole.healthy, 0.99);
        for (name, latency) in [
            ("healthy", &hole.healthy),
            ("the first question", &hole.first),
            ("later ones", &hole.later),
        ] {
            let p99 = quantile(latency, 0.99);
            writeln!(
                f,
                "| {name} | {} | {:.2} | {p99:.2} | {:.2} |",
                latency.len(),
                quantile(latency, 0.50),
                p99 - healthy
            )?;
        }
        writeln!(f)
    }

    fn copies(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Results {
            copied,
            followed,
            lag,
            caught_up,
            ..
        } = &self.results;
        let per_second = |count: usize, time: Duration| count as f64 / time.as_secs_f64();
        writeln!(
            f,
            "Replicating: {} officers in {:.2} s, {:.0} officers/s, {:.0} bytes per officer on the wire.",
            copied.officers,
            copied.took.as_secs_f64(),
            per_second(copied.officers, copied.took),
            copied.bytes as f64 / copied.officers as f64,
        )?;
        writeln!(
            f,
            "Applying a change takes {} ms of processor time at the replica; making and sending it takes {} ms at the origin.",
            shown(followed.asker.map(millis)),
            shown(followed.origin.map(millis)),
        )?;
        writeln!(
            f,
            "Lag from the acknowledgement at the origin to a search at the replica: p50 {:.2} ms, p99 {:.2} ms, of {} changes.",
            quantile(lag, 0.50),
            quantile(lag, 0.99),
            lag.len(),
        )?;
        let following = caught_up.took.saturating_sub(caught_up.started);
        writeln!(
            f,
            "Catching up: {} changes in {:.2} s after a start of {:.2} s, {:.0} changes/s, {} ms of processor time each.",
            caught_up.changes,
            following.as_secs_f64(),
            caught_up.started.as_secs_f64(),
            per_second(caught_up.changes, following),
            shown(caught_up.asker.map(millis)),
        )
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// A quantile of microseconds, in milliseconds.
fn quantile(latency: &Histogram<u64>, share: f64) -> f64 {
    latency.value_at_quantile(share) as f64 / 1e3
}

fn shown(value: Option<f64>) -> String {
    value.map_or("?".to_owned(), |value| format!("{value:.3}"))
}

fn counted(value: Option<u64>) -> String {
    value.map_or("?".to_owned(), |value| value.to_string())
}
