//! Reads and checks the TLS files: the node's certificate and key, trust anchors and revocation lists.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use register::clock::Clock;
use register::oin::Oin;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use x509_parser::prelude::{CertificateRevocationList, FromDer as _, X509Certificate};

use super::crypto;
use super::time::ClockTime;
use super::verifier::RecordingVerifier;
use crate::config::{Faults, TlsSettings};
use crate::identity::CertificateFacts;

/// A certificate that expires within this time causes a warning.
const RENEW_WITHIN: Duration = Duration::from_secs(30 * 24 * 3600);

/// The TLS configuration made from one reading of the files.
#[derive(Debug)]
pub struct Material {
    pub(super) server_config: Arc<ServerConfig>,
    pub(super) verifier: Arc<dyn ClientCertVerifier>,
    /// The OIN in the node's own certificate, if it has one.
    pub oin: Option<Oin>,
    /// Whether the node's certificate can be used as a client certificate towards peers.
    pub is_for_clients: bool,
    /// End of the validity of the node's certificate.
    pub certificate_until: Timestamp,
    /// Warnings about settings that work for now.
    pub warnings: Vec<String>,
}

impl Material {
    /// Reads all files of `settings`. The error lists all faults.
    pub fn load(settings: &TlsSettings, clock: &Arc<dyn Clock>) -> Result<Self, Faults> {
        let now = clock.now();
        let mut faults = Faults::new();
        let mut warnings = Vec::new();
        let chain = certificates("tls.certificate", settings.certificate.as_slice(), &mut faults);
        let key = private_key("tls.key", settings.key.as_deref(), &mut faults);
        let anchors = certificates("tls.trust_anchors", &settings.trust_anchors, &mut faults);
        let crls = revocation_lists(&settings.crls, &mut faults);
        let facts = chain.first().and_then(|leaf| CertificateFacts::read(leaf));
        if let Some(facts) = &facts {
            check_validity("tls.certificate", facts, now, &mut faults, &mut warnings);
        }
        check_anchors(&anchors, now, &mut warnings);
        check_crls(&anchors, &crls, now, settings.refuse_stale_crls, &mut faults, &mut warnings);
        let (Some(facts), Some(key), true) = (facts, key, faults.is_empty()) else {
            return Err(faults);
        };
        let provider = crypto::provider(settings);
        let refused = Self::refused;
        let mut roots = RootCertStore::empty();
        for anchor in anchors {
            roots.add(anchor).map_err(|error| refused("tls.trust_anchors", &error))?;
        }
        let mut verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).with_crls(crls);
        if settings.refuse_stale_crls {
            verifier = verifier.enforce_revocation_expiration();
        }
        let verifier = verifier.build().map_err(|error| refused("tls.crls", &error))?;
        let mut server_config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(crypto::versions(settings))
            .map_err(|error| refused("tls", &error))?
            .with_client_cert_verifier(Arc::new(RecordingVerifier(verifier.clone())))
            .with_single_cert(chain, key)
            .map_err(|error| Self::unusable_key("tls.key", &error))?;
        server_config.ignore_client_order = true;
        server_config.alpn_protocols = vec![b"h2".to_vec()];
        server_config.session_storage = Arc::new(NoServerSessionStorage {});
        server_config.send_tls13_tickets = 0;
        server_config.time_provider = Arc::new(ClockTime(clock.clone()));
        Ok(Self {
            server_config: Arc::new(server_config),
            verifier,
            is_for_clients: facts.is_for_clients,
            certificate_until: facts.not_after,
            oin: facts.oin,
            warnings,
        })
    }

    /// The fault of a setting that rustls refuses.
    pub(super) fn refused(key: &str, error: &dyn std::fmt::Display) -> Faults {
        let mut faults = Faults::new();
        faults.add(key, "", error.to_string());
        faults
    }

    pub(super) fn unusable_key(key: &str, error: &dyn std::fmt::Display) -> Faults {
        Self::refused(
            key,
            &format!("it does not belong to the certificate, or cannot be used: {error}"),
        )
    }
}

pub(super) fn certificates(key: &str, files: &[PathBuf], faults: &mut Faults) -> Vec<CertificateDer<'static>> {
    let mut all = Vec::new();
    for file in files {
        let Some(bytes) = read(key, file, faults) else { continue };
        match CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>() {
            Ok(found) if found.iter().all(|der| X509Certificate::from_der(der).is_ok()) && !found.is_empty() => all.extend(found),
            Ok(found) if found.is_empty() => faults.add(key, place(file), "it contains no certificate in PEM form"),
            Ok(_) => faults.add(key, place(file), "it contains a malformed certificate"),
            Err(error) => faults.add(key, place(file), format!("it is not PEM: {error}")),
        }
    }
    all
}

pub(super) fn private_key(key: &str, file: Option<&Path>, faults: &mut Faults) -> Option<PrivateKeyDer<'static>> {
    let file = file?;
    let bytes = read(key, file, faults)?;
    match PrivateKeyDer::from_pem_slice(&bytes) {
        Ok(key) => Some(key),
        Err(_) => {
            faults.add(key, place(file), "it contains no unencrypted private key in PEM form");
            None
        }
    }
}

/// Reads revocation lists, which issuers publish as PEM or DER.
fn revocation_lists(files: &[PathBuf], faults: &mut Faults) -> Vec<CertificateRevocationListDer<'static>> {
    let mut all = Vec::new();
    for file in files {
        let Some(bytes) = read("tls.crls", file, faults) else {
            continue;
        };
        let found = if bytes.first() == Some(&0x30) {
            vec![CertificateRevocationListDer::from(bytes)]
        } else {
            CertificateRevocationListDer::pem_slice_iter(&bytes)
                .filter_map(Result::ok)
                .collect()
        };
        let readable = !found.is_empty() && found.iter().all(|der| CertificateRevocationList::from_der(der).is_ok());
        if readable {
            all.extend(found);
        } else {
            faults.add("tls.crls", place(file), "it contains no revocation list in PEM or DER form");
        }
    }
    all
}

fn read(key: &str, file: &Path, faults: &mut Faults) -> Option<Vec<u8>> {
    match std::fs::read(file) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            faults.add(key, place(file), format!("cannot be read: {error}"));
            None
        }
    }
}

fn place(file: &Path) -> String {
    file.display().to_string()
}

pub(super) fn check_validity(
    key: &str,
    facts: &CertificateFacts,
    now: Timestamp,
    faults: &mut Faults,
    warnings: &mut Vec<String>,
) {
    if facts.not_after < now {
        let message = format!("the certificate expired at {}; renew it", facts.not_after);
        faults.add(key, "", message);
    } else if now < facts.not_before {
        let message = format!("the certificate is not valid before {}; check the clock", facts.not_before);
        faults.add(key, "", message);
    } else if facts.not_after < now + RENEW_WITHIN {
        warnings.push(format!("`{key}`: the certificate expires at {}; renew it", facts.not_after));
    }
}

fn check_anchors(anchors: &[CertificateDer<'static>], now: Timestamp, warnings: &mut Vec<String>) {
    for (_, anchor) in anchors.iter().filter_map(|der| X509Certificate::from_der(der).ok()) {
        if anchor.validity().not_after.timestamp() < now.as_second() {
            warnings.push(format!(
                "`tls.trust_anchors`: the trust anchor `{}` has expired; its clients are refused",
                anchor.subject()
            ));
        }
        if !anchor.is_ca() {
            warnings.push(format!(
                "`tls.trust_anchors`: `{}` is not the certificate of an issuer",
                anchor.subject()
            ));
        }
    }
}

/// Checks the lists. As soon as there is any list, the clients of an issuer without a list are all refused.
fn check_crls(
    anchors: &[CertificateDer<'static>],
    crls: &[CertificateRevocationListDer<'static>],
    now: Timestamp,
    refuse_stale: bool,
    faults: &mut Faults,
    warnings: &mut Vec<String>,
) {
    let lists: Vec<CertificateRevocationList<'_>> = crls
        .iter()
        .filter_map(|der| CertificateRevocationList::from_der(der).ok())
        .map(|(_, list)| list)
        .collect();
    if lists.is_empty() {
        return;
    }
    for (_, anchor) in anchors.iter().filter_map(|der| X509Certificate::from_der(der).ok()) {
        if lists.iter().all(|list| list.issuer().as_raw() != anchor.subject().as_raw()) {
            faults.add(
                "tls.crls",
                "",
                format!(
                    "there is no revocation list of the issuer `{}`: all its certificates would be refused; add its list, or remove all lists",
                    anchor.subject()
                ),
            );
        }
    }
    for list in &lists {
        let Some(next) = list.next_update().filter(|next| next.timestamp() < now.as_second()) else {
            continue;
        };
        let message = format!(
            "the revocation list of `{}` should have been replaced by {next}",
            list.issuer()
        );
        if refuse_stale {
            faults.add("tls.crls", "", message);
        } else {
            warnings.push(format!("`tls.crls`: {message}"));
        }
    }
}
