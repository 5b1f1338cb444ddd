//! The scene of the faults: a register, the faulty peer behind a proxy, and a healthy peer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use proto::v1::{
    CheckPeersRequest, CircuitState, Completeness, FederationPolicy, Need, OnMissing, OrganisationKind, PeerCheck, Position,
    RegisterState, RegisterStatus, Role, Route, SearchOfficersRequest, SearchOfficersResponse,
};
use tests::caller::{hit_name, target_name, timed};
use tests::eventually::eventually;
use tests::node::{Node, NodeOptions};
use tests::older_peer::{Older, OlderPeer};
use tests::pki::{Authority, Leaf};
use tests::proxy::{Fault, Proxy};
use tests::registers::{PeerTable, RegisterOptions, register_oin, start};
use tests::world::{self, AMSTERDAM, CAK, SVB, officers};
use tonic::Status;

use super::super::replicate::peers;

/// The budget of the faulty peer.
const BUDGET: &str = "1s";
/// The limit for a question: the budget of the peer, and time for the rest on a busy machine.
const LONGEST: Duration = Duration::from_secs(6);
/// The limit for noticing a fault, and for recovering after it. A silent stream times out after 8 seconds, and a healthy one is
/// checked every 15.
pub(super) const NOTICED: Duration = Duration::from_secs(120);
/// In seconds: the greatest age of a replica, also just after a clock was moved by 10 minutes, and that of a current one.
const OLDEST: i64 = 900;
const FRESH: i64 = 60;

/// The id of an officer that only another register has.
const STRANGER: &str = "vreemd";

/// A fault of the peer, or of the line to it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Injection {
    /// A fault of the line.
    Line(Fault),
    /// Another node at its address.
    Impostor(Impostor),
    /// An older version.
    Older(Older),
    /// Its clock is this many minutes ahead.
    Clock(i64),
    /// The asker's clock is this many minutes ahead, and is later set back.
    OwnClock(i64),
    /// It has revoked the asker's grant.
    Revoked,
    /// The asker uses another certificate.
    OwnCertificate(AskerCertificate),
}

/// The other node at the peer's address.
#[derive(Clone, Copy, Debug)]
pub(super) enum Impostor {
    /// A node with a certificate of an untrusted issuer.
    Issuer,
    /// A node with an expired certificate of the peer.
    Expired,
    /// A node with a valid certificate for another OIN.
    Oin,
    /// Another register of the same organisation.
    Register,
}

/// The asker's own certificate.
#[derive(Clone, Copy, Debug)]
pub(super) enum AskerCertificate {
    /// An expired one.
    Expired,
    /// One that is for servers only.
    ForServers,
    /// One for another OIN.
    OtherOin,
}

/// Keeps the other node at the peer's address running.
#[derive(Debug)]
pub(super) enum OtherNode {
    Node { _node: Box<Node> },
    Older { _peer: OlderPeer },
}

/// A register that queries or replicates `regio`, and queries `uitvoering`.
pub(super) struct Scene {
    pub(super) asker: Node,
    pub(super) peer: Node,
    pub(super) proxy: Proxy,
    authority: Arc<Authority>,
    guest: Option<OtherNode>,
    _witness: Node,
}

pub(super) fn peer_oin() -> String {
    register_oin(1)
}

pub(super) fn asker_oin() -> String {
    register_oin(2)
}

pub(super) fn cak() -> proto::v1::Organisation {
    world::organisation(CAK, "CAK", "CAK", OrganisationKind::Uitvoeringsorganisatie)
}

pub(super) fn amsterdam() -> proto::v1::Organisation {
    world::municipality(AMSTERDAM, "Amsterdam", "GM0363", &["Amsterdam"])
}

impl Scene {
    /// Starts the scene without faults.
    pub(super) async fn new(mode: &'static str) -> Self {
        let authority = Arc::new(Authority::new("Stelsel CA"));
        let (peer_oin, asker_oin, witness_oin) = (peer_oin(), asker_oin(), register_oin(3));
        let register = async |id, oin, organisation, peers, askers| {
            let options = RegisterOptions {
                id,
                oin,
                organisations: vec![organisation],
                peers,
                askers,
            };
            start(&authority, options).await
        };
        let svb = world::organisation(
            SVB,
            "Sociale Verzekeringsbank",
            "SVB",
            OrganisationKind::Uitvoeringsorganisatie,
        );
        let (peer, witness) = tokio::join!(
            register("regio", &peer_oin, amsterdam(), Vec::new(), vec![&asker_oin]),
            register("uitvoering", &witness_oin, svb, Vec::new(), vec![&asker_oin]),
        );
        peer.publisher(AMSTERDAM)
            .publish(AMSTERDAM, officers(AMSTERDAM, 2))
            .await
            .unwrap();
        witness.publisher(SVB).publish(SVB, officers(SVB, 2)).await.unwrap();
        let proxy = Proxy::to(&peer.ready.grpc).await;
        let mut tried = PeerTable::new("regio", &peer_oin, &proxy.address, mode);
        tried.more = format!("budget = {BUDGET:?}");
        let mut other = PeerTable::new("uitvoering", &witness_oin, &witness.ready.grpc, "query");
        other.more = "budget = \"10s\"".to_owned();
        let asker = register("landelijk", &asker_oin, cak(), vec![tried, other], Vec::new()).await;
        asker.publisher(CAK).publish(CAK, officers(CAK, 1)).await.unwrap();
        let scene = Self {
            asker,
            peer,
            proxy,
            authority,
            guest: None,
            _witness: witness,
        };
        scene.peers_are_known().await;
        scene.is_whole().await;
        scene
    }

    /// Waits until a node that was started has reached its peers.
    async fn peers_are_known(&self) {
        eventually(NOTICED, "both peers are known", async || {
            let peers = peers(&self.asker).await;
            let is_known = peers.iter().all(|peer| peer.circuit() == CircuitState::Closed);
            if is_known { Ok(()) } else { Err(peers) }
        })
        .await;
    }

    /// Injects the fault.
    pub(super) async fn begin(&mut self, injection: Injection) {
        match injection {
            Injection::Line(fault) => self.proxy.set(fault),
            Injection::Impostor(other) => {
                let node = self.other(other).await;
                self.proxy.lead_to(&node.ready.grpc);
                self.guest = Some(OtherNode::Node { _node: Box::new(node) });
            }
            Injection::Older(older) => {
                let (authority, target) = (&self.authority, &self.peer.ready.grpc);
                let peer = OlderPeer::start(authority, &peer_oin(), target, &asker_oin(), older).await;
                self.proxy.lead_to(&peer.address);
                self.guest = Some(OtherNode::Older { _peer: peer });
            }
            Injection::Clock(minutes) => self.restart_at(SignedDuration::from_mins(minutes)).await,
            Injection::OwnClock(minutes) => self.restart_asker_at(SignedDuration::from_mins(minutes)).await,
            Injection::Revoked => {
                let request = proto::v1::RevokeGrantRequest {
                    oin: asker_oin(),
                    organisation: format!("organisations/{}", world::OPERATOR),
                };
                let mut admin = self.peer.operator().admin.clone();
                admin.revoke_grant(timed(request)).await.unwrap();
            }
            Injection::OwnCertificate(own) => {
                let leaf = Leaf::register(&asker_oin());
                self.show(&match own {
                    AskerCertificate::Expired => leaf.expired(),
                    AskerCertificate::ForServers => leaf.for_servers_only(),
                    AskerCertificate::OtherOin => Leaf::register(&register_oin(5)),
                });
            }
        }
    }

    /// Removes the fault.
    pub(super) async fn mend(&mut self, injection: Injection) {
        match injection {
            Injection::Line(_) => self.proxy.set(Fault::None),
            Injection::Impostor(_) | Injection::Older(_) => {
                self.proxy.lead_to(&self.peer.ready.grpc);
                self.guest = None;
            }
            Injection::Clock(_) => self.restart_at(SignedDuration::ZERO).await,
            Injection::OwnClock(_) => self.restart_asker_at(SignedDuration::ZERO).await,
            Injection::Revoked => {
                let grant = world::grant(&asker_oin(), world::OPERATOR, &[Role::Peer]);
                self.peer.operator().put_grants(vec![grant]).await.unwrap();
            }
            Injection::OwnCertificate(_) => self.show(&Leaf::register(&asker_oin())),
        }
    }

    async fn other(&self, other: Impostor) -> Node {
        let own = Leaf::register(&peer_oin());
        let (authority, leaf, id) = match other {
            Impostor::Issuer => (Arc::new(Authority::new("Andere CA")), own, "regio"),
            Impostor::Expired => (Arc::clone(&self.authority), own.expired(), "regio"),
            Impostor::Oin => (Arc::clone(&self.authority), Leaf::register(&register_oin(4)), "regio"),
            Impostor::Register => (Arc::clone(&self.authority), own, "anders"),
        };
        let options = NodeOptions {
            empty: true,
            authority: Some(authority),
            certificate: Some(leaf),
            // A node does not start with an expired certificate, so this one starts before the expiry.
            clock: match other {
                Impostor::Expired => SignedDuration::from_hours(-72),
                _ => SignedDuration::ZERO,
            },
            ..NodeOptions::default()
        };
        let node = Node::start_with(options.with("storage.register", format!("{id:?}"))).await;
        if matches!(other, Impostor::Register) {
            // It holds the peer's organisation and accepts the asker.
            let report = node.operator().put_organisations(vec![amsterdam()]).await.unwrap();
            assert!(report.applied, "{:?}", report.violations);
            let publisher = world::grant(world::publisher_oin(AMSTERDAM), AMSTERDAM, &[Role::Publish]);
            let asker = world::grant(&asker_oin(), world::OPERATOR, &[Role::Peer]);
            node.operator().put_grants(vec![publisher, asker]).await.unwrap();
            let stranger = vec![world::officer(AMSTERDAM, STRANGER)];
            node.publisher(AMSTERDAM).publish(AMSTERDAM, stranger).await.unwrap();
        }
        node
    }

    /// Restarts the peer with its clock moved.
    async fn restart_at(&mut self, clock: SignedDuration) {
        self.peer.options.clock = clock;
        self.peer.restart().await;
        self.proxy.lead_to(&self.peer.ready.grpc);
    }

    async fn restart_asker_at(&mut self, clock: SignedDuration) {
        self.asker.options.clock = clock;
        self.asker.restart().await;
        self.peers_are_known().await;
    }

    /// Replaces the asker's certificate.
    fn show(&self, leaf: &Leaf) {
        self.authority.issue(leaf).write(self.asker.folder(), "node");
        // Open connections were already authenticated, so close them.
        self.proxy.lead_to(&self.peer.ready.grpc);
    }

    /// Searches everything. Whatever the fault, the response is in time and the other registers have answered.
    pub(super) async fn ask(&self, policy: FederationPolicy) -> Result<SearchOfficersResponse, Status> {
        let request = SearchOfficersRequest {
            page_size: 100,
            federation: Some(policy),
            ..SearchOfficersRequest::default()
        };
        let begin = Instant::now();
        let answer = self.asker.professional().search(request).await;
        let took = begin.elapsed();
        assert!(took < LONGEST, "{took:?}: {answer:?}");
        if let Ok(answer) = &answer {
            assert_eq!(state_of(answer, "landelijk").state(), RegisterState::Ok);
            let other = state_of(answer, "uitvoering");
            assert_eq!((other.state(), other.hits), (RegisterState::Ok, 2), "{:?}", answer.registers);
            assert_eq!(hits_of(answer, SVB), 2);
            assert!(
                answer.hits.iter().all(|hit| !hit_name(hit).ends_with(STRANGER)),
                "{:?}",
                answer.hits
            );
            for status in &answer.registers {
                let age = status.age.unwrap_or_default();
                assert!((0..OLDEST).contains(&age.seconds) && age.nanos >= 0, "{status:?}");
            }
        }
        answer
    }

    /// Resolves a need in Amsterdam. No target may be of the other register.
    pub(super) async fn resolve(&self) -> Result<Route, Status> {
        let need = Need {
            municipality: "GM0363".to_owned(),
            domains: vec!["INK".to_owned()],
            ..Need::default()
        };
        let route = self.asker.professional().resolve(need, None).await;
        if let Ok(route) = &route {
            let mut names = route.targets.iter().map(target_name);
            assert!(names.all(|name| !name.ends_with(STRANGER)), "{route:?}");
        }
        route
    }

    /// Checks the peer, as `mwr peers check` does.
    pub(super) async fn check(&self) -> PeerCheck {
        let request = timed(CheckPeersRequest {
            registers: vec!["regio".to_owned()],
        });
        let answer = self.asker.operator().admin.clone().check_peers(request).await;
        answer.expect("the operator may check peers").into_inner().checks.remove(0)
    }

    /// Returns the peer's own position.
    pub(super) async fn peer_position(&self) -> Position {
        self.peer.professional().position().await.unwrap()
    }

    /// Waits until the response is complete again, at the peer's current position, and returns it. The circuit must close by
    /// itself.
    pub(super) async fn is_whole(&self) -> SearchOfficersResponse {
        let position = self.peer_position().await;
        let answer = eventually(NOTICED, "the response was complete", async || {
            let answer = self.ask(optional()).await.map_err(|status| format!("{status:?}"))?;
            let status = state_of(&answer, "regio");
            let is_fresh = status.age.is_none_or(|age| age.seconds < FRESH);
            let is_there = status.position.as_ref() == Some(&position) && status.problem.is_empty() && is_fresh;
            if answer.completeness() == Completeness::Complete && is_there {
                Ok(answer)
            } else {
                Err(format!("{:?}", answer.registers))
            }
        })
        .await;
        assert_eq!((answer.total, hits_of(&answer, AMSTERDAM)), (5, 2), "{:?}", answer.registers);
        let listed = peers(&self.asker).await;
        let listed = listed.iter().find(|peer| peer.register == "regio").unwrap();
        assert_eq!(listed.circuit(), CircuitState::Closed, "{listed:?}");
        answer
    }
}

/// A policy that accepts partial responses.
pub(super) fn optional() -> FederationPolicy {
    FederationPolicy::default()
}

/// A policy that requires the peer.
pub(super) fn required() -> FederationPolicy {
    FederationPolicy {
        required: vec!["regio".to_owned()],
        on_missing: OnMissing::Fail.into(),
        ..FederationPolicy::default()
    }
}

/// Returns the status of a register in a response.
pub(super) fn state_of<'a>(answer: &'a SearchOfficersResponse, register: &str) -> &'a RegisterStatus {
    let mut found = answer.registers.iter().filter(|status| status.register == register);
    let status = found.next().expect("each register has a status");
    assert!(found.next().is_none(), "each register has one: {:?}", answer.registers);
    status
}

/// Counts the hits of an organisation.
pub(super) fn hits_of(answer: &SearchOfficersResponse, organisation: &str) -> usize {
    let of = format!("organisations/{organisation}/");
    answer.hits.iter().map(hit_name).filter(|name| name.starts_with(&of)).count()
}
