//! Reads certificates: the server's identity, and what our own explains about a refusal.

use jiff::Timestamp;
use register::oin::Oin;
use rustls::pki_types::CertificateDer;
use x509_parser::oid_registry::OID_X509_SERIALNUMBER;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::tls::read_certificates;
use crate::settings::Identity;

/// The facts in a node's certificate that callers need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerCertificate {
    /// The OIN in its subject.
    pub oin: Option<Oin>,
    /// The end of its validity.
    pub until: Timestamp,
}

/// Returns the OIN in the subject of a certificate; `None` if there is not exactly one.
fn subject_oin(certificate: &X509Certificate<'_>) -> Option<Oin> {
    let numbers = certificate.subject().iter_by_oid(&OID_X509_SERIALNUMBER);
    Oin::of_subject(numbers.map(|number| number.as_str().ok()))
}

/// Parses the certificate that a server showed.
pub(super) fn parse_peer(certificate: &CertificateDer<'_>) -> Option<PeerCertificate> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(PeerCertificate {
        oin: subject_oin(&certificate),
        until: Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?,
    })
}

/// Looks in our own certificate for the reason of a refusal at `now`.
pub(super) fn explain_refusal(identity: Option<&Identity>, now: Timestamp) -> Option<String> {
    let Some(identity) = identity else {
        return Some("no client certificate is set".to_owned());
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
