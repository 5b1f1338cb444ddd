//! `make demo`: a filled register on loopback, and the commands that it suggests.

use std::path::Path;

use tests::demo::Demo;
use tests::eventually::{DEADLINE, eventually};
use tests::mwr::Mwr;
use tests::plain;

#[tokio::test]
async fn the_printed_commands_work() {
    let demo = Demo::start().await;
    // The node is ready before the demo has printed all of its welcome.
    eventually(DEADLINE, "the welcome is printed", async || {
        let log = demo.log();
        if log.contains("Press Ctrl-C") { Ok(()) } else { Err(log) }
    })
    .await;
    let log = demo.log();
    let commands: Vec<&str> = log
        .lines()
        .map(str::trim)
        .filter(|line| line.contains("mwr --config"))
        .collect();
    assert_eq!(commands.len(), 3, "three commands to paste:\n{log}");
    for command in commands {
        let output = Mwr::without_config().run(arguments(command)).await.ok();
        assert!(output.stdout.lines().count() > 1, "{output}");
    }
    let (status, _) = demo.interrupt().await;
    assert!(status.success(), "Ctrl-C ends it with success: {status}");
}

/// Splits a command line into its arguments: words, or text between quotes.
fn arguments(command: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut rest = command.trim_start_matches("$ ").trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
        let (word, after) = match quote {
            Some(quote) => rest[1..].split_once(quote).expect("every quote is closed"),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        arguments.push(word.to_owned());
        rest = after.trim_start();
    }
    // The first word is the path of the program.
    arguments.split_off(1)
}

#[tokio::test]
async fn a_second_start_reuses_the_data() {
    let demo = Demo::start().await;
    let status = |demo: &Demo| demo.operator();
    let before = status(&demo).run(["--json", "admin", "status"]).await.ok().json();
    assert!(before["officers"].as_u64().unwrap() > 200, "{before}");
    let (ended, folder) = demo.interrupt().await;
    assert!(ended.success());

    let demo = Demo::start_in(folder, None).await;
    let after = status(&demo).run(["--json", "admin", "status"]).await.ok().json();
    for key in ["register", "organisations", "officers"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    assert_eq!(before["position"], after["position"]);
}

#[tokio::test]
async fn the_ready_file_appears_when_it_serves() {
    let demo = Demo::start().await;
    let ready = std::fs::read_to_string(demo.data().join("ready.json")).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&ready).unwrap();
    assert_eq!(ready["grpc"], demo.ready.grpc.as_str());
    let (status, _) = plain::get(&demo.ready.metrics, "/readyz").await.unwrap();
    assert_eq!(status, 200);
    demo.professional()
        .run(["search", "hoge eigen bijdrage na opname echtgenoot"])
        .await
        .ok();
    let file = demo.data().join("ready.json");
    let (_, _folder) = demo.interrupt().await;
    assert!(!file.try_exists().unwrap());
}

#[tokio::test]
async fn another_register_can_be_loaded() {
    let register = tempfile::tempdir().unwrap();
    write_register(register.path());
    let demo = Demo::filled_from(register.path()).await;
    assert!(
        demo.log().contains("code"),
        "an unknown field is passed over with a warning: {}",
        demo.log()
    );
    let mwr = demo.professional();
    mwr.run(["search", "studieschuld van een overleden vader"])
        .await
        .ok()
        .says("Proefdienst");
    mwr.run(["search", "--organisation", "proefdienst", "schuld"])
        .await
        .ok()
        .says("Adviseur studieschulden");
    let need = ["resolve", "--organisation", "proefdienst", "--competence", "DUO-ACHTERSTAND"];
    let route = mwr.run(["--json"].into_iter().chain(need)).await.ok().json();
    assert_eq!(route["targets"][0]["entry"]["id"], "schulden", "{route}");
    // The OIN in the file has a grant.
    let grants = demo.operator().run(["admin", "grants"]).await.ok();
    grants.says("00000099000000000777");
}

/// Writes a small register in the format that fills a demo.
fn write_register(folder: &Path) {
    let organisations = [
        r#"{"id": "proefdienst", "code": "PROEF", "name": "Proefdienst Onderwijs", "short_name": "Proefdienst", "kind": "uitvoeringsorganisatie", "oins": ["00000099000000000777"], "status": "connected", "desk": {"email": "loket@proefdienst.example"}}"#,
        r#"{"id": "lmm", "name": "Landelijk Maatwerkloket Multiproblematiek", "short_name": "LMM", "kind": "loket", "status": "connected", "desk": {"email": "loket@lmm.example"}}"#,
    ];
    let officers = [
        r#"{"organisation": "proefdienst", "id": "schulden", "function_title": "Adviseur studieschulden", "description": "Voor studieschulden die niet meer te dragen zijn, ook na een overlijden.", "competences": ["DUO-ACHTERSTAND"], "contact": {"email": "schulden@proefdienst.example"}, "verified_on": "2026-09-01"}"#,
    ];
    std::fs::write(folder.join("organisations.jsonl"), organisations.join("\n")).unwrap();
    std::fs::write(folder.join("officers.jsonl"), officers.join("\n")).unwrap();
}
