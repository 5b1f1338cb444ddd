//! The load generator: what a node does in a second, over real mutual TLS on loopback.
//!
//! Closed loop: so many connections with so many streams each, and every stream sends its next request when it has the answer
//! to the last. In the same run a bare tonic echo over the same TLS shows what the transport alone costs here, and every rate
//! is printed as a ratio to it: that makes numbers of different machines comparable. The node and the echo run in processes of
//! their own, but share the machine with this one.
//!
//! `mwr-load federation` measures several registers against one, and `mwr-load simulate` reckons with what came of that how
//! hundreds of registers would do (docs/adr/0013).
//!
//! `make bench` runs all of it on a release build: `target/release/mwr-load`. The data is the generator's, with a fixed seed.

// A report is what this program is for, and it measures with the real clock.
#![allow(clippy::print_stdout, clippy::expect_used)]

mod echo;
mod federation;
mod load;
mod memory;
mod register;
mod report;
mod simulate;
mod usage;

use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::report::Report;

/// Measures a node under load.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// How many officers the registers have, one after the other.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
    officers: Vec<usize>,
    /// Connections.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Streams in each connection.
    #[arg(long, default_value_t = 8)]
    streams: usize,
    /// Seconds for each measurement, after a tenth of it to warm up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the echo: the load generator starts this itself.
    #[command(hide = true)]
    Echo {
        /// The folder with `ca.pem`, `node.pem` and `node.key`.
        folder: std::path::PathBuf,
    },
    /// Measures several registers, asked and copied, against one with the same officers.
    Federation(federation::Arguments),
    /// Reckons how hundreds of registers would do, with measured costs: needs no node.
    Simulate(simulate::Arguments),
}

/// How hard to push, and how long.
#[derive(Clone, Copy, Debug)]
struct Effort {
    connections: usize,
    streams: usize,
    duration: Duration,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.command {
        Some(Command::Echo { folder }) => runtime.block_on(echo::serve(&folder)),
        Some(Command::Federation(arguments)) => {
            let report = runtime.block_on(federation::measure(arguments))?;
            println!("{report}");
            Ok(())
        }
        Some(Command::Simulate(arguments)) => {
            println!("{}", simulate::run(arguments));
            Ok(())
        }
        None => runtime.block_on(measure(&arguments)),
    }
}

async fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let effort = Effort {
        connections: arguments.connections,
        streams: arguments.streams,
        duration: Duration::from_secs(arguments.seconds),
    };
    let mut report = Report::new(effort);
    eprintln!("measuring a bare echo …");
    report.echo(echo::measure(effort).await?);
    for count in &arguments.officers {
        eprintln!("measuring a register of {count} officers …");
        report.register(register::measure(*count, effort).await?);
    }
    println!("{report}");
    Ok(())
}
