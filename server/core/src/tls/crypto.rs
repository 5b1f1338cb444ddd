//! The cryptography: aws-lc-rs and nothing else, in the order of NCSC's advice (ICT-beveiligingsrichtlijnen voor TLS, 2025-05).

use std::sync::Arc;

use rustls::SupportedProtocolVersion;
use rustls::crypto::aws_lc_rs::{cipher_suite, default_provider, kx_group};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use rustls::{SupportedCipherSuite, version};

use crate::config::TlsSettings;

/// Best first; the node's order decides.
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

/// Makes aws-lc-rs the provider of the process, for whatever asks for the default. Called once, in `main`.
pub fn install_provider() {
    // Only fails when one is installed already, which in tests it may be.
    let _ = default_provider().install_default();
}

/// What the node offers by `settings`.
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

/// The versions that the node speaks by `settings`.
pub(super) fn versions(settings: &TlsSettings) -> &'static [&'static SupportedProtocolVersion] {
    static WITH_TLS12: [&SupportedProtocolVersion; 2] = [&version::TLS13, &version::TLS12];
    if settings.allow_tls12 { &WITH_TLS12 } else { &WITH_TLS12[..1] }
}
