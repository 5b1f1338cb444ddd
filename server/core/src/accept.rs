//! The accept loop of every listener: a bounded number of connections, each handled by a task of its own.
//!
//! No connection can stop the loop. A handler holds a [`ConnectionPermit`] until its connection is closed. While all permits
//! are taken, new connections wait in the backlog of the operating system.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::lifecycle::Tasks;

/// The pause after a failed accept, usually because the process has no file descriptors left.
const RECOVERY: Duration = Duration::from_millis(100);

/// The permit of one open connection. Dropping it admits the next one.
pub type ConnectionPermit = OwnedSemaphorePermit;

/// Limits the number of open connections of a listener.
#[derive(Clone, Debug)]
pub struct ConnectionLimit {
    free: Arc<Semaphore>,
    connections: usize,
}

impl ConnectionLimit {
    /// Allows `connections` at the same time.
    pub fn new(connections: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(connections)),
            connections,
        }
    }

    /// Waits until all connections are closed.
    pub async fn all_closed(&self) {
        let all = u32::try_from(self.connections).unwrap_or(u32::MAX);
        let _ = self.free.acquire_many(all).await;
    }
}

/// Accepts connections on `listener` until `until` is cancelled. Each is handled by a task of `tasks`.
pub async fn accept_each<H, F>(
    listener: TcpListener,
    limit: &ConnectionLimit,
    tasks: &Tasks,
    until: &CancellationToken,
    handle: H,
) where
    H: Fn(TcpStream, SocketAddr, ConnectionPermit) -> F + Send,
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let next = async {
            let permit = limit.free.clone().acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            () = until.cancelled() => return,
            next = next => next,
        };
        let Ok(permit) = permit else { return };
        match accepted {
            Ok((stream, address)) => {
                // Send small messages at once.
                let _ = stream.set_nodelay(true);
                tasks.spawn(handle(stream, address, permit));
            }
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(RECOVERY).await;
            }
        }
    }
}
