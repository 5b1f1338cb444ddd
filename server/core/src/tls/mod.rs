//! TLS on the side that listens: the only place that accepts it.
//!
//! On the side of gRPC TLS 1.3 with a client certificate, always; several trust anchors at once and nothing pinned. No tickets and no session
//! cache: a resumed session would bring back a client's chain without checking it again. Certificate, key, trust anchors and
//! revocation lists are read again when they change ([`NodeTls::reload`]); a bad file keeps the last good one. A refused
//! handshake is only an alert on the wire, so the log says what was seen and what to do (`refusal`).

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
pub use incoming::{Connection, Incoming, Peer, accept};
pub use material::Material;
pub use page::PageTls;
pub use reload::{Reloadable, keep_fresh};

use crate::config::{Faults, TlsSettings};
use crate::identity::ChainJudge;

/// The node's TLS as it is at the moment. Shared by the listener, the callers and the metrics.
#[derive(Debug)]
pub struct NodeTls {
    settings: TlsSettings,
    clock: Arc<dyn Clock>,
    current: ArcSwap<Material>,
    generation: AtomicU64,
}

impl NodeTls {
    /// Reads all files, or says everything that is wrong with them.
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

    /// Why peers will refuse the node's certificate, if they will.
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

impl ChainJudge for NodeTls {
    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn judge(&self, chain: &[rustls_pki_types::CertificateDer<'static>], now: Timestamp) -> Result<(), crate::error::Reason> {
        verifier::judge(self.current.load().verifier.as_ref(), chain, now)
    }
}

#[cfg(test)]
mod tests;
