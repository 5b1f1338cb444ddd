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
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::crypto;
use super::revocation::{ListSource, ListTrust, RememberedLists, RevocationLists};
use super::time::ClockTime;
use super::verifier::RecordingVerifier;
use crate::config::{Faults, TlsSettings};
use crate::identity::CertificateFacts;

/// A certificate that expires within this time causes a warning.
const RENEW_WITHIN: Duration = Duration::from_secs(30 * 24 * 3600);

/// The TLS configuration made from one reading of the files.
#[derive(Debug)]
pub(super) struct Material {
    pub(super) server_config: Arc<ServerConfig>,
    pub(super) verifier: Arc<dyn ClientCertVerifier>,
    /// The revocation lists in use.
    pub(super) lists: RevocationLists,
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
    /// Reads all files of `settings`. The error lists all faults. A revocation list that is not good is a fault only if it leaves
    /// a trust anchor without one.
    pub(super) fn load(
        settings: &TlsSettings,
        remembered: &RememberedLists,
        fetched: &[ListSource],
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, Faults> {
        let now = clock.now();
        let mut faults = Faults::new();
        let mut warnings = Vec::new();
        let chain = certificates("tls.certificate", settings.certificate.as_slice(), &mut faults);
        let key = private_key("tls.key", settings.key.as_deref(), &mut faults);
        let anchors = certificates("tls.trust_anchors", &settings.trust_anchors, &mut faults);
        let intermediates = certificates("tls.intermediates", &settings.intermediates, &mut faults);
        let facts = chain.first().and_then(|leaf| CertificateFacts::read(leaf));
        if let Some(facts) = &facts {
            check_validity("tls.certificate", facts, now, &mut faults, &mut warnings);
        }
        check_anchors(&anchors, now, &mut warnings);
        let provider = crypto::provider(settings);
        let refused = Self::refused;
        let mut roots = RootCertStore::empty();
        for anchor in &anchors {
            let added = roots.add(anchor.clone());
            added.unwrap_or_else(|error| faults.add("tls.trust_anchors", "", error.to_string()));
        }
        let roots = Arc::new(roots);
        let lists = if settings.uses_crls() && !roots.is_empty() {
            let sources = list_sources(&settings.crls, fetched, &mut warnings);
            let trust = ListTrust {
                anchors: &anchors,
                intermediates: &intermediates,
                roots: &roots,
                provider: &provider,
                now,
            };
            RevocationLists::select(&trust, remembered, &sources)
        } else {
            RevocationLists::default()
        };
        for issuer in &lists.missing {
            let message = format!(
                "there is no revocation list of the issuer `{issuer}`: all its certificates would be refused; add its list, or remove all lists"
            );
            faults.add("tls.crls", "", message);
        }
        if !faults.is_empty() {
            for problem in warnings
                .drain(..)
                .chain(lists.refused.iter().cloned())
                .filter(|text| text.contains("tls.crls"))
            {
                faults.add("tls.crls", "", problem);
            }
        }
        let (Some(facts), Some(key), true) = (facts, key, faults.is_empty()) else {
            return Err(faults);
        };
        let mut verifier = WebPkiClientVerifier::builder_with_provider(roots, provider.clone()).with_crls(lists.ders());
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
            lists,
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

/// The files with lists and the fetched lists. A file that cannot be read is a warning.
fn list_sources(files: &[PathBuf], fetched: &[ListSource], warnings: &mut Vec<String>) -> Vec<ListSource> {
    let mut sources = Vec::new();
    for file in files {
        match std::fs::read(file) {
            Ok(bytes) => sources.push((place(file), bytes)),
            Err(error) => warnings.push(format!("`tls.crls`: `{}`: cannot be read: {error}", place(file))),
        }
    }
    sources.extend(fetched.iter().cloned());
    sources
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
