//! A hostile client does its worst, and others are served. The scenarios are those of `docs/threat-model.md`.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use prost::Message as _;
use proto::v1alpha::SearchLocalRequest;
use tests::caller::timed;
use tests::eventually::{DEADLINE, eventually};
use tests::hostile::{HostileClient, SilentConnections, empty_parts, field, open_sockets};
use tests::node::{Node, NodeOptions};
use tests::refusal::{reason, violations};
use tests::wire;
use tests::world::{CAK, OPERATOR_OIN, PROFESSIONAL_OIN, STRANGER_OIN, SVB, publisher_oin};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;

const SEARCH: &str = "/maatwerkregister.v1.DirectoryService/SearchOfficers";
const RESOLVE: &str = "/maatwerkregister.v1.RoutingService/BatchResolve";
const APPLY: &str = "/maatwerkregister.v1.SyncService/ApplyChanges";
const SYNC: &str = "/maatwerkregister.v1.SyncService/SyncOfficers";
const ORGANISATIONS: &str = "/maatwerkregister.v1.AdminService/PutOrganisations";
const SEARCH_LOCAL: &str = "/maatwerkregister.v1alpha.FederationService/SearchLocal";

/// A call for `organisation`, as far as its first field.
fn for_organisation(organisation: &str) -> Vec<u8> {
    field(1, format!("organisations/{organisation}").as_bytes())
}

#[tokio::test]
async fn requests_without_a_body_keep_nobody_out() {
    let options = NodeOptions::default()
        .with("limits.concurrent_requests", "6")
        .with("limits.concurrent_requests_per_oin", "2")
        .with("limits.turn_within", "\"5m\"")
        .with("limits.message_within", "\"2s\"");
    let node = Node::start_with(options).await;

    // Without a grant, a request is refused by its headers.
    let stranger = HostileClient::connect(&node, STRANGER_OIN).await;
    for call in stranger.calls_without_a_body(APPLY, 100).await {
        assert_eq!(reason(&call.status().await.unwrap()), "UNKNOWN_ORGANISATION");
    }

    // With a grant, it takes the places of its own OIN only. Others are served at once, and health has no places.
    let hostile = HostileClient::connect(&node, PROFESSIONAL_OIN).await;
    let held = hostile.calls_without_a_body(SEARCH, 4).await;
    node.publisher(CAK).find("", None).await.unwrap();
    let professional = node.professional();
    let health = timed(HealthCheckRequest::default());
    professional.health.clone().check(health).await.unwrap();

    // The rest of its requests wait in its own queue, and each ends when its message does not come.
    professional.find("", None).await.unwrap();
    for call in held {
        assert_eq!(reason(&call.status().await.unwrap()), "DEADLINE_EXCEEDED");
    }
}

#[tokio::test]
async fn large_messages_of_one_oin_arrive_at_its_pace() {
    let node = Node::start_with(NodeOptions::default().with("limits.bytes_per_second", "\"1MiB\"")).await;
    let hostile = HostileClient::connect(&node, publisher_oin(CAK)).await;
    let large = empty_parts(&[], 1, 1 << 20);
    let begin = Instant::now();
    let flood = async {
        for _ in 0..3 {
            assert_eq!(reason(&hostile.call(RESOLVE, &large).await), "INVALID_REQUEST");
        }
        begin.elapsed()
    };
    let others = async {
        let professional = node.professional();
        for _ in 0..5 {
            professional.find("", None).await.unwrap();
        }
        begin.elapsed()
    };
    let (flood, others) = tokio::join!(flood, others);
    // The first arrives at once, the others in a second each.
    assert!(flood >= Duration::from_millis(1_500), "{flood:?}");
    assert!(others < flood, "{others:?}");
}

#[tokio::test]
async fn a_message_of_empty_parts_is_refused_before_it_is_decoded() {
    let node = Node::start().await;
    let before = peak_memory(node.ready.pid);
    let by_hours = {
        let officer = field(1, &empty_parts(&[], 14, 3 << 20));
        [for_organisation(CAK), field(2, &officer)].concat()
    };
    let publisher = publisher_oin(CAK);
    for (oin, path, start, number, expected, too_long) in [
        // Rights that the path decides.
        (STRANGER_OIN, APPLY, for_organisation(CAK), 2, "UNKNOWN_ORGANISATION", None),
        (STRANGER_OIN, RESOLVE, Vec::new(), 1, "UNKNOWN_ORGANISATION", None),
        (PROFESSIONAL_OIN, ORGANISATIONS, Vec::new(), 1, "ROLE_MISSING", None),
        // Rights that the organisation in the message decides.
        (publisher, APPLY, for_organisation(SVB), 2, "NOT_OWNER", None),
        // Lists.
        (
            publisher,
            APPLY,
            for_organisation(CAK),
            2,
            "INVALID_REQUEST",
            Some("operations"),
        ),
        (PROFESSIONAL_OIN, RESOLVE, Vec::new(), 1, "INVALID_REQUEST", Some("needs")),
        (
            OPERATOR_OIN,
            ORGANISATIONS,
            Vec::new(),
            1,
            "INVALID_REQUEST",
            Some("organisations"),
        ),
        (
            publisher,
            APPLY,
            by_hours,
            2,
            "INVALID_REQUEST",
            Some("operations[0].upsert.hours"),
        ),
    ] {
        let hostile = HostileClient::connect(&node, oin).await;
        let status = hostile.call_with_empty_parts(path, &start, number).await;
        assert_eq!(reason(&status), expected, "{path}: {status:?}");
        let named = violations(&status).into_iter().map(|(field, _)| field).next();
        assert_eq!(named.as_deref(), too_long, "{path}: {status:?}");
    }
    if let (Some(before), Some(after)) = (before, peak_memory(node.ready.pid)) {
        // Decoded, one of them would take from 480 to 960 MB.
        assert!(after < before + 200, "the peak went from {before} to {after} MB");
    }
}

/// The most memory that a process has used, in megabytes; `None` where the kernel does not report it.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024)
}

#[tokio::test]
async fn rights_come_before_everything_else() {
    let node = Node::start().await;
    // The plan says nothing to a caller that is not a peer.
    let professional = node.raw(PROFESSIONAL_OIN).await;
    let plan = SearchLocalRequest {
        plan_form: 99,
        ..Default::default()
    };
    let status = professional.call(SEARCH_LOCAL, &plan.encode_to_vec()).await.unwrap();
    assert_eq!(reason(&status), "ROLE_MISSING", "{status:?}");

    // The organisation decides, whatever else is in the message.
    let publisher = node.raw(publisher_oin(CAK)).await;
    let undecodable = [for_organisation(SVB), field(2, &[0xFF])].concat();
    let status = publisher.call(APPLY, &undecodable).await.unwrap();
    assert_eq!(reason(&status), "NOT_OWNER", "{status:?}");
    // The last of several values counts, as when the message is decoded.
    let twice = [for_organisation(CAK), for_organisation(SVB)].concat();
    let status = publisher.call(APPLY, &twice).await.unwrap();
    assert_eq!(reason(&status), "NOT_OWNER", "{status:?}");
}

#[tokio::test]
async fn a_request_that_is_broken_off_is_no_error() {
    let node = Node::start().await;
    let publisher = publisher_oin(CAK);
    let hostile = HostileClient::connect(&node, publisher).await;
    hostile.break_off_in_a_message(APPLY).await;
    hostile.break_off_in_a_message(SYNC).await;
    hostile.hang_up_in_a_message(APPLY).await;
    eventually(DEADLINE, "the log has the three requests", async || {
        let log = node.log();
        match log.matches("CALLER_GONE").count() {
            3 => Ok(()),
            _ => Err(log),
        }
    })
    .await;
    let log = node.log();
    assert!(!log.contains("ERROR") && !log.contains("without a reason"), "{log}");
}

#[tokio::test]
async fn silent_connections_are_closed() {
    let options = NodeOptions::default()
        .with("web.listen", "\"127.0.0.1:0\"")
        .with("listen.connections", "10")
        .with("listen.connections_per_address", "0")
        .with("listen.first_request_within", "\"1s\"");
    let node = Node::start_with(options).await;
    let page = node.ready.web.clone().expect("the node has a page");
    let client = wire::client_config(&node.authority, Some(&node.certificate(STRANGER_OIN)));
    let browser = wire::client_config(&node.authority, None);
    let silent = SilentConnections::open(&node.ready.grpc, &client, 10).await;
    let silent_browsers = SilentConnections::open(&page.replace("localhost", "127.0.0.1"), &browser, 10).await;

    // Others wait until the silent ones are closed, and are served.
    let professional = node.professional();
    eventually(DEADLINE, "a search succeeds", async || professional.find("", None).await).await;
    silent.all_closed().await;
    silent_browsers.all_closed().await;
    let metrics = node.metrics().await;
    for listener in ["grpc", "web"] {
        let counted = format!("mwr_connection_refusals_total{{listener=\"{listener}\",reason=\"silent\"}}");
        assert!(metrics.contains(&counted), "{counted} is missing in\n{metrics}");
    }
    let log = node.log();
    assert!(log.contains("connections of the listener `grpc` are in use"), "{log}");
}

#[tokio::test]
async fn an_oin_and_an_address_have_a_share_of_the_connections() {
    let options = NodeOptions::default()
        .with("listen.connections_per_oin", "3")
        .with("listen.connections_per_address", "8");
    let node = Node::start_with(options).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let caller = node.raw(STRANGER_OIN).await;
        assert_eq!(reason(&caller.call(SEARCH, &[]).await.unwrap()), "UNKNOWN_ORGANISATION");
        held.push(caller);
    }
    let one_more = async || {
        let config = wire::client_config(&node.authority, Some(&node.certificate(STRANGER_OIN)));
        tests::raw::RawCaller::connect(&node.ready.grpc, config)
            .await?
            .call(SEARCH, &[])
            .await
    };
    assert!(one_more().await.is_err(), "the OIN has its three connections");
    // Another OIN has its own share, until the address is at its limit.
    node.professional().find("", None).await.unwrap();
    let sockets = open_sockets(&node.ready.grpc, Ipv4Addr::LOCALHOST, 20).await;
    eventually(DEADLINE, "both refusals are counted", async || {
        let metrics = node.metrics().await;
        let counted = |reason: &str| metrics.contains(&format!("{{listener=\"grpc\",reason=\"{reason}\"}}"));
        if counted("oin") && counted("address") {
            Ok(())
        } else {
            Err(metrics)
        }
    })
    .await;
    for caller in held {
        caller.hang_up();
    }
    drop(sockets);
    let again = eventually(DEADLINE, "there is room again", async || one_more().await).await;
    assert_eq!(again.code(), Code::PermissionDenied);
}
