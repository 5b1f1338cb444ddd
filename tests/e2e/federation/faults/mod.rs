//! The faults between a register and its peer, as a table: the fault, and the expected report for a queried and for a
//! replicated peer. Responses, routes and `mwr peers check` report the same kind of problem. After each row the fault is
//! removed, and the response becomes complete again.

mod certificates;
mod line;
mod scene;
mod start;
mod stream;
mod versions;

use proto::v1::{Completeness, RegisterState, ServedFrom};
use tests::caller::target_name;
use tests::eventually::eventually;
use tests::refusal::{fact, refused};
use tests::world::{AMSTERDAM, CAK, officer_name};

use scene::{Injection, NOTICED, Scene, hits_of, optional, required, state_of};

/// A fault and the expected reports.
struct FaultCase {
    /// Its name.
    name: &'static str,
    /// The fault to inject.
    injection: Injection,
    /// The report when the peer is queried.
    query: ExpectedReport,
    /// The report when the peer is replicated.
    replicate: ExpectedReport,
}

/// The expected report of the peer.
#[derive(Clone, Copy, Debug)]
enum ExpectedReport {
    /// No problem. The response is complete, whether the peer is required or not.
    Whole,
    /// It is missing, because of one of these. The response is partial and says why, and so is a route. If the peer is required,
    /// the call fails with FEDERATION_INCOMPLETE.
    Missing(&'static [&'static str]),
    /// It is missing from search, because of this, but not from a route.
    MissingBut(&'static str),
    /// Its replica answers, and the reason why the peer is away is reported. The response is complete, whether required or not.
    Copy(&'static [&'static str]),
}

impl ExpectedReport {
    /// The problems that may be reported; none if the peer has no problem.
    fn kinds(self) -> Vec<&'static str> {
        match self {
            Self::Whole => Vec::new(),
            Self::Missing(kinds) | Self::Copy(kinds) => kinds.to_vec(),
            Self::MissingBut(kind) => vec![kind],
        }
    }
}

/// Runs the table with a peer in this mode.
async fn hold(mode: &'static str, cases: &[FaultCase]) {
    let mut scene = Scene::new(mode).await;
    for case in cases {
        // Shows the failing row.
        eprintln!("{mode}: {}", case.name);
        scene.begin(case.injection).await;
        let said = if mode == "query" { case.query } else { case.replicate };
        match said {
            ExpectedReport::Whole => is_whole(&scene).await,
            ExpectedReport::Missing(because) => {
                is_missing(&scene, because).await;
                has_gap(&scene, because).await;
            }
            ExpectedReport::MissingBut(because) => {
                is_missing(&scene, &[because]).await;
                has_route(&scene).await;
            }
            ExpectedReport::Copy(because) => is_copy(&scene, because).await,
        }
        let (found, kinds) = (scene.check().await, said.kinds());
        assert_eq!(found.ok, kinds.is_empty(), "{}: {found:?}", case.name);
        assert!(
            found.ok || kinds.contains(&found.problem.as_str()) && !found.message.is_empty(),
            "{}: {found:?}",
            case.name
        );
        scene.mend(case.injection).await;
        is_whole(&scene).await;
    }
}

/// Asserts a complete response, whether the peer is required or not.
async fn is_whole(scene: &Scene) {
    scene.is_whole().await;
    let answer = scene.ask(required()).await.unwrap();
    assert_eq!(answer.completeness(), Completeness::Complete);
    has_route(scene).await;
}

/// Asserts that a route has the peer's officers and no gaps.
async fn has_route(scene: &Scene) {
    let route = eventually(NOTICED, "the route had no gaps", async || {
        let route = scene.resolve().await.map_err(|status| format!("{status:?}"))?;
        if route.gaps.is_empty() {
            Ok(route)
        } else {
            Err(format!("{:?}", route.gaps))
        }
    })
    .await;
    assert_eq!(target_name(&route.targets[0]), officer_name(AMSTERDAM, "loket-000"));
}

/// Asserts that a route reports the peer as a gap, with the reason.
async fn has_gap(scene: &Scene, because: &[&str]) {
    eventually(NOTICED, "the route reported the missing register", async || {
        let route = scene.resolve().await.map_err(|status| format!("{status:?}"))?;
        let gap = route.gaps.iter().find(|gap| gap.register == "regio");
        if gap.is_some_and(|gap| because.contains(&gap.reason.as_str())) {
            Ok(())
        } else {
            Err(format!("{:?}", route.gaps))
        }
    })
    .await;
}

/// Asserts a response without the peer that reports the reason.
async fn is_missing(scene: &Scene, because: &[&str]) {
    let answer = eventually(NOTICED, "the response reported the problem", async || {
        let answer = scene.ask(optional()).await.map_err(|status| format!("{status:?}"))?;
        if because.contains(&state_of(&answer, "regio").problem.as_str()) {
            Ok(answer)
        } else {
            Err(format!("{:?}", answer.registers))
        }
    })
    .await;
    let status = state_of(&answer, "regio");
    assert_eq!(answer.completeness(), Completeness::Partial);
    assert_eq!((hits_of(&answer, AMSTERDAM), hits_of(&answer, CAK), answer.total), (0, 1, 3));
    let expected = match status.problem.as_str() {
        _ if status.reason == "CIRCUIT_OPEN" => RegisterState::Skipped,
        "UNREACHABLE" => RegisterState::Unreachable,
        "TIMED_OUT" => RegisterState::TimedOut,
        "REFUSED" | "WRONG_CERTIFICATE" | "WRONG_OIN" | "WRONG_REGISTER" => RegisterState::Refused,
        "INCOMPATIBLE" => RegisterState::Incompatible,
        _ => RegisterState::BadAnswer,
    };
    assert_eq!(status.state(), expected, "{status:?}");
    assert!(!status.reason.is_empty() && !status.message.is_empty(), "{status:?}");
    let refusal = refused(scene.ask(required()).await, "FEDERATION_INCOMPLETE");
    assert_eq!(refusal.code(), tonic::Code::Unavailable);
    assert_eq!(fact(&refusal, "missing").as_deref(), Some("regio"));
}

/// Asserts a response from the replica that reports why the peer is away.
async fn is_copy(scene: &Scene, because: &[&str]) {
    let answer = eventually(NOTICED, "the response reported the replica", async || {
        let answer = scene.ask(optional()).await.map_err(|status| format!("{status:?}"))?;
        let status = state_of(&answer, "regio");
        assert_eq!(
            (status.state(), status.served_from(), hits_of(&answer, AMSTERDAM)),
            (RegisterState::Ok, ServedFrom::Replica, 2),
            "a copy is never away: {status:?}"
        );
        if because.contains(&status.problem.as_str()) {
            Ok(answer)
        } else {
            Err(format!("{:?}", answer.registers))
        }
    })
    .await;
    let status = state_of(&answer, "regio");
    assert_eq!(answer.completeness(), Completeness::Complete);
    assert!(status.age.is_some() && !status.message.is_empty(), "{status:?}");
    assert_eq!(scene.ask(required()).await.unwrap().completeness(), Completeness::Complete);
    let route = scene.resolve().await.unwrap();
    assert_eq!(target_name(&route.targets[0]), officer_name(AMSTERDAM, "loket-000"));
    let explained = &route.targets[0].explanation;
    assert!(explained.contains("regio is nu niet bereikbaar"), "{explained}");
}
