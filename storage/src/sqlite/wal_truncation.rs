//! Erased data must leave the write-ahead log too: after a commit that erased some, the log is written back and truncated.
//!
//! That cannot be done while a snapshot still reads from it, so it may have to wait. What is owed is tried again when a
//! transaction or a snapshot ends, and when the file is opened.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::worker::Worker;
use crate::error::StorageError;

/// Whether the write-ahead log may hold what has been erased.
#[derive(Debug)]
pub(super) struct WalTruncation {
    pending: AtomicBool,
}

impl WalTruncation {
    /// For a file of which nothing is known.
    pub(super) fn pending() -> Arc<Self> {
        Arc::new(Self {
            pending: AtomicBool::new(true),
        })
    }

    /// Notes that something was erased.
    pub(super) fn request(&self) {
        self.pending.store(true, Ordering::Release);
    }

    /// Truncates the log if that is owed and can be done now. A failure concerns no caller: what they asked for is done.
    pub(super) fn run_if_pending(&self, connection: &Connection) {
        if !self.pending.load(Ordering::Acquire) || !connection.is_autocommit() {
            return;
        }
        match truncate(connection) {
            Ok(true) => self.pending.store(false, Ordering::Release),
            Ok(false) => tracing::debug!("the write-ahead log is still being read; erased data will leave it later"),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "failed to truncate the write-ahead log"
            ),
        }
    }

    /// Asks `writer` to settle what is owed.
    pub(super) fn schedule(self: &Arc<Self>, writer: &Worker) {
        if self.pending.load(Ordering::Acquire) {
            let wal_truncation = Arc::clone(self);
            writer.post(move |connection| wal_truncation.run_if_pending(connection));
        }
    }
}

/// Writes the log back and truncates it. False if somebody still reads from it.
fn truncate(connection: &Connection) -> Result<bool, StorageError> {
    // Waiting for readers would keep writers waiting: the busy handler is for locks, not for this.
    connection.execute_batch("PRAGMA busy_timeout = 0")?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    connection.busy_timeout(super::connection::BUSY_TIMEOUT)?;
    Ok(!busy?)
}
