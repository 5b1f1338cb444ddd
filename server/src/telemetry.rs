//! Log and metrics of the process. Set up once, in `main`; everything else only emits.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use server_core::config::{LogFormat, LogSettings};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// From half a millisecond, an ordinary search, to the longest snapshot.
const SECONDS: [f64; 14] = [
    0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0,
];

/// Writes the log to standard error from now on, panics too.
pub fn log_to_stderr(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_span_events(FmtSpan::NONE);
    // A second call, as in tests, leaves the first as it is.
    let _ = match settings.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        // Where, and not what: the text of a panic may hold anything.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic at {place}");
    }));
}

/// The recorder of the process and its door; installed by the first call.
pub fn metrics_recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
                .expect("the list of buckets is not empty")
                .build_recorder();
            let handle = recorder.handle();
            // Whoever installed another one wants that one.
            let _ = metrics::set_global_recorder(recorder);
            describe();
            handle
        })
        .clone()
}

/// What each metric means; `docs/operations.md` has the same list.
pub(crate) const METRICS: [(&str, &str); 22] = [
    ("mwr_requests_total", "Requests that are done, by rpc and code"),
    (
        "mwr_request_duration_seconds",
        "How long requests took, by rpc; a watch counts as long as it was open",
    ),
    ("mwr_requests_in_flight", "Requests and open streams at this moment"),
    ("mwr_connections", "Connections that have shaken hands"),
    ("mwr_tls_handshakes_total", "Handshakes that succeeded"),
    ("mwr_tls_refusals_total", "Handshakes that failed, by reason"),
    ("mwr_tls_reloads_total", "Times that certificates were read again, by outcome"),
    (
        "mwr_web_requests_total",
        "Requests to the page that are done, by page and status",
    ),
    (
        "mwr_web_request_duration_seconds",
        "How long requests to the page took, by page",
    ),
    ("mwr_web_handshakes_total", "Handshakes with browsers, by outcome"),
    ("mwr_web_logins_total", "Logins at the page, by outcome"),
    ("mwr_web_sessions", "Sessions of the page, as of the last that began"),
    ("mwr_revision", "The newest revision of the log"),
    ("mwr_view_revision", "The revision that search shows"),
    ("mwr_view_lag_revisions", "How many revisions search is behind"),
    ("mwr_organisations", "Organisations in the register"),
    ("mwr_organisations_connected", "Organisations that publish"),
    ("mwr_officers", "Entries in the register"),
    ("mwr_officers_stale", "Entries whose verification no longer counts"),
    (
        "mwr_certificate_expiry_timestamp_seconds",
        "When the node's certificate ends, in seconds since 1970",
    ),
    ("mwr_ready", "Whether the node is ready: 1 or 0"),
    ("mwr_build_info", "Always 1; the version is a label"),
];

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    for (name, meaning) in METRICS {
        if name.ends_with("_total") {
            describe_counter!(name, meaning);
        } else if name.ends_with("_duration_seconds") {
            describe_histogram!(name, meaning);
        } else {
            describe_gauge!(name, meaning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = include_str!("../../docs/operations.md");

    #[test]
    fn every_metric_is_documented() {
        for (name, meaning) in METRICS {
            let line = format!("| `{name}` | {meaning} |");
            assert!(DOCUMENTED.contains(&line), "docs/operations.md lacks:\n{line}");
        }
    }
}
