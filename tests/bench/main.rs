//! The load generator: measures the requests per second of a node, over real mutual TLS on loopback.
//!
//! The load is a closed loop: each stream of each connection sends its next request when it has the response to the last one.
//! The same run measures a bare tonic echo over the same TLS, which is the cost of the transport alone, and tantivy with the same
//! officers behind such a server. Every rate is also printed as a ratio to them, so that numbers of different machines can be
//! compared. All run in processes of their own, but share the machine with this one.
//!
//! `mwr-load federation` compares several registers with one. `mwr-load flood` measures flood isolation. `mwr-load simulate` takes the measured costs and calculates the
//! load of hundreds of registers (docs/adr/0013).
//!
//! `make bench` runs all three on a release build: `target/release/mwr-load`. The generator makes the data from a fixed seed.

// This program prints a report, and measures with the real clock.
#![allow(clippy::print_stdout, clippy::expect_used)]

mod bare;
mod bare_tantivy;
mod echo;
mod federation;
mod flood;
mod load;
mod memory;
mod register;
mod report;
mod simulate;
mod usage;

use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::load::Effort;
use crate::register::Spread;
use crate::report::LoadReport;

/// Measures a node under load.
#[derive(Debug, Parser)]
#[command(version)]
struct LoadArguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Sizes of registers to measure, in officers spread over 126 organisations.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
    officers: Vec<usize>,
    /// Size of the register in which one organisation has all officers; 0 leaves it out.
    #[arg(long, default_value_t = 100_000)]
    one_organisation: usize,
    /// The number of connections.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// The number of streams in each connection.
    #[arg(long, default_value_t = 8)]
    streams: usize,
    /// Seconds of each measurement, after a warm-up of a tenth of that.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the echo. The load generator starts this itself.
    #[command(hide = true)]
    Echo {
        /// The folder with `ca.pem`, `node.pem` and `node.key`.
        folder: std::path::PathBuf,
    },
    /// Serves tantivy with generated officers. The load generator starts this itself.
    #[command(hide = true)]
    Tantivy {
        /// The number of officers.
        officers: usize,
        /// The folder with `ca.pem`, `node.pem` and `node.key`, and room for the index.
        folder: std::path::PathBuf,
    },
    /// Compares several registers, queried and replicated, with one that has the same officers.
    Federation(federation::FederationArguments),
    /// Measures what the flood of one organisation does to the latency of another.
    Flood(flood::FloodArguments),
    /// Calculates the load of hundreds of registers from measured costs. Needs no node.
    Simulate(simulate::SimulationArguments),
}

fn main() -> anyhow::Result<()> {
    let arguments = LoadArguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.command {
        Some(Command::Echo { folder }) => runtime.block_on(echo::serve(&folder)),
        Some(Command::Tantivy { officers, folder }) => runtime.block_on(bare_tantivy::serve(officers, &folder)),
        Some(Command::Federation(arguments)) => {
            let report = runtime.block_on(federation::measure(arguments))?;
            println!("{report}");
            Ok(())
        }
        Some(Command::Flood(arguments)) => {
            println!("{}", runtime.block_on(flood::measure(arguments))?);
            Ok(())
        }
        Some(Command::Simulate(arguments)) => {
            println!("{}", simulate::run(arguments));
            Ok(())
        }
        None => runtime.block_on(measure(&arguments)),
    }
}

async fn measure(arguments: &LoadArguments) -> anyhow::Result<()> {
    let effort = Effort {
        connections: arguments.connections,
        streams: arguments.streams,
        duration: Duration::from_secs(arguments.seconds),
    };
    let mut report = LoadReport::new(effort);
    eprintln!("measuring a bare echo …");
    report.echo(echo::measure(effort).await?);
    for count in &arguments.officers {
        eprintln!("measuring tantivy with {count} officers …");
        let tantivy = bare_tantivy::measure(*count, effort).await?;
        eprintln!("measuring a register of {count} officers …");
        report.compared(register::measure(*count, Spread::Organisations, effort).await?, tantivy);
    }
    if arguments.one_organisation > 0 {
        let count = arguments.one_organisation;
        eprintln!("measuring one organisation of {count} officers …");
        report.register(register::measure(count, Spread::OneOrganisation, effort).await?);
    }
    println!("{report}");
    Ok(())
}
