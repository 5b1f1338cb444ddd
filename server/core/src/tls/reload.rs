//! Reloads TLS files when they change, and on SIGHUP.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Faults;
use crate::lifecycle::Tasks;

/// The state of a file: modification time, length and inode. Symbolic links are followed, since secrets are often swapped by link.
type FileStamp = (i64, i64, u64, u64);

/// A configuration made from files that can be reloaded.
pub trait Reloadable: Send + Sync + 'static {
    /// The files.
    fn files(&self) -> Vec<PathBuf>;
    /// The interval between checks for changes.
    fn reload_every(&self) -> Duration;
    /// Reads the files again. On an error the former configuration stays in use.
    fn reload(&self) -> Result<(), Faults>;
    /// End of the validity of the certificate.
    fn certificate_until(&self) -> Timestamp;
    /// Warnings about files that work for now.
    fn warnings(&self) -> Vec<String>;
    /// Reports what has expired since the last look. Called every [`Reloadable::reload_every`].
    fn look(&self) {}
}

/// Reloads `tls` whenever its files change, until shutdown. A bad file is logged once and leaves the last good one in use.
pub async fn reload_until_shutdown(tls: Arc<impl Reloadable>, tasks: Tasks) {
    let shutdown = tasks.shutdown();
    let mut hangup = match signal(SignalKind::hangup()) {
        Ok(hangup) => hangup,
        Err(error) => {
            tracing::error!(%error, "the handler for SIGHUP cannot be installed");
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
            tls.look();
            continue;
        }
        known = current;
        reload_now(&tls, &tasks).await;
    }
}

/// Reloads `tls` and logs the outcome.
pub(super) async fn reload_now(tls: &Arc<impl Reloadable>, tasks: &Tasks) {
    let reloading = tls.clone();
    match tasks.blocking(move || reloading.reload()).await {
        Ok(Ok(())) => {
            let until = tls.certificate_until();
            tracing::info!(certificate.not_after = %until, "certificates, trust anchors and revocation lists were reloaded");
            for warning in tls.warnings() {
                tracing::warn!("{warning}");
            }
            metrics::counter!("mwr_tls_reloads_total", "outcome" => "done").increment(1);
        }
        Ok(Err(faults)) => {
            tracing::warn!(%faults, "a changed certificate file cannot be used, the last good one stays in use");
            metrics::counter!("mwr_tls_reloads_total", "outcome" => "refused").increment(1);
        }
        Err(panicked) => tracing::error!(%panicked, "reloading the certificates panicked, the last good ones stay in use"),
    }
}

fn stamps(files: &[PathBuf]) -> Vec<Option<FileStamp>> {
    let stamp = |file: &PathBuf| {
        let metadata = std::fs::metadata(file).ok()?;
        Some((metadata.mtime(), metadata.mtime_nsec(), metadata.len(), metadata.ino()))
    };
    files.iter().map(stamp).collect()
}
