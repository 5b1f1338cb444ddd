//! A register, its lying peer, and what searches and the log of the register tell.

use std::sync::Arc;

use proto::v1::{
    Completeness, FederationPolicy, FederationScope, OrganisationKind, RegisterState, RegisterStatus, SearchOfficersRequest,
    SearchOfficersResponse,
};
use tests::caller::hit_name;
use tests::eventually::{DEADLINE, eventually};
use tests::lying_peer::{Lie, LyingPeer};
use tests::node::Node;
use tests::pki::Authority;
use tests::registers::{PeerTable, RegisterOptions, register_oin, start, start_with};
use tests::world::{self, AMSTERDAM, CAK, officers};

/// The officers of the peer.
pub(super) const OFFICERS: usize = 6;
/// A register and its lying peer.
pub(super) struct Scene {
    pub(super) asker: Node,
    pub(super) real: Node,
    pub(super) liar: LyingPeer,
    pub(super) authority: Arc<Authority>,
    /// The settings of the asker's peers.
    pub(super) peers: Vec<PeerTable>,
}

impl Scene {
    pub(super) async fn new(mode: &'static str, lie: Lie) -> Self {
        let bounds = vec![
            ("federation.organisations_per_peer", "300".to_owned()),
            ("federation.entries_per_peer", "1000".to_owned()),
            ("federation.copy_per_peer", "\"2MiB\"".to_owned()),
            ("federation.answer", "\"1MiB\"".to_owned()),
        ];
        Self::within(mode, lie, "10s", bounds).await
    }

    /// Starts the scene with a peer that lies from the beginning, and other settings.
    pub(super) async fn within(mode: &'static str, lie: Lie, budget: &str, settings: Vec<(&'static str, String)>) -> Self {
        let authority = Arc::new(Authority::new("Stelsel CA"));
        let (peer_oin, asker_oin) = (register_oin(1), register_oin(2));
        let options = RegisterOptions {
            id: "regio",
            oin: &peer_oin,
            organisations: vec![world::municipality(AMSTERDAM, "Amsterdam", "GM0363", &["Amsterdam"])],
            peers: Vec::new(),
            askers: vec![&asker_oin],
        };
        let real = start(&authority, options).await;
        let published = officers(AMSTERDAM, OFFICERS);
        real.publisher(AMSTERDAM).publish(AMSTERDAM, published).await.unwrap();
        let liar = LyingPeer::start(&authority, &peer_oin, &real.ready.grpc, &asker_oin).await;
        liar.tell(lie);
        let mut table = PeerTable::new("regio", &peer_oin, &liar.address, mode);
        table.more = format!("budget = {budget:?}");
        let options = RegisterOptions {
            id: "landelijk",
            oin: &asker_oin,
            organisations: vec![world::organisation(
                CAK,
                "CAK",
                "CAK",
                OrganisationKind::Uitvoeringsorganisatie,
            )],
            peers: vec![table.clone()],
            askers: Vec::new(),
        };
        let asker = start_with(&authority, options, settings).await;
        asker.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
        Self {
            asker,
            real,
            liar,
            authority,
            peers: vec![table],
        }
    }

    /// Searches everything, with facets.
    pub(super) async fn search(&self) -> SearchOfficersResponse {
        self.search_in(FederationScope::Unspecified).await
    }

    pub(super) async fn search_in(&self, scope: FederationScope) -> SearchOfficersResponse {
        let request = SearchOfficersRequest {
            page_size: 50,
            federation: Some(FederationPolicy {
                scope: scope.into(),
                ..FederationPolicy::default()
            }),
            ..SearchOfficersRequest::default()
        };
        self.asker.professional().search(request).await.unwrap()
    }

    /// Waits until the response has all officers.
    pub(super) async fn is_whole(&self, officers: usize) {
        eventually(DEADLINE, "all registers answer", async || {
            let answer = self.search().await;
            let found = answer.hits.iter().filter(|hit| is_of_peer(&hit_name(hit))).count();
            if answer.completeness() == Completeness::Complete && found == officers {
                Ok(())
            } else {
                Err(format!("{found} of {:?}", answer.registers))
            }
        })
        .await;
    }

    /// Waits until the log reports the peer's answer as bad, with this fault.
    pub(super) async fn is_reported(&self, fault: &str) {
        eventually(DEADLINE, fault, async || {
            let log = self.asker.log();
            let is_reported = log.lines().any(|line| line.contains("BAD_ANSWER") && line.contains(fault));
            if is_reported { Ok(()) } else { Err(last_lines(&log)) }
        })
        .await;
    }

    /// Asserts that a search shows the officers that the copy had.
    pub(super) async fn is_as_before(&self) {
        let answer = self.search().await;
        let shown = answer.hits.iter().filter(|hit| is_of_peer(&hit_name(hit))).count();
        assert_eq!(shown, OFFICERS, "the copy stays as it was");
    }

    /// Asserts that a search shows nothing of the peer and names its fault.
    pub(super) async fn is_left_out(&self) {
        let answer = self.search().await;
        let status = status(&answer.registers);
        let is_reported = matches!(status.state(), RegisterState::BadAnswer | RegisterState::Skipped);
        assert!(is_reported, "{status:?}");
        assert_eq!((answer.total, answer.hits.len()), (1, 1), "{:?}", answer.hits);
        assert!(!hit_name(&answer.hits[0]).contains(AMSTERDAM), "{:?}", answer.hits);
    }
}

pub(super) fn is_of_peer(name: &str) -> bool {
    name.starts_with(&format!("organisations/{AMSTERDAM}/"))
}

pub(super) fn status(registers: &[RegisterStatus]) -> &RegisterStatus {
    let found = registers.iter().find(|status| status.register == "regio");
    found.expect("each register has a status")
}

pub(super) fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().rev().take(5).collect();
    lines.join("\n")
}
