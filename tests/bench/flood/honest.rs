//! The honest caller, whose latency is measured.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use proto::v1::SearchOfficersRequest;
use rustls::ClientConfig;
use tests::caller::Caller;
use tests::node::Node;
use tests::wire;
use tokio::time::{sleep, timeout};
use tonic::{Request, Status};

use crate::load;

/// An honest request that takes longer has failed: its user is gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the caller waits after a refusal.
const PAUSE: Duration = Duration::from_millis(10);

/// How long a caller tries until it is served after a flood: longer than any request that a flood left behind.
const RECOVERY: Duration = Duration::from_secs(600);

/// The questions that are asked, in turn.
#[derive(Clone, Debug)]
pub(super) struct Questions(Arc<Vec<String>>);

impl Questions {
    pub(super) fn new(questions: Vec<String>) -> Self {
        Self(Arc::new(questions))
    }

    /// The questions from `first` on, again and again.
    pub(super) fn starting_at(&self, first: usize) -> impl Iterator<Item = &String> {
        self.0.iter().cycle().skip(first % self.0.len())
    }
}

/// The requests of an honest caller.
#[derive(Debug)]
pub(super) struct Served {
    /// Latency of those that were served, in microseconds.
    pub(super) latency: Histogram<u64>,
    /// The number of those that were not.
    pub(super) refused: u64,
    /// How long the caller asked.
    pub(super) duration: Duration,
}

impl Served {
    /// The latency at quantile `share`; `None` if nothing was served.
    pub(super) fn within(&self, share: f64) -> Option<Duration> {
        (!self.latency.is_empty()).then(|| Duration::from_micros(self.latency.value_at_quantile(share)))
    }

    /// Requests served per second.
    pub(super) fn rate(&self) -> f64 {
        self.latency.len() as f64 / self.duration.as_secs_f64()
    }

    /// The percentage of requests that were not served.
    pub(super) fn refused_percent(&self) -> f64 {
        let all = self.latency.len() + self.refused;
        100.0 * self.refused as f64 / all.max(1) as f64
    }
}

/// A caller that asks one question at a time.
pub(super) struct Honest {
    address: String,
    config: Arc<ClientConfig>,
    caller: Caller,
    /// Whether each question takes a new connection, as that of a command does.
    dials: bool,
    questions: Questions,
}

impl Honest {
    pub(super) fn new(node: &Node, oin: &str, dials: bool, questions: Questions) -> Self {
        let config = wire::client_config(&node.authority, Some(&node.certificate(oin)));
        Self {
            address: node.ready.grpc.clone(),
            caller: Caller::dial(&node.ready.grpc, &config),
            config,
            dials,
            questions,
        }
    }

    /// Asks questions for this long, after a warm-up of a tenth of it.
    pub(super) async fn run(self, duration: Duration) -> Served {
        let begin = Instant::now() + duration / 10;
        let end = begin + duration;
        let mut served = Served {
            latency: load::histogram(),
            refused: 0,
            duration,
        };
        for question in self.questions.starting_at(0) {
            let sent = Instant::now();
            if sent >= end {
                break;
            }
            let outcome = self.ask(question).await;
            if sent < begin {
                continue;
            }
            if outcome.is_ok() {
                let micros = u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX);
                served.latency.saturating_record(micros);
            } else {
                served.refused += 1;
                sleep(PAUSE).await;
            }
        }
        served
    }

    /// Asks until one question is served. Returns whether that happened in time.
    pub(super) async fn until_served(self) -> bool {
        let attempts = async {
            for question in self.questions.starting_at(0) {
                if self.ask(question).await.is_ok() {
                    break;
                }
                sleep(PAUSE).await;
            }
        };
        timeout(RECOVERY, attempts).await.is_ok()
    }

    async fn ask(&self, question: &str) -> Result<(), Status> {
        let caller = if self.dials {
            Caller::dial(&self.address, &self.config)
        } else {
            self.caller.clone()
        };
        let mut request = Request::new(SearchOfficersRequest {
            query: question.to_owned(),
            ..Default::default()
        });
        request.set_timeout(PATIENCE);
        // A connection that does not come has no deadline of its own.
        let answer = timeout(PATIENCE, caller.directory.clone().search_officers(request)).await;
        answer.map_err(|_| Status::deadline_exceeded("no answer in time"))??;
        Ok(())
    }
}
