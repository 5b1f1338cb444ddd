//! Dialling a register over mutually authenticated TLS 1.3: the one place in the workspace that does.
//!
//! tonic's own TLS cannot say why a handshake failed or read certificates again, so the connection is made here and handed
//! to it (`connect_with_connector`). In TLS 1.3 a client has finished its handshake before the server has looked at its
//! certificate; a refusal arrives afterwards, as an alert on the first read. The connection notes it ([`Refusal`]), so that
//! the call that fails can say what happened and what to do about it.

mod certificate;
mod dial;
mod distrust;
mod last_connection;
mod refusal;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use tonic::transport::{Channel, Endpoint};

pub use certificate::{PeerCertificate, subject_oin};
pub(crate) use dial::{DialError, innermost};
pub use distrust::Distrust;
pub(crate) use last_connection::LastConnection;
pub use refusal::Refusal;

use crate::settings::{Settings, SettingsError};

/// How often an idle connection is asked whether it is still there, and how long the answer may take.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Connects to the first endpoint that answers. The channel connects again by itself, with the files as they are then.
pub(crate) async fn channel(settings: &Settings) -> Result<(Channel, Arc<LastConnection>), DialError> {
    let settings = Arc::new(settings.clone());
    let Some(first) = settings.endpoints.first() else {
        return Err(SettingsError::new("no endpoint is set").into());
    };
    // The host of requests; the connection itself may be to another endpoint.
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
