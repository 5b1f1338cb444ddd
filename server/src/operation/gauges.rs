//! Updates the gauges of the node.

use std::sync::Arc;
use std::time::Duration;

use directory::{Directory, NodeStatus};
use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// The interval between updates, which is shorter than a usual scrape interval.
const INTERVAL: Duration = Duration::from_secs(5);

/// Updates the gauges of `directory` until `shutdown`. Also runs the upkeep of the recorder, which keeps histograms small when
/// nobody scrapes them.
pub async fn update_gauges(directory: Arc<Directory>, recorder: PrometheusHandle, shutdown: CancellationToken) {
    gauge!("mwr_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        recorder.run_upkeep();
        match directory.status().await {
            Ok(status) => set_gauges(&status, directory.is_ready()),
            Err(error) => tracing::warn!(%error, "failed to read the status of the node for the metrics"),
        }
    }
}

// A gauge is a float, which represents counts and revisions of this size exactly.
#[allow(clippy::cast_precision_loss)]
fn set_gauges(status: &NodeStatus, is_ready: bool) {
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
