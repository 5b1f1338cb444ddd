//! Translates TLS alerts: why a node refused the connection, and what to do about it.

use std::fmt;

use rustls::AlertDescription;

/// The reason why a node refused the connection after the handshake, as far as the protocol reveals it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It requires a client certificate and received none.
    NoCertificate,
    /// The certificate has expired.
    Expired,
    /// The certificate was revoked.
    Revoked,
    /// It does not trust the issuer of the certificate.
    UnknownIssuer,
    /// It rejected the certificate for another reason.
    BadCertificate,
    /// The two sides share no version, cipher suite or key exchange.
    HandshakeFailure,
    /// Another alert.
    Other(String),
    /// It closed the connection without an alert and before any response. Holds the cause that our own certificate suggests.
    Silent(Option<String>),
}

impl Refusal {
    /// Translates an alert.
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
            | AlertDescription::NoApplicationProtocol => Self::HandshakeFailure,
            other => Self::Other(format!("{other:?}")),
        }
    }

    /// Advises the caller.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NoCertificate => "set `certificate` and `key` in mwr.toml",
            Self::Expired => "renew the certificate and set `certificate` and `key` to the new files",
            Self::Revoked => "ask the issuer for a new certificate",
            Self::UnknownIssuer => "ask the operator which issuers the register trusts, and put the whole chain in `certificate`",
            Self::BadCertificate => "ask the operator to look up your certificate in the register's log",
            Self::HandshakeFailure => {
                "the register accepts only TLS 1.3 with modern key exchanges; check whether a proxy is in between"
            }
            Self::Other(_) | Self::Silent(_) => "ask the operator; the register's log has the reason",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate => f.write_str("the server refused the connection: it received no certificate"),
            Self::Expired => f.write_str("the server refused the certificate: it has expired"),
            Self::Revoked => f.write_str("the server refused the certificate: it was revoked"),
            Self::UnknownIssuer => f.write_str("the server refused the certificate: unknown issuer"),
            Self::BadCertificate => f.write_str("the server refused the certificate"),
            Self::HandshakeFailure => {
                f.write_str("the server refused the handshake: no common TLS version, cipher suite or key exchange")
            }
            Self::Other(alert) => write!(f, "the server refused the connection: TLS alert {alert}"),
            Self::Silent(None) => f.write_str("the server closed the connection right after the handshake"),
            Self::Silent(Some(cause)) => {
                write!(f, "the server closed the connection right after the handshake; {cause}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_explained_with_advice() {
        let text = |alert| Refusal::of_alert(alert).to_string();
        assert!(text(AlertDescription::CertificateExpired).ends_with("it has expired"));
        assert!(text(AlertDescription::UnknownCA).ends_with("unknown issuer"));
        assert!(text(AlertDescription::CertificateRequired).ends_with("it received no certificate"));
        assert!(text(AlertDescription::InternalError).contains("InternalError"));
        assert!(Refusal::Expired.advice().contains("renew"));
    }
}
