//! A database transaction on a worker, rolled back when dropped.

use rusqlite::Connection;

use super::worker::Worker;
use crate::error::StorageError;

/// A resource that a session holds and releases at its end, on the thread of its worker.
pub(super) trait Lease: Send + Sync + 'static {
    /// Called after the database transaction. `rolled_back` tells that the session did not end the transaction itself.
    fn end(self, connection: &Connection, rolled_back: bool);
}

/// A database transaction in progress.
pub(super) struct Session<L: Lease> {
    worker: Worker,
    /// Present until the session has ended.
    lease: Option<L>,
}

impl<L: Lease> Session<L> {
    /// Begins a transaction with `sql`.
    pub(super) async fn begin(worker: Worker, lease: L, sql: &'static str) -> Result<Self, StorageError> {
        // The session exists first, so that cancelling this call rolls the transaction back.
        let session = Self {
            worker,
            lease: Some(lease),
        };
        session.run(move |connection| Ok(connection.execute_batch(sql)?)).await?;
        Ok(session)
    }

    /// Runs `work` in this transaction.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.worker.run(work).await
    }

    pub(super) fn lease(&mut self) -> &mut L {
        self.lease
            .as_mut()
            .expect("only `end` and `drop` take the lease, and both consume the session")
    }

    /// Ends the session with `work`, which must end the transaction. Runs even if this call is cancelled.
    pub(super) async fn end<T: Send + 'static>(
        mut self,
        work: impl FnOnce(&mut Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let lease = self.lease.take();
        let outcome = self.worker.run(move |connection| {
            let outcome = work(connection);
            finish(connection, lease);
            outcome
        });
        outcome.await
    }
}

impl<L: Lease> Drop for Session<L> {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            self.worker.post(move |connection| finish(connection, Some(lease)));
        }
    }
}

fn finish<L: Lease>(connection: &Connection, lease: Option<L>) {
    let rolled_back = !connection.is_autocommit();
    if rolled_back && let Err(error) = connection.execute_batch("ROLLBACK") {
        // Fails only after errors for which SQLite has already rolled back.
        tracing::debug!(error = &error as &dyn std::error::Error, "failed to roll back");
    }
    if let Some(lease) = lease {
        lease.end(connection, rolled_back);
    }
}
