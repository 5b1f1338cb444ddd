//! Who stands at the peer's address, and who the asker says it is: certificates, OINs, ids and rights.

use super::scene::Done::{Other, OwnCertificate, Revoked};
use super::scene::{Other as Stands, Own};
use super::{Row, Says, hold};

const ROWS: [Row; 8] = [
    Row {
        fault: "wrong certificate",
        done: Other(Stands::Issuer),
        query: Says::Missing(&["WRONG_CERTIFICATE"]),
        replicate: Says::Copy(&["WRONG_CERTIFICATE"]),
    },
    Row {
        fault: "expired certificate",
        done: Other(Stands::Expired),
        query: Says::Missing(&["WRONG_CERTIFICATE"]),
        replicate: Says::Copy(&["WRONG_CERTIFICATE"]),
    },
    Row {
        fault: "wrong OIN",
        done: Other(Stands::Oin),
        query: Says::Missing(&["WRONG_OIN"]),
        replicate: Says::Copy(&["WRONG_OIN"]),
    },
    Row {
        fault: "another register",
        done: Other(Stands::Register),
        query: Says::Missing(&["WRONG_REGISTER"]),
        replicate: Says::Copy(&["WRONG_REGISTER"]),
    },
    Row {
        fault: "own certificate expired",
        done: OwnCertificate(Own::Expired),
        query: Says::Missing(&["REFUSED"]),
        replicate: Says::Copy(&["REFUSED"]),
    },
    Row {
        fault: "own certificate for servers only",
        done: OwnCertificate(Own::ForServers),
        query: Says::Missing(&["REFUSED"]),
        replicate: Says::Copy(&["REFUSED"]),
    },
    Row {
        fault: "own certificate somebody else's",
        done: OwnCertificate(Own::OtherOin),
        query: Says::Missing(&["REFUSED"]),
        replicate: Says::Copy(&["REFUSED"]),
    },
    Row {
        fault: "grant revoked",
        done: Revoked,
        query: Says::Missing(&["REFUSED"]),
        replicate: Says::Copy(&["REFUSED"]),
    },
];

#[tokio::test]
async fn whoever_is_not_the_peer_is_refused_and_named_when_it_is_asked() {
    hold("query", &ROWS).await;
}

#[tokio::test]
async fn whoever_is_not_the_peer_is_refused_and_named_when_it_is_copied() {
    hold("replicate", &ROWS).await;
}
