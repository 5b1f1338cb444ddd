//! A transaction of the database on a worker, rolled back when it is dropped.

use rusqlite::Connection;

use super::worker::Worker;
use crate::error::StorageError;

/// What a session holds while it lasts, and gives back at its end on the thread of its worker.
pub(super) trait Lease: Send + Sync + 'static {
    /// Called when the database's transaction is over; `rolled_back` says that the session did not end it itself.
    fn end(self, connection: &Connection, rolled_back: bool);
}

/// A transaction of the database that is under way.
pub(super) struct Session<L: Lease> {
    worker: Worker,
    /// There until the session has ended.
    lease: Option<L>,
}

impl<L: Lease> Session<L> {
    /// Begins a transaction by `sql`.
    pub(super) async fn begin(worker: Worker, lease: L, sql: &'static str) -> Result<Self, StorageError> {
        // The session is there first, so that a caller who stops waiting leaves no transaction behind.
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

    /// Ends the session by `work`, which is to end the transaction. Done even if nobody waits for it any more.
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
        // SQLite rolls back by itself after the failures that make this fail.
        tracing::debug!(error = &error as &dyn std::error::Error, "failed to roll back");
    }
    if let Some(lease) = lease {
        lease.end(connection, rolled_back);
    }
}
