//! Two peers hold the same organisation. One of them is its authority, and the operator chooses which.

use std::sync::Arc;

use proto::v1::{Officer, Organisation, OrganisationKind};
use tests::caller::Caller;
use tests::eventually::{DEADLINE, eventually};
use tests::mwr::Mwr;
use tests::node::Node;
use tests::pki::Authority;
use tests::registers::{RegisterOptions, register_oin, start};
use tests::world::{self, CAK, OPERATOR_OIN, officer, officer_name};

use super::replicate::{is_gone, is_there};

fn cak() -> Organisation {
    world::organisation(CAK, "CAK", "CAK", OrganisationKind::Uitvoeringsorganisatie)
}

/// Makes `count` officers that name the register that holds them.
fn officers(register: &str, count: usize) -> Vec<Officer> {
    let numbered = |number| Officer {
        function_title: format!("Wegwijzer {register}"),
        ..officer(CAK, &format!("loket-{number:03}"))
    };
    (0..count).map(numbered).collect()
}

async fn holder(authority: &Arc<Authority>, number: u32, id: &str, count: usize) -> Node {
    let (oin, asker) = (register_oin(number), register_oin(3));
    let options = RegisterOptions {
        id,
        oin: &oin,
        organisations: vec![cak()],
        peers: Vec::new(),
        askers: vec![&asker],
    };
    let node = start(authority, options).await;
    node.publisher(CAK).publish(CAK, officers(id, count)).await.unwrap();
    node
}

async fn put(mwr: &Mwr, node: &Node, number: u32, id: &str, mode: &str, more: &[&str]) {
    let oin = register_oin(number);
    let arguments = [
        "peers",
        "put",
        id,
        "--oin",
        &oin,
        "--address",
        &node.ready.grpc,
        "--mode",
        mode,
    ];
    mwr.run(arguments.iter().chain(more)).await.ok();
}

/// Waits until `mwr peers list` shows `text`.
async fn is_listed(mwr: &Mwr, text: &str) {
    eventually(DEADLINE, "it is listed", async || {
        let output = mwr.run(["peers", "list"]).await.ok();
        if output.stdout.contains(text) {
            Ok(())
        } else {
            Err(output.to_string())
        }
    })
    .await;
}

/// Waits until the entries of CAK are exactly those of this register.
async fn speaks(reader: &Caller, register: &str, count: usize) {
    eventually(DEADLINE, "the authority's officers were shown", async || {
        let answer = reader.search(proto::v1::SearchOfficersRequest::default()).await;
        let answer = answer.map_err(|status| format!("{status:?}"))?;
        let titles = answer.hits.iter().map(|hit| {
            let entry = hit.entry.clone().unwrap_or_default();
            let provenance = entry.provenance.map(|provenance| provenance.register);
            (entry.officer.unwrap_or_default().function_title, provenance)
        });
        let titles: Vec<(String, Option<String>)> = titles.collect();
        let expected = vec![(format!("Wegwijzer {register}"), Some(register.to_owned())); count];
        if titles == expected {
            Ok(())
        } else {
            Err(format!("{titles:?}"))
        }
    })
    .await;
}

#[tokio::test]
async fn the_operator_chooses_the_authority_of_two_peers() {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let north = holder(&authority, 1, "noord", 2).await;
    let east = holder(&authority, 2, "oost", 4).await;
    let national_oin = register_oin(3);
    let options = RegisterOptions {
        id: "landelijk",
        oin: &national_oin,
        organisations: vec![world::lmm()],
        peers: Vec::new(),
        askers: Vec::new(),
    };
    let national = start(&authority, options).await;
    let (mwr, reader) = (Mwr::new(&national.mwr_config(OPERATOR_OIN)), national.professional());
    put(&mwr, &north, 1, "noord", "replicate", &[]).await;
    put(&mwr, &east, 2, "oost", "replicate", &[]).await;

    // By default, the first register by id is the authority.
    speaks(&reader, "noord", 2).await;
    is_listed(
        &mwr,
        "not taken from oost: 4 officers of organisations/zb000211, whose authority is noord",
    )
    .await;
    is_gone(&reader, &officer_name(CAK, "loket-003")).await;
    // Changes of the authority are followed, and those of the other peer are not.
    east.publisher(CAK).publish(CAK, officers("oost", 5)).await.unwrap();
    north.publisher(CAK).publish(CAK, officers("noord", 3)).await.unwrap();
    speaks(&reader, "noord", 3).await;
    is_listed(&mwr, "not taken from oost: 5 officers").await;

    // The operator names the other peer, which becomes the authority.
    put(&mwr, &east, 2, "oost", "replicate", &["--organisation", CAK]).await;
    speaks(&reader, "oost", 5).await;
    is_listed(
        &mwr,
        "not taken from noord: 3 officers of organisations/zb000211, whose authority is oost",
    )
    .await;
    let entry = is_there(&reader, &officer_name(CAK, "loket-004")).await;
    assert_eq!(entry.provenance.unwrap().register, "oost");

    // Naming both is refused and changes nothing.
    let (oin, address) = (register_oin(1), north.ready.grpc.clone());
    let both = [
        "peers",
        "put",
        "noord",
        "--oin",
        &oin,
        "--address",
        &address,
        "--mode",
        "replicate",
        "--organisation",
        CAK,
    ];
    mwr.run(both).await.with_code(5).complains("oost");
    speaks(&reader, "oost", 5).await;

    // The authority may be queried or replicated.
    put(&mwr, &east, 2, "oost", "query", &["--organisation", CAK]).await;
    speaks(&reader, "oost", 5).await;

    // When the organisation joins the register itself, no peer is its authority.
    national.operator().put_organisations(vec![cak()]).await.unwrap();
    is_listed(
        &mwr,
        "not taken from noord: 3 officers of organisations/zb000211, whose authority is this register",
    )
    .await;
    eventually(DEADLINE, "only the own officers were shown", async || {
        match reader.find("", None).await {
            Ok(found) if found.is_empty() => Ok(()),
            other => Err(other),
        }
    })
    .await;
}
