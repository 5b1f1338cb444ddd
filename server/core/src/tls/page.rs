//! TLS of the page: without client certificates.
//!
//! Versions, cipher suites and reloading are as for gRPC. Both HTTP/2 and HTTP/1.1 are offered. Sessions may be resumed, since
//! there is no client certificate to verify.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use register::clock::Clock;
use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::material::{certificates, check_validity, private_key};
use super::reload::Reloadable;
use super::time::ClockTime;
use super::{Material, crypto};
use crate::config::{Config, Faults, TlsSettings};
use crate::identity::CertificateFacts;

/// The page's current TLS configuration.
#[derive(Debug)]
pub struct PageTls {
    settings: TlsSettings,
    keys: (&'static str, &'static str),
    clock: Arc<dyn Clock>,
    current: ArcSwap<PageMaterial>,
}

#[derive(Debug)]
struct PageMaterial {
    server_config: Arc<ServerConfig>,
    certificate_until: Timestamp,
    warnings: Vec<String>,
}

impl PageTls {
    /// Reads certificate and key. The error lists all faults.
    pub fn load(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<Self>, Faults> {
        let (settings, keys) = match &config.web.certificate {
            None => (config.tls.clone(), ("tls.certificate", "tls.key")),
            Some(_) => {
                let settings = TlsSettings {
                    certificate: config.web.certificate.clone(),
                    key: config.web.key.clone(),
                    ..config.tls.clone()
                };
                (settings, ("web.certificate", "web.key"))
            }
        };
        let current = PageMaterial::load(&settings, keys, &clock)?;
        Ok(Arc::new(Self {
            settings,
            keys,
            clock,
            current: ArcSwap::from_pointee(current),
        }))
    }

    /// Completes the handshake with a browser, within `patience`.
    pub async fn accept(&self, stream: TcpStream, patience: Duration) -> std::io::Result<TlsStream<TcpStream>> {
        let acceptor = TlsAcceptor::from(self.current.load().server_config.clone());
        tokio::time::timeout(patience, acceptor.accept(stream))
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
    }
}

impl Reloadable for PageTls {
    fn files(&self) -> Vec<PathBuf> {
        self.settings.certificate.iter().chain(&self.settings.key).cloned().collect()
    }

    fn reload_every(&self) -> Duration {
        self.settings.reload_every
    }

    fn reload(&self) -> Result<(), Faults> {
        let current = PageMaterial::load(&self.settings, self.keys, &self.clock)?;
        self.current.store(Arc::new(current));
        Ok(())
    }

    fn certificate_until(&self) -> Timestamp {
        self.current.load().certificate_until
    }

    fn warnings(&self) -> Vec<String> {
        self.current.load().warnings.clone()
    }
}

impl PageMaterial {
    fn load(settings: &TlsSettings, (certificate, key): (&str, &str), clock: &Arc<dyn Clock>) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        let mut warnings = Vec::new();
        let chain = certificates(certificate, settings.certificate.as_slice(), &mut faults);
        let private_key = private_key(key, settings.key.as_deref(), &mut faults);
        let facts = chain.first().and_then(|leaf| CertificateFacts::read(leaf));
        if let Some(facts) = &facts {
            check_validity(certificate, facts, clock.now(), &mut faults, &mut warnings);
        }
        let (Some(facts), Some(private_key), true) = (facts, private_key, faults.is_empty()) else {
            return Err(faults);
        };
        let server_config = ServerConfig::builder_with_provider(crypto::provider(settings))
            .with_protocol_versions(crypto::versions(settings))
            .map_err(|error| Material::refused("tls", &error))?
            .with_no_client_auth()
            .with_single_cert(chain, private_key);
        let mut server_config = server_config.map_err(|error| Material::unusable_key(key, &error))?;
        server_config.ignore_client_order = true;
        server_config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        server_config.time_provider = Arc::new(ClockTime(clock.clone()));
        Ok(Self {
            server_config: Arc::new(server_config),
            certificate_until: facts.not_after,
            warnings,
        })
    }
}
