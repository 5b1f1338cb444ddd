//! Faults of identity: certificates, OINs, register ids and grants of the peer and of the asker.

use super::scene::Injection::{Impostor, OwnCertificate, Revoked};
use super::scene::{AskerCertificate, Impostor as Stands};
use super::{ExpectedReport, FaultCase, hold};

const CASES: [FaultCase; 8] = [
    FaultCase {
        name: "wrong certificate",
        injection: Impostor(Stands::Issuer),
        query: ExpectedReport::Missing(&["WRONG_CERTIFICATE"]),
        replicate: ExpectedReport::Copy(&["WRONG_CERTIFICATE"]),
    },
    FaultCase {
        name: "expired certificate",
        injection: Impostor(Stands::Expired),
        query: ExpectedReport::Missing(&["WRONG_CERTIFICATE"]),
        replicate: ExpectedReport::Copy(&["WRONG_CERTIFICATE"]),
    },
    FaultCase {
        name: "wrong OIN",
        injection: Impostor(Stands::Oin),
        query: ExpectedReport::Missing(&["WRONG_OIN"]),
        replicate: ExpectedReport::Copy(&["WRONG_OIN"]),
    },
    FaultCase {
        name: "another register",
        injection: Impostor(Stands::Register),
        query: ExpectedReport::Missing(&["WRONG_REGISTER"]),
        replicate: ExpectedReport::Copy(&["WRONG_REGISTER"]),
    },
    FaultCase {
        name: "own certificate expired",
        injection: OwnCertificate(AskerCertificate::Expired),
        query: ExpectedReport::Missing(&["REFUSED"]),
        replicate: ExpectedReport::Copy(&["REFUSED"]),
    },
    FaultCase {
        name: "own certificate for servers only",
        injection: OwnCertificate(AskerCertificate::ForServers),
        query: ExpectedReport::Missing(&["REFUSED"]),
        replicate: ExpectedReport::Copy(&["REFUSED"]),
    },
    FaultCase {
        name: "own certificate somebody else's",
        injection: OwnCertificate(AskerCertificate::OtherOin),
        query: ExpectedReport::Missing(&["REFUSED"]),
        replicate: ExpectedReport::Copy(&["REFUSED"]),
    },
    FaultCase {
        name: "grant revoked",
        injection: Revoked,
        query: ExpectedReport::Missing(&["REFUSED"]),
        replicate: ExpectedReport::Copy(&["REFUSED"]),
    },
];

#[tokio::test]
async fn wrong_identities_are_reported_for_a_query_peer() {
    hold("query", &CASES).await;
}

#[tokio::test]
async fn wrong_identities_are_reported_for_a_replica() {
    hold("replicate", &CASES).await;
}
