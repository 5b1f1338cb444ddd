//! TLS of the listeners; no other code accepts TLS.
//!
//! gRPC requires TLS 1.3 and a client certificate (1.2 if the settings allow it). Several trust anchors can be valid at once,
//! and nothing is pinned. There are no tickets and no session cache: a resumed session would restore a client's chain without
//! verifying it. The files are reloaded when they change ([`NodeTls::reload`]); if one is bad, the last good ones stay in use.
//! The client sees only an alert when a handshake is refused, so the log explains why and what to do (`refusal`).

mod crypto;
mod incoming;
mod material;
mod page;
mod refusal;
mod reload;
mod time;
mod verifier;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use register::clock::Clock;
use register::oin::Oin;
use rustls::ServerConfig;

pub use crypto::install_provider;
pub use incoming::{ClientInfo, Connection, Incoming, accept};
pub use material::Material;
pub use page::PageTls;
pub use reload::{Reloadable, reload_until_shutdown};

use crate::config::{Faults, TlsSettings};
use crate::identity::ChainVerifier;

/// The node's current TLS configuration. Shared by the listener, the callers and the metrics.
#[derive(Debug)]
pub struct NodeTls {
    settings: TlsSettings,
    clock: Arc<dyn Clock>,
    current: ArcSwap<Material>,
    generation: AtomicU64,
}

impl NodeTls {
    /// Reads all files. The error lists all faults.
    pub fn load(settings: &TlsSettings, clock: Arc<dyn Clock>) -> Result<Arc<Self>, Faults> {
        let material = Material::load(settings, &clock)?;
        Ok(Arc::new(Self {
            settings: settings.clone(),
            clock,
            current: ArcSwap::from_pointee(material),
            generation: AtomicU64::new(0),
        }))
    }

    /// The OIN in the node's own certificate, if it has one.
    pub fn oin(&self) -> Option<Oin> {
        self.current.load().oin.clone()
    }

    /// The reason why peers will refuse the node's certificate, if there is one.
    pub fn cannot_dial(&self) -> Option<&'static str> {
        let material = self.current.load();
        if !material.is_for_clients {
            Some("it is for servers only: its extended key usage does not name clients (clientAuth)")
        } else if material.oin.is_none() {
            Some("its subject has no serialNumber that is an OIN")
        } else {
            None
        }
    }

    /// The configuration for the next connection.
    fn server_config(&self) -> Arc<ServerConfig> {
        self.current.load().server_config.clone()
    }
}

impl Reloadable for NodeTls {
    fn files(&self) -> Vec<PathBuf> {
        let TlsSettings {
            certificate,
            key,
            trust_anchors,
            crls,
            ..
        } = &self.settings;
        let single = certificate.iter().chain(key);
        single.chain(trust_anchors).chain(crls).cloned().collect()
    }

    fn reload_every(&self) -> Duration {
        self.settings.reload_every
    }

    fn reload(&self) -> Result<(), Faults> {
        let material = Material::load(&self.settings, &self.clock)?;
        self.current.store(Arc::new(material));
        self.generation.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    fn certificate_until(&self) -> Timestamp {
        self.current.load().certificate_until
    }

    fn warnings(&self) -> Vec<String> {
        self.current.load().warnings.clone()
    }
}

impl ChainVerifier for NodeTls {
    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn verify(&self, chain: &[rustls_pki_types::CertificateDer<'static>], now: Timestamp) -> Result<(), crate::error::Reason> {
        verifier::verify_chain(self.current.load().verifier.as_ref(), chain, now)
    }
}

#[cfg(test)]
mod tests;
