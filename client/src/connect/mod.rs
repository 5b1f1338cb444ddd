//! Dials a register over mutually authenticated TLS 1.3: the only place in the workspace that does.
//!
//! tonic's own TLS can neither explain a failed handshake nor reload certificates, so this module makes the connection and
//! hands it to tonic (`connect_with_connector`). In TLS 1.3 a client finishes its handshake before the server has checked its
//! certificate; a refusal arrives afterwards, as an alert on the first read. The connection records it ([`Refusal`]), so that
//! the error of the failed call can explain it and advise.

mod certificate;
mod dial;
mod distrust;
mod last_connection;
mod refusal;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use tonic::transport::{Channel, Endpoint};

pub use certificate::PeerCertificate;
pub(crate) use dial::{DialError, root_cause};
pub use distrust::Distrust;
pub(crate) use last_connection::LastConnection;
pub use refusal::Refusal;

use crate::settings::{Settings, SettingsError};

/// The interval between pings on an idle connection, and the time that a reply may take.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Connects to the first endpoint that answers. The channel reconnects by itself and reads the certificate files again.
pub(crate) async fn channel(settings: &Settings) -> Result<(Channel, Arc<LastConnection>), DialError> {
    let settings = Arc::new(settings.clone());
    let Some(first) = settings.endpoints.first() else {
        return Err(SettingsError::new("no endpoint is set").into());
    };
    // The authority of requests; the connection itself may be to another endpoint.
    let endpoint = Endpoint::from(first.uri().clone())
        .user_agent(concat!("mwr/", env!("CARGO_PKG_VERSION")))
        .map_err(|_| SettingsError::new("the user agent cannot stand in a header"))?
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
        .http2_adaptive_window(true);
    let last_connection = Arc::new(LastConnection::default());
    let dialler = dial::Dialler::new(Arc::clone(&settings), Arc::clone(&last_connection));
    match endpoint.connect_with_connector(dialler).await {
        Ok(channel) => Ok((channel, last_connection)),
        Err(error) => Err(DialError::from_transport(&error, &last_connection)),
    }
}
