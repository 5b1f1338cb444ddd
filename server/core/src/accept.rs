//! The accept loop of every listener: a bounded number of connections, each handled by a task of its own.
//!
//! No connection can stop the loop. A connection takes a place before its handshake, and keeps it as a [`ConnectionPermit`]
//! until it is closed. One network gets a share of the places only. While all are taken, connections wait in turn.

use std::future::Future;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::admission::{Admission, NoPlace, Place, Places};
use crate::config::ListenSettings;
use crate::lifecycle::Tasks;
use crate::repeated_warning::RepeatedWarning;

/// The pause after a failed accept, usually because the process has no file descriptors left.
const RECOVERY: Duration = Duration::from_millis(100);

/// The permit of one open connection. Dropping it admits the next one.
pub type ConnectionPermit = Place<IpAddr>;

/// Limits the number of open connections of a listener.
#[derive(Clone, Debug)]
pub struct ConnectionLimit(Arc<LimitState>);

#[derive(Debug)]
struct LimitState {
    listener: &'static str,
    places: Admission<IpAddr>,
    patience: Duration,
    full: RepeatedWarning,
}

impl ConnectionLimit {
    /// Allows the connections of `settings`. `listener` is the name in the log and in metrics.
    pub fn new(listener: &'static str, settings: &ListenSettings) -> Self {
        let places = Places {
            total: settings.connections,
            per_caller: settings.connections_per_address,
            queue: settings.connections,
        };
        Self::with(listener, places, settings.handshake_within)
    }

    /// Allows as many connections as there are `places`. Others wait for at most `patience`.
    pub fn with(listener: &'static str, places: Places, patience: Duration) -> Self {
        Self(Arc::new(LimitState {
            listener,
            places: Admission::new(places),
            patience,
            full: RepeatedWarning::default(),
        }))
    }

    /// Waits until all connections are closed.
    pub async fn all_closed(&self) {
        self.0.places.all_free().await;
    }

    /// Takes the place of a connection from `address`. Waits only if the node is full: a network at its limit is refused at once.
    async fn admit(&self, address: IpAddr) -> Option<ConnectionPermit> {
        let network = network_of(address);
        let refused = match self.0.places.try_admit(&network) {
            Ok(permit) => return Some(permit),
            Err(refused) => refused,
        };
        self.warn(refused);
        if refused == NoPlace::AllInUse
            && let Ok(permit) = self.0.places.admit(&network, self.0.patience).await
        {
            return Some(permit);
        }
        let reason = match refused {
            NoPlace::CallerShare => "address",
            NoPlace::AllInUse => "full",
        };
        metrics::counter!("mwr_connection_refusals_total", "listener" => self.0.listener, "reason" => reason).increment(1);
        None
    }

    fn warn(&self, refused: NoPlace) {
        let Some(count) = self.0.full.due() else { return };
        let (listener, places) = (self.0.listener, self.0.places.places());
        // An address may be personal data, so the line does not contain it.
        match refused {
            NoPlace::CallerShare => tracing::warn!(
                listener,
                count,
                "one address has all of its {} connections of the listener `{listener}`; others of it are refused",
                places.per_caller
            ),
            NoPlace::AllInUse => tracing::warn!(
                listener,
                count,
                "all {} connections of the listener `{listener}` are in use; others wait",
                places.total
            ),
        }
    }
}

/// Returns the network that limits of an address apply to: for IPv6 the /64, because a single host has the whole network.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX))),
        v4 => v4,
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
    H: Fn(TcpStream, SocketAddr, ConnectionPermit) -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let accepted = tokio::select! {
            () = until.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                // Send small messages at once.
                let _ = stream.set_nodelay(true);
                let (limit, until, handle) = (limit.clone(), until.clone(), handle.clone());
                tasks.spawn(async move {
                    let admitted = tokio::select! {
                        () = until.cancelled() => None,
                        admitted = limit.admit(address.ip()) => admitted,
                    };
                    if let Some(permit) = admitted {
                        handle(stream, address, permit).await;
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(RECOVERY).await;
            }
        }
    }
}
