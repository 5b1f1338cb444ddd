//! Faults between a register and its peer: the promised word for each, the next question unharmed, and a start that depends on
//! nobody.

use std::sync::Arc;
use std::time::{Duration, Instant};

use proto::v1::{CheckPeersRequest, CircuitState, OrganisationKind, PeerCheck};
use tests::caller::timed;
use tests::eventually::{DEADLINE, eventually};
use tests::node::Node;
use tests::pki::{Authority, Leaf};
use tests::proxy::{Fault, Proxy};
use tests::registers::{PeerTable, RegisterOptions, register_oin, start};
use tests::world::{self, AMSTERDAM, CAK, officer_name, officers};

use super::replicate::{is_there, peers};

/// A register, its peer, and a proxy between them.
struct Line {
    peer: Node,
    asker: Node,
    proxy: Proxy,
}

async fn line(mode: &'static str) -> Line {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let (peer_oin, asker_oin) = (register_oin(1), register_oin(2));
    let peer = start(
        &authority,
        RegisterOptions {
            id: "regio",
            oin: &peer_oin,
            organisations: vec![world::municipality(AMSTERDAM, "Amsterdam", "GM0363", &["Amsterdam"])],
            peers: Vec::new(),
            askers: vec![&asker_oin],
        },
    )
    .await;
    peer.publisher(AMSTERDAM)
        .publish(AMSTERDAM, officers(AMSTERDAM, 2))
        .await
        .unwrap();
    let proxy = Proxy::to(&peer.ready.grpc).await;
    let mut table = PeerTable::new("regio", &peer_oin, &proxy.address, mode);
    table.more = "budget = \"500ms\"".to_owned();
    let asker = start(
        &authority,
        RegisterOptions {
            id: "landelijk",
            oin: &asker_oin,
            organisations: vec![world::organisation(
                CAK,
                "CAK",
                "CAK",
                OrganisationKind::Uitvoeringsorganisatie,
            )],
            peers: vec![table],
            askers: Vec::new(),
        },
    )
    .await;
    asker.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    is_well(&asker).await;
    Line { peer, asker, proxy }
}

async fn is_well(node: &Node) {
    eventually(Duration::from_secs(60), "the peer answers", async || {
        let peer = peers(node).await.remove(0);
        if peer.circuit() == CircuitState::Closed {
            Ok(())
        } else {
            Err(peer.problem)
        }
    })
    .await;
}

async fn check(node: &Node) -> PeerCheck {
    let request = timed(CheckPeersRequest::default());
    let answer = node.operator().admin.clone().check_peers(request).await;
    answer.expect("the operator may check peers").into_inner().checks.remove(0)
}

/// What happens to the line, and the words that `check` may use for it.
const FAULTS: [(Fault, &[&str]); 5] = [
    (Fault::Refuse, &["UNREACHABLE", "REFUSED"]),
    (Fault::BlackHole, &["UNREACHABLE", "TIMED_OUT"]),
    (Fault::Garbage, &["BAD_ANSWER"]),
    (Fault::CutAfter(700), &["UNREACHABLE", "REFUSED"]),
    (Fault::Slow(Duration::from_secs(9)), &["UNREACHABLE", "TIMED_OUT"]),
];

#[tokio::test]
async fn every_fault_of_a_line_has_its_word_and_harms_nothing() {
    for mode in ["replicate", "query"] {
        let Line { peer, asker, proxy } = line(mode).await;
        let reader = asker.professional();
        let copied = officer_name(AMSTERDAM, "loket-001");
        if mode == "replicate" {
            is_there(&reader, &copied).await;
        }
        for (fault, words) in FAULTS {
            proxy.set(fault);
            let found = check(&asker).await;
            assert!(
                !found.ok && words.contains(&found.problem.as_str()),
                "{mode} {fault:?}: {found:?}"
            );
            // What is here is answered as ever, at once, and a copy stays.
            let begin = Instant::now();
            reader.get(&officer_name(CAK, "loket-000")).await.unwrap();
            assert!(
                begin.elapsed() < Duration::from_secs(1),
                "{mode} {fault:?}: {:?}",
                begin.elapsed()
            );
            if mode == "replicate" {
                reader.get(&copied).await.unwrap();
            }
            proxy.set(Fault::None);
            is_well(&asker).await;
        }
        // After all of that, changes still come through.
        peer.publisher(AMSTERDAM)
            .publish(AMSTERDAM, officers(AMSTERDAM, 3))
            .await
            .unwrap();
        if mode == "replicate" {
            is_there(&reader, &officer_name(AMSTERDAM, "loket-002")).await;
        }
    }
}

#[tokio::test]
async fn the_wrong_certificate_is_told_from_no_connection() {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let asker_oin = register_oin(2);
    for (leaf, trusted, word) in [
        (Leaf::register(&register_oin(3)), true, "WRONG_OIN"),
        (Leaf::register(&register_oin(1)), false, "WRONG_CERTIFICATE"),
    ] {
        let issuer = if trusted {
            Arc::clone(&authority)
        } else {
            Arc::new(Authority::new("Andere CA"))
        };
        let options = tests::node::NodeOptions {
            empty: true,
            authority: Some(issuer),
            certificate: Some(leaf),
            ..Default::default()
        };
        let stranger = Node::start_with(options.with("storage.register", "\"regio\"")).await;
        let table = PeerTable::new("regio", &register_oin(1), &stranger.ready.grpc, "query");
        let asker = start(
            &authority,
            RegisterOptions {
                id: "landelijk",
                oin: &asker_oin,
                organisations: Vec::new(),
                peers: vec![table],
                askers: Vec::new(),
            },
        )
        .await;
        let found = check(&asker).await;
        assert_eq!(found.problem, word, "{found:?}");
        assert!(!found.reachable);
        eventually(DEADLINE, "requests leave it alone", async || {
            let peer = peers(&asker).await.remove(0);
            if peer.circuit() == CircuitState::Closed {
                Err(peer)
            } else {
                Ok(())
            }
        })
        .await;
    }
}

#[tokio::test]
async fn who_is_no_peer_there_is_refused_in_words() {
    let Line {
        peer,
        asker,
        proxy: _proxy,
    } = line("query").await;
    let request = proto::v1::RevokeGrantRequest {
        oin: register_oin(2),
        organisation: format!("organisations/{}", world::OPERATOR),
    };
    peer.operator().admin.clone().revoke_grant(timed(request)).await.unwrap();
    let found = check(&asker).await;
    assert_eq!(found.problem, "REFUSED", "{found:?}");
    assert!(found.message.contains("UNKNOWN_ORGANISATION"), "{found:?}");
}

#[tokio::test]
async fn a_node_starts_and_is_ready_with_all_peers_down() {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let hole = Proxy::to("127.0.0.1:9").await;
    hole.set(Fault::BlackHole);
    let begin = Instant::now();
    let node = start(
        &authority,
        RegisterOptions {
            id: "landelijk",
            oin: &register_oin(2),
            organisations: vec![world::organisation(
                CAK,
                "CAK",
                "CAK",
                OrganisationKind::Uitvoeringsorganisatie,
            )],
            peers: vec![
                PeerTable::new("gat", &register_oin(3), &hole.address, "replicate"),
                PeerTable::new("weg", &register_oin(4), "https://127.0.0.1:9", "query"),
            ],
            askers: Vec::new(),
        },
    )
    .await;
    let (status, _) = node.operation("/readyz").await;
    assert_eq!(status, 200);
    node.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    node.professional().get(&officer_name(CAK, "loket-000")).await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}
