//! Makes connections: tries each endpoint over TCP and TLS, and records how a connection was refused.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper_util::rt::TokioIo;
use register::clock::{Clock as _, SystemClock};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::distrust::{Distrust, distrusted, explain};
use super::last_connection::LastConnection;
use super::refusal::Refusal;
use super::{certificate, tls};
use crate::settings::{Endpoint, Settings, SettingsError};

/// The reason why there is no connection. Nothing was sent.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum DialError {
    /// The settings or the certificate files are unusable.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// The previous connection was refused, and no call has reported that yet.
    #[error("{0}")]
    Refused(Refusal),
    /// No endpoint answered; the text has a reason for each.
    #[error("{0}")]
    Unreachable(String),
    /// The server is not the expected one.
    #[error("{0}")]
    Distrusted(Distrust),
}

impl DialError {
    /// Finds the dialler's error among the causes of `error`.
    pub(crate) fn find(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(dial) = error.downcast_ref::<Self>() {
                return Some(dial.clone());
            }
            next = error.source();
        }
        None
    }

    /// Converts a connection error of tonic.
    pub(super) fn from_transport(error: &tonic::transport::Error, last_connection: &LastConnection) -> Self {
        if let Some(dial) = Self::find(error) {
            return dial;
        }
        match last_connection.take_refusal() {
            Some(refusal) => Self::Refused(refusal),
            None => Self::Unreachable(system_cause(error)),
        }
    }
}

/// Returns the operating system's text, if that is why there is no connection. Other texts may come from the other side.
fn system_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(system) = cause
            .downcast_ref::<io::Error>()
            .filter(|system| system.raw_os_error().is_some())
        {
            return system.to_string();
        }
        next = cause.source();
    }
    "the connection broke while it was opened".to_owned()
}

/// Returns the message of the root cause of `error`.
pub(crate) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut root_cause = error;
    while let Some(source) = root_cause.source() {
        root_cause = source;
    }
    root_cause.to_string()
}

/// The reason why one endpoint gave no connection.
enum EndpointFailure {
    Failed(io::Error),
    Distrusted(Distrust),
}

impl From<io::Error> for EndpointFailure {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Makes the connections of a tonic channel.
pub(super) struct Dialler {
    settings: Arc<Settings>,
    last_connection: Arc<LastConnection>,
}

impl Dialler {
    pub(super) fn new(settings: Arc<Settings>, last_connection: Arc<LastConnection>) -> Self {
        Self {
            settings,
            last_connection,
        }
    }
}

impl tower::Service<http::Uri> for Dialler {
    type Response = TokioIo<Connection>;
    type Error = DialError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, DialError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Uri) -> Self::Future {
        // tonic dials again at once when a connection ends before its first call. With a refused certificate that would
        // never end, so the refusal is returned instead.
        if let Some(refusal) = self.last_connection.take_refusal() {
            return Box::pin(std::future::ready(Err(DialError::Refused(refusal))));
        }
        let connection = dial(Arc::clone(&self.settings), Arc::clone(&self.last_connection));
        Box::pin(async move { Ok(TokioIo::new(connection.await?)) })
    }
}

async fn dial(settings: Arc<Settings>, last_connection: Arc<LastConnection>) -> Result<Connection, DialError> {
    let config = {
        let settings = Arc::clone(&settings);
        let read = tokio::task::spawn_blocking(move || tls::client_config(&settings)).await;
        read.map_err(|_| SettingsError::new("reading the certificates was interrupted"))??
    };
    let connector = TlsConnector::from(Arc::new(config));
    let mut failures = Vec::new();
    let mut distrust = None;
    for endpoint in &settings.endpoints {
        let attempt = dial_one(&settings, endpoint, &connector, &last_connection);
        let attempt = tokio::time::timeout(settings.connect_timeout, attempt).await;
        let problem = match attempt {
            Ok(Ok(stream)) => {
                return Ok(Connection {
                    stream,
                    settings,
                    last_connection,
                    answered: false,
                });
            }
            Ok(Err(EndpointFailure::Failed(error))) => match distrusted(&error) {
                Some(found) => distrust.get_or_insert(found).to_string(),
                None => explain(&error),
            },
            Ok(Err(EndpointFailure::Distrusted(found))) => distrust.get_or_insert(found).to_string(),
            Err(_) => format!("no connection within {:?}", settings.connect_timeout),
        };
        tracing::debug!(%endpoint, "endpoint did not answer");
        failures.push(format!("{endpoint}: {problem}"));
    }
    match distrust {
        // A wrong certificate weighs more than an endpoint that is down.
        Some(distrust) => Err(DialError::Distrusted(distrust)),
        None => Err(DialError::Unreachable(failures.join("; "))),
    }
}

async fn dial_one(
    settings: &Settings,
    endpoint: &Endpoint,
    connector: &TlsConnector,
    last_connection: &LastConnection,
) -> Result<TlsStream<TcpStream>, EndpointFailure> {
    let name = settings.server_name.as_deref().unwrap_or(endpoint.host());
    let name = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
    let stream = TcpStream::connect((endpoint.host(), endpoint.port())).await?;
    stream.set_nodelay(true)?;
    let stream = connector.connect(name, stream).await?;
    let (_, session) = stream.get_ref();
    let peer = session
        .peer_certificates()
        .and_then(|chain| certificate::parse_peer(chain.first()?));
    let found = peer.as_ref().and_then(|peer| peer.oin.clone());
    last_connection.note_certificate(peer);
    match &settings.oin {
        Some(expected) if found.as_ref() != Some(expected) => Err(EndpointFailure::Distrusted(Distrust::OtherOin {
            expected: expected.clone(),
            found,
        })),
        _ => Ok(stream),
    }
}

/// A connection that records how it was refused.
pub(super) struct Connection {
    stream: TlsStream<TcpStream>,
    settings: Arc<Settings>,
    last_connection: Arc<LastConnection>,
    /// Whether the node has sent any data, which means that it accepted us.
    answered: bool,
}

impl Connection {
    fn note(&self, error: Option<&io::Error>) {
        if self.answered {
            return;
        }
        let tls = error.and_then(|error| error.get_ref()?.downcast_ref::<rustls::Error>());
        let refusal = match tls {
            Some(rustls::Error::AlertReceived(alert)) => Refusal::of_alert(*alert),
            _ => Refusal::Silent(certificate::explain_refusal(
                self.settings.identity.as_ref(),
                SystemClock.now(),
            )),
        };
        self.last_connection.note_refusal(refusal);
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        match &read {
            Ok(()) if buffer.filled().len() > before => self.answered = true,
            Ok(()) => self.note(None),
            Err(error) => self.note(Some(error)),
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes));
        if let Err(error) = &written {
            self.note(Some(error));
        }
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
