//! The verdict on revocation lists outside a node: for programs that try lists, such as the fuzz targets.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;

use super::{ListTrust, RememberedLists, RevocationLists};
use crate::config::TlsSettings;
use crate::tls::crypto;

/// Which lists of a file a node would take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListVerdict {
    /// The lists that it would take, in DER.
    pub taken: Vec<Vec<u8>>,
    /// Why it would not take the others.
    pub refused: Vec<String>,
}

/// Judges the revocation lists in a file, PEM or DER, as a node does whose only trust anchor is `anchor` and which has no lists.
pub fn judge_lists(anchor: &CertificateDer<'static>, file: &[u8], now: Timestamp) -> ListVerdict {
    let mut roots = RootCertStore::empty();
    if let Err(error) = roots.add(anchor.clone()) {
        return ListVerdict {
            refused: vec![format!("the trust anchor cannot be used: {error}")],
            ..ListVerdict::default()
        };
    }
    let trust = ListTrust {
        anchors: std::slice::from_ref(anchor),
        intermediates: &[],
        roots: &Arc::new(roots),
        provider: &crypto::provider(&TlsSettings::default()),
        now,
    };
    let source = ("the file".to_owned(), file.to_vec());
    let lists = RevocationLists::select(&trust, &RememberedLists::default(), &[source]);
    ListVerdict {
        taken: lists.iter().map(|list| list.der.to_vec()).collect(),
        refused: lists.refused,
    }
}
