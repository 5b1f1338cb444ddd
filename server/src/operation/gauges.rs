//! The metrics that are looked at rather than counted.

use std::sync::Arc;
use std::time::Duration;

use directory::{Directory, NodeStatus};
use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often they are looked at: no more often than anybody asks.
const EVERY: Duration = Duration::from_secs(5);

/// Keeps the gauges of `directory` up to date until `shutdown`, and the recorder's histograms small when nobody scrapes them.
pub async fn keep_gauges(directory: Arc<Directory>, recorder: PrometheusHandle, shutdown: CancellationToken) {
    gauge!("mwr_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = every.tick() => {}
        }
        recorder.run_upkeep();
        match directory.status().await {
            Ok(status) => show(&status, directory.is_ready()),
            Err(error) => tracing::warn!(%error, "the node's status could not be read for the metrics"),
        }
    }
}

// A gauge is a float; counts and revisions are far below what one holds exactly.
#[allow(clippy::cast_precision_loss)]
fn show(status: &NodeStatus, is_ready: bool) {
    let (log, view) = (status.position.revision.0, status.view_position.revision.0);
    gauge!("mwr_revision").set(log as f64);
    gauge!("mwr_view_revision").set(view as f64);
    gauge!("mwr_view_lag_revisions").set(log.saturating_sub(view) as f64);
    gauge!("mwr_organisations").set(status.organisations as f64);
    gauge!("mwr_organisations_connected").set(status.organisations_connected as f64);
    gauge!("mwr_officers").set(status.officers as f64);
    gauge!("mwr_officers_stale").set(status.officers_stale as f64);
    gauge!("mwr_ready").set(if is_ready { 1.0 } else { 0.0 });
    if let Some(until) = status.certificate_until {
        gauge!("mwr_certificate_expiry_timestamp_seconds").set(until.as_second() as f64);
    }
}
