//! TLS of the listeners; no other code accepts TLS.
//!
//! gRPC requires TLS 1.3 and a client certificate (1.2 if the settings allow it). Several trust anchors can be valid at once,
//! and nothing is pinned. There are no tickets and no session cache: a resumed session would restore a client's chain without
//! verifying it. The files are reloaded when they change ([`NodeTls::reload`]); if one is bad, the last good ones stay in use.
//! Revocation lists are fetched too, and none is ever replaced by an older one (`revocation`).
//! The client sees only an alert when a handshake is refused, so the log explains why and what to do (`refusal`).

mod crypto;
mod incoming;
mod material;
mod page;
mod refusal;
mod reload;
mod revocation;
mod time;
mod verifier;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use register::clock::Clock;
use register::oin::Oin;
use rustls::ServerConfig;

pub use crypto::install_provider;
pub use incoming::{ClientInfo, Connection, Incoming, accept};
use material::Material;
pub use page::PageTls;
pub use reload::{Reloadable, reload_until_shutdown};
use revocation::ListSource;
pub use revocation::{ListVerdict, RememberedLists, judge_lists};

use crate::config::{Faults, TlsSettings};
use crate::identity::ChainVerifier;
use crate::lifecycle::Tasks;

/// The node's current TLS configuration. Shared by the listener, the callers and the metrics.
#[derive(Debug)]
pub struct NodeTls {
    settings: TlsSettings,
    clock: Arc<dyn Clock>,
    current: ArcSwap<Material>,
    generation: AtomicU64,
    remembered: RememberedLists,
    /// The lists that were fetched last, by address.
    fetched: Mutex<BTreeMap<String, Vec<u8>>>,
    /// The issuers whose lists were stale at the last look.
    stale: Mutex<BTreeSet<String>>,
}

impl NodeTls {
    /// Reads all files, and fetches revocation lists if an issuer has none yet. The error lists all faults.
    pub async fn start(settings: &TlsSettings, remembered: RememberedLists, clock: Arc<dyn Clock>) -> Result<Arc<Self>, Faults> {
        match Self::load(settings, remembered.clone(), Vec::new(), clock.clone()) {
            Err(_) if !settings.crl_urls.is_empty() => {
                let mut fetched = Vec::new();
                for address in &settings.crl_urls {
                    match revocation::fetch(address).await {
                        Ok(list) => fetched.push((address.clone(), list)),
                        Err(error) => tracing::warn!(address, "fetching a revocation list failed: {error}"),
                    }
                }
                Self::load(settings, remembered, fetched, clock)
            }
            loaded => loaded,
        }
    }

    fn load(
        settings: &TlsSettings,
        remembered: RememberedLists,
        fetched: Vec<ListSource>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, Faults> {
        let material = Material::load(settings, &remembered, &fetched, &clock)?;
        let tls = Self {
            settings: settings.clone(),
            clock,
            current: ArcSwap::from_pointee(material),
            generation: AtomicU64::new(0),
            remembered,
            fetched: Mutex::new(fetched.into_iter().collect()),
            stale: Mutex::default(),
        };
        tls.remember();
        tls.look();
        Ok(Arc::new(tls))
    }

    /// The revocation lists that are not in use, with the reason.
    pub fn refused_lists(&self) -> Vec<String> {
        self.current.load().lists.refused.clone()
    }

    /// The revocation lists in use that should have been replaced, with the consequence.
    pub fn stale_lists(&self) -> Vec<String> {
        let (current, now) = (self.current.load(), self.clock.now());
        let stale = current.lists.iter().filter(|list| list.is_stale(now));
        stale.map(|list| self.stale_message(list)).collect()
    }

    fn stale_message(&self, list: &revocation::SignedList) -> String {
        let next = list.next_update.map(|next| next.to_string()).unwrap_or_default();
        let consequence = if self.settings.refuse_stale_crls {
            "the clients of this issuer are refused until there is a new one"
        } else {
            "it stays in use"
        };
        format!(
            "`tls.crls`: the revocation list of `{}` should have been replaced by {next}; {consequence}",
            list.issuer
        )
    }

    /// Fetches the revocation lists of the configured addresses on schedule, until shutdown.
    pub async fn fetch_until_shutdown(self: Arc<Self>, tasks: Tasks) {
        let shutdown = tasks.shutdown();
        if self.settings.crl_urls.is_empty() {
            shutdown.cancelled().await;
            return;
        }
        let mut every = tokio::time::interval(self.settings.fetch_crls_every);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = every.tick() => {}
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.fetch_all() => {}
            }
            let tls = Arc::clone(&self);
            reload::reload_now(&tls, &tasks).await;
        }
    }

    async fn fetch_all(&self) {
        for address in &self.settings.crl_urls {
            let outcome = match revocation::fetch(address).await {
                Ok(list) => {
                    let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
                    fetched.insert(address.clone(), list);
                    "done"
                }
                Err(error) => {
                    tracing::warn!(
                        address,
                        "fetching a revocation list failed, the last good one stays in use: {error}"
                    );
                    "failed"
                }
            };
            metrics::counter!("mwr_tls_crl_fetches_total", "outcome" => outcome).increment(1);
        }
    }

    /// Keeps the lists in use for the next start.
    fn remember(&self) {
        if let Err(error) = self.remembered.write(self.current.load().lists.iter()) {
            tracing::warn!(%error, "the revocation lists cannot be kept in the data folder: after a restart, an older one could be taken");
        }
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
            intermediates,
            crls,
            ..
        } = &self.settings;
        let single = certificate.iter().chain(key);
        single
            .chain(trust_anchors)
            .chain(intermediates)
            .chain(crls)
            .cloned()
            .collect()
    }

    fn reload_every(&self) -> Duration {
        self.settings.reload_every
    }

    fn reload(&self) -> Result<(), Faults> {
        let fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        let fetched: Vec<ListSource> = fetched
            .iter()
            .map(|(address, list)| (address.clone(), list.clone()))
            .collect();
        let material = Material::load(&self.settings, &self.remembered, &fetched, &self.clock)?;
        let refused = material.lists.refused.len() as u64;
        metrics::counter!("mwr_tls_crl_refusals_total").increment(refused);
        self.current.store(Arc::new(material));
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.remember();
        self.look();
        Ok(())
    }

    fn look(&self) {
        let (current, now) = (self.current.load(), self.clock.now());
        let mut stale = BTreeSet::new();
        for list in current.lists.iter() {
            if let Some(next) = list.next_update {
                let gauge = metrics::gauge!("mwr_tls_crl_next_update_timestamp_seconds", "issuer" => list.issuer.clone());
                // A float represents seconds of this size exactly.
                #[allow(clippy::cast_precision_loss)]
                gauge.set(next.as_second() as f64);
            }
            if list.is_stale(now) {
                stale.insert(self.stale_message(list));
            }
        }
        // So few lists are exact as a float.
        #[allow(clippy::cast_precision_loss)]
        metrics::gauge!("mwr_tls_crls_stale").set(stale.len() as f64);
        let mut known = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        for message in stale.difference(&known) {
            tracing::warn!("{message}");
        }
        *known = stale;
    }

    fn certificate_until(&self) -> Timestamp {
        self.current.load().certificate_until
    }

    fn warnings(&self) -> Vec<String> {
        let current = self.current.load();
        current.warnings.iter().chain(&current.lists.refused).cloned().collect()
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
