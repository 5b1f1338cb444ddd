//! What our own certificate shows, when a node closed the connection without saying why.

use jiff::Timestamp;
use register::oin::Oin;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::tls::read_certificates;
use crate::settings::Identity;

/// What the certificate of a node says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerCertificate {
    /// The OIN in its subject.
    pub oin: Option<Oin>,
    /// Last moment at which it holds.
    pub until: Timestamp,
}

/// The OIN of a certificate: the serial number of its subject, if it has exactly one and that is an OIN.
///
/// Two numbers would leave open which one is meant.
pub fn subject_oin(certificate: &X509Certificate<'_>) -> Option<Oin> {
    let mut numbers = certificate
        .subject()
        .iter_by_oid(&x509_parser::oid_registry::OID_X509_SERIALNUMBER);
    match (numbers.next(), numbers.next()) {
        (Some(only), None) => only.as_str().ok().and_then(|text| Oin::parse(text).ok()),
        _ => None,
    }
}

/// What the certificate of the other side says.
pub(super) fn seen(certificate: &CertificateDer<'_>) -> Option<PeerCertificate> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(PeerCertificate {
        oin: subject_oin(&certificate),
        until: Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?,
    })
}

/// What of the certificate may explain a refusal at `now`, if anything does.
pub(super) fn explain(identity: Option<&Identity>, now: Timestamp) -> Option<String> {
    let Some(identity) = identity else {
        return Some("no certificate was shown".to_owned());
    };
    let chain = read_certificates("certificate", &identity.certificate).ok()?;
    let (_, certificate) = X509Certificate::from_der(chain.first()?).ok()?;
    let validity = certificate.validity();
    if validity.not_after.timestamp() < now.as_second() {
        return Some(format!("our certificate expired on {}", validity.not_after));
    }
    if validity.not_before.timestamp() > now.as_second() {
        return Some(format!("our certificate is not valid before {}", validity.not_before));
    }
    subject_oin(&certificate)
        .is_none()
        .then(|| "our certificate has no OIN in the subject's serialNumber".to_owned())
}
