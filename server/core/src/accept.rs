//! The accept loop of every listener: a bounded number of connections, each handled in a task of its own.
//!
//! No connection can stop the loop. A handler gets the connection with its [`Place`] and keeps that until the connection is
//! closed: when all places are taken, further connections wait in the backlog of the operating system.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::lifecycle::Tasks;

/// Pause after the system refused a connection, usually because it has no more sockets.
const RECOVERY: Duration = Duration::from_millis(100);

/// The place of one connection among those allowed at the same time. Dropping it admits the next.
pub type Place = OwnedSemaphorePermit;

/// Bounds how many connections of a listener are open at the same time.
#[derive(Clone, Debug)]
pub struct Places {
    free: Arc<Semaphore>,
    connections: usize,
}

impl Places {
    /// Allows `connections` at the same time.
    pub fn new(connections: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(connections)),
            connections,
        }
    }

    /// Waits until every connection has given its place back.
    pub async fn all_free(&self) {
        let all = u32::try_from(self.connections).unwrap_or(u32::MAX);
        let _ = self.free.acquire_many(all).await;
    }
}

/// Accepts connections on `listener` until `until` is cancelled. Each is handled by a task of `tasks`.
pub async fn accept_each<H, F>(listener: TcpListener, places: &Places, tasks: &Tasks, until: &CancellationToken, handle: H)
where
    H: Fn(TcpStream, SocketAddr, Place) -> F + Send,
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let next = async {
            let place = places.free.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = until.cancelled() => return,
            next = next => next,
        };
        let Ok(place) = place else { return };
        match accepted {
            Ok((stream, address)) => {
                // Small messages must not wait for more to come.
                let _ = stream.set_nodelay(true);
                tasks.spawn(handle(stream, address, place));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(RECOVERY).await;
            }
        }
    }
}
