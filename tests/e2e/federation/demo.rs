//! `maatwerkregister demo --registers 3`: three registers that exchange, one of which stops.

use std::path::PathBuf;

use tests::demo::Demo;
use tests::eventually::{DEADLINE, eventually};

#[tokio::test]
async fn three_registers_answer_as_one_and_say_who_is_missing() {
    let demo = Demo::of_three().await;
    let log = demo.log();
    assert!(log.contains("Three registers are running"), "{log}");
    let operator = demo.operator();
    eventually(DEADLINE, "both circuits were closed", async || {
        let output = operator.run(["peers", "check"]).await;
        if output.code == 0 { Ok(()) } else { Err(output.to_string()) }
    })
    .await;
    let reader = demo.professional();
    // Replicated from the region, and queried at the executing organisation.
    eventually(DEADLINE, "the replica was complete", async || {
        let output = reader.run(["list", "officers", "--organisation", "gm0363"]).await;
        if output.stdout.contains("gm0363") {
            Ok(())
        } else {
            Err(output.to_string())
        }
    })
    .await;
    let resolve = ["resolve", "--organisation", "oorg10148", "--competence", "DUO-ACHTERSTAND"];
    reader.run(resolve).await.ok().says("oorg10148/officers/");

    let list = std::fs::read_to_string(demo.data().join("registers.json")).unwrap();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let duo = list.as_array().unwrap().iter().find(|row| row["register"] == "duo").unwrap();
    let pid = duo["pid"].as_u64().unwrap().to_string();
    let killed = std::process::Command::new("kill").arg(&pid).status().unwrap();
    assert!(killed.success());
    eventually(DEADLINE, "the route reported the missing register", async || {
        let output = reader.run(resolve).await;
        if output.stdout.contains("! duo") {
            Ok(())
        } else {
            Err(output.to_string())
        }
    })
    .await;
    let (status, _) = demo.interrupt().await;
    assert!(status.success(), "Ctrl-C ends all: {status}");
}

#[tokio::test]
async fn killing_a_demo_ends_its_other_registers() {
    let demo = Demo::of_three().await;
    let list = std::fs::read_to_string(demo.data().join("registers.json")).unwrap();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let others: Vec<(String, PathBuf)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let address = row["grpc"].as_str().unwrap().trim_start_matches("https://").to_owned();
            (
                address,
                PathBuf::from(row["config"].as_str().unwrap()).with_file_name("ready.json"),
            )
        })
        .collect();
    assert_eq!(others.len(), 2);
    for (address, ready) in &others {
        assert!(std::net::TcpStream::connect(address).is_ok() && ready.is_file());
    }
    let _folder = demo.kill().await;
    eventually(DEADLINE, "the other registers have ended cleanly", async || {
        let left: Vec<_> = others
            .iter()
            .filter(|(address, ready)| std::net::TcpStream::connect(address).is_ok() || ready.is_file())
            .collect();
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
    })
    .await;
}
