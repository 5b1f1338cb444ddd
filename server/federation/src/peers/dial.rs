//! Dials a peer with the node's own certificate and trust anchors, and verifies its OIN.

use std::time::Duration;

use client::settings::{Endpoint, Identity, Settings};
use client::{Client, Error, RetryPolicy};
use server_core::config::TlsSettings;

/// The minimum connect timeout, whatever the budget: only the background connects.
const MIN_CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The silence allowed on a stream of changes, in addition to three progress intervals.
const MAX_SILENCE: Duration = Duration::from_secs(2);

/// The settings for dialling a peer.
#[derive(Clone, Debug)]
pub(super) struct PeerDialler(Settings);

impl PeerDialler {
    pub(super) fn new(peer: &register::peer::Peer, tls: &TlsSettings) -> Self {
        let identity = match (&tls.certificate, &tls.key) {
            (Some(certificate), Some(key)) => Some(Identity {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            _ => None,
        };
        // Endpoints were validated when the peer was added.
        let endpoints = peer.endpoints.iter().filter_map(|endpoint| Endpoint::parse(endpoint).ok());
        Self(Settings {
            endpoints: endpoints.collect(),
            identity,
            ca: tls.trust_anchors.clone(),
            server_name: peer.server_name.clone(),
            oin: Some(peer.oin.clone()),
            timeout: MAX_SILENCE,
            sync_timeout: Duration::from_secs(300),
            connect_timeout: MIN_CONNECT_TIMEOUT.max(Duration::from_millis(peer.budget_ms)),
            require_post_quantum: tls.require_post_quantum,
        })
    }

    /// Connects, with certificate files as they are now.
    pub(super) async fn connect(&self) -> Result<Client, Error> {
        // Only the circuit decides about retries.
        let once = RetryPolicy {
            attempts: 1,
            ..RetryPolicy::default()
        };
        Client::connect_with(&self.0, once).await
    }

    /// The longest time that connecting can take: one timeout per endpoint.
    pub(super) fn longest(&self) -> Duration {
        let endpoints = u32::try_from(self.0.endpoints.len()).unwrap_or(1).max(1);
        self.0.connect_timeout * endpoints
    }
}
