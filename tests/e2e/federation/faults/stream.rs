//! A replica whose stream is cut in the middle of a state, and a restored peer: nothing is half applied, and the replica is
//! never empty.

use std::sync::Arc;

use proto::v1::{Completeness, FederationPolicy, SearchOfficersRequest, SearchOfficersResponse, ServedFrom};
use tests::eventually::eventually;
use tests::node::Node;
use tests::pki::Authority;
use tests::proxy::{Fault, Proxy};
use tests::registers::{PeerTable, RegisterOptions, start};
use tests::world::{AMSTERDAM, CAK, officers};

use super::scene::{NOTICED, amsterdam, asker_oin, cak, peer_oin, state_of};

/// The officers of the peer: their state is many times larger than the start of a connection.
const MANY: usize = 400;
/// Bytes for the handshake, a description and a part of the state.
const PART: usize = 40_000;

/// Starts a peer with many officers, and a register that uses it over a line that is cut repeatedly.
async fn cut(mode: &'static str, fault: Fault) -> (Node, Node, Proxy) {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let (peer_oin, asker_oin) = (peer_oin(), asker_oin());
    let options = RegisterOptions {
        id: "regio",
        oin: &peer_oin,
        organisations: vec![amsterdam()],
        peers: Vec::new(),
        askers: vec![&asker_oin],
    };
    let peer = start(&authority, options).await;
    peer.publisher(AMSTERDAM)
        .publish(AMSTERDAM, officers(AMSTERDAM, MANY))
        .await
        .unwrap();
    let proxy = Proxy::to(&peer.ready.grpc).await;
    proxy.set(fault);
    let mut table = PeerTable::new("regio", &peer_oin, &proxy.address, mode);
    table.more = "budget = \"5s\"".to_owned();
    let options = RegisterOptions {
        id: "landelijk",
        oin: &asker_oin,
        organisations: vec![cak()],
        peers: vec![table],
        askers: Vec::new(),
    };
    let asker = start(&authority, options).await;
    asker.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    (peer, asker, proxy)
}

async fn ask(asker: &Node) -> SearchOfficersResponse {
    let request = SearchOfficersRequest {
        page_size: 1,
        federation: Some(FederationPolicy::default()),
        ..SearchOfficersRequest::default()
    };
    asker.professional().search(request).await.unwrap()
}

/// How often the state was started, by the node's own metrics.
fn begun(asker: &Node) -> usize {
    asker.log().matches("fetching the full state of `regio`").count()
}

/// Waits until a response has `total` officers. Each earlier response must have one of the allowed numbers.
async fn comes_to(asker: &Node, total: usize, allowed: &[usize]) -> SearchOfficersResponse {
    eventually(NOTICED, "the replica was complete", async || {
        let answer = ask(asker).await;
        let found = usize::try_from(answer.total).unwrap();
        assert!(allowed.contains(&found), "{found} officers: {:?}", answer.registers);
        let is_well = state_of(&answer, "regio").problem.is_empty();
        if found == total && is_well && answer.completeness() == Completeness::Complete {
            Ok(answer)
        } else {
            Err(format!("{found} of {:?}", answer.registers))
        }
    })
    .await
}

/// Stops the peer, restores its backup and starts it in a new epoch.
async fn restore(peer: &mut Node, proxy: &Proxy, backup: &std::path::Path) {
    peer.stop().await;
    peer.options.data = Some(peer.folder().join("restored"));
    peer.start_after_restore(backup).await;
    proxy.lead_to(&peer.ready.grpc);
}

async fn back_up(peer: &Node) -> std::path::PathBuf {
    let backup = peer.folder().join("backup.db");
    let (code, said) = peer.run(&["backup", backup.to_str().unwrap()]).await;
    assert_eq!(code, 0, "{said}");
    backup
}

#[tokio::test]
async fn a_cut_state_is_not_applied() {
    let (mut peer, asker, proxy) = cut("replicate", Fault::CutAfter(PART)).await;
    eventually(NOTICED, "the state was begun twice, and cut", async || {
        let answer = ask(&asker).await;
        let status = state_of(&answer, "regio");
        assert_eq!((answer.total, status.reason.as_str()), (1, "NOT_YET_COPIED"), "{status:?}");
        if begun(&asker) >= 2 {
            Ok(())
        } else {
            Err(status.message.clone())
        }
    })
    .await;
    proxy.set(Fault::None);
    let whole = comes_to(&asker, 1 + MANY, &[1, 1 + MANY]).await;
    let before = state_of(&whole, "regio").position.clone().unwrap();

    // A new epoch causes a reload. While its stream is cut, the previous state is shown.
    let backup = back_up(&peer).await;
    proxy.set(Fault::CutAfter(PART));
    restore(&mut peer, &proxy, &backup).await;
    let so_far = begun(&asker);
    eventually(NOTICED, "the new state was begun twice, and cut", async || {
        let answer = ask(&asker).await;
        let status = state_of(&answer, "regio");
        assert_eq!(
            (answer.total, status.served_from()),
            (i32::try_from(1 + MANY).unwrap(), ServedFrom::Replica),
            "{status:?}"
        );
        assert_eq!(status.position.as_ref(), Some(&before));
        if begun(&asker) >= so_far + 2 {
            Ok(())
        } else {
            Err(status.message.clone())
        }
    })
    .await;
    proxy.set(Fault::None);
    let after = peer.professional().position().await.unwrap();
    assert_ne!(before.epoch, after.epoch);
    eventually(NOTICED, "the copy is of the new epoch", async || {
        let answer = comes_to(&asker, 1 + MANY, &[1 + MANY]).await;
        let position = state_of(&answer, "regio").position.clone().unwrap();
        if position.epoch == after.epoch {
            Ok(())
        } else {
            Err(position)
        }
    })
    .await;
}

#[tokio::test]
async fn a_restored_peer_answers_in_its_new_epoch() {
    for mode in ["query", "replicate"] {
        let (mut peer, asker, proxy) = cut(mode, Fault::None).await;
        comes_to(&asker, 1 + MANY, &[1, 1 + MANY]).await;
        let backup = back_up(&peer).await;
        peer.publisher(AMSTERDAM)
            .publish(AMSTERDAM, officers(AMSTERDAM, MANY + 1))
            .await
            .unwrap();
        comes_to(&asker, 2 + MANY, &[1 + MANY, 2 + MANY]).await;
        restore(&mut peer, &proxy, &backup).await;
        let epoch = peer.professional().position().await.unwrap().epoch;
        // A replica is of the previous or the new epoch, and complete. A queried peer may be away for a moment, and is then reported.
        let allowed = match mode {
            "query" => &[1, 1 + MANY][..],
            _ => &[1 + MANY, 2 + MANY],
        };
        let answer = comes_to(&asker, 1 + MANY, allowed).await;
        assert_eq!(state_of(&answer, "regio").position.clone().unwrap().epoch, epoch, "{mode}");
    }
}
