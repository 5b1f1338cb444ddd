//! How a peer is dialled: with the node's own certificate, believing the node's own trust anchors, and expecting its OIN.

use std::time::Duration;

use client::settings::{Endpoint, Identity, Settings};
use client::{Client, Error, RetryPolicy};
use server_core::config::TlsSettings;

/// How long connecting may take at least, however small the budget: it is the background that connects.
const CONNECT: Duration = Duration::from_secs(3);

/// How long a stream of changes may be silent, beside three signs of life.
const SILENCE: Duration = Duration::from_secs(2);

/// What is needed to dial a peer.
#[derive(Clone, Debug)]
pub(super) struct Dialling(Settings);

impl Dialling {
    pub(super) fn new(peer: &register::peer::Peer, tls: &TlsSettings) -> Self {
        let identity = match (&tls.certificate, &tls.key) {
            (Some(certificate), Some(key)) => Some(Identity {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            _ => None,
        };
        // What cannot be parsed was refused when the peer was put.
        let endpoints = peer.endpoints.iter().filter_map(|endpoint| Endpoint::parse(endpoint).ok());
        Self(Settings {
            endpoints: endpoints.collect(),
            identity,
            ca: tls.trust_anchors.clone(),
            server_name: peer.server_name.clone(),
            oin: Some(peer.oin.clone()),
            timeout: SILENCE,
            sync_timeout: Duration::from_secs(300),
            connect_timeout: CONNECT.max(Duration::from_millis(peer.budget_ms)),
            require_post_quantum: tls.require_post_quantum,
        })
    }

    /// Connects. The files are read as they are now.
    pub(super) async fn connect(&self) -> Result<Client, Error> {
        // Asking again is decided by the circuit and by nothing else.
        let once = RetryPolicy {
            attempts: 1,
            ..RetryPolicy::default()
        };
        Client::connect_with(&self.0, once).await
    }

    /// How many endpoints it has.
    pub(super) fn longest(&self) -> Duration {
        let endpoints = u32::try_from(self.0.endpoints.len()).unwrap_or(1).max(1);
        self.0.connect_timeout * endpoints
    }
}
