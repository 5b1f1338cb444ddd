//! Asks one register questions that all registers answer: many at once, or one at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use proto::v1::{Completeness, SearchOfficersRequest, SearchOfficersResponse};
use tests::caller::Caller;
use tests::generated::generator;
use tests::node::Node;
use tonic::Status;

use super::fleet::Member;
use crate::load::{self, Effort, Measured, histogram};
use crate::register::{QUESTIONS, SEED};
use crate::usage;

/// The result of questions under load.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) measured: Measured,
    /// The number of questions, with those of the warm-up.
    pub(super) asked: u64,
    /// The number of partial responses.
    pub(super) partial: u64,
    /// Processor time of the asking register per question.
    pub(super) asker: Option<Duration>,
    /// Processor time of all peers together per question.
    pub(super) peers: Option<Duration>,
}

/// The questions of the generator, the same in every measurement.
pub(super) fn questions() -> Vec<String> {
    generator(SEED).questions(QUESTIONS)
}

/// Measures `asker` under load, and the processor time of `peers`.
pub(super) async fn load(asker: &Member, peers: &[Member], effort: Effort) -> anyhow::Result<Load> {
    let asking = Asking::default();
    let callers = (0..effort.connections).map(|_| asker.node.professional()).collect();
    let before = (cpu(&asker.node), all_cpu(peers));
    let measured = load::run(asking.clone(), callers, effort).await?;
    let after = (cpu(&asker.node), all_cpu(peers));
    let asked = asking.counts.asked.load(Ordering::Relaxed);
    let each = |before: Option<Duration>, after: Option<Duration>| {
        let spent = after?.checked_sub(before?)?;
        Some(spent.div_f64(asked.max(1) as f64))
    };
    Ok(Load {
        measured,
        asked,
        partial: asking.counts.partial.load(Ordering::Relaxed),
        asker: each(before.0, after.0),
        peers: each(before.1, after.1),
    })
}

/// The processor time of a node since its start.
pub(super) fn cpu(node: &Node) -> Option<Duration> {
    usage::of(node.ready.pid).map(|usage| usage.cpu)
}

/// The processor time of several nodes together.
pub(super) fn all_cpu(members: &[Member]) -> Option<Duration> {
    members.iter().map(|member| cpu(&member.node)).sum()
}

/// Asks `count` questions one at a time. All registers must answer each of them.
pub(super) async fn in_turn(caller: &Caller, questions: &[String], count: usize) -> anyhow::Result<Histogram<u64>> {
    let mut latency = histogram();
    for query in questions.iter().cycle().take(count) {
        let (answer, took) = timed(caller, query).await?;
        anyhow::ensure!(
            answer.completeness() != Completeness::Partial,
            "a healthy register is missing: {:?}",
            answer.registers
        );
        latency.record(micros(took))?;
    }
    Ok(latency)
}

/// Asks one question and measures its latency.
pub(super) async fn timed(caller: &Caller, query: &str) -> Result<(SearchOfficersResponse, Duration), Status> {
    let begin = Instant::now();
    let answer = caller.search(question(query)).await?;
    Ok((answer, begin.elapsed()))
}

/// A duration in the unit of the histograms.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn question(query: &str) -> SearchOfficersRequest {
    SearchOfficersRequest {
        query: query.to_owned(),
        ..Default::default()
    }
}

#[derive(Clone)]
struct Asking {
    questions: Arc<Vec<String>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    asked: AtomicU64,
    partial: AtomicU64,
}

impl Default for Asking {
    fn default() -> Self {
        Self {
            questions: Arc::new(questions()),
            counts: Arc::default(),
        }
    }
}

impl load::Request for Asking {
    async fn send(&self, caller: &Caller, number: usize) -> Result<(), Status> {
        let query = &self.questions[number % self.questions.len()];
        let answer = caller.search(question(query)).await?;
        self.counts.asked.fetch_add(1, Ordering::Relaxed);
        if answer.completeness() == Completeness::Partial {
            self.counts.partial.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}
