//! `mwr admin`: organisations, grants, status, and the import from the Register van Overheidsorganisaties.

use tests::mwr::Mwr;
use tests::node::Node;
use tests::world::{CAK, STRANGER_OIN};

use super::{filled_node, people};

#[tokio::test]
async fn an_organisation_is_connected_granted_suspended_and_resumed() {
    let node = Node::start().await;
    let operator = people(&node).operator;
    let file = node.folder().join("organisations.jsonl");
    let line = r#"{"id": "proefbureau", "name": "Proefbureau Noord", "kind": "overig", "status": "known", "oins": ["00000099000000000004"]}"#;
    std::fs::write(&file, line).unwrap();
    let put = ["admin", "organisations", "put", file.to_str().unwrap()];
    operator.run(put.iter().chain(&["--dry-run"])).await.ok().says("1 created");
    operator.run(put).await.ok().says("1 created");
    operator.run(put).await.ok().says("1 unchanged");
    operator.run(["admin", "connect", "proefbureau"]).await.ok().says("connected");

    let stranger = Mwr::new(&node.mwr_config(STRANGER_OIN));
    stranger.run(["list", "organisations"]).await.with_code(4);
    let grant = ["admin", "grant", STRANGER_OIN, "proefbureau", "--role", "lookup,publish"];
    operator.run(grant).await.ok().says("granted");
    stranger.run(["list", "organisations"]).await.ok().says("Proefbureau Noord");
    operator
        .run(["admin", "grants", "--organisation", "proefbureau"])
        .await
        .ok()
        .says(STRANGER_OIN)
        .says("publish");

    operator.run(["admin", "suspend", "proefbureau"]).await.ok().says("suspended");
    stranger
        .run(["list", "organisations"])
        .await
        .with_code(4)
        .complains("SUSPENDED");
    operator.run(["admin", "resume", "proefbureau"]).await.ok();
    operator.run(["admin", "revoke", STRANGER_OIN, "proefbureau"]).await.ok();
    stranger
        .run(["list", "organisations"])
        .await
        .with_code(4)
        .complains("UNKNOWN_ORGANISATION");
    operator
        .run(["admin", "revoke", STRANGER_OIN, "proefbureau"])
        .await
        .with_code(3);
}

#[tokio::test]
async fn the_status_of_the_node_is_shown() {
    let node = filled_node().await;
    let operator = people(&node).operator;
    operator.run(["admin", "status"]).await.ok().says("proef");
    let status = operator.run(["--json", "admin", "status"]).await.ok().json();
    assert_eq!(status["officers"], 3, "{status}");
}

/// Three organisations in the format of the export: one known by its abbreviation, one unknown, and one with a person in it.
const EXPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<overheidsorganisaties xmlns:p="https://organisaties.overheid.nl/static/schema/oo/export/3.1.4">
  <organisaties>
    <organisatie p:systeemId="101">
      <naam>Centraal Administratie Kantoor</naam>
      <afkorting>CAK</afkorting>
      <types><type>Zelfstandig bestuursorgaan</type></types>
      <functies><functie p:systeemId="7"><naam>Directeur</naam>
        <medewerkers><medewerker p:systeemId="8"><naam>mw. K. Kwikstaart</naam></medewerker></medewerkers>
      </functie></functies>
    </organisatie>
    <organisatie p:systeemId="102">
      <naam>Waterschap Verzonnen</naam>
      <types><type>Waterschap</type></types>
    </organisatie>
  </organisaties>
</overheidsorganisaties>
"#;

#[tokio::test]
async fn the_import_takes_names_and_no_people() {
    let node = Node::start().await;
    let people = people(&node);
    let file = node.folder().join("export.xml");
    std::fs::write(&file, EXPORT).unwrap();
    let import = ["admin", "import-roo", file.to_str().unwrap()];
    let said = people.operator.run(import).await.ok();
    said.says("Waterschap Verzonnen").says("2 read");
    assert!(!said.stdout.contains("Kwikstaart"), "{said}");
    let cak = people
        .professional
        .run(["--json", "get", &format!("organisations/{CAK}")])
        .await
        .ok();
    assert!(cak.stdout.contains("Centraal Administratie Kantoor"), "{cak}");
    let log = node.log();
    assert!(!log.contains("Kwikstaart"));

    std::fs::write(&file, "<html/>").unwrap();
    people.operator.run(import).await.with_code(5);
    people.professional.run(["admin", "status"]).await.with_code(4);
}
