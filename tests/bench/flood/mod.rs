//! Measures flood isolation: what one organisation's flood does to the latency of another.
//!
//! One caller asks one question at a time, first alone and then during each flood. The ratio of the two p99s is the factor in
//! `docs/threat-model.md`. This program floods from the same machine, so part of the ratio is its own use of the processors.

use std::fmt;
use std::time::Duration;

use clap::Args;
use tests::caller::Caller;
use tests::generated::{generator, officers_of};
use tests::hostile::{HostileClient, empty_parts, field};
use tests::node::{Node, NodeOptions};
use tests::world::{DUO, PROFESSIONAL_OIN, STRANGER_OIN, SVB, publisher_oin};
use tokio::task::JoinSet;

use crate::load::{self, Effort, Measured};
use crate::register::{QUESTIONS, SEED, Searches, publish};

const APPLY: &str = "/maatwerkregister.v1.SyncService/ApplyChanges";
const SEARCH: &str = "/maatwerkregister.v1.DirectoryService/SearchOfficers";

/// Bytes of a message of empty parts.
const PARTS_BYTES: usize = 4 << 20;

/// Sizes of the measurement.
#[derive(Debug, Args)]
pub(crate) struct FloodArguments {
    /// Officers in the register.
    #[arg(long, default_value_t = 10_000)]
    officers: usize,
    /// Connections of the flood.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Requests at a time in each connection of the flood.
    #[arg(long, default_value_t = 64)]
    streams: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
}

/// A flood of one OIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flood {
    Searches,
    HeadersOfStranger,
    HeadersOfPublisher,
    EmptyParts,
}

impl Flood {
    const ALL: [Self; 4] = [
        Self::Searches,
        Self::HeadersOfStranger,
        Self::HeadersOfPublisher,
        Self::EmptyParts,
    ];

    fn oin(self) -> &'static str {
        match self {
            Self::HeadersOfStranger => STRANGER_OIN,
            _ => publisher_oin(SVB),
        }
    }

    /// Sends `streams` requests at a time over one connection, for ever. Refusals do not stop it.
    async fn send(self, caller: Caller, hostile: HostileClient, questions: Vec<String>, streams: usize) {
        match self {
            Self::Searches => {
                let loops = (0..streams).map(|first| {
                    let (caller, questions) = (caller.clone(), &questions);
                    async move {
                        for question in questions.iter().cycle().skip(first * 7) {
                            let _ = caller.find(question, None).await;
                        }
                    }
                });
                futures::future::join_all(loops).await;
            }
            Self::HeadersOfStranger | Self::HeadersOfPublisher => loop {
                for call in hostile.calls_without_a_body(SEARCH, streams).await {
                    let _ = call.status().await;
                }
            },
            Self::EmptyParts => loop {
                let start = field(1, format!("organisations/{SVB}").as_bytes());
                let message = empty_parts(&start, 2, PARTS_BYTES);
                let calls = (0..streams.min(4)).map(|_| hostile.call(APPLY, &message));
                futures::future::join_all(calls).await;
            },
        }
    }
}

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Searches => "searches",
            Self::HeadersOfStranger => "headers without a body, no grant",
            Self::HeadersOfPublisher => "headers without a body, with a grant",
            Self::EmptyParts => "messages of empty parts",
        })
    }
}

/// The measurements.
#[derive(Debug)]
pub(crate) struct FloodReport {
    arguments: FloodArguments,
    quiet: Measured,
    flooded: Vec<(Flood, Measured)>,
}

/// Measures one caller alone, and during each flood.
pub(crate) async fn measure(arguments: FloodArguments) -> anyhow::Result<FloodReport> {
    // The limit per second would stop most of the flood: here only places do.
    let options = NodeOptions::default()
        .with("limits.requests_per_second", "0")
        .with("log.filter", "\"warn\"");
    let node = Node::start_with(options).await;
    let generator = generator(SEED);
    publish(&node.publisher(DUO), DUO, officers_of(&generator, DUO, arguments.officers)).await?;
    let questions = generator.questions(QUESTIONS);
    let effort = Effort {
        connections: 1,
        streams: 1,
        duration: Duration::from_secs_f64(arguments.seconds),
    };
    let one_caller = || load::run(Searches(questions.clone()), vec![node.caller(PROFESSIONAL_OIN)], effort);
    let quiet = one_caller().await?;
    let mut flooded = Vec::new();
    for flood in Flood::ALL {
        eprintln!("measuring during a flood of {flood} …");
        let mut connections = JoinSet::new();
        for _ in 0..arguments.connections {
            let hostile = HostileClient::connect(&node, flood.oin()).await;
            let caller = node.caller(flood.oin());
            connections.spawn(flood.send(caller, hostile, questions.clone(), arguments.streams));
        }
        flooded.push((flood, one_caller().await?));
    }
    Ok(FloodReport {
        arguments,
        quiet,
        flooded,
    })
}

impl fmt::Display for FloodReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FloodArguments {
            officers,
            connections,
            streams,
            seconds,
        } = self.arguments;
        writeln!(
            f,
            "One caller, one question at a time, {officers} officers; floods of another OIN: {connections} connections × {streams} requests, {seconds} s each.\n"
        )?;
        writeln!(
            f,
            "| flood | searches per second | p50 ms | p99 ms | p50 ÷ quiet | p99 ÷ quiet |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        let quiet = ("none".to_owned(), &self.quiet);
        let flooded = self.flooded.iter().map(|(flood, measured)| (flood.to_string(), measured));
        for (name, measured) in std::iter::once(quiet).chain(flooded) {
            let millis = |share| measured.within(share).as_secs_f64() * 1000.0;
            let ratio = |share| measured.within(share).as_secs_f64() / self.quiet.within(share).as_secs_f64();
            writeln!(
                f,
                "| {name} | {:.0} | {:.2} | {:.2} | {:.1} | {:.1} |",
                measured.rate,
                millis(0.50),
                millis(0.99),
                ratio(0.50),
                ratio(0.99)
            )?;
        }
        Ok(())
    }
}
