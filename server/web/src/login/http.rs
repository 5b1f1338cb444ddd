//! The HTTPS client for identity providers, which trusts only the certificates that were configured for each provider.
//!
//! Follows no redirects and bounds the time and size of a response. Errors never contain a body, since it may hold tokens.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::{HttpRequest, HttpResponse};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

/// Time limit of a request, with its connection and its body.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum size of a response, in bytes. A large key set has a few KiB.
const MAX_BYTES: usize = 1 << 20;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// The address has no HTTPS scheme.
    #[error("the address of `{0}` is not an HTTPS address")]
    Address(String),
    /// The connection failed, or the response was broken or too large.
    #[error("`{0}` cannot be reached")]
    Unreachable(String, #[source] BoxError),
    /// The time limit passed.
    #[error("`{0}` did not answer within 10 seconds")]
    TooSlow(String),
}

/// A client for one provider.
#[derive(Clone)]
pub(crate) struct ProviderClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl ProviderClient {
    /// Builds a client that trusts the certificates in `files`. Fails with the first unusable file and its problem.
    pub(crate) fn new(files: &[PathBuf]) -> Result<Self, (PathBuf, String)> {
        let mut roots = RootCertStore::empty();
        for file in files {
            let wrong = |problem: String| (file.clone(), problem);
            let found = CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))?;
            for certificate in found {
                let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
                // The bundle of a system holds some certificates that cannot be a trust anchor.
                let _ = roots.add(certificate);
            }
            if roots.is_empty() {
                return Err(wrong("it holds no certificate of an issuer in PEM form".to_owned()));
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| (PathBuf::new(), error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_only()
            .enable_http1()
            .build();
        // Logins are rare: an idle connection would only be one that the provider has closed.
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Ok(Self(client))
    }

    /// The function by which `openidconnect` sends a request. Its futures own what they need, so that they are `Send`.
    pub(crate) fn http_client(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send + use<> {
        let client = self.clone();
        move |request| {
            let client = client.clone();
            Box::pin(async move { client.send(request).await })
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        if request.uri().scheme_str() != Some("https") || host.is_empty() {
            return Err(HttpError::Address(host));
        }
        let response = tokio::time::timeout(TIMEOUT, self.exchange(request)).await;
        let response = response.map_err(|_| HttpError::TooSlow(host.clone()))?;
        response.map_err(|source| HttpError::Unreachable(host, source))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, BoxError> {
        let response = self.0.request(request.map(|body| Full::new(Bytes::from(body)))).await?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MAX_BYTES).collect().await?.to_bytes();
        Ok(http::Response::from_parts(parts, body.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_without_https_is_refused() {
        let client = ProviderClient::new(&[]).unwrap();
        for address in ["http://login.example/keys", "/keys"] {
            let request = http::Request::get(address).body(Vec::new()).unwrap();
            assert!(matches!(client.send(request).await, Err(HttpError::Address(_))), "{address}");
        }
    }
}
