//! Client certificates: the OIN in the subject and the facts that are logged.

use jiff::Timestamp;
use pki::{Authority, Subject};
use register::oin::Oin;
use server_core::identity::CertificateFacts;

/// The facts of any bytes can be read or not; an OIN in them is well-formed, and the issuer fits a log line.
pub fn run(bytes: &[u8]) {
    let Some(facts) = CertificateFacts::read(bytes) else { return };
    assert!(facts.issuer.chars().count() <= 100 && !facts.issuer.chars().any(char::is_control));
    if let Some(oin) = facts.oin {
        assert_eq!(Oin::parse(oin.as_str()).as_ref(), Ok(&oin));
    }
}

/// Certificates of a caller and of a node.
pub fn seeds() -> Vec<Vec<u8>> {
    let from = Timestamp::constant(1_780_000_000, 0);
    let until = Timestamp::constant(1_790_000_000, 0);
    let authority = Authority::new("Stelsel CA", from).expect("an authority can be made");
    let client = Subject::client("CAK", "00000099000000001000");
    let node = Subject::local_node("00000099000000002000");
    [
        authority.issue(&client, from, until),
        authority.issue_for_server(&node, from, until),
    ]
    .into_iter()
    .map(|issued| issued.expect("a certificate can be issued").der.to_vec())
    .collect()
}
