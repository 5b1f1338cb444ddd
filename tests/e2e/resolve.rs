//! Resolve: an ordered list of targets for a need, which is never empty while an LMM is known.

use proto::v1::{
    BatchResolveRequest, Need, NotFor, Officer, OfficerKind, Role, Route, Service, ServiceBasis, TargetLevel, resolve_result,
};
use tests::caller::target_name;
use tests::node::{Node, NodeOptions};
use tests::refusal::refused;
use tests::world::{self, AMSTERDAM, CAK, DEN_HAAG, LET, LMM, SVB, deciding_officer, officer, officer_name};

fn need(organisation: &str, competences: &[&str]) -> Need {
    Need {
        organisation: format!("organisations/{organisation}"),
        competences: competences.iter().map(ToString::to_string).collect(),
        ..Default::default()
    }
}

fn names(route: &Route) -> Vec<String> {
    route.targets.iter().map(target_name).collect()
}

fn levels(route: &Route) -> Vec<TargetLevel> {
    route.targets.iter().map(|target| target.level()).collect()
}

#[tokio::test]
async fn the_officer_comes_before_desk_lmm_and_let() {
    let node = Node::start().await;
    let decides = deciding_officer(CAK, "beslist", &["EB-WLZ"]);
    node.publisher(CAK).publish(CAK, vec![decides]).await.unwrap();
    let regie = Officer {
        kind: OfficerKind::Regievoerder.into(),
        ..officer(LMM, "regie")
    };
    node.publisher(LMM).publish(LMM, vec![regie]).await.unwrap();
    let escalation = Officer {
        kind: OfficerKind::Escalatielid.into(),
        ..officer(LET, "lid")
    };
    let report = node.publisher(LET).publish(LET, vec![escalation]).await.unwrap();

    let route = node
        .professional()
        .resolve(need(CAK, &["EB-WLZ"]), report.position.as_ref())
        .await
        .unwrap();
    let order = [TargetLevel::Officer, TargetLevel::Desk, TargetLevel::Lmm, TargetLevel::Let];
    assert_eq!(levels(&route), order, "{:?}", names(&route));
    assert_eq!(names(&route)[0], officer_name(CAK, "beslist"));
}

#[tokio::test]
async fn a_municipality_that_has_not_joined_has_a_route() {
    let node = Node::start().await;
    let need = Need {
        municipality: "GM0518".to_owned(),
        competences: vec!["PW".to_owned()],
        ..Default::default()
    };
    let route = node.professional().resolve(need, None).await.unwrap();
    assert!(
        names(&route).contains(&format!("organisations/{DEN_HAAG}")),
        "{:?}",
        names(&route)
    );
}

#[tokio::test]
async fn a_delegated_joint_body_precedes_the_municipality() {
    let node = Node::start().await;
    let mut body = world::organisation(
        "proefdienst",
        "Proefdienst Sociaal",
        "Proefdienst",
        proto::v1::OrganisationKind::Samenwerkingsverband,
    );
    body.serves = vec![Service {
        municipality: "GM0363".to_owned(),
        competences: vec!["PW".to_owned()],
        basis: ServiceBasis::Delegatie.into(),
        ..Default::default()
    }];
    let operator = node.operator();
    assert!(operator.put_organisations(vec![body]).await.unwrap().applied);
    let grants = vec![world::grant(world::STRANGER_OIN, "proefdienst", &[Role::Publish])];
    operator.put_grants(grants).await.unwrap();
    let theirs = deciding_officer("proefdienst", "bijstand", &["PW"]);
    assert!(
        node.caller(world::STRANGER_OIN)
            .publish("proefdienst", vec![theirs])
            .await
            .unwrap()
            .applied
    );
    let own = Officer {
        area: vec!["GM0363".to_owned()],
        ..deciding_officer(AMSTERDAM, "bijstand", &["PW"])
    };
    let report = node.publisher(AMSTERDAM).publish(AMSTERDAM, vec![own]).await.unwrap();
    let need = Need {
        municipality: "GM0363".to_owned(),
        competences: vec!["PW".to_owned()],
        ..Default::default()
    };
    let route = node.professional().resolve(need, report.position.as_ref()).await.unwrap();
    let order = [officer_name("proefdienst", "bijstand"), officer_name(AMSTERDAM, "bijstand")];
    assert_eq!(names(&route)[..2], order, "{:?}", names(&route));
    assert_eq!(route.targets[0].level(), TargetLevel::JointBody);
}

#[tokio::test]
async fn not_for_excludes_an_officer_and_names_another() {
    let node = Node::start().await;
    let elsewhere = Officer {
        not_for: vec![NotFor {
            competence: "AOW-LEEFVORM".to_owned(),
            see: "zb000143".to_owned(),
        }],
        ..deciding_officer(CAK, "bijdragen", &["EB-WLZ", "EB-WMO"])
    };
    let report = node.publisher(CAK).publish(CAK, vec![elsewhere]).await.unwrap();
    let answer = node
        .professional()
        .resolve(need(CAK, &["AOW-LEEFVORM"]), report.position.as_ref())
        .await;
    let route = answer.unwrap();
    assert!(
        !names(&route).contains(&officer_name(CAK, "bijdragen")),
        "{:?}",
        names(&route)
    );
    let passed_over = route.considered.iter().find(|one| one.name == officer_name(CAK, "bijdragen"));
    let passed_over = passed_over.unwrap_or_else(|| panic!("{:?}", route.considered));
    assert_eq!(
        (passed_over.reason.as_str(), passed_over.see.as_str()),
        ("NOT_FOR", "zb000143")
    );
}

#[tokio::test]
async fn the_same_need_at_the_same_position_has_the_same_answer() {
    let node = Node::start().await;
    let officers = (0..12)
        .map(|number| deciding_officer(SVB, &format!("pensioen-{number}"), &["AOW"]))
        .collect();
    let report = node.publisher(SVB).publish(SVB, officers).await.unwrap();
    let professional = node.professional();
    let first = professional
        .resolve(need(SVB, &["AOW"]), report.position.as_ref())
        .await
        .unwrap();
    assert_eq!(
        first
            .targets
            .iter()
            .filter(|target| target.level() == TargetLevel::Officer)
            .count(),
        12
    );
    for _ in 0..5 {
        let again = professional.resolve(need(SVB, &["AOW"]), None).await.unwrap();
        assert_eq!(names(&again), names(&first));
    }
}

#[tokio::test]
async fn an_unknown_organisation_differs_from_nobody_at_all() {
    let node = Node::start().await;
    let professional = node.professional();
    let status = refused(
        professional.resolve(need("zb999999", &["AOW"]), None).await,
        "UNKNOWN_ORGANISATION",
    );
    assert_eq!(status.code(), tonic::Code::NotFound);
    refused(professional.resolve(Need::default(), None).await, "INVALID_REQUEST");
    let status = refused(professional.resolve(need(CAK, &["EB-WLX"]), None).await, "INVALID_REQUEST");
    let violations = tests::refusal::violations(&status);
    assert!(violations.iter().any(|(_, text)| text.contains("EB-WLZ")), "{violations:?}");
}

#[tokio::test]
async fn without_an_lmm_there_may_be_nobody() {
    let node = Node::start_with(NodeOptions {
        empty: true,
        ..Default::default()
    })
    .await;
    let operator = node.operator();
    let mut silent = world::organisation(CAK, "CAK", "CAK", proto::v1::OrganisationKind::Uitvoeringsorganisatie);
    silent.desk = None;
    assert!(operator.put_organisations(vec![silent]).await.unwrap().applied);
    let grants = vec![world::grant(world::PROFESSIONAL_OIN, CAK, &[Role::Lookup, Role::Resolve])];
    operator.put_grants(grants).await.unwrap();
    refused(node.professional().resolve(need(CAK, &["EB-WLZ"]), None).await, "NO_TARGET");
}

#[tokio::test]
async fn a_batch_has_an_answer_or_a_reason_for_each_need() {
    let node = Node::start().await;
    let report = node
        .publisher(CAK)
        .publish(CAK, vec![deciding_officer(CAK, "beslist", &["EB-WLZ"])])
        .await
        .unwrap();
    let request = BatchResolveRequest {
        needs: vec![need(CAK, &["EB-WLZ"]), need("zb999999", &["EB-WLZ"])],
        min_position: report.position,
    };
    let professional = node.professional();
    let results = professional.batch_resolve(request).await.unwrap();
    assert_eq!(results.len(), 2);
    assert!(matches!(&results[0], resolve_result::Result::Route(route) if !route.targets.is_empty()));
    assert!(matches!(&results[1], resolve_result::Result::Failure(failure) if failure.reason == "UNKNOWN_ORGANISATION"));

    let request = BatchResolveRequest {
        needs: vec![need(CAK, &["EB-WLZ"]); 101],
        min_position: None,
    };
    refused(professional.batch_resolve(request).await, "INVALID_REQUEST");
}
