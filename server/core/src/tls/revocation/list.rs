//! One revocation list: who signed it, when it was made, and whether it may replace another.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::CertificateRevocationListDer;
use sha2::{Digest as _, Sha256};
use x509_parser::prelude::{CertificateRevocationList, FromDer as _, X509Name};

use super::issuer::{ListIssuer, is_signed_by};

/// The most characters of an issuer's name in a message.
const MAX_NAME: usize = 100;

/// How far the issuer's clock may be ahead.
const CLOCK_LEEWAY: SignedDuration = SignedDuration::from_mins(5);

/// The object identifier of the extension that limits a list to some certificates of its issuer (RFC 5280, 5.2.5).
const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";

/// A revocation list that its issuer has signed and that rustls can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedList {
    pub(super) der: CertificateRevocationListDer<'static>,
    /// The list with the same key that is newer replaces this one: the issuer's key and the list's scope, hashed.
    pub(super) key: String,
    /// The name of the issuer (DER).
    pub(super) subject: Vec<u8>,
    /// The name of the issuer, for the log.
    pub(crate) issuer: String,
    /// The number of the list, big-endian without leading zeros.
    number: Option<Vec<u8>>,
    this_update: Timestamp,
    pub(crate) next_update: Option<Timestamp>,
}

/// What a list is checked against.
pub(super) struct ListCheck<'a> {
    pub(super) issuers: &'a [ListIssuer],
    pub(super) roots: &'a Arc<RootCertStore>,
    pub(super) provider: &'a Arc<CryptoProvider>,
    pub(super) now: Timestamp,
}

impl ListCheck<'_> {
    /// Checks form, signature and time of a list. The error completes "the list …".
    pub(super) fn check(&self, der: &[u8]) -> Result<SignedList, String> {
        let (rest, list) = CertificateRevocationList::from_der(der).map_err(|_| "is malformed".to_owned())?;
        if !rest.is_empty() {
            return Err("is followed by other bytes".to_owned());
        }
        let (subject, issuer) = (list.issuer().as_raw(), name_text(list.issuer()));
        let mut named = self.issuers.iter().filter(|known| known.subject == subject).peekable();
        if named.peek().is_none() {
            return Err(format!(
                "is of the issuer `{issuer}`, which is not in `tls.trust_anchors` or `tls.intermediates`"
            ));
        }
        let signer = named
            .find(|known| is_signed_by(der, &known.key_info, self.provider))
            .ok_or_else(|| format!("names the issuer `{issuer}` but is not signed with its key"))?;
        if !signer.may_sign_lists {
            return Err(format!(
                "is of the issuer `{issuer}`, whose certificate does not allow it to sign lists"
            ));
        }
        let this_update = moment(list.last_update().timestamp());
        if this_update > self.now + CLOCK_LEEWAY {
            return Err(format!("is of `{this_update}`, which is in the future; check the clock"));
        }
        let owned = CertificateRevocationListDer::from(der.to_vec());
        self.is_usable(owned.clone())?;
        let mut hasher = Sha256::new();
        hasher.update(&signer.key_info);
        for extension in list.extensions() {
            if extension.oid.to_id_string() == ISSUING_DISTRIBUTION_POINT {
                hasher.update(extension.value);
            }
        }
        Ok(SignedList {
            key: hex::encode(hasher.finalize()),
            der: owned,
            subject: subject.to_vec(),
            issuer,
            number: list.crl_number().map(|number| number.to_bytes_be()),
            this_update,
            next_update: list.next_update().map(|next| moment(next.timestamp())),
        })
    }

    /// Whether rustls understands the list: it refuses all lists if it cannot use one.
    fn is_usable(&self, list: CertificateRevocationListDer<'static>) -> Result<(), String> {
        WebPkiClientVerifier::builder_with_provider(Arc::clone(self.roots), Arc::clone(self.provider))
            .with_crls([list])
            .build()
            .map(drop)
            .map_err(|error| format!("cannot be used: {error}"))
    }
}

impl SignedList {
    /// Why this list may not replace `last`, which was accepted before: neither number nor time goes back.
    pub(super) fn cannot_replace(&self, last: &Self) -> Option<String> {
        // Shorter numbers without leading zeros are smaller.
        let place = |list: &Self| list.number.clone().map(|number| (number.len(), number));
        let is_older = place(self) < place(last) || self.this_update < last.this_update;
        is_older.then(|| {
            format!(
                "of the issuer `{}` is older ({}) than the last good one ({}), which stays in use",
                self.issuer, self.this_update, last.this_update
            )
        })
    }

    /// Whether the issuer should have replaced it by `now`.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        self.next_update.is_some_and(|next| next < now)
    }
}

/// A name for the log, of bounded length: an unknown issuer can be called anything.
fn name_text(name: &X509Name<'_>) -> String {
    let text = name.to_string();
    text.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}
