//! Runs blocking work off the asynchronous runtime.

use tokio::task::spawn_blocking;

use crate::error::StorageError;

/// Runs `work` on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StorageError> + Send + 'static,
) -> Result<T, StorageError> {
    spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(StorageError::Driver(Box::new(error))))
}
