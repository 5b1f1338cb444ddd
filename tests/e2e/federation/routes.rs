//! Watching routes, and routes through other registers.

use std::sync::Arc;

use proto::v1::{Need, OrganisationKind, WatchRoutesRequest, WatchRoutesResponse};
use tests::caller::target_name;
use tests::eventually::{DEADLINE, eventually};
use tests::mwr::{Mwr, Running};
use tests::node::Node;
use tests::pki::Authority;
use tests::registers::{PeerTable, RegisterOptions, register_oin, start};
use tests::world::{self, CAK, LMM, deciding_officer, officer_name};
use tonic::Streaming;

use super::replicate::{Two, lists_all, two};

fn need(organisation: &str, competence: &str) -> Need {
    Need {
        organisation: format!("organisations/{organisation}"),
        competences: vec![competence.to_owned()],
        ..Need::default()
    }
}

async fn next_route(stream: &mut Streaming<WatchRoutesResponse>) -> Vec<String> {
    let next = async {
        loop {
            let message = stream.message().await.unwrap().expect("the stream continues");
            if let Some(route) = message.route {
                return route.targets.iter().map(target_name).collect();
            }
        }
    };
    tokio::time::timeout(DEADLINE, next).await.expect("a route is sent")
}

#[tokio::test]
async fn a_changed_route_is_sent_again() {
    let node = Node::start().await;
    let watched = WatchRoutesRequest {
        need: Some(need(CAK, "EB-WLZ")),
    };
    let mut stream = node
        .professional()
        .routing
        .clone()
        .watch_routes(watched)
        .await
        .unwrap()
        .into_inner();
    let desk = format!("organisations/{CAK}");
    assert_eq!(next_route(&mut stream).await[0], desk);
    // An unrelated change is not sent: the next route is that of the CAK's change.
    node.publisher(world::SVB)
        .publish(world::SVB, world::officers(world::SVB, 3))
        .await
        .unwrap();
    node.publisher(CAK)
        .publish(CAK, vec![deciding_officer(CAK, "beslisser", &["EB-WLZ"])])
        .await
        .unwrap();
    assert_eq!(next_route(&mut stream).await[0], officer_name(CAK, "beslisser"));
}

#[tokio::test]
async fn a_route_follows_a_replica() {
    let Two { region, national } = two().await;
    let need = Need {
        municipality: "GM0363".to_owned(),
        domains: vec!["INK".to_owned()],
        ..Need::default()
    };
    let mut stream = national
        .professional()
        .routing
        .clone()
        .watch_routes(WatchRoutesRequest { need: Some(need) })
        .await
        .unwrap()
        .into_inner();
    let name = officer_name(world::AMSTERDAM, "loket-000");
    assert!(!next_route(&mut stream).await.contains(&name));
    let publisher = region.publisher(world::AMSTERDAM);
    publisher
        .publish(world::AMSTERDAM, world::officers(world::AMSTERDAM, 1))
        .await
        .unwrap();
    loop {
        if next_route(&mut stream).await.contains(&name) {
            break;
        }
    }
}

#[tokio::test]
async fn a_route_asks_query_peers_and_reports_absent_ones() {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let (cak_oin, national_oin) = (register_oin(1), register_oin(2));
    let mut cak = start(
        &authority,
        RegisterOptions {
            id: "cak",
            oin: &cak_oin,
            organisations: vec![world::organisation(
                CAK,
                "CAK",
                "CAK",
                OrganisationKind::Uitvoeringsorganisatie,
            )],
            peers: Vec::new(),
            askers: vec![&national_oin],
        },
    )
    .await;
    cak.publisher(CAK)
        .publish(CAK, vec![deciding_officer(CAK, "beslisser", &["EB-WLZ"])])
        .await
        .unwrap();
    let national = start(
        &authority,
        RegisterOptions {
            id: "landelijk",
            oin: &national_oin,
            organisations: vec![world::organisation(
                LMM,
                "Landelijk Maatwerkloket Multiproblematiek",
                "LMM",
                OrganisationKind::Loket,
            )],
            peers: vec![PeerTable::new("cak", &cak_oin, &cak.ready.grpc, "query")],
            askers: Vec::new(),
        },
    )
    .await;
    let need = Need {
        competences: vec!["EB-WLZ".to_owned()],
        ..Need::default()
    };
    let reader = national.professional();
    let name = officer_name(CAK, "beslisser");
    let route = eventually(DEADLINE, "the peer is asked", async || {
        let route = reader
            .resolve(need.clone(), None)
            .await
            .map_err(|status| status.to_string())?;
        if target_name(&route.targets[0]) == name {
            Ok(route)
        } else {
            Err(format!("{:?}", route.gaps))
        }
    })
    .await;
    assert!(route.gaps.is_empty());
    let provenance = route.targets[0].entry.as_ref().unwrap().provenance.clone();
    assert_eq!(provenance.unwrap().register, "cak");

    // The peer's organisations are not in the list in which `mwr` looks names up.
    let mwr = Mwr::new(&national.mwr_config(world::PROFESSIONAL_OIN));
    let by_name = mwr
        .run(["resolve", "--organisation", "Centraal Kantoor", "--competence", "EB-WLZ"])
        .await;
    by_name.with_code(3).complains("It cannot list those of `cak`");

    cak.stop().await;
    let route = reader.resolve(need, None).await.unwrap();
    assert_eq!(route.gaps[0].register, "cak", "{:?}", route.gaps);
    assert_eq!(
        route.targets[0].organisation.as_ref().unwrap().name,
        format!("organisations/{LMM}")
    );
}

/// Returns the names of the targets in the next route that `mwr --json resolve --watch` prints.
async fn printed(watch: &mut Running) -> Vec<String> {
    let line = watch.line("a route", |line| line.starts_with('{')).await;
    let route: serde_json::Value = serde_json::from_str(&line).unwrap();
    let targets = route["targets"].as_array().unwrap().iter().map(|target| target.to_string());
    targets.collect()
}

#[tokio::test]
async fn mwr_prints_a_changed_route_again() {
    let node = Node::start().await;
    let mwr = Mwr::new(&node.mwr_config(world::PROFESSIONAL_OIN));
    let arguments = ["resolve", "--organisation", CAK, "--competence", "EB-WLZ", "--watch"];
    let mut for_people = mwr.start(arguments);
    let mut for_programs = mwr.start(["--json"].into_iter().chain(arguments));
    assert!(!printed(&mut for_programs).await[0].contains("beslisser"));
    for_people.line("the first route", |line| line.starts_with("===")).await;
    // An unrelated change is not printed: the next route is that of the CAK's change.
    node.publisher(world::SVB)
        .publish(world::SVB, world::officers(world::SVB, 3))
        .await
        .unwrap();
    let decider = deciding_officer(CAK, "beslisser", &["EB-WLZ"]);
    node.publisher(CAK).publish(CAK, vec![decider]).await.unwrap();
    assert!(printed(&mut for_programs).await[0].contains("beslisser"));
    for_people.line("the second route", |line| line.starts_with("===")).await;
    let name = officer_name(CAK, "beslisser");
    for_people.line("its target", |line| line.contains(&name)).await;
}

#[tokio::test]
async fn mwr_prints_route_changes_from_a_replica() {
    let Two { region, national } = two().await;
    // `mwr` looks the name of the municipality up in the list.
    lists_all(&national).await;
    let mwr = Mwr::new(&national.mwr_config(world::PROFESSIONAL_OIN));
    let mut watch = mwr.start([
        "--json",
        "resolve",
        "--municipality",
        "Amsterdam",
        "--domain",
        "INK",
        "--watch",
    ]);
    let has = |route: &[String], id: &str| route.iter().any(|target| target.contains(id));
    assert!(!has(&printed(&mut watch).await, "loket-000"));
    let publisher = region.publisher(world::AMSTERDAM);
    let officers = |ids: [&str; 2]| ids.map(|id| world::officer(world::AMSTERDAM, id)).to_vec();
    publisher
        .publish(world::AMSTERDAM, officers(["loket-000", "loket-001"]))
        .await
        .unwrap();
    while !has(&printed(&mut watch).await, "loket-000") {}
    publisher
        .publish(world::AMSTERDAM, officers(["loket-001", "loket-007"]))
        .await
        .unwrap();
    let route = loop {
        let route = printed(&mut watch).await;
        if has(&route, "loket-007") {
            break route;
        }
    };
    assert!(!has(&route, "loket-000"), "{route:?}");
}
