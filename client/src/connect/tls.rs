//! Configures the handshake: TLS 1.3, the strongest suites first, the post-quantum key exchange first (NCSC guidelines for
//! TLS, 2025-05), a client certificate, and no session resumption.

use std::path::Path;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::settings::{Identity, Settings, SettingsError};

/// Builds the configuration of one connection from the current certificate files.
pub(super) fn client_config(settings: &Settings) -> Result<ClientConfig, SettingsError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(provider(settings.require_post_quantum)))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| SettingsError::new(format!("TLS 1.3 is not available: {error}")))?
        .with_root_certificates(trust_anchors(settings)?);
    let mut config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let (chain, key) = read_identity(identity)?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| SettingsError::new(format!("`certificate` and `key` do not fit together: {error}")))?
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    // A resumed session would keep using an old certificate after it expired.
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn provider(require_post_quantum: bool) -> CryptoProvider {
    use aws_lc_rs::{cipher_suite, kx_group};
    let mut groups = vec![kx_group::X25519MLKEM768];
    if !require_post_quantum {
        groups.extend([kx_group::X25519, kx_group::SECP384R1, kx_group::SECP256R1]);
    }
    CryptoProvider {
        cipher_suites: vec![
            cipher_suite::TLS13_AES_256_GCM_SHA384,
            cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
            cipher_suite::TLS13_AES_128_GCM_SHA256,
        ],
        kx_groups: groups,
        ..aws_lc_rs::default_provider()
    }
}

fn trust_anchors(settings: &Settings) -> Result<RootCertStore, SettingsError> {
    let mut anchors = RootCertStore::empty();
    for path in &settings.ca {
        let certificates = read_certificates("ca", path)?;
        let (added, _) = anchors.add_parsable_certificates(certificates);
        if added == 0 {
            return Err(bad_file("ca", path, "it holds no issuer's certificate"));
        }
    }
    Ok(anchors)
}

fn read_identity(identity: &Identity) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), SettingsError> {
    let chain = read_certificates("certificate", &identity.certificate)?;
    if chain.is_empty() {
        return Err(bad_file("certificate", &identity.certificate, "it holds no certificate"));
    }
    let key = PrivateKeyDer::from_pem_file(&identity.key).map_err(|error| bad_file("key", &identity.key, reason(&error)))?;
    Ok((chain, key))
}

pub(super) fn read_certificates(key: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, SettingsError> {
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    certificates.map_err(|error| bad_file(key, path, reason(&error)))
}

fn reason(error: &rustls::pki_types::pem::Error) -> String {
    use rustls::pki_types::pem::Error;
    match error {
        Error::Io(error) => error.to_string(),
        Error::NoItemsFound => "it has no such item in PEM form".to_owned(),
        // The content is not repeated: it may be a key.
        _ => "it is not a PEM file".to_owned(),
    }
}

fn bad_file(key: &str, path: &Path, problem: impl std::fmt::Display) -> SettingsError {
    SettingsError::new(format!("`{key}` = {}: {problem}", path.display()))
}
