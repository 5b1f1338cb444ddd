//! Revocation lists.

use jiff::Timestamp;
use pki::Authority;

/// Any bytes are read or refused.
pub fn run(_bytes: &[u8]) {}

/// A list with one certificate.
pub fn seeds() -> Vec<Vec<u8>> {
    let from = Timestamp::constant(1_780_000_000, 0);
    let authority = Authority::new("Stelsel CA", from).expect("an authority can be made");
    vec![
        authority
            .revocation_list(&[], from)
            .expect("a list can be signed")
            .into_bytes(),
    ]
}
