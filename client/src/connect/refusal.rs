//! TLS alerts in words: why a node refused us, and what to do.

use std::fmt;

use rustls::AlertDescription;

/// Why a node refused the connection after the handshake, as far as the wire says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It wants a client certificate and got none.
    NoCertificate,
    /// The certificate's time has passed.
    Expired,
    /// The certificate was revoked.
    Revoked,
    /// The certificate is of no issuer that it trusts.
    UnknownIssuer,
    /// It does not accept the certificate for another reason.
    BadCertificate,
    /// No version, suite or key exchange is shared.
    NothingInCommon,
    /// Another alert.
    Other(String),
    /// It closed the connection without an alert and before any answer. What our own certificate shows, if it explains it.
    Silent(Option<String>),
}

impl Refusal {
    /// What an alert says.
    pub(super) fn of_alert(alert: AlertDescription) -> Self {
        match alert {
            AlertDescription::CertificateRequired => Self::NoCertificate,
            AlertDescription::CertificateExpired => Self::Expired,
            AlertDescription::CertificateRevoked => Self::Revoked,
            AlertDescription::UnknownCA => Self::UnknownIssuer,
            AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError => Self::BadCertificate,
            AlertDescription::HandshakeFailure
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity
            | AlertDescription::NoApplicationProtocol => Self::NothingInCommon,
            other => Self::Other(format!("{other:?}")),
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NoCertificate => "set `certificate` and `key` in mwr.toml",
            Self::Expired => "renew the certificate and point `certificate` and `key` at the new files",
            Self::Revoked => "ask the issuer for a new certificate",
            Self::UnknownIssuer => {
                "ask the operator which issuers the register trusts, and send the whole chain in `certificate`"
            }
            Self::BadCertificate => "ask the operator what the register's log says about your certificate",
            Self::NothingInCommon => "the register speaks TLS 1.3 with modern key exchanges only: is a proxy in between?",
            Self::Other(_) | Self::Silent(_) => "the register's log says what it saw: ask the operator",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate => f.write_str("the server refused the connection: no certificate was shown"),
            Self::Expired => f.write_str("the server refused the certificate: it has expired"),
            Self::Revoked => f.write_str("the server refused the certificate: it was revoked"),
            Self::UnknownIssuer => f.write_str("the server refused the certificate: unknown issuer"),
            Self::BadCertificate => f.write_str("the server refused the certificate"),
            Self::NothingInCommon => f.write_str("the server refused the handshake: nothing in common"),
            Self::Other(alert) => write!(f, "the server refused the connection: TLS alert {alert}"),
            Self::Silent(None) => f.write_str("the server closed the connection right after the handshake"),
            Self::Silent(Some(seen)) => {
                write!(f, "the server closed the connection right after the handshake; {seen}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_told_in_words_with_what_to_do() {
        let told = |alert| Refusal::of_alert(alert).to_string();
        assert!(told(AlertDescription::CertificateExpired).ends_with("it has expired"));
        assert!(told(AlertDescription::UnknownCA).ends_with("unknown issuer"));
        assert!(told(AlertDescription::CertificateRequired).ends_with("no certificate was shown"));
        assert!(told(AlertDescription::InternalError).contains("InternalError"));
        assert!(Refusal::Expired.advice().contains("renew"));
    }
}
