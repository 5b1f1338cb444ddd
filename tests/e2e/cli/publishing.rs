//! `mwr sync`, `presence`, `verify` and `watch`.

use std::path::PathBuf;

use tests::mwr::Mwr;
use tests::node::Node;
use tests::world::CAK;

use super::{filled_node, people};

const JSON_LINES: &str = r#"{"id": "eigen-bijdrage", "function_title": "Maatwerkadviseur eigen bijdragen", "competences": ["EB-WLZ"], "contact": {"email": "eb@cak.example"}}
{"id": "zorgpremie", "function_title": "Adviseur zorgpremie", "competences": ["WANBETALERS"], "contact": {"phone": "+31 88 000 0001"}, "deputy": "eigen-bijdrage", "code": "X"}
"#;

/// The CSV format of Dutch Excel.
const CSV: &str = "id;function_title;competences;decide;email;hours
eigen-bijdrage;Maatwerkadviseur eigen bijdragen;EB-WLZ;*;eb@cak.example;ma di wo 09:00-17:00
zorgpremie;Adviseur zorgpremie;WANBETALERS|ZVW;;premie@cak.example;
";

fn write(node: &Node, name: &str, content: &str) -> String {
    let path: PathBuf = node.folder().join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

async fn sync(mwr: &Mwr, file: &str, more: &[&str]) -> tests::mwr::Output {
    let arguments = ["sync", "--organisation", CAK, file];
    mwr.run(arguments.iter().chain(more)).await
}

#[tokio::test]
async fn a_list_in_json_lines_is_published_exactly() {
    let node = Node::start().await;
    let people = people(&node);
    let file = write(&node, "officers.jsonl", JSON_LINES);
    let plan = sync(&people.publisher, &file, &["--dry-run"]).await.ok();
    plan.says("2 created").says("eigen-bijdrage");
    assert!(
        plan.stderr.contains("code"),
        "the unknown field is passed over with a warning: {plan}"
    );
    people.professional.run(["get", "zb000211/zorgpremie"]).await.with_code(3);

    sync(&people.publisher, &file, &[]).await.ok().says("2 created");
    sync(&people.publisher, &file, &[]).await.ok().says("2 unchanged");
    people
        .professional
        .run(["get", "zb000211/zorgpremie"])
        .await
        .ok()
        .says("Adviseur zorgpremie")
        .says("+31 88 000 0001");

    // The printed list can be published again.
    let printed = people
        .publisher
        .run(["--json", "list", "officers", "--organisation", CAK])
        .await
        .ok();
    let again = write(&node, "again.jsonl", &printed.stdout);
    sync(&people.publisher, &again, &[]).await.ok().says("2 unchanged");
}

#[tokio::test]
async fn a_list_in_csv_is_published_exactly() {
    let node = Node::start().await;
    let people = people(&node);
    let file = write(&node, "officers.csv", CSV);
    let report = people
        .publisher
        .run(["--json", "sync", "--organisation", CAK, &file])
        .await
        .ok()
        .json();
    assert_eq!(
        (&report["applied"], &report["created"]),
        (&true.into(), &2.into()),
        "{report}"
    );
    let entry = people
        .professional
        .run(["--json", "get", "zb000211/eigen-bijdrage"])
        .await
        .ok()
        .json();
    assert_eq!(entry["mandates"][0]["level"], "decide", "{entry}");
    assert_eq!(entry["hours"][0]["until"], "17:00");

    // The template is a valid list.
    let template = people.publisher.run(["sync", "--template", "csv"]).await.ok();
    let file = write(&node, "template.csv", &template.stdout);
    sync(&people.publisher, &file, &["--dry-run"]).await.ok();
}

#[tokio::test]
async fn every_error_is_named_by_row_and_nothing_is_lost() {
    let node = filled_node().await;
    let people = people(&node);
    let bad = "id,function_title,competences,email\ngoed,Adviseur,EB-WLZ,a@cak.example\nslecht,,EB-WLX,geen adres\n";
    let file = write(&node, "officers.csv", bad);
    let report = sync(&people.publisher, &file, &[]).await.with_code(5);
    let said = format!("{}{}", report.stdout, report.stderr);
    for expected in ["function_title", "EB-WLZ", "email", "slecht", " 3 "] {
        assert!(said.contains(expected), "{expected} is not in {report}");
    }
    assert!(
        !said.contains("geen adres"),
        "what stood in the row may be anything: {report}"
    );
    let unknown = write(&node, "kolom.csv", "id,function_title,competenties\na,b,c\n");
    sync(&people.publisher, &unknown, &[]).await.with_code(5).says("competences");
    let no_json = write(&node, "kapot.jsonl", "{\"id\": \"a\"\n");
    sync(&people.publisher, &no_json, &[]).await.with_code(5);
    people.professional.run(["get", "zb000211/eigen-bijdrage"]).await.ok();
}

#[tokio::test]
async fn a_truncated_list_withdraws_nobody() {
    let node = Node::start().await;
    let people = people(&node);
    let rows = |count: usize| {
        let row = |number: usize| format!("mw-{number},Adviseur {number},EB-WLZ,mw{number}@cak.example\n");
        let rows: String = (0..count).map(row).collect();
        format!("id,function_title,competences,email\n{rows}")
    };
    let whole = write(&node, "heel.csv", &rows(20));
    sync(&people.publisher, &whole, &[]).await.ok();
    let half = write(&node, "half.csv", &rows(10));
    sync(&people.publisher, &half, &[])
        .await
        .with_code(6)
        .complains("MASS_WITHDRAWAL")
        .complains("--confirm-withdrawals");
    // The plan is shown anyway, with the number to confirm.
    let plan = sync(&people.publisher, &half, &["--dry-run"]).await.ok();
    plan.says("10 withdrawn").says("--confirm-withdrawals 10");
    sync(&people.publisher, &half, &["--confirm-withdrawals", "10"])
        .await
        .ok()
        .says("10 withdrawn");
}

#[tokio::test]
async fn a_file_of_changes_is_applied() {
    let node = filled_node().await;
    let people = people(&node);
    let lines = [
        r#"{"upsert": {"id": "nieuw", "function_title": "Adviseur", "competences": ["WLZ"], "contact": {"email": "n@cak.example"}}, "etag": "none"}"#,
        r#"{"withdraw": "wanbetalers", "replaced_by": "nieuw"}"#,
    ];
    let file = write(&node, "changes.jsonl", &lines.join("\n"));
    let apply = ["apply", "--organisation", CAK, &file];
    people.publisher.run(apply).await.ok().says("1 created").says("1 withdrawn");
    // The same again: the officer to withdraw no longer exists, and nothing is applied.
    people.publisher.run(apply).await.with_code(5).says("UNKNOWN_REFERENCE");
    std::fs::write(&file, lines[0]).unwrap();
    people.publisher.run(apply).await.with_code(6).complains("ALREADY_EXISTS");
    people
        .professional
        .run(["get", "zb000211/wanbetalers"])
        .await
        .with_code(3)
        .complains("nieuw");
}

#[tokio::test]
async fn absences_and_verifications_are_set() {
    let node = filled_node().await;
    let people = people(&node);
    let absence = [
        "presence",
        "set",
        "zb000211/eigen-bijdrage",
        "--absent",
        "2030-12-21..2031-01-03",
    ];
    people.publisher.run(absence).await.ok();
    let entry = people
        .professional
        .run(["--json", "get", "zb000211/eigen-bijdrage"])
        .await
        .ok()
        .json();
    assert!(
        entry.to_string().contains("2031-01-03T23:00:00Z"),
        "the last day is part of it: {entry}"
    );
    people
        .publisher
        .run(["presence", "clear", "zb000211/eigen-bijdrage"])
        .await
        .ok();
    people.professional.run(absence).await.with_code(4);

    people
        .publisher
        .run(["verify", "zb000211/eigen-bijdrage"])
        .await
        .ok()
        .says("1 entry verified");
    people
        .publisher
        .run(["verify", "--all", CAK])
        .await
        .ok()
        .says("2 entries verified");
    let entry = people
        .professional
        .run(["--json", "get", "zb000211/wanbetalers"])
        .await
        .ok()
        .json();
    assert!(entry["verified_on"].is_string(), "{entry}");
}

#[tokio::test]
async fn watch_resumes_from_its_state_file() {
    let node = filled_node().await;
    let people = people(&node);
    let state = node.folder().join("watch.state");
    let arguments = ["watch", "--organisation", CAK, "--state", state.to_str().unwrap()];
    let mut watch = people.professional.start(arguments);
    watch
        .line("the state is complete", |line| line.contains("the state is complete"))
        .await;
    let file = write(&node, "officers.jsonl", JSON_LINES);
    sync(&people.publisher, &file, &[]).await.ok();
    watch
        .line("the new officer comes", |line| line.contains("officers/zorgpremie"))
        .await;
    watch
        .line("the withdrawal", |line| {
            line.contains("withdrawn") && line.contains("wanbetalers")
        })
        .await;
    let kept = async || if state.is_file() { Ok(()) } else { Err("no state file") };
    tests::eventually::eventually(tests::eventually::DEADLINE, "the state was kept", kept).await;
    drop(watch);

    people.publisher.run(["verify", "zb000211/zorgpremie"]).await.ok();
    let json = ["--json"].into_iter().chain(arguments);
    let mut watch = people.professional.start(json);
    let line = watch
        .line("the verification comes", |line| line.contains("verified_on"))
        .await;
    let change: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(change["entry"]["id"], "zorgpremie");
}
