//! "Klopt dit niet?": callers report an entry, every response marks it as doubted, and its owner settles the reports.

use proto::v1::report_service_client::ReportServiceClient;
use proto::v1::{
    ListReportsRequest, ListReportsResponse, Need, Report, ReportProblemRequest, ReportProblemResponse, ReportReason, Role,
    SearchOfficersRequest, SettleReportRequest, VerifyOfficersRequest, change,
};
use tests::caller::{Caller, new_request_id, timed};
use tests::mwr::Mwr;
use tests::node::Node;
use tests::refusal::refused;
use tests::watch::Watch;
use tests::world::{
    self, CAK, DUO, OPERATOR_OIN, PROFESSIONAL_OIN, STRANGER_OIN, SVB, deciding_officer, officer_name, publisher_oin,
};
use tonic::{Request, Status};

const ENTRY: &str = "organisations/zb000211/officers/eigen-bijdrage";

fn service(caller: &Caller) -> ReportServiceClient<tonic::transport::Channel> {
    ReportServiceClient::new(caller.channel.clone())
}

async fn report(caller: &Caller, reason: ReportReason) -> Result<ReportProblemResponse, Status> {
    report_of(caller, ENTRY, reason.into()).await
}

async fn report_of(caller: &Caller, officer: &str, reason: i32) -> Result<ReportProblemResponse, Status> {
    let request = ReportProblemRequest {
        officer: officer.to_owned(),
        reason,
        request_id: new_request_id(),
    };
    let answer = service(caller).report_problem(timed(request)).await?;
    Ok(answer.into_inner())
}

async fn list(caller: &Caller, organisation: &str) -> Result<ListReportsResponse, Status> {
    let request = ListReportsRequest {
        organisation: organisation.to_owned(),
        ..Default::default()
    };
    Ok(service(caller).list_reports(timed(request)).await?.into_inner())
}

async fn open(caller: &Caller) -> Vec<Report> {
    list(caller, "organisations/zb000211").await.unwrap().reports
}

async fn settle(caller: &Caller, name: &str) -> Result<bool, Status> {
    let request: Request<SettleReportRequest> = timed(SettleReportRequest {
        name: name.to_owned(),
        request_id: new_request_id(),
    });
    Ok(service(caller).settle_report(request).await?.into_inner().doubted)
}

/// Starts a node on which CAK has published one officer.
async fn published() -> Node {
    let node = Node::start().await;
    let officer = deciding_officer(CAK, "eigen-bijdrage", &["EB-WLZ"]);
    node.publisher(CAK).publish(CAK, vec![officer]).await.unwrap();
    node
}

/// Whether each kind of read marks the entry as doubted.
async fn doubted(caller: &Caller) -> Vec<(&'static str, bool)> {
    let got = caller.get_entry(ENTRY).await.unwrap();
    let request = timed(proto::v1::ListOfficersRequest {
        parent: format!("organisations/{CAK}"),
        ..Default::default()
    });
    let listed = caller.directory.clone().list_officers(request).await.unwrap().into_inner();
    let request = SearchOfficersRequest {
        query: "eigen bijdrage".to_owned(),
        ..Default::default()
    };
    let found = caller.search(request).await.unwrap().hits.remove(0).entry.unwrap();
    let need = Need {
        competences: vec!["EB-WLZ".to_owned()],
        ..Default::default()
    };
    let resolved = caller.resolve(need, None).await.unwrap().targets.remove(0).entry.unwrap();
    vec![
        ("get", got.doubted),
        ("list", listed.entries[0].doubted),
        ("search", found.doubted),
        ("resolve", resolved.doubted),
    ]
}

fn everywhere(doubted: bool) -> Vec<(&'static str, bool)> {
    ["get", "list", "search", "resolve"].map(|way| (way, doubted)).to_vec()
}

#[tokio::test]
async fn two_reports_mark_an_entry_doubted_until_settled() {
    let mut node = published().await;
    let professional = node.professional();
    let mut watch = Watch::after(&professional, &professional.position().await.unwrap()).await;

    // Repeated reports of one caller count once.
    assert!(!report(&professional, ReportReason::Left).await.unwrap().doubted);
    let again = report(&professional, ReportReason::WrongNumber).await.unwrap();
    assert!(!again.doubted);
    assert_eq!(doubted(&professional).await, everywhere(false));
    assert!(report(&node.publisher(SVB), ReportReason::NoReply).await.unwrap().doubted);
    assert_eq!(doubted(&professional).await, everywhere(true));
    let mut told = Vec::new();
    for _ in 0..2 {
        let set = watch.changes().await;
        let Some(change::Change::Entry(entry)) = &set.changes[0].change else {
            panic!("an overlay of the entry has changed: {set:?}");
        };
        told.push(entry.doubted);
    }
    assert!(told[1], "{told:?}");

    // Reports survive a restart and are in a backup.
    node.restart().await;
    let backup = node.folder().join("backup.db");
    assert_eq!(node.run(&["backup", backup.to_str().unwrap()]).await.0, 0);
    node.stop().await;
    node.options.data = Some(node.folder().join("restored"));
    node.start_after_restore(&backup).await;
    assert_eq!(doubted(&node.professional()).await, everywhere(true));
    report(&node.professional(), ReportReason::Left).await.unwrap();
    assert_eq!(open(&node.operator()).await.len(), 2, "an asker is known again");

    // Owner and operator see the reports and settle them.
    let owner = node.publisher(CAK);
    let reports = open(&owner).await;
    let reasons: Vec<_> = reports.iter().map(Report::reason).collect();
    assert_eq!(reasons, [ReportReason::Left, ReportReason::NoReply]);
    assert!(
        reports
            .iter()
            .all(|report| report.officer == ENTRY && report.doubted && report.report_time.is_some())
    );
    assert!(!settle(&owner, &reports[0].name).await.unwrap());
    refused(settle(&owner, &reports[0].name).await, "REPORT_NOT_FOUND");
    assert_eq!(doubted(&node.professional()).await, everywhere(false));
    assert!(!settle(&node.operator(), &reports[1].name).await.unwrap());
    assert!(open(&owner).await.is_empty());
}

#[tokio::test]
async fn a_change_or_a_verification_settles_what_was_reported() {
    let node = published().await;
    let owner = node.publisher(CAK);
    let doubt = async || {
        report(&node.professional(), ReportReason::WrongNumber).await.unwrap();
        assert!(report(&node.publisher(SVB), ReportReason::WrongNumber).await.unwrap().doubted);
    };
    doubt().await;
    // An unchanged snapshot settles nothing.
    let same = deciding_officer(CAK, "eigen-bijdrage", &["EB-WLZ"]);
    owner.publish(CAK, vec![same.clone()]).await.unwrap();
    assert_eq!(open(&owner).await.len(), 2);
    let mut changed = same;
    changed.contact.as_mut().unwrap().phone = "+31 88 000 0001".to_owned();
    owner.publish(CAK, vec![changed]).await.unwrap();
    assert!(open(&owner).await.is_empty());
    assert_eq!(doubted(&owner).await, everywhere(false));

    doubt().await;
    let request = VerifyOfficersRequest {
        organisation: format!("organisations/{CAK}"),
        officers: vec![ENTRY.to_owned()],
        request_id: new_request_id(),
        ..Default::default()
    };
    owner.sync.clone().verify_officers(timed(request)).await.unwrap();
    assert!(open(&owner).await.is_empty());
    assert_eq!(doubted(&owner).await, everywhere(false));
}

#[tokio::test]
async fn reports_are_seen_and_settled_by_owner_and_operator_only() {
    let node = published().await;
    report(&node.professional(), ReportReason::NotCompetent).await.unwrap();
    let name = open(&node.operator()).await.remove(0).name;
    refused(list(&node.professional(), "organisations/zb000211").await, "NOT_OWNER");
    refused(list(&node.publisher(SVB), "organisations/zb000211").await, "NOT_OWNER");
    refused(list(&node.publisher(CAK), "").await, "ROLE_MISSING");
    refused(settle(&node.publisher(DUO), &name).await, "NOT_OWNER");
    assert_eq!(list(&node.operator(), "").await.unwrap().total, 1);

    refused(
        report(&node.caller(STRANGER_OIN), ReportReason::Left).await,
        "UNKNOWN_ORGANISATION",
    );
    let grant = world::grant(STRANGER_OIN, DUO, &[Role::Resolve]);
    node.operator().put_grants(vec![grant]).await.unwrap();
    refused(report(&node.caller(STRANGER_OIN), ReportReason::Left).await, "ROLE_MISSING");
}

#[tokio::test]
async fn a_report_of_nothing_is_refused() {
    let node = published().await;
    let professional = node.professional();
    let nobody = officer_name(CAK, "niemand");
    let reason = ReportReason::Left.into();
    refused(report_of(&professional, &nobody, reason).await, "OFFICER_NOT_FOUND");
    for (officer, reason) in [("", reason), ("onzin", reason), (ENTRY, 0), (ENTRY, 99)] {
        refused(report_of(&professional, officer, reason).await, "INVALID_REQUEST");
    }
    let owner = node.publisher(CAK);
    refused(settle(&owner, "onzin").await, "INVALID_REQUEST");
    refused(settle(&owner, &format!("{ENTRY}/reports/999")).await, "REPORT_NOT_FOUND");
}

#[tokio::test]
async fn the_command_line_reports_lists_and_settles() {
    let node = published().await;
    let mwr = |oin| Mwr::new(&node.mwr_config(oin));
    let professional = mwr(PROFESSIONAL_OIN);
    let arguments = ["report", "zb000211/eigen-bijdrage", "--reason", "wrong-number"];
    professional.run(arguments).await.ok().says("reported");
    professional.run(["get", "zb000211/eigen-bijdrage"]).await.ok().says("never");
    mwr(publisher_oin(SVB)).run(arguments).await.ok().says("betwijfeld");
    for command in [
        vec!["get", "zb000211/eigen-bijdrage"],
        vec!["search", "eigen bijdrage"],
        vec!["list", "officers", "--organisation", CAK],
        vec!["resolve", "--competence", "EB-WLZ"],
    ] {
        professional.run(command).await.ok().says("betwijfeld");
    }
    let json = professional
        .run(["--json", "get", "zb000211/eigen-bijdrage"])
        .await
        .ok()
        .json();
    assert_eq!(json["doubted"], true);

    let owner = mwr(publisher_oin(CAK));
    let listed = owner.run(["reports", "list", "--organisation", "CAK"]).await.ok();
    listed.says("Het telefoonnummer of mailadres klopt niet.");
    let all = mwr(OPERATOR_OIN).run(["--json", "reports", "list"]).await.ok();
    let lines: Vec<serde_json::Value> = all.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    let name = lines[0]["name"].as_str().unwrap();
    owner.run(["reports", "settle", name]).await.ok().says("settled");
    owner.run(["reports", "settle", name]).await.with_code(3);
    professional
        .run(["report", "zb000211/eigen-bijdrage", "--reason", "zomaar"])
        .await
        .with_code(2);
}
