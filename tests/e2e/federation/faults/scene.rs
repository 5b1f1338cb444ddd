//! Where faults happen: a register, the peer that this is about behind a proxy, and another peer that nothing happens to.

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
use tests::older::{Older, OlderPeer};
use tests::pki::{Authority, Leaf};
use tests::proxy::{Fault, Proxy};
use tests::registers::{PeerTable, RegisterOptions, register_oin, start};
use tests::world::{self, AMSTERDAM, CAK, SVB, officers};
use tonic::Status;

use super::super::replicate::peers;

/// What a question to the peer may take.
const BUDGET: &str = "1s";
/// What a question may take here, on a busy machine: the budget, and time to do all the rest.
const LONGEST: Duration = Duration::from_secs(6);
/// What a fault may take to be noticed, and to be over after it was mended. A stream that has fallen silent is given 8 seconds,
/// one that is well is looked at every 15.
pub(super) const NOTICED: Duration = Duration::from_secs(120);
/// No copy is older, also for the moment after a clock was moved by 10 minutes; and what one is that follows.
const OLDEST: i64 = 900;
const FRESH: i64 = 60;

/// An officer that another register has.
const STRANGER: &str = "vreemd";

/// What happens to the peer, or to the line to it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Done {
    /// To the line.
    Line(Fault),
    /// Somebody else stands at its address.
    Other(Other),
    /// It is of an older version.
    Older(Older),
    /// Its clock is so many minutes ahead.
    Clock(i64),
    /// The asker's clock is so many minutes ahead; mended, it goes back.
    OwnClock(i64),
    /// It does not let the asker in any more.
    Revoked,
    /// The asker shows another certificate.
    OwnCertificate(Own),
}

/// Who stands at the peer's address.
#[derive(Clone, Copy, Debug)]
pub(super) enum Other {
    /// Somebody with a certificate of an issuer that is not trusted.
    Issuer,
    /// The peer, with a certificate that has expired.
    Expired,
    /// Somebody with a good certificate and another OIN.
    Oin,
    /// Another register of the same organisation.
    Register,
}

/// What the asker shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Own {
    /// A certificate that has expired.
    Expired,
    /// One that is for servers only.
    ForServers,
    /// Somebody else's.
    OtherOin,
}

/// Who stands at the peer's address, as long as it does.
#[derive(Debug)]
pub(super) enum Guest {
    Node { _node: Box<Node> },
    Older { _peer: OlderPeer },
}

/// A register that asks or copies `regio`, and asks `uitvoering`.
pub(super) struct Scene {
    pub(super) asker: Node,
    pub(super) peer: Node,
    pub(super) proxy: Proxy,
    authority: Arc<Authority>,
    guest: Option<Guest>,
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
    /// All is well.
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

    /// Does it.
    pub(super) async fn begin(&mut self, done: Done) {
        match done {
            Done::Line(fault) => self.proxy.set(fault),
            Done::Other(other) => {
                let node = self.other(other).await;
                self.proxy.lead_to(&node.ready.grpc);
                self.guest = Some(Guest::Node { _node: Box::new(node) });
            }
            Done::Older(older) => {
                let (authority, target) = (&self.authority, &self.peer.ready.grpc);
                let peer = OlderPeer::start(authority, &peer_oin(), target, &asker_oin(), older).await;
                self.proxy.lead_to(&peer.address);
                self.guest = Some(Guest::Older { _peer: peer });
            }
            Done::Clock(minutes) => self.restart_at(SignedDuration::from_mins(minutes)).await,
            Done::OwnClock(minutes) => self.restart_asker_at(SignedDuration::from_mins(minutes)).await,
            Done::Revoked => {
                let request = proto::v1::RevokeGrantRequest {
                    oin: asker_oin(),
                    organisation: format!("organisations/{}", world::OPERATOR),
                };
                let mut admin = self.peer.operator().admin.clone();
                admin.revoke_grant(timed(request)).await.unwrap();
            }
            Done::OwnCertificate(own) => {
                let leaf = Leaf::register(&asker_oin());
                self.show(&match own {
                    Own::Expired => leaf.expired(),
                    Own::ForServers => leaf.for_servers_only(),
                    Own::OtherOin => Leaf::register(&register_oin(5)),
                });
            }
        }
    }

    /// Mends it.
    pub(super) async fn mend(&mut self, done: Done) {
        match done {
            Done::Line(_) => self.proxy.set(Fault::None),
            Done::Other(_) | Done::Older(_) => {
                self.proxy.lead_to(&self.peer.ready.grpc);
                self.guest = None;
            }
            Done::Clock(_) => self.restart_at(SignedDuration::ZERO).await,
            Done::OwnClock(_) => self.restart_asker_at(SignedDuration::ZERO).await,
            Done::Revoked => {
                let grant = world::grant(&asker_oin(), world::OPERATOR, &[Role::Peer]);
                self.peer.operator().put_grants(vec![grant]).await.unwrap();
            }
            Done::OwnCertificate(_) => self.show(&Leaf::register(&asker_oin())),
        }
    }

    async fn other(&self, other: Other) -> Node {
        let own = Leaf::register(&peer_oin());
        let (authority, leaf, id) = match other {
            Other::Issuer => (Arc::new(Authority::new("Andere CA")), own, "regio"),
            Other::Expired => (Arc::clone(&self.authority), own.expired(), "regio"),
            Other::Oin => (Arc::clone(&self.authority), Leaf::register(&register_oin(4)), "regio"),
            Other::Register => (Arc::clone(&self.authority), own, "anders"),
        };
        let options = NodeOptions {
            empty: true,
            authority: Some(authority),
            certificate: Some(leaf),
            // A node does not start with a certificate that has expired: this one was started before that.
            clock: match other {
                Other::Expired => SignedDuration::from_hours(-72),
                _ => SignedDuration::ZERO,
            },
            ..NodeOptions::default()
        };
        let node = Node::start_with(options.with("storage.register", format!("{id:?}"))).await;
        if matches!(other, Other::Register) {
            // It holds what the peer holds, and lets the asker in.
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

    /// Starts the peer again with its clock so far ahead, on the same data.
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

    /// The asker dials with this from now on.
    fn show(&self, leaf: &Leaf) {
        self.authority.issue(leaf).write(self.asker.folder(), "node");
        // Connections that are open were believed already.
        self.proxy.lead_to(&self.peer.ready.grpc);
    }

    /// Asks for everything. Whatever is the matter with the peer, nobody waits longer than for it, and the others answer.
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

    /// Asks for whom there is in Amsterdam. Nobody of another register is among them.
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

    /// What trying the peer shows.
    pub(super) async fn check(&self) -> PeerCheck {
        let request = timed(CheckPeersRequest {
            registers: vec!["regio".to_owned()],
        });
        let answer = self.asker.operator().admin.clone().check_peers(request).await;
        answer.expect("the operator may check peers").into_inner().checks.remove(0)
    }

    /// Where the peer stands by its own account.
    pub(super) async fn peer_position(&self) -> Position {
        self.peer.professional().position().await.unwrap()
    }

    /// Waits until the next question has a whole answer again, as of where the peer stands, and gives it. Nobody repairs
    /// anything: the circuit closes by itself.
    pub(super) async fn is_whole(&self) -> SearchOfficersResponse {
        let position = self.peer_position().await;
        let answer = eventually(NOTICED, "the answer is whole", async || {
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

/// What there is.
pub(super) fn optional() -> FederationPolicy {
    FederationPolicy::default()
}

/// Nothing without the peer.
pub(super) fn required() -> FederationPolicy {
    FederationPolicy {
        required: vec!["regio".to_owned()],
        on_missing: OnMissing::Fail.into(),
        ..FederationPolicy::default()
    }
}

/// How a register has answered.
pub(super) fn state_of<'a>(answer: &'a SearchOfficersResponse, register: &str) -> &'a RegisterStatus {
    let mut found = answer.registers.iter().filter(|status| status.register == register);
    let status = found.next().expect("each register has a status");
    assert!(found.next().is_none(), "each register has one: {:?}", answer.registers);
    status
}

/// Hits of an organisation.
pub(super) fn hits_of(answer: &SearchOfficersResponse, organisation: &str) -> usize {
    let of = format!("organisations/{organisation}/");
    answer.hits.iter().map(hit_name).filter(|name| name.starts_with(&of)).count()
}
