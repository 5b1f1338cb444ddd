//! Sends requests in a closed loop and measures rate and latency.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tests::caller::Caller;
use tokio::task::JoinSet;
use tonic::Status;

/// The load of a measurement and its duration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) connections: usize,
    pub(crate) streams: usize,
    pub(crate) duration: Duration,
}

impl Effort {
    /// As long, with another load.
    pub(crate) fn with(self, load: Load) -> Self {
        Self {
            connections: load.connections,
            streams: load.streams,
            ..self
        }
    }
}

/// How many requests are under way at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) connections: usize,
    pub(crate) streams: usize,
}

/// One caller, who waits for each answer.
pub(crate) const ONE_CALLER: Load = Load {
    connections: 1,
    streams: 1,
};

/// The result of a measurement.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// Requests per second.
    pub(crate) rate: f64,
    /// Latency in microseconds.
    pub(crate) latency: Histogram<u64>,
}

impl Measured {
    /// The latency at quantile `share`.
    pub(crate) fn within(&self, share: f64) -> Duration {
        Duration::from_micros(self.latency.value_at_quantile(share))
    }
}

/// A kind of request, of which `number` selects one.
pub(crate) trait Request: Send + Sync + 'static {
    /// Sends the request and waits for the response.
    fn send(&self, caller: &Caller, number: usize) -> impl Future<Output = Result<(), Status>> + Send;
}

/// Sends requests in a closed loop, with one caller per connection. A failure ends the measurement.
pub(crate) async fn run(request: impl Request, callers: Vec<Caller>, effort: Effort) -> anyhow::Result<Measured> {
    let request = Arc::new(request);
    let warm_up = effort.duration / 10;
    let begin = Instant::now() + warm_up;
    let end = begin + effort.duration;
    let mut streams = JoinSet::new();
    for (connection, caller) in callers.into_iter().enumerate() {
        for stream in 0..effort.streams {
            let (request, caller) = (Arc::clone(&request), caller.clone());
            // Each stream starts at another question.
            let first = (connection * effort.streams + stream) * 97;
            streams.spawn(async move { one_stream(&*request, &caller, first, begin, end).await });
        }
    }
    let mut latency = histogram();
    while let Some(stream) = streams.join_next().await {
        latency.add(stream??)?;
    }
    Ok(Measured {
        rate: latency.len() as f64 / effort.duration.as_secs_f64(),
        latency,
    })
}

async fn one_stream(
    request: &impl Request,
    caller: &Caller,
    first: usize,
    begin: Instant,
    end: Instant,
) -> anyhow::Result<Histogram<u64>> {
    let mut latency = histogram();
    for number in first.. {
        let sent = Instant::now();
        if sent >= end {
            break;
        }
        request.send(caller, number).await?;
        if sent >= begin {
            latency.record(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX))?;
        }
    }
    Ok(latency)
}

/// An empty histogram of microseconds.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("one microsecond to one minute in three digits")
}
