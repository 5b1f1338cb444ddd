//! What to say of a handshake that failed. On the wire it is only an alert, so this is where the operator looks.

use std::io;

use rustls::{AlertDescription, CertificateError};

use super::verifier::reason_of;
use crate::identity::CertificateFacts;

/// A failed handshake in words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// For the metric and the log: one of our reasons where there is one.
    pub(super) reason: &'static str,
    /// What was seen, and what to do.
    pub(super) words: &'static str,
    /// Whether it is worth a warning; scans and health probes are not.
    pub(super) is_news: bool,
}

impl Refusal {
    /// What `error` means.
    pub(super) fn of(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|source| source.downcast_ref::<rustls::Error>());
        let Some(tls) = tls else {
            return Self::quiet("CONNECTION_LOST", "the other side went away during the handshake");
        };
        match tls {
            rustls::Error::NoCertificatesPresented => Self::loud(
                reason_of(tls).as_str(),
                "the caller showed no certificate; it must connect with its client certificate",
            ),
            rustls::Error::InvalidCertificate(error) => Self::loud(reason_of(tls).as_str(), words_for(error)),
            rustls::Error::AlertReceived(alert) => Self::loud("REFUSED_BY_CALLER", words_for_alert(*alert)),
            rustls::Error::PeerIncompatible(_) => Self::loud(
                "INCOMPATIBLE",
                "the caller speaks no TLS version, cipher suite or key exchange that this node accepts; see `tls.allow_tls12` and `tls.require_post_quantum`",
            ),
            rustls::Error::InvalidMessage(_) => Self::quiet("NOT_TLS", "what came in is not TLS"),
            _ => Self::loud("HANDSHAKE_FAILED", "the handshake went wrong"),
        }
    }

    /// A handshake that took too long.
    pub(super) fn too_slow() -> Self {
        Self::quiet(
            "TOO_SLOW",
            "the handshake was not finished in time; see `listen.handshake_within`",
        )
    }

    fn loud(reason: &'static str, words: &'static str) -> Self {
        Self {
            reason,
            words,
            is_news: true,
        }
    }

    fn quiet(reason: &'static str, words: &'static str) -> Self {
        Self {
            reason,
            words,
            is_news: false,
        }
    }

    /// Writes the line. Of the certificate it says the OIN, the issuer and the end, and no more.
    pub(super) fn log(&self, seen: Option<&CertificateFacts>) {
        let Self { reason, words, .. } = self;
        if !self.is_news {
            tracing::debug!(reason, "handshake not finished: {words}");
            return;
        }
        match seen {
            None => tracing::warn!(reason, "handshake refused: {words}"),
            Some(facts) => tracing::warn!(
                reason,
                caller.oin = facts.oin.as_ref().map_or("none", |oin| oin.as_str()),
                certificate.issuer = facts.issuer,
                certificate.not_after = %facts.not_after,
                "handshake refused: {words}"
            ),
        }
    }
}

fn words_for(error: &CertificateError) -> &'static str {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } => "the caller's certificate has expired; it must be renewed",
        E::NotValidYet | E::NotValidYetContext { .. } => {
            "the caller's certificate does not hold yet; check the clocks, here and there"
        }
        E::Revoked => "the caller's certificate was revoked by its issuer; the caller must use its new one",
        E::UnknownIssuer => {
            "the caller's certificate is of no issuer in `tls.trust_anchors`, or its intermediates were not sent; add the issuer if it is to be trusted"
        }
        E::UnknownRevocationStatus => {
            "there is no revocation list of an issuer in the caller's chain; add it to `tls.crls` (`maatwerkregister config check` names it)"
        }
        E::ExpiredRevocationList | E::ExpiredRevocationListContext { .. } => {
            "the revocation list of the caller's issuer is past its time; fetch the new one into `tls.crls`"
        }
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => {
            "the caller's certificate may not be used by clients; it needs one with clientAuth"
        }
        E::BadSignature => "the caller's certificate does not bear its issuer's signature",
        E::BadEncoding => "the caller's certificate cannot be read",
        _ => "the caller's certificate is not acceptable",
    }
}

fn words_for_alert(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::UnknownCA => "the caller does not trust the issuer of this node's certificate",
        AlertDescription::CertificateExpired => "the caller finds this node's certificate expired; renew it",
        AlertDescription::BadCertificate | AlertDescription::CertificateUnknown => {
            "the caller does not accept this node's certificate; does it hold the name that the caller uses?"
        }
        _ => "the caller broke the handshake off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: rustls::Error) -> Refusal {
        Refusal::of(&io::Error::other(error))
    }

    #[test]
    fn certificates_are_refused_with_a_reason_of_ours() {
        let reason = |error| of(rustls::Error::InvalidCertificate(error)).reason;
        assert_eq!(reason(CertificateError::Expired), "CERT_EXPIRED");
        assert_eq!(reason(CertificateError::Revoked), "CERT_REVOKED");
        assert_eq!(reason(CertificateError::UnknownIssuer), "UNTRUSTED_ISSUER");
        assert_eq!(of(rustls::Error::NoCertificatesPresented).reason, "CERTIFICATE_MISSING");
    }

    #[test]
    fn a_scan_is_no_news() {
        assert!(!Refusal::of(&io::Error::from(io::ErrorKind::UnexpectedEof)).is_news);
        assert!(!of(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType)).is_news);
    }
}
