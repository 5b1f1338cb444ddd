//! Prints the measurements of floods as a table.

use std::fmt;
use std::time::Duration;

use super::honest::Served;
use super::kind::{Flood, FloodSize};

/// What one flood did.
#[derive(Debug)]
pub(super) struct Flooded {
    pub(super) flood: Flood,
    /// The honest caller's requests.
    pub(super) served: Served,
    /// Resident memory of the node in megabytes: before, at most, and some time after the flood.
    pub(super) memory: Option<[u64; 3]>,
    /// From the end of the flood until an honest caller that connects anew is served.
    pub(super) recovery: Duration,
}

/// The measurements.
#[derive(Debug)]
pub(super) struct FloodReport {
    pub(super) officers: usize,
    /// Of each measurement.
    pub(super) seconds: f64,
    pub(super) size: FloodSize,
    /// One caller alone, over one connection.
    pub(super) quiet: Served,
    /// One caller alone that connects anew for each question.
    pub(super) quiet_dialling: Served,
    pub(super) flooded: Vec<Flooded>,
}

impl fmt::Display for FloodReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { officers, seconds, .. } = self;
        let FloodSize {
            connections,
            streams,
            silent,
        } = self.size;
        writeln!(
            f,
            "One caller, one question at a time, {officers} officers of 126 organisations. Floods of another OIN: {connections} \
             connections × {streams} requests, or {silent} connections; {seconds} s each. Memory of the node: resident, in MB.\n"
        )?;
        writeln!(
            f,
            "| flood | searches per second | not served | p50 ms | p99 ms | p50 ÷ quiet | p99 ÷ quiet | memory before | most | after | served again after s |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|---|---|")?;
        write_served(f, "none", &self.quiet, &self.quiet)?;
        writeln!(f, " | | | |")?;
        write_served(
            f,
            "none, each question over a new connection",
            &self.quiet_dialling,
            &self.quiet_dialling,
        )?;
        writeln!(f, " | | | |")?;
        for flooded in &self.flooded {
            let quiet = if flooded.flood.needs_new_connections() {
                &self.quiet_dialling
            } else {
                &self.quiet
            };
            write_served(f, &flooded.flood.to_string(), &flooded.served, quiet)?;
            match flooded.memory {
                Some([before, most, after]) => write!(f, " {before} | {most} | {after} |")?,
                None => write!(f, " | | |")?,
            }
            writeln!(f, " {:.2} |", flooded.recovery.as_secs_f64())?;
        }
        Ok(())
    }
}

/// Writes the columns of the honest caller.
fn write_served(f: &mut fmt::Formatter<'_>, name: &str, served: &Served, quiet: &Served) -> fmt::Result {
    write!(f, "| {name} | {:.0} | {:.0} % |", served.rate(), served.refused_percent())?;
    for share in [0.50, 0.99] {
        match served.within(share) {
            Some(latency) => write!(f, " {:.2} |", latency.as_secs_f64() * 1000.0)?,
            None => write!(f, " |")?,
        }
    }
    for share in [0.50, 0.99] {
        match served.within(share).zip(quiet.within(share)) {
            Some((latency, quiet)) => write!(f, " {:.1} |", latency.as_secs_f64() / quiet.as_secs_f64())?,
            None => write!(f, " |")?,
        }
    }
    Ok(())
}
