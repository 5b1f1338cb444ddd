//! What can go wrong between a register and its peer, as a table: what is done, and what is said of it, of a peer that is
//! asked and of one that is copied. Answers, routes and `mwr peers check` use the same word. After each row the fault is
//! mended, and the next question has a whole answer again.

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

use scene::{Done, NOTICED, Scene, hits_of, optional, required, state_of};

/// A fault and what is promised of it.
struct Row {
    /// Its name.
    fault: &'static str,
    /// What is done.
    done: Done,
    /// What is said when the peer is asked.
    query: Says,
    /// What is said when the peer is copied.
    replicate: Says,
}

/// What is said of the peer.
#[derive(Clone, Copy, Debug)]
enum Says {
    /// It is well. Optional or required: the answer is complete.
    Whole,
    /// It is missing, because of one of these. Optional: the answer is partial, without it, and says why; so does a route.
    /// Required: the answer is FEDERATION_INCOMPLETE.
    Missing(&'static [&'static str]),
    /// It is missing, because of this; but a route has what it has.
    MissingBut(&'static str),
    /// Its copy answers, and why the peer itself is away is said. Optional or required: the answer is complete.
    Copy(&'static [&'static str]),
}

impl Says {
    /// The kinds of trouble that may be named; none: the peer is well.
    fn kinds(self) -> Vec<&'static str> {
        match self {
            Self::Whole => Vec::new(),
            Self::Missing(kinds) | Self::Copy(kinds) => kinds.to_vec(),
            Self::MissingBut(kind) => vec![kind],
        }
    }
}

/// Goes through the table, with a peer that is used so.
async fn hold(mode: &'static str, rows: &[Row]) {
    let mut scene = Scene::new(mode).await;
    for row in rows {
        // Shown when the test fails: which row it was.
        eprintln!("{mode}: {}", row.fault);
        scene.begin(row.done).await;
        let said = if mode == "query" { row.query } else { row.replicate };
        match said {
            Says::Whole => is_whole(&scene).await,
            Says::Missing(because) => {
                is_missing(&scene, because).await;
                has_gap(&scene, because).await;
            }
            Says::MissingBut(because) => {
                is_missing(&scene, &[because]).await;
                has_route(&scene).await;
            }
            Says::Copy(because) => is_copy(&scene, because).await,
        }
        let (found, kinds) = (scene.check().await, said.kinds());
        assert_eq!(found.ok, kinds.is_empty(), "{}: {found:?}", row.fault);
        assert!(
            found.ok || kinds.contains(&found.problem.as_str()) && !found.message.is_empty(),
            "{}: {found:?}",
            row.fault
        );
        scene.mend(row.done).await;
        is_whole(&scene).await;
    }
}

/// Complete, whether it must be or not.
async fn is_whole(scene: &Scene) {
    scene.is_whole().await;
    let answer = scene.ask(required()).await.unwrap();
    assert_eq!(answer.completeness(), Completeness::Complete);
    has_route(scene).await;
}

/// A route has the peer's officers, and nothing is missing from it.
async fn has_route(scene: &Scene) {
    let route = eventually(NOTICED, "the route covers all", async || {
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

/// A route says that the peer could not be asked, and why.
async fn has_gap(scene: &Scene, because: &[&str]) {
    eventually(NOTICED, "the route says who is missing", async || {
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

/// Without the peer, and saying so.
async fn is_missing(scene: &Scene, because: &[&str]) {
    let answer = eventually(NOTICED, "the answer says what is wrong", async || {
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

/// From the copy, and saying that the peer itself is away.
async fn is_copy(scene: &Scene, because: &[&str]) {
    let answer = eventually(NOTICED, "the answer says that it is from a copy", async || {
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
