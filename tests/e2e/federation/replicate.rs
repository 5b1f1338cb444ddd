//! Replication: a replica is searchable, follows every change, and stays when the peer is away.

use std::sync::Arc;

use proto::v1::{ListPeersRequest, Need, OrganisationKind, Peer, PeerSharing, SetSharingRequest, Sharing, SharingLevel};
use tests::caller::{Caller, timed};
use tests::eventually::{DEADLINE, eventually};
use tests::node::Node;
use tests::pki::Authority;
use tests::registers::{PeerTable, RegisterOptions, register_oin, start};
use tests::world::{self, AMSTERDAM, CAK, LMM, officer, officer_name, officers};

/// A region with Amsterdam, and the national register that replicates it.
pub(super) struct Two {
    pub(super) region: Node,
    pub(super) national: Node,
}

pub(super) async fn two() -> Two {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let (region_oin, national_oin) = (register_oin(1), register_oin(2));
    let region = start(
        &authority,
        RegisterOptions {
            id: "regio",
            oin: &region_oin,
            organisations: vec![world::municipality(AMSTERDAM, "Amsterdam", "GM0363", &["Amsterdam"])],
            peers: Vec::new(),
            askers: vec![&national_oin],
        },
    )
    .await;
    let table = PeerTable::new("regio", &region_oin, &region.ready.grpc, "replicate");
    let national = start(
        &authority,
        RegisterOptions {
            id: "landelijk",
            oin: &national_oin,
            organisations: vec![
                world::organisation(CAK, "CAK", "CAK", OrganisationKind::Uitvoeringsorganisatie),
                world::organisation(
                    LMM,
                    "Landelijk Maatwerkloket Multiproblematiek",
                    "LMM",
                    OrganisationKind::Loket,
                ),
            ],
            peers: vec![table],
            askers: Vec::new(),
        },
    )
    .await;
    Two { region, national }
}

/// Lists the peers of a node as its operator sees them.
pub(super) async fn peers(node: &Node) -> Vec<Peer> {
    let answer = node.operator().admin.clone().list_peers(timed(ListPeersRequest {})).await;
    answer.expect("the operator may list peers").into_inner().peers
}

/// Waits until `node` lists the organisations of all its peers.
pub(super) async fn lists_all(node: &Node) {
    let caller = node.professional();
    eventually(DEADLINE, "all organisations were listed", async || {
        let request = timed(proto::v1::ListOrganisationsRequest::default());
        let listed = caller.directory.clone().list_organisations(request).await;
        let unlisted = listed.expect("a professional may list").into_inner().unlisted_registers;
        if unlisted.is_empty() { Ok(()) } else { Err(unlisted) }
    })
    .await;
}

/// Waits until `caller` gets the officer.
pub(super) async fn is_there(caller: &Caller, name: &str) -> proto::v1::Entry {
    eventually(DEADLINE, "the officer was found", async || caller.get_entry(name).await).await
}

/// Waits until `caller` no longer gets the officer.
pub(super) async fn is_gone(caller: &Caller, name: &str) {
    eventually(DEADLINE, "the officer was removed", async || {
        match caller.get_entry(name).await {
            Err(status) if status.code() == tonic::Code::NotFound => Ok(()),
            other => Err(other.map(|_| "it is there")),
        }
    })
    .await;
}

#[tokio::test]
async fn a_replica_follows_changes_and_withdrawals() {
    let Two { region, national } = two().await;
    let (publisher, reader) = (region.publisher(AMSTERDAM), national.professional());
    let (first, second) = (officer_name(AMSTERDAM, "loket-000"), officer_name(AMSTERDAM, "loket-001"));
    publisher.publish(AMSTERDAM, officers(AMSTERDAM, 2)).await.unwrap();
    let entry = is_there(&reader, &first).await;
    let provenance = entry.provenance.expect("an entry of another register says so");
    assert_eq!(provenance.register, "regio");
    assert!(provenance.position.is_some() && provenance.fetched_at.is_some());
    assert_eq!(entry.officer.unwrap(), region.professional().get(&first).await.unwrap());
    // Own entries have no such status.
    national.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    let own = reader.get_entry(&officer_name(CAK, "loket-000")).await.unwrap();
    assert_eq!(own.provenance, None);

    let mut changed = officer(AMSTERDAM, "loket-001");
    changed.function_title = "Wegwijzer woonlasten".to_owned();
    publisher.publish(AMSTERDAM, vec![changed]).await.unwrap();
    is_gone(&reader, &first).await;
    let entry = is_there(&reader, &second).await;
    assert_eq!(entry.officer.unwrap().function_title, "Wegwijzer woonlasten");
    let listed = &peers(&national).await[0];
    assert_eq!((listed.register.as_str(), listed.entries), ("regio", 1), "{listed:?}");
}

#[tokio::test]
async fn a_replica_answers_while_its_peer_is_down() {
    let Two {
        mut region,
        mut national,
    } = two().await;
    region
        .publisher(AMSTERDAM)
        .publish(AMSTERDAM, officers(AMSTERDAM, 3))
        .await
        .unwrap();
    let name = officer_name(AMSTERDAM, "loket-002");
    is_there(&national.professional(), &name).await;
    region.stop().await;
    let away = async || {
        let peer = peers(&national).await.remove(0);
        if peer.problem.is_empty() { Err(peer) } else { Ok(peer) }
    };
    eventually(DEADLINE, "the peer was reported as away", away).await;
    is_there(&national.professional(), &name).await;
    let need = Need {
        organisation: format!("organisations/{AMSTERDAM}"),
        domains: vec!["INK".to_owned()],
        ..Need::default()
    };
    let route = national.professional().resolve(need, None).await.unwrap();
    assert!(
        route.targets[0].explanation.contains("regio is nu niet bereikbaar"),
        "{:?}",
        route.targets[0]
    );
    assert_eq!(
        route.targets[0].entry.as_ref().unwrap().provenance.as_ref().unwrap().register,
        "regio"
    );

    // A start does not depend on peers either.
    national.restart().await;
    is_there(&national.professional(), &name).await;
}

#[tokio::test]
async fn forbidding_replication_removes_the_officers() {
    let Two { region, national } = two().await;
    let publisher = region.publisher(AMSTERDAM);
    publisher.publish(AMSTERDAM, officers(AMSTERDAM, 2)).await.unwrap();
    let name = officer_name(AMSTERDAM, "loket-001");
    is_there(&national.professional(), &name).await;
    let share = async |level: SharingLevel| {
        let request = SetSharingRequest {
            organisation: format!("organisations/{AMSTERDAM}"),
            sharing: Some(Sharing {
                others: SharingLevel::Copy.into(),
                peers: vec![PeerSharing {
                    oin: register_oin(2),
                    level: level.into(),
                }],
            }),
        };
        publisher.sync.clone().set_sharing(timed(request)).await.unwrap();
    };
    share(SharingLevel::Ask).await;
    is_gone(&national.professional(), &name).await;
    share(SharingLevel::Copy).await;
    is_there(&national.professional(), &name).await;
}

#[tokio::test]
async fn a_peer_is_no_authority_for_our_organisations() {
    let Two { region, national } = two().await;
    // The region claims to hold CAK too.
    let cak = world::organisation(CAK, "CAK", "CAK", OrganisationKind::Uitvoeringsorganisatie);
    region.operator().put_organisations(vec![cak]).await.unwrap();
    let grant = world::grant(world::publisher_oin(CAK), CAK, &[proto::v1::Role::Publish]);
    region.operator().put_grants(vec![grant]).await.unwrap();
    region.publisher(CAK).publish(CAK, officers(CAK, 4)).await.unwrap();
    national.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
    let refused = eventually(DEADLINE, "the refused organisation was listed", async || {
        let peer = peers(&national).await.remove(0);
        match peer.refused.first() {
            Some(refused) if refused.officers == 4 => Ok(refused.clone()),
            _ => Err(peer),
        }
    })
    .await;
    assert_eq!(refused.organisation, format!("organisations/{CAK}"));
    let reader = national.professional();
    assert!(reader.get(&officer_name(CAK, "loket-003")).await.is_err());
    assert!(reader.get(&officer_name(CAK, "loket-000")).await.is_ok());
}

#[tokio::test]
async fn a_restored_peer_is_reloaded_without_a_gap() {
    let Two { mut region, national } = two().await;
    region
        .publisher(AMSTERDAM)
        .publish(AMSTERDAM, officers(AMSTERDAM, 2))
        .await
        .unwrap();
    let (kept, later) = (officer_name(AMSTERDAM, "loket-000"), officer_name(AMSTERDAM, "loket-002"));
    is_there(&national.professional(), &kept).await;
    let backup = region.folder().join("backup.db");
    let (code, said) = region.run(&["backup", backup.to_str().unwrap()]).await;
    assert_eq!(code, 0, "{said}");
    region
        .publisher(AMSTERDAM)
        .publish(AMSTERDAM, officers(AMSTERDAM, 3))
        .await
        .unwrap();
    is_there(&national.professional(), &later).await;

    region.stop().await;
    region.options.data = Some(region.folder().join("restored"));
    // The same port, so that the peer keeps its address.
    let port = region.ready.grpc.trim_start_matches("https://").to_owned();
    region.options = region.options.clone().with("listen.grpc", format!("{port:?}"));
    region.start_after_restore(&backup).await;
    let reader = national.professional();
    eventually(DEADLINE, "the officer that the backup lacks was removed", async || {
        // This officer is found throughout.
        reader.get(&kept).await.expect("the officer is found throughout");
        match reader.get(&later).await {
            Err(_) => Ok(()),
            Ok(_) => Err("it is still there"),
        }
    })
    .await;
}
