//! Measures flood isolation: what one organisation's flood does to another's latency, and to the memory of the node.
//!
//! One caller asks one question at a time, first alone and then during each flood. The ratio of the two p99s is the factor in
//! `docs/threat-model.md`. This program floods from the same machine, so part of the ratio is its own use of the processors.

mod flow;
mod honest;
mod kind;
mod report;

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use tests::generated::{generator, organisations};
use tests::node::{Node, NodeOptions};
use tests::world::PROFESSIONAL_OIN;
use tokio::time::sleep;

use crate::memory;
use crate::register::{QUESTIONS, SEED, Spread, publish, snapshots, supplier};

use flow::MemoryWatch;
use honest::{Honest, Questions};
use kind::{Flood, FloodSize};
use report::{FloodReport, Flooded};

/// Sizes of the measurement.
#[derive(Clone, Debug, Args)]
pub(crate) struct FloodArguments {
    /// Officers in the register.
    #[arg(long, default_value_t = 10_000)]
    officers: usize,
    #[command(flatten)]
    size: FloodSize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Seconds after each flood until the memory of the node is read again.
    #[arg(long, default_value_t = 12.0)]
    settle: f64,
    /// Floods to measure, all of them by default.
    #[arg(long = "flood", value_enum)]
    floods: Vec<Flood>,
}

/// Measures one caller alone, and during each flood.
pub(crate) async fn measure(arguments: FloodArguments) -> anyhow::Result<impl fmt::Display> {
    // The limit per second would stop most of the flood: here only places do.
    let options = NodeOptions::default()
        .with("limits.requests_per_second", "0")
        .with("log.filter", "\"error\"");
    let node = Node::start_with(options).await;
    let generator = generator(SEED);
    let publisher = supplier(&node, organisations(&generator)).await?;
    for (organisation, officers) in snapshots(&generator, arguments.officers, Spread::Organisations) {
        publish(&publisher, &organisation, officers).await?;
    }
    let questions = Questions::new(generator.questions(QUESTIONS));
    let duration = Duration::from_secs_f64(arguments.seconds);
    let honest = |dials| Honest::new(&node, PROFESSIONAL_OIN, dials, questions.clone());

    let quiet = honest(false).run(duration).await;
    let quiet_dialling = honest(true).run(duration).await;
    let mut flooded = Vec::new();
    let all = Flood::all();
    let floods = if arguments.floods.is_empty() {
        &all
    } else {
        &arguments.floods
    };
    for &flood in floods {
        eprintln!("measuring during a flood of {flood} …");
        let before = memory::of(node.ready.pid);
        let watch = MemoryWatch::start(node.ready.pid);
        let flow = flood.start(&node, arguments.size, &questions).await?;
        let served = honest(flood.needs_new_connections()).run(duration).await;
        drop(flow);
        let ended = Instant::now();
        let until_served = honest(true).until_served();
        ensure!(until_served.await, "no caller is served after a flood of {flood}");
        let recovery = ended.elapsed();
        let most = watch.finish();
        sleep(Duration::from_secs_f64(arguments.settle)).await;
        let after = memory::of(node.ready.pid);
        let memory = before
            .zip(after)
            .map(|(before, after)| [before.rss, most.max(before.rss), after.rss]);
        flooded.push(Flooded {
            flood,
            served,
            memory,
            recovery,
        });
    }
    Ok(FloodReport {
        officers: arguments.officers,
        seconds: arguments.seconds,
        size: arguments.size,
        quiet,
        quiet_dialling,
        flooded,
    })
}
