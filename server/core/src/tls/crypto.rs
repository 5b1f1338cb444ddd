//! Cryptography: only aws-lc-rs, in the order that NCSC advises (ICT-beveiligingsrichtlijnen voor TLS, 2025-05).

use std::sync::Arc;

use rustls::SupportedProtocolVersion;
use rustls::crypto::aws_lc_rs::{cipher_suite, default_provider, kx_group};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use rustls::{SupportedCipherSuite, version};

use crate::config::TlsSettings;

/// Cipher suites in order of preference; the node's order decides.
const SUITES: [SupportedCipherSuite; 9] = [
    cipher_suite::TLS13_AES_256_GCM_SHA384,
    cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
    cipher_suite::TLS13_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
];

/// Installs aws-lc-rs as the default provider of the process. Called once, in `main`.
pub fn install_provider() {
    // Fails only if a provider is installed already, as in tests.
    let _ = default_provider().install_default();
}

/// The algorithms that `settings` allow.
pub(super) fn provider(settings: &TlsSettings) -> Arc<CryptoProvider> {
    let kx_groups: Vec<&'static dyn SupportedKxGroup> = if settings.require_post_quantum {
        vec![kx_group::X25519MLKEM768]
    } else {
        vec![
            kx_group::X25519MLKEM768,
            kx_group::X25519,
            kx_group::SECP384R1,
            kx_group::SECP256R1,
        ]
    };
    Arc::new(CryptoProvider {
        cipher_suites: SUITES.to_vec(),
        kx_groups,
        ..default_provider()
    })
}

/// The TLS versions that `settings` allow.
pub(super) fn versions(settings: &TlsSettings) -> &'static [&'static SupportedProtocolVersion] {
    static WITH_TLS12: [&SupportedProtocolVersion; 2] = [&version::TLS13, &version::TLS12];
    if settings.allow_tls12 { &WITH_TLS12 } else { &WITH_TLS12[..1] }
}
