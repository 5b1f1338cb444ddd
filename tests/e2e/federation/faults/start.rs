//! A start without peers, and the reports of a node that has never reached them.

use std::sync::Arc;

use proto::v1::{Completeness, RegisterState, SearchOfficersRequest};
use tests::caller::hit_name;
use tests::eventually::{DEADLINE, eventually};
use tests::mwr::Mwr;
use tests::node::{Node, NodeOptions, Prepared};
use tests::pki::{Authority, Leaf};
use tests::proxy::{Fault, Proxy};
use tests::refusal::{fact, refused};
use tests::registers::{PeerTable, RegisterOptions, peers_setting, register_oin, start};
use tests::world::{AMSTERDAM, CAK, PROFESSIONAL_OIN, SVB, officer_name, officers};

use super::scene::{NOTICED, Scene, cak, hits_of, optional, required, state_of};

/// Starts a register whose peers are all away: one that it replicates, and one that it queries.
async fn alone() -> (Node, Proxy) {
    let hole = Proxy::to("127.0.0.1:9").await;
    hole.set(Fault::BlackHole);
    let options = RegisterOptions {
        id: "landelijk",
        oin: &register_oin(2),
        organisations: vec![cak()],
        peers: vec![
            PeerTable::new("regio", &register_oin(3), &hole.address, "replicate"),
            PeerTable::new("uitvoering", &register_oin(4), "https://127.0.0.1:9", "query"),
        ],
        askers: Vec::new(),
    };
    (start(&Arc::new(Authority::new("Stelsel CA")), options).await, hole)
}

#[tokio::test]
async fn a_node_starts_and_is_ready_with_all_peers_down() {
    let (mut node, _hole) = alone().await;
    let (status, _) = node.operation("/readyz").await;
    assert_eq!(status, 200);
    node.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    node.professional().get(&officer_name(CAK, "loket-000")).await.unwrap();
    node.restart().await;
    let (status, _) = node.operation("/readyz").await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_ok_register_answers_completely_after_a_start() {
    let mut scene = Scene::new("replicate").await;
    for _ in 0..6 {
        scene.asker.restart().await;
        let reader = scene.asker.professional();
        eventually(NOTICED, "both answer", async || {
            let request = SearchOfficersRequest {
                page_size: 100,
                federation: Some(optional()),
                ..SearchOfficersRequest::default()
            };
            let answer = reader.search(request).await.unwrap();
            let registers = [("regio", AMSTERDAM), ("uitvoering", SVB)];
            let mut answered = 0;
            for (register, organisation) in registers {
                let status = state_of(&answer, register);
                if status.state() == RegisterState::Ok {
                    answered += 1;
                    assert_eq!((status.hits, hits_of(&answer, organisation)), (2, 2), "{status:?}");
                }
            }
            if answered == registers.len() {
                Ok(())
            } else {
                Err(answer.registers)
            }
        })
        .await;
    }
}

#[tokio::test]
async fn an_answer_without_peers_is_partial_and_no_error() {
    let (node, _hole) = alone().await;
    let reader = node.professional();
    // Without own officers and without peers, the route is no answer.
    let refusal = refused(reader.search(SearchOfficersRequest::default()).await, "FEDERATION_INCOMPLETE");
    assert_eq!(fact(&refusal, "missing").as_deref(), Some("regio,uitvoering"));

    node.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    let answer = eventually(DEADLINE, "both have been tried", async || {
        let answer = reader.search(SearchOfficersRequest::default()).await.unwrap();
        if state_of(&answer, "regio").problem.is_empty() {
            Err(answer.registers)
        } else {
            Ok(answer)
        }
    })
    .await;
    assert_eq!(answer.completeness(), Completeness::Partial);
    assert_eq!(
        answer.hits.iter().map(hit_name).collect::<Vec<_>>(),
        [officer_name(CAK, "loket-000")]
    );
    for (register, reason, problems) in [
        ("regio", "NOT_YET_COPIED", &["UNREACHABLE", "TIMED_OUT"][..]),
        ("uitvoering", "CIRCUIT_OPEN", &["UNREACHABLE"]),
    ] {
        let status = state_of(&answer, register);
        assert_eq!((status.state(), status.reason.as_str()), (RegisterState::Skipped, reason));
        assert!(problems.contains(&status.problem.as_str()), "{status:?}");
        assert!(!status.message.is_empty(), "{status:?}");
    }
    let request = SearchOfficersRequest {
        federation: Some(required()),
        ..SearchOfficersRequest::default()
    };
    let refusal = refused(reader.search(request).await, "FEDERATION_INCOMPLETE");
    assert_eq!(fact(&refusal, "missing").as_deref(), Some("regio"));

    // `mwr` prints the same: the skipped registers, the reasons and the problems.
    let mwr = Mwr::new(&node.mwr_config(PROFESSIONAL_OIN));
    let said = mwr.run(["search", "levensonderhoud"]).await.ok();
    said.says("This answer does not cover all registers");
    said.says("skipped (NOT_YET_COPIED, ")
        .says("skipped (CIRCUIT_OPEN, UNREACHABLE): ");
    let json = mwr.run(["--json", "search", "levensonderhoud"]).await.ok().json();
    assert_eq!(json["registers"][2]["problem"], "UNREACHABLE", "{json}");
}

#[tokio::test]
async fn a_certificate_that_peers_refuse_causes_a_warning() {
    let oin = register_oin(2);
    let peers = peers_setting(&[PeerTable::new("regio", &register_oin(3), "https://127.0.0.1:9", "query")]);
    for (leaf, has_peers, warning) in [
        (Leaf::register(&oin), true, None),
        (Leaf::register(&oin).for_servers_only(), false, None),
        (Leaf::register(&oin).for_servers_only(), true, Some("clientAuth")),
        (Leaf::register(&oin).without_oin(), true, Some("no serialNumber")),
    ] {
        let mut options = NodeOptions {
            certificate: Some(leaf),
            ..NodeOptions::default()
        };
        if has_peers {
            options = options.with("peers", peers.clone());
        }
        let prepared = Prepared::new(options);
        assert_eq!(prepared.init().await.0, 0);
        let (code, said) = prepared.run(&["config", "check"]).await;
        assert_eq!(code, 0, "{said}");
        match warning {
            Some(warning) => assert!(said.contains("peers are configured") && said.contains(warning), "{said}"),
            None => assert!(!said.contains("peers are configured"), "{said}"),
        }
    }
}
