//! Revocation lists, in PEM or DER.

use std::sync::LazyLock;

use jiff::Timestamp;
use pki::{Authority, Subject};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use server_core::tls::{ListVerdict, judge_lists};
use x509_parser::asn1_rs::{Any, FromDer as _};

/// The algorithm of the authority's signatures (DER).
const ECDSA_WITH_SHA256: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

/// The longest message of a refusal, in characters. It names at most one issuer.
const MAX_MESSAGE: usize = 400;

const FROM: Timestamp = Timestamp::constant(1_780_000_000, 0);

static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::new("Stelsel CA", FROM).expect("an authority can be made"));

static ANCHOR: LazyLock<CertificateDer<'static>> = LazyLock::new(|| {
    CertificateDer::from_pem_slice(AUTHORITY.certificate_pem.as_bytes()).expect("the authority has a certificate in PEM")
});

/// Two lists, in PEM and DER: the content of no others is taken, unless it is signed anew.
static SIGNED: LazyLock<Vec<(Vec<u8>, Vec<u8>)>> = LazyLock::new(|| {
    let client = Subject::client("CAK", "00000099000000001000");
    let until = Timestamp::constant(1_790_000_000, 0);
    let issued = AUTHORITY.issue(&client, FROM, until).expect("a certificate can be issued");
    [&[][..], &[&issued][..]]
        .into_iter()
        .map(|revoked| AUTHORITY.revocation_list(revoked, FROM).expect("a list can be signed"))
        .map(|pem| {
            let list = CertificateRevocationListDer::from_pem_slice(pem.as_bytes()).expect("the list is PEM");
            (pem.into_bytes(), list.to_vec())
        })
        .collect()
});

/// Only signed content is taken, and every refusal fits a line. With a valid signature of its own, any content is taken or
/// refused.
pub fn run(bytes: &[u8]) {
    for taken in judge(bytes).taken {
        let content = content(&taken);
        assert!(
            SIGNED.iter().any(|list| self::content(&list.1) == content),
            "a list that was not signed is taken"
        );
    }
    if let Some(signed) = content(bytes).and_then(signed_list) {
        judge(&signed);
    }
}

fn judge(file: &[u8]) -> ListVerdict {
    let verdict = judge_lists(&ANCHOR, file, FROM);
    for problem in &verdict.refused {
        assert!(problem.chars().count() <= MAX_MESSAGE && !problem.chars().any(char::is_control));
    }
    verdict
}

/// A list without and one with a certificate, in DER and PEM, and both in one file.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = SIGNED.iter().map(|list| list.1.clone()).collect::<Vec<_>>();
    seeds.extend(SIGNED.iter().map(|list| list.0.clone()));
    seeds.push(SIGNED.iter().flat_map(|list| list.0.clone()).collect());
    seeds
}

/// The signed content of a list: the first value within the outer one (RFC 5280, 5.1).
fn content(list: &[u8]) -> Option<&[u8]> {
    let (_, outer) = Any::from_der(list).ok()?;
    let (rest, _) = Any::from_der(outer.data).ok()?;
    Some(&outer.data[..outer.data.len() - rest.len()])
}

/// A list with this content and the signature of the authority.
fn signed_list(content: &[u8]) -> Option<Vec<u8>> {
    let signature = AUTHORITY.sign(content).ok()?;
    let signature = [&[0x03], &*length(signature.len() + 1), &[0], &*signature].concat();
    let inner = [content, ECDSA_WITH_SHA256, &*signature].concat();
    Some([&[0x30], &*length(inner.len()), &*inner].concat())
}

/// A length in DER.
fn length(length: usize) -> Vec<u8> {
    let bytes = length.to_be_bytes();
    let used = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    match (used, u8::try_from(used.len())) {
        ([short], _) if *short < 0x80 => vec![*short],
        (long, Ok(count)) => [&[0x80 | count], long].concat(),
        (_, Err(_)) => Vec::new(),
    }
}
