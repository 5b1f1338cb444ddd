//! Revocation lists: which ones are in use.
//!
//! A list is taken only if it is signed with the key of a known issuer and is no older than the last one of that issuer. The
//! last good lists are kept in the data folder, so that neither a bad file nor a restart brings back a revoked certificate. A
//! bad list leaves the last good one of its issuer in use, and does not keep the other files from being reloaded.

mod fetch;
mod issuer;
mod judge;
mod list;
mod remembered;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use x509_parser::prelude::{FromDer as _, X509Certificate};

pub(super) use fetch::fetch;
use issuer::issuers;
pub use judge::{ListVerdict, judge_lists};
use list::ListCheck;
pub(super) use list::SignedList;
pub use remembered::RememberedLists;

/// A list or file of lists, and where it comes from.
pub(super) type ListSource = (String, Vec<u8>);

/// The certificates that decide which lists are taken.
pub(super) struct ListTrust<'a> {
    pub(super) anchors: &'a [CertificateDer<'static>],
    pub(super) intermediates: &'a [CertificateDer<'static>],
    pub(super) roots: &'a Arc<RootCertStore>,
    pub(super) provider: &'a Arc<CryptoProvider>,
    pub(super) now: Timestamp,
}

/// The lists in use.
#[derive(Debug, Default)]
pub(super) struct RevocationLists {
    by_key: BTreeMap<String, SignedList>,
    /// Lists that were not taken, with the reason.
    pub(super) refused: Vec<String>,
    /// Issuers among the trust anchors without a list: all their certificates would be refused.
    pub(super) missing: Vec<String>,
}

impl RevocationLists {
    /// Selects from the remembered lists and `sources` the newest good list of each issuer.
    pub(super) fn select(trust: &ListTrust<'_>, remembered: &RememberedLists, sources: &[ListSource]) -> Self {
        let (issuers, unsigned) = issuers(trust.anchors, trust.intermediates, trust.provider);
        let check = ListCheck {
            issuers: &issuers,
            roots: trust.roots,
            provider: trust.provider,
            now: trust.now,
        };
        let mut lists = Self::default();
        for subject in unsigned {
            let problem = format!("`tls.intermediates`: `{subject}` is not signed by a trust anchor or another intermediate");
            lists.refused.push(problem);
        }
        for der in remembered.read(&mut lists.refused) {
            // A remembered list of an issuer that is no longer trusted is not needed.
            if let Ok(list) = check.check(&der) {
                lists.by_key.insert(list.key.clone(), list);
            }
        }
        for (place, bytes) in sources {
            let found = split(bytes);
            if found.is_empty() {
                lists.refuse(place, "contains no revocation list in PEM or DER form");
            }
            for der in found {
                match check.check(&der) {
                    Err(problem) => lists.refuse(place, &format!("the list {problem}")),
                    Ok(list) => lists.offer(place, list),
                }
            }
        }
        lists.missing = lists.missing_issuers(trust.anchors);
        lists
    }

    /// The lists, for rustls.
    pub(super) fn ders(&self) -> Vec<CertificateRevocationListDer<'static>> {
        self.by_key.values().map(|list| list.der.clone()).collect()
    }

    /// The lists in use.
    pub(super) fn iter(&self) -> impl Iterator<Item = &SignedList> {
        self.by_key.values()
    }

    fn offer(&mut self, place: &str, list: SignedList) {
        let problem = self.by_key.get(&list.key).and_then(|last| list.cannot_replace(last));
        match problem {
            Some(problem) => self.refuse(place, &format!("the list {problem}")),
            None => drop(self.by_key.insert(list.key.clone(), list)),
        }
    }

    fn refuse(&mut self, place: &str, problem: &str) {
        self.refused.push(format!("`tls.crls`: `{place}`: {problem}"));
    }

    fn missing_issuers(&self, anchors: &[CertificateDer<'static>]) -> Vec<String> {
        let parsed = anchors.iter().filter_map(|der| X509Certificate::from_der(der).ok());
        let without = parsed.filter(|(_, anchor)| self.iter().all(|list| list.subject != anchor.subject().as_raw()));
        without.map(|(_, anchor)| anchor.subject().to_string()).collect()
    }
}

/// The lists in a file, which issuers publish as PEM or DER.
fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.first() == Some(&0x30) {
        return vec![bytes.to_vec()];
    }
    let found = CertificateRevocationListDer::pem_slice_iter(bytes).filter_map(Result::ok);
    found.map(|der| der.as_ref().to_vec()).collect()
}
