//! Truncates the write-ahead log after a commit that erased data, because the log still has the erased content.
//!
//! A snapshot that still reads from the log blocks the truncation. A pending truncation is tried again when a transaction or
//! snapshot ends, and when the file is opened.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::worker::Worker;
use crate::error::StorageError;

/// Whether the write-ahead log may contain erased data.
#[derive(Debug)]
pub(super) struct WalTruncation {
    pending: AtomicBool,
}

impl WalTruncation {
    /// Starts as pending: the log of a newly opened file may contain erased data.
    pub(super) fn pending() -> Arc<Self> {
        Arc::new(Self {
            pending: AtomicBool::new(true),
        })
    }

    /// Requests a truncation because data was erased.
    pub(super) fn request(&self) {
        self.pending.store(true, Ordering::Release);
    }

    /// Truncates the log if that is pending and possible now. Failures are only logged: the callers' work has succeeded.
    pub(super) fn run_if_pending(&self, connection: &Connection) {
        if !self.pending.load(Ordering::Acquire) || !connection.is_autocommit() {
            return;
        }
        match truncate(connection) {
            Ok(true) => self.pending.store(false, Ordering::Release),
            Ok(false) => tracing::debug!("the write-ahead log is in use and will be truncated later"),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "failed to truncate the write-ahead log"
            ),
        }
    }

    /// Schedules a pending truncation on `writer`.
    pub(super) fn schedule(self: &Arc<Self>, writer: &Worker) {
        if self.pending.load(Ordering::Acquire) {
            let wal_truncation = Arc::clone(self);
            writer.post(move |connection| wal_truncation.run_if_pending(connection));
        }
    }
}

/// Checkpoints and truncates the log. Returns false if a reader still uses it.
fn truncate(connection: &Connection) -> Result<bool, StorageError> {
    // Do not wait for readers here: that would block the writer.
    connection.execute_batch("PRAGMA busy_timeout = 0")?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    connection.busy_timeout(super::connection::BUSY_TIMEOUT)?;
    Ok(!busy?)
}
