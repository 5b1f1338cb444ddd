//! The issuers whose revocation lists the node accepts, and the check of a signature with an issuer's key.

use rustls::crypto::CryptoProvider;
use rustls_pki_types::CertificateDer;
use x509_parser::asn1_rs::{Any, FromDer as _};
use x509_parser::prelude::X509Certificate;

/// An issuer of certificates and revocation lists.
#[derive(Clone, Debug)]
pub(super) struct ListIssuer {
    /// Its name (DER).
    pub(super) subject: Vec<u8>,
    /// Its key with the algorithm (DER).
    pub(super) key_info: Vec<u8>,
    /// Whether the key usage of its certificate allows signing lists.
    pub(super) may_sign_lists: bool,
}

impl ListIssuer {
    fn read(certificate: &X509Certificate<'_>) -> Self {
        let usage = certificate.key_usage().ok().flatten();
        Self {
            subject: certificate.subject().as_raw().to_vec(),
            key_info: certificate.public_key().raw.to_vec(),
            may_sign_lists: usage.is_none_or(|usage| usage.value.crl_sign()),
        }
    }
}

/// Returns the issuers among `anchors`, and those of `intermediates` that are below them. Also the subjects of the others.
pub(super) fn issuers(
    anchors: &[CertificateDer<'static>],
    intermediates: &[CertificateDer<'static>],
    provider: &CryptoProvider,
) -> (Vec<ListIssuer>, Vec<String>) {
    let parse = |der: &'_ CertificateDer<'static>| {
        X509Certificate::from_der(der)
            .ok()
            .map(|(_, parsed)| ListIssuer::read(&parsed))
    };
    let mut known: Vec<ListIssuer> = anchors.iter().filter_map(parse).collect();
    let mut waiting: Vec<&CertificateDer<'static>> = intermediates.iter().collect();
    loop {
        let before = waiting.len();
        waiting.retain(|der| {
            let Ok((_, certificate)) = X509Certificate::from_der(der) else {
                return false;
            };
            let issuer = certificate.issuer().as_raw();
            let is_signed = known
                .iter()
                .any(|known| known.subject == issuer && is_signed_by(der, &known.key_info, provider));
            if is_signed && certificate.is_ca() {
                known.push(ListIssuer::read(&certificate));
            }
            !is_signed
        });
        if waiting.len() == before {
            break;
        }
    }
    let subject = |der: &&CertificateDer<'static>| Some(X509Certificate::from_der(der).ok()?.1.subject().to_string());
    (known, waiting.iter().filter_map(subject).collect())
}

/// Whether a certificate or revocation list (DER) is signed with a key. Both have the same outer form: content, algorithm,
/// signature (RFC 5280, 4.1 and 5.1).
pub(super) fn is_signed_by(signed: &[u8], key_info: &[u8], provider: &CryptoProvider) -> bool {
    let Some((content, algorithm, signature)) = outer_form(signed) else {
        return false;
    };
    let Some((key_algorithm, key)) = key_and_algorithm(key_info) else {
        return false;
    };
    provider.signature_verification_algorithms.all.iter().any(|candidate| {
        candidate.signature_alg_id().as_ref() == algorithm
            && candidate.public_key_alg_id().as_ref() == key_algorithm
            && candidate.verify_signature(key, content, signature).is_ok()
    })
}

fn outer_form(der: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (rest, outer) = Any::from_der(der).ok()?;
    let (after_content, _) = Any::from_der(outer.data).ok()?;
    let (after_algorithm, algorithm) = Any::from_der(after_content).ok()?;
    let (end, signature) = Any::from_der(after_algorithm).ok()?;
    let content = &outer.data[..outer.data.len() - after_content.len()];
    (rest.is_empty() && end.is_empty()).then_some(())?;
    Some((content, algorithm.data, bits(signature.data)?))
}

fn key_and_algorithm(key_info: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, outer) = Any::from_der(key_info).ok()?;
    let (rest, algorithm) = Any::from_der(outer.data).ok()?;
    let (_, key) = Any::from_der(rest).ok()?;
    Some((algorithm.data, bits(key.data)?))
}

/// The bytes of a bit string without unused bits.
fn bits(data: &[u8]) -> Option<&[u8]> {
    match data.split_first()? {
        (0, bytes) => Some(bytes),
        _ => None,
    }
}
