//! Explains failed handshakes in the log. The client sees only an alert, so this is where the operator looks.

use std::io;

use rustls::{AlertDescription, CertificateError};

use super::verifier::reason_of;
use crate::identity::CertificateFacts;

/// A failed handshake, explained.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HandshakeRefusal {
    /// The reason for metric and log: a [`crate::error::Reason`] where one fits.
    pub(super) reason: &'static str,
    /// What happened and what to do.
    pub(super) explanation: &'static str,
    /// Whether to log a warning. Port scans and health probes are only logged at debug level.
    pub(super) is_notable: bool,
}

impl HandshakeRefusal {
    /// Explains `error`.
    pub(super) fn of(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|source| source.downcast_ref::<rustls::Error>());
        let Some(tls) = tls else {
            return Self::routine("CONNECTION_LOST", "the caller closed the connection during the handshake");
        };
        match tls {
            rustls::Error::NoCertificatesPresented => Self::notable(
                reason_of(tls).as_str(),
                "the caller sent no certificate; it must connect with its client certificate",
            ),
            rustls::Error::InvalidCertificate(error) => Self::notable(reason_of(tls).as_str(), explain(error)),
            rustls::Error::AlertReceived(alert) => Self::notable("REFUSED_BY_CALLER", explain_alert(*alert)),
            rustls::Error::PeerIncompatible(_) => Self::notable(
                "INCOMPATIBLE",
                "the caller speaks no TLS version, cipher suite or key exchange that this node accepts; see `tls.allow_tls12` and `tls.require_post_quantum`",
            ),
            rustls::Error::InvalidMessage(_) => Self::routine("NOT_TLS", "the caller does not speak TLS"),
            _ => Self::notable("HANDSHAKE_FAILED", "the handshake failed"),
        }
    }

    /// A handshake that timed out.
    pub(super) fn too_slow() -> Self {
        Self::routine(
            "TOO_SLOW",
            "the handshake was not finished in time; see `listen.handshake_within`",
        )
    }

    fn notable(reason: &'static str, explanation: &'static str) -> Self {
        Self {
            reason,
            explanation,
            is_notable: true,
        }
    }

    fn routine(reason: &'static str, explanation: &'static str) -> Self {
        Self {
            reason,
            explanation,
            is_notable: false,
        }
    }

    /// Logs the refusal. Of the certificate, only OIN, issuer and expiry are logged.
    pub(super) fn log(&self, seen: Option<&CertificateFacts>) {
        let Self { reason, explanation, .. } = self;
        if !self.is_notable {
            tracing::debug!(reason, "handshake not finished: {explanation}");
            return;
        }
        match seen {
            None => tracing::warn!(reason, "handshake refused: {explanation}"),
            Some(facts) => tracing::warn!(
                reason,
                caller.oin = facts.oin.as_ref().map_or("none", |oin| oin.as_str()),
                certificate.issuer = facts.issuer,
                certificate.not_after = %facts.not_after,
                "handshake refused: {explanation}"
            ),
        }
    }
}

fn explain(error: &CertificateError) -> &'static str {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } => "the caller's certificate has expired; it must be renewed",
        E::NotValidYet | E::NotValidYetContext { .. } => {
            "the caller's certificate is not valid yet; check the clocks on both sides"
        }
        E::Revoked => "the caller's certificate was revoked by its issuer; the caller must use its new one",
        E::UnknownIssuer => {
            "the issuer of the caller's certificate is not in `tls.trust_anchors`, or the caller did not send its intermediates; add the issuer if you trust it"
        }
        E::UnknownRevocationStatus => {
            "there is no revocation list of an issuer in the caller's chain; add it to `tls.crls` (`maatwerkregister config check` names it)"
        }
        E::ExpiredRevocationList | E::ExpiredRevocationListContext { .. } => {
            "the revocation list of the caller's issuer has expired; put the new one into `tls.crls`"
        }
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => {
            "the caller's certificate is not for clients; the caller needs one with clientAuth"
        }
        E::BadSignature => "the signature of the caller's certificate is wrong",
        E::BadEncoding => "the caller's certificate is malformed",
        _ => "the caller's certificate is not acceptable",
    }
}

fn explain_alert(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::UnknownCA => "the caller does not trust the issuer of this node's certificate",
        AlertDescription::CertificateExpired => "this node's certificate has expired, according to the caller; renew it",
        AlertDescription::BadCertificate | AlertDescription::CertificateUnknown => {
            "the caller does not accept this node's certificate; does it contain the host name that the caller uses?"
        }
        _ => "the caller aborted the handshake",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: rustls::Error) -> HandshakeRefusal {
        HandshakeRefusal::of(&io::Error::other(error))
    }

    #[test]
    fn refused_certificates_have_a_reason() {
        let reason = |error| of(rustls::Error::InvalidCertificate(error)).reason;
        assert_eq!(reason(CertificateError::Expired), "CERT_EXPIRED");
        assert_eq!(reason(CertificateError::Revoked), "CERT_REVOKED");
        assert_eq!(reason(CertificateError::UnknownIssuer), "UNTRUSTED_ISSUER");
        assert_eq!(of(rustls::Error::NoCertificatesPresented).reason, "CERTIFICATE_MISSING");
    }

    #[test]
    fn port_scan_is_not_notable() {
        assert!(!HandshakeRefusal::of(&io::Error::from(io::ErrorKind::UnexpectedEof)).is_notable);
        assert!(!of(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType)).is_notable);
    }
}
