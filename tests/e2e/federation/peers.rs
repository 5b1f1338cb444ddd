//! Peers from the configuration and from operators, and `mwr peers check`.

use tests::eventually::{DEADLINE, eventually};
use tests::mwr::Mwr;
use tests::node::Node;
use tests::registers::register_oin;
use tests::world::OPERATOR_OIN;

use super::replicate::{Two, peers, two};

fn operator(node: &Node) -> Mwr {
    Mwr::new(&node.mwr_config(OPERATOR_OIN))
}

#[tokio::test]
async fn check_describes_a_peer_and_its_problems() {
    let Two { mut region, national } = two().await;
    let mwr = operator(&national);
    let well = mwr.run(["peers", "check"]).await.ok();
    well.says("regio: ok").says("v1").says(&register_oin(1));
    let json = mwr.run(["--json", "peers", "check", "regio"]).await.ok().json();
    assert_eq!(
        (json[0]["ok"].as_bool(), json[0]["reachable"].as_bool()),
        (Some(true), Some(true)),
        "{json}"
    );
    assert!(json[0]["round_trip_seconds"].as_f64().unwrap() > 0.0, "{json}");
    region.stop().await;
    let away = mwr.run(["peers", "check"]).await.with_code(7);
    away.says("NOT WELL (UNREACHABLE)").complains("1 of 1 peer failed");
    mwr.run(["peers", "check", "niemand"]).await.with_code(3);
}

#[tokio::test]
async fn operators_manage_peers_outside_the_configuration() {
    let Two { region, national } = two().await;
    let mwr = operator(&national);
    let configured = mwr.run(["peers", "remove", "regio"]).await;
    configured.complains("PEER_IS_CONFIGURED");
    mwr.run(["peers", "list"]).await.ok().says("configuration");

    // The reverse: the region queries the national register, which allows that.
    let grant = tests::world::grant(&register_oin(1), tests::world::OPERATOR, &[proto::v1::Role::Peer]);
    national.operator().put_grants(vec![grant]).await.unwrap();
    let mwr = operator(&region);
    let endpoint = national.ready.grpc.clone();
    let oin = register_oin(2);
    let put = [
        "peers",
        "put",
        "landelijk",
        "--oin",
        &oin,
        "--address",
        &endpoint,
        "--mode",
        "query",
    ];
    mwr.run(put).await.ok().says("landelijk is a peer now");
    eventually(DEADLINE, "the peer answers", async || {
        let peer = peers(&region).await.remove(0);
        if peer.circuit() == proto::v1::CircuitState::Closed {
            Ok(())
        } else {
            Err(peer)
        }
    })
    .await;
    let wrong = [
        "peers",
        "put",
        "landelijk",
        "--oin",
        &oin,
        "--address",
        "http://x",
        "--mode",
        "query",
    ];
    mwr.run(wrong).await.with_code(5).complains("peer.endpoints[0]");
    mwr.run(["peers", "remove", "landelijk"]).await.ok();
    assert!(peers(&region).await.is_empty());
    mwr.run(["peers", "remove", "landelijk"]).await.with_code(3);
}
