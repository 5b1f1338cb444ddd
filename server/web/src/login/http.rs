//! Asking a provider over HTTPS, by the trust anchors that were named for it. A request is a connection: there are few of them.
//!
//! No redirects, bounded in time and size. What goes wrong is told without the body: it may hold tokens.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::rt::TokioIo;
use openidconnect::{HttpRequest, HttpResponse};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long a provider may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest answer: a set of many keys is a few KiB.
const MOST: usize = 1 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// The address is not one of HTTPS.
    #[error("the address `{0}` is not one of HTTPS")]
    Address(String),
    /// There is no connection, or it broke.
    #[error("`{0}` cannot be reached: {1}")]
    Unreachable(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took too long.
    #[error("`{0}` did not answer within 10 seconds")]
    TooSlow(String),
}

/// Asks one provider.
#[derive(Clone)]
pub(crate) struct Client(TlsConnector);

impl Client {
    /// A client that trusts the certificates in `files`, or the file that is of no use and why.
    pub(crate) fn new(files: &[PathBuf]) -> Result<Self, (PathBuf, String)> {
        let mut roots = RootCertStore::empty();
        for file in files {
            let wrong = |problem: String| (file.clone(), problem);
            let found = CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))?;
            for certificate in found {
                let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
                // Bundles of a system hold some that are of no use as an anchor.
                let _ = roots.add(certificate);
            }
            if roots.is_empty() {
                return Err(wrong("there is no certificate of an issuer in PEM form in it".to_owned()));
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| (PathBuf::new(), error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// How the library asks: its futures must be able to move between threads, so each owns what it needs.
    pub(crate) fn http_client(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send + use<> {
        let client = self.clone();
        move |request| {
            let client = client.clone();
            Box::pin(async move { client.ask(request).await })
        }
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        if request.uri().scheme_str() != Some("https") || host.is_empty() {
            return Err(HttpError::Address(host));
        }
        let answer = tokio::time::timeout(PATIENCE, self.exchange(&host, request)).await;
        let answer = answer.map_err(|_| HttpError::TooSlow(host.clone()))?;
        answer.map_err(|source| HttpError::Unreachable(host, source))
    }

    async fn exchange(&self, host: &str, request: HttpRequest) -> Result<HttpResponse, Box<dyn std::error::Error + Send + Sync>> {
        let port = request.uri().port_u16().unwrap_or(443);
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((bare, port)).await?;
        let name = ServerName::try_from(bare.to_owned())?;
        let stream = self.0.connect(name, stream).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;

        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().cloned();
        parts.uri = path.map(http::Uri::from).unwrap_or_default();
        parts.headers.insert(http::header::HOST, authority.parse()?);
        let request = http::Request::from_parts(parts, Full::new(Bytes::from(body)));
        let answer = async {
            let response = sender.send_request(request).await?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, MOST).collect().await?.to_bytes();
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(http::Response::from_parts(parts, body.to_vec()))
        };
        // The connection works while the answer is waited for, and is dropped with it.
        let mut connection = std::pin::pin!(connection);
        let mut answer = std::pin::pin!(answer);
        tokio::select! {
            answer = &mut answer => answer,
            ended = &mut connection => {
                ended?;
                answer.await
            }
        }
    }
}
