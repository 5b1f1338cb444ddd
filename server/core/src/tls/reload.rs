//! Reading the files again when they change, and at SIGHUP.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Faults;
use crate::lifecycle::Tasks;

/// What tells that a file changed: when, how long, which. Links are followed, since secrets are often swapped by link.
type Stamp = (i64, i64, u64, u64);

/// What is made of files and can be made again of changed ones.
pub trait Reloadable: Send + Sync + 'static {
    /// The files.
    fn files(&self) -> Vec<PathBuf>;
    /// How often to look at them.
    fn reload_every(&self) -> Duration;
    /// Reads them again. What is wrong with them leaves everything as it was.
    fn reload(&self) -> Result<(), Faults>;
    /// Last moment at which the certificate among them holds.
    fn certificate_until(&self) -> Timestamp;
    /// What is odd about them and does no harm yet.
    fn warnings(&self) -> Vec<String>;
}

/// Watches the files of `tls` until `shutdown`. A bad file keeps the last good one, and is complained about once.
pub async fn keep_fresh(tls: Arc<impl Reloadable>, tasks: Tasks) {
    let shutdown = tasks.shutdown();
    let mut hangup = match signal(SignalKind::hangup()) {
        Ok(hangup) => hangup,
        Err(error) => {
            tracing::error!(%error, "SIGHUP cannot be listened to");
            return;
        }
    };
    let mut every = tokio::time::interval(tls.reload_every());
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut known = stamps(&tls.files());
    loop {
        let asked = tokio::select! {
            () = shutdown.cancelled() => return,
            _ = hangup.recv() => true,
            _ = every.tick() => false,
        };
        let current = stamps(&tls.files());
        if !asked && current == known {
            continue;
        }
        known = current;
        let reloading = tls.clone();
        match tasks.blocking(move || reloading.reload()).await {
            Ok(Ok(())) => {
                let until = tls.certificate_until();
                tracing::info!(certificate.not_after = %until, "certificates, trust anchors and revocation lists were read again");
                for warning in tls.warnings() {
                    tracing::warn!("{warning}");
                }
                metrics::counter!("mwr_tls_reloads_total", "outcome" => "done").increment(1);
            }
            Ok(Err(faults)) => {
                tracing::warn!(%faults, "a changed certificate file cannot be used, the last good one stays");
                metrics::counter!("mwr_tls_reloads_total", "outcome" => "refused").increment(1);
            }
            Err(panicked) => tracing::error!(%panicked, "reading the certificates went wrong, the last good ones stay"),
        }
    }
}

fn stamps(files: &[PathBuf]) -> Vec<Option<Stamp>> {
    let stamp = |file: &PathBuf| {
        let metadata = std::fs::metadata(file).ok()?;
        Some((metadata.mtime(), metadata.mtime_nsec(), metadata.len(), metadata.ino()))
    };
    files.iter().map(stamp).collect()
}
