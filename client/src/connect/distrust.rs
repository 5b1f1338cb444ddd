//! Why a server is not trusted, and why it could not be used.

use std::io;

use register::oin::Oin;

use super::refusal::Refusal;

/// Why who answered is not believed to be who was meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// Its certificate is of no issuer that is believed, has ended, or is for another name.
    #[error("{0}")]
    Certificate(String),
    /// What answers there does not speak TLS.
    #[error("it does not speak TLS")]
    NoTls,
    /// Its certificate is sound and somebody else's.
    #[error("its certificate has {}, and {expected} was meant", .found.as_ref().map_or_else(|| "no OIN".to_owned(), |oin| format!("OIN {oin}")))]
    OtherOin {
        /// Who was meant.
        expected: Oin,
        /// Who answered.
        found: Option<Oin>,
    },
}

/// What is wrong with the certificate of the other side, if that is why there is no connection.
pub(super) fn distrusted(error: &io::Error) -> Option<Distrust> {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())?;
    match tls {
        rustls::Error::InvalidCertificate(_) => Some(Distrust::Certificate(explain(error))),
        rustls::Error::InvalidMessage(_) => Some(Distrust::NoTls),
        _ => None,
    }
}

/// Why an endpoint could not be used, in words.
pub(super) fn explain(error: &io::Error) -> String {
    use rustls::CertificateError;
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return error.to_string();
    };
    match tls {
        rustls::Error::AlertReceived(alert) => Refusal::of_alert(*alert).to_string(),
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::UnknownIssuer => "its certificate is of no issuer in `ca`".to_owned(),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate has another name; set `server_name` if that is right".to_owned()
            }
            other => format!("its certificate cannot be believed: {other}"),
        },
        rustls::Error::InvalidMessage(_) => "it does not speak TLS".to_owned(),
        other => other.to_string(),
    }
}
