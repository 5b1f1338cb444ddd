//! Sets up the log and the metrics of the process. The other crates only emit them.

use std::io::{self, IsTerminal as _, Write};
use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use server_core::config::{LogFormat, LogSettings};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// The buckets of durations, in seconds: from half a millisecond, an ordinary search, to the longest snapshot.
const DURATION_BUCKETS: [f64; 14] = [
    0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0,
];

/// Writes the log, including panics, to standard error from now on.
pub fn log_to_stderr(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let is_terminal = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || OneLine {
            inner: std::io::stderr(),
            keeps_colours: is_terminal,
        })
        .with_ansi(is_terminal)
        .with_span_events(FmtSpan::NONE);
    // A second call, as in tests, changes nothing.
    let _ = match settings.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        // Log the place only: the text of a panic may contain anything.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic at {place}");
    }));
}

/// Writes each event as one line: a text with a line break in it cannot pass for a line of its own, wherever it came from. The
/// subscriber writes each event with its line break at once.
struct OneLine<W> {
    inner: W,
    /// Whether escape characters pass: the subscriber uses them for colours.
    keeps_colours: bool,
}

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let (text, end) = text.strip_suffix('\n').map_or((&*text, ""), |text| (text, "\n"));
        let mut line = String::with_capacity(text.len() + 1);
        for c in text.chars() {
            let breaks = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
            if breaks && c != '\t' && !(c == '\u{1b}' && self.keeps_colours) {
                line.extend(c.escape_default());
            } else {
                line.push(c);
            }
        }
        line.push_str(end);
        self.inner.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Returns the handle of the metrics recorder. The first call installs the recorder.
pub fn metrics_recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &DURATION_BUCKETS)
                .expect("the list of buckets is not empty")
                .build_recorder();
            let handle = recorder.handle();
            // If another recorder is installed already, keep it.
            let _ = metrics::set_global_recorder(recorder);
            describe();
            handle
        })
        .clone()
}

/// The metrics with their descriptions, as in `docs/operations.md`.
pub(crate) const METRICS: [(&str, &str); 24] = [
    ("mwr_requests_total", "Finished requests, by rpc and code"),
    (
        "mwr_request_duration_seconds",
        "Duration of requests, by rpc; for a watch, how long it was open",
    ),
    ("mwr_requests_in_flight", "Open requests and streams"),
    (
        "mwr_admission_refusals_total",
        "Requests refused for lack of a place, by whose places are taken: of the caller or of the node",
    ),
    ("mwr_connections", "Open connections after the handshake"),
    (
        "mwr_connection_refusals_total",
        "Connections closed for lack of a place or of a request, by listener and reason",
    ),
    ("mwr_tls_handshakes_total", "Successful handshakes"),
    ("mwr_tls_refusals_total", "Failed handshakes, by reason"),
    ("mwr_tls_reloads_total", "Reloads of certificates, by outcome"),
    ("mwr_web_requests_total", "Finished requests to the pages, by page and status"),
    (
        "mwr_web_request_duration_seconds",
        "Duration of requests to the pages, by page",
    ),
    ("mwr_web_handshakes_total", "Handshakes with browsers, by outcome"),
    ("mwr_web_logins_total", "Logins at the page, by outcome"),
    ("mwr_web_sessions", "Sessions of the pages, updated at each login"),
    ("mwr_revision", "The newest revision of the log"),
    ("mwr_view_revision", "The revision that search shows"),
    ("mwr_view_lag_revisions", "Number of revisions that search is behind the log"),
    ("mwr_organisations", "Organisations in the register"),
    ("mwr_organisations_connected", "Connected organisations"),
    ("mwr_officers", "Entries in the register"),
    ("mwr_officers_stale", "Entries whose verification has expired"),
    (
        "mwr_certificate_expiry_timestamp_seconds",
        "Expiry of the node's certificate, in seconds since 1970",
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
    fn a_line_break_in_an_event_makes_no_second_line() {
        let mut written = Vec::new();
        let mut line = OneLine {
            inner: &mut written,
            keeps_colours: false,
        };
        let event = "WARN peer says: x\nINFO forged\r\u{2028}\u{85}\u{1b}[2J\ttab\n";
        assert_eq!(line.write(event.as_bytes()).unwrap(), event.len());
        let expected = "WARN peer says: x\\nINFO forged\\r\\u{2028}\\u{85}\\u{1b}[2J\ttab\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn every_metric_is_documented() {
        for (name, meaning) in METRICS {
            let line = format!("| `{name}` | {meaning} |");
            assert!(DOCUMENTED.contains(&line), "docs/operations.md lacks:\n{line}");
        }
    }
}
