//! An answer that many registers are missing from: the error names some, counts all, and fits in what clients accept as headers.

use std::sync::Arc;

use prost::Message as _;
use proto::v1::{FederationPolicy, OnMissing, SearchOfficersRequest};
use tests::pki::{Authority, Leaf};
use tests::raw::{RawCaller, framed};
use tests::refusal::{fact, reason};
use tests::registers::{PeerTable, RegisterOptions, register_oin, start};
use tests::{wire, world};
use tonic::{Code, Status};

/// The peers, none of which answers.
const PEERS: u32 = 150;

/// What many clients and proxies accept as headers.
const MAX_HEADERS: usize = 8 << 10;

#[tokio::test]
async fn an_error_about_150_missing_registers_fits_in_a_header() {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let own = register_oin(1);
    let id = |number: u32| format!("register-{number:03}-van-een-regio-met-een-lange-naam");
    // Nobody listens at port 1.
    let peer = |number: u32| PeerTable::new(&id(number), &register_oin(10 + number), "https://127.0.0.1:1", "query");
    let options = RegisterOptions {
        id: "landelijk",
        oin: &own,
        organisations: Vec::new(),
        peers: (0..PEERS).map(peer).collect(),
        askers: Vec::new(),
    };
    let node = start(&authority, options).await;
    let request = SearchOfficersRequest {
        federation: Some(FederationPolicy {
            required: (0..PEERS).map(id).collect(),
            on_missing: OnMissing::Fail.into(),
            ..FederationPolicy::default()
        }),
        ..SearchOfficersRequest::default()
    };
    let professional = authority.issue(&Leaf::client(world::PROFESSIONAL_OIN));
    let caller = RawCaller::connect(&node.ready.grpc, wire::client_config(&authority, Some(&professional)));
    let caller = caller.await.unwrap();
    let mut call = caller
        .begin("/maatwerkregister.v1.DirectoryService/SearchOfficers")
        .await
        .unwrap();
    call.send(framed(&request.encode_to_vec()), true).await.unwrap();
    let headers = call.status_headers().await.unwrap();
    // As RFC 9113, 6.5.2, counts: names, values, and 32 bytes for each.
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 32)
        .sum();
    assert!(size < MAX_HEADERS, "{size} bytes: {headers:?}");
    let status = Status::from_header_map(&headers).unwrap();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(reason(&status), "FEDERATION_INCOMPLETE");
    assert_eq!(fact(&status, "missing_total"), Some(PEERS.to_string()));
    let missing = fact(&status, "missing").unwrap_or_default();
    assert_eq!(missing.split(',').count(), 20, "{missing}");
    assert!(missing.starts_with(&id(0)), "{missing}");
    assert!(
        status.message().starts_with("150 required registers do not answer"),
        "{status:?}"
    );
}
