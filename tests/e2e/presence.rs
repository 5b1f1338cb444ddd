//! Absences and deputies.

use std::time::{Duration, SystemTime};

use prost_types::Timestamp;
use proto::v1::{Need, Officer, Period, Route, SetPresenceRequest, TargetLevel};
use tests::caller::{Caller, new_request_id, target_name, timed};
use tests::node::Node;
use tests::refusal::refused;
use tests::world::{CAK, SVB, deciding_officer, officer, officer_name};

const HOUR: Duration = Duration::from_secs(3600);

/// The moment `hours` from now.
// Absences are compared with the node's clock, which is the real one.
#[allow(clippy::disallowed_methods)]
fn in_hours(hours: i32) -> Timestamp {
    let distance = HOUR * hours.unsigned_abs();
    let moment = if hours < 0 {
        SystemTime::now() - distance
    } else {
        SystemTime::now() + distance
    };
    Timestamp::from(moment)
}

fn period(from: i32, until: i32) -> Period {
    Period {
        from: Some(in_hours(from)),
        until: Some(in_hours(until)),
    }
}

fn absent(officer: &str, absences: Vec<Period>) -> SetPresenceRequest {
    SetPresenceRequest {
        officer: officer.to_owned(),
        absences,
        request_id: new_request_id(),
    }
}

fn pair() -> Vec<Officer> {
    vec![
        Officer {
            deputy: "vervanger".to_owned(),
            ..deciding_officer(CAK, "vaste", &["EB-WLZ"])
        },
        officer(CAK, "vervanger"),
    ]
}

async fn route(caller: &Caller) -> Route {
    let need = Need {
        organisation: format!("organisations/{CAK}"),
        competences: vec!["EB-WLZ".to_owned()],
        ..Default::default()
    };
    caller.resolve(need, None).await.unwrap()
}

#[tokio::test]
async fn an_absence_brings_the_deputy_until_its_end() {
    let mut node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, pair()).await.unwrap();
    let name = officer_name(CAK, "vaste");
    assert_eq!(target_name(&route(&publisher).await.targets[0]), name);

    let answer = publisher
        .sync
        .clone()
        .set_presence(timed(absent(&name, vec![period(-1, 24)])))
        .await
        .unwrap();
    let position = answer.into_inner().position;
    publisher.find("", position.as_ref()).await.unwrap();
    let during = route(&publisher).await;
    let first = &during.targets[0];
    assert_eq!(
        (target_name(first), first.level()),
        (officer_name(CAK, "vervanger"), TargetLevel::Deputy)
    );
    assert_eq!(first.standing_in_for, name);
    assert!(first.without_mandate, "the deputy does not hold the competence");
    let ends = in_hours(24).seconds;
    assert!(
        during.valid_until.is_some_and(|until| until.seconds <= ends),
        "{:?}",
        during.valid_until
    );

    // A snapshot does not change it, and it survives a restart.
    publisher.publish(CAK, pair()).await.unwrap();
    node.restart().await;
    let publisher = node.publisher(CAK);
    assert_eq!(publisher.get_entry(&name).await.unwrap().absences.len(), 1);
    assert_eq!(route(&publisher).await.targets[0].level(), TargetLevel::Deputy);

    publisher
        .sync
        .clone()
        .set_presence(timed(absent(&name, Vec::new())))
        .await
        .unwrap();
    assert_eq!(target_name(&route(&publisher).await.targets[0]), name);
}

#[tokio::test]
async fn a_future_absence_bounds_valid_until() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, pair()).await.unwrap();
    let name = officer_name(CAK, "vaste");
    publisher
        .sync
        .clone()
        .set_presence(timed(absent(&name, vec![period(1, 24)])))
        .await
        .unwrap();
    let route = route(&publisher).await;
    assert_eq!(target_name(&route.targets[0]), name);
    assert!(route.valid_until.is_some_and(|until| until.seconds <= in_hours(1).seconds));
}

#[tokio::test]
async fn overlapping_absences_are_merged() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, pair()).await.unwrap();
    let name = officer_name(CAK, "vaste");
    let request = absent(&name, vec![period(4, 6), period(1, 3), period(2, 4)]);
    publisher.sync.clone().set_presence(timed(request)).await.unwrap();
    let absences = publisher.get_entry(&name).await.unwrap().absences;
    assert_eq!(absences.len(), 1, "{absences:?}");
}

#[tokio::test]
async fn invalid_absences_are_refused() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    publisher.publish(CAK, pair()).await.unwrap();
    let name = officer_name(CAK, "vaste");
    let set = async |request| publisher.sync.clone().set_presence(timed(request)).await;
    refused(set(absent(&name, vec![period(2, 1)])).await, "INVALID_REQUEST");
    let half = Period {
        from: Some(in_hours(1)),
        until: None,
    };
    refused(set(absent(&name, vec![half])).await, "INVALID_REQUEST");
    refused(
        set(absent(&name, (0..51).map(|day| period(day * 24, day * 24 + 1)).collect())).await,
        "INVALID_REQUEST",
    );
    refused(
        set(absent(&officer_name(CAK, "niemand"), Vec::new())).await,
        "OFFICER_NOT_FOUND",
    );
    refused(set(absent(&officer_name(SVB, "vaste"), Vec::new())).await, "NOT_OWNER");
    refused(set(absent("vaste", Vec::new())).await, "INVALID_REQUEST");
    assert!(publisher.get_entry(&name).await.unwrap().absences.is_empty());
}
