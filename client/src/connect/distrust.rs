//! Explains why a server is not trusted or could not be reached.

use std::io;

use register::oin::Oin;

use super::refusal::Refusal;

/// The reason why a server is not trusted to be the expected one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// Its certificate has an unknown issuer, has expired, or is for another name.
    #[error("{0}")]
    Certificate(String),
    /// It does not speak TLS.
    #[error("it does not speak TLS")]
    NoTls,
    /// Its certificate is valid but belongs to another organisation.
    #[error("its certificate has {}, but {expected} was expected", .found.as_ref().map_or_else(|| "no OIN".to_owned(), |oin| format!("OIN {oin}")))]
    OtherOin {
        /// The expected OIN.
        expected: Oin,
        /// The OIN in the certificate.
        found: Option<Oin>,
    },
}

/// Returns why the server is not trusted, if that is why there is no connection.
pub(super) fn distrusted(error: &io::Error) -> Option<Distrust> {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())?;
    match tls {
        rustls::Error::InvalidCertificate(_) => Some(Distrust::Certificate(explain(error))),
        rustls::Error::InvalidMessage(_) => Some(Distrust::NoTls),
        _ => None,
    }
}

/// Describes why an endpoint could not be used.
pub(super) fn explain(error: &io::Error) -> String {
    use rustls::CertificateError;
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return error.to_string();
    };
    match tls {
        rustls::Error::AlertReceived(alert) => Refusal::of_alert(*alert).to_string(),
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::UnknownIssuer => "the issuer of its certificate is not in `ca`".to_owned(),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name; set `server_name` if that name is right".to_owned()
            }
            other => format!("its certificate is not valid: {other}"),
        },
        rustls::Error::InvalidMessage(_) => "it does not speak TLS".to_owned(),
        other => other.to_string(),
    }
}
