//! The main task: an organisation publishes, a professional searches in Dutch, another component resolves, and all of it
//! survives a restart.

use proto::v1::{MandateLevel, Need, Officer, TargetLevel};
use tests::caller::{Caller, target_name};
use tests::node::Node;
use tests::world::{CAK, SVB, deciding_officer, officer_name};

/// A question that names no law and no organisation.
const QUESTION: &str = "eigen bijdrage te hoog na opname echtgenoot";

fn eigen_bijdrage() -> Officer {
    Officer {
        function_title: "Maatwerkadviseur eigen bijdragen".to_owned(),
        description: "Beslist over de eigen bijdrage als een van beide echtgenoten naar een verpleeghuis gaat.".to_owned(),
        ..deciding_officer(CAK, "eigen-bijdrage", &["EB-WLZ"])
    }
}

#[tokio::test]
async fn published_officers_are_found_after_a_restart_too() {
    let mut node = Node::start().await;
    let pensioen = Officer {
        description: "Kijkt mee bij het ouderdomspensioen na verhuizing.".to_owned(),
        ..deciding_officer(SVB, "pensioen", &["AOW"])
    };
    node.publisher(SVB).publish(SVB, vec![pensioen]).await.unwrap();
    let report = node.publisher(CAK).publish(CAK, vec![eigen_bijdrage()]).await.unwrap();
    assert!(report.applied);
    assert_eq!(
        (report.created, report.updated, report.unchanged, report.withdrawn),
        (1, 0, 0, 0)
    );
    assert_eq!(report.changes[0].officer, officer_name(CAK, "eigen-bijdrage"));

    let position = report.position.unwrap();
    let professional = node.professional();
    let found = professional.find(QUESTION, Some(&position)).await.unwrap();
    assert_eq!(found.first(), Some(&officer_name(CAK, "eigen-bijdrage")), "{found:?}");
    is_there(&professional).await;

    node.restart().await;
    let professional = node.professional();
    assert_eq!(professional.position().await.unwrap(), position);
    assert_eq!(professional.find(QUESTION, None).await.unwrap(), found);
    is_there(&professional).await;
}

/// Asserts that the officer can be read as published and that a need resolves to it.
async fn is_there(professional: &Caller) {
    let published = eigen_bijdrage();
    let officer = professional.get(&published.name).await.unwrap();
    assert_eq!(officer.description, published.description);
    assert_eq!(officer.competences, ["EB-WLZ"]);
    assert_eq!(officer.contact.unwrap().email, published.contact.unwrap().email);

    let need = Need {
        organisation: format!("organisations/{CAK}"),
        competences: vec!["EB-WLZ".to_owned()],
        ..Default::default()
    };
    let route = professional.resolve(need, None).await.unwrap();
    let first = &route.targets[0];
    assert_eq!(target_name(first), published.name);
    assert_eq!(first.level(), TargetLevel::Officer);
    assert_eq!(first.mandate_level(), MandateLevel::Decide);
    assert!(!first.reason.is_empty() && !first.explanation.is_empty(), "{first:?}");
    assert!(route.position.is_some());
}
