//! `mwr search`, `suggest`, `resolve`, `get` and `list`.

use tests::world::CAK;

use super::{filled_node, people};

const QUESTION: &str = "eigen bijdrage te hoog na opname echtgenoot";

#[tokio::test]
async fn search_shows_who_decides_and_how_to_reach_them() {
    let node = filled_node().await;
    let mwr = people(&node).professional;
    let answer = mwr.run(["search", QUESTION]).await.ok();
    answer
        .says("Maatwerkadviseur eigen bijdragen")
        .says("CAK")
        .says("eigen-bijdrage@zb000211.example")
        .says("decides");
    // Words need no quotes.
    let unquoted = mwr.run(["search"].into_iter().chain(QUESTION.split(' '))).await.ok();
    assert_eq!(unquoted.stdout, answer.stdout);

    let json = mwr.run(["--json", "search", QUESTION]).await.ok().json();
    assert_eq!(json["hits"][0]["entry"]["id"], "eigen-bijdrage", "{json}");
    assert_eq!(json["hits"][0]["organisation"]["short_name"], "CAK");
    assert!(json["position"]["cookie"].is_string());

    let filtered = mwr
        .run(["--json", "search", "--organisation", "CAK", "--competence", "wanbetalers"])
        .await
        .ok()
        .json();
    assert_eq!(
        (&filtered["total"], &filtered["hits"][0]["entry"]["id"]),
        (&1.into(), &"wanbetalers".into())
    );
    let limited = mwr.run(["--json", "search", "--limit", "1"]).await.ok().json();
    assert_eq!(limited["hits"].as_array().unwrap().len(), 1);
    let token = limited["next_page_token"].as_str().unwrap();
    let next = mwr
        .run(["--json", "search", "--limit", "1", "--page-token", token])
        .await
        .ok()
        .json();
    assert_ne!(next["hits"][0]["entry"]["id"], limited["hits"][0]["entry"]["id"]);
    mwr.run(["search", "--explain", QUESTION]).await.ok();
}

#[tokio::test]
async fn search_says_what_it_did_not_understand() {
    let node = filled_node().await;
    let mwr = people(&node).professional;
    let json = async |question: &str| mwr.run(["--json", "search", question]).await.ok().json()["understanding"].take();
    let recipe = json("meng de boter met de suiker en verwarm de oven").await;
    assert_eq!(recipe["certainty"], "not_understood", "{recipe}");
    assert!(recipe["likely_competences"].as_array().unwrap().is_empty());
    let sure = json("kinderopvangtoeslag vrmblgrt").await;
    assert_eq!(
        (&sure["certainty"], &sure["not_understood"]),
        (&"sure".into(), &serde_json::json!([[20, 28]]))
    );
    assert_eq!(sure["likely_competences"][0]["competence"], "KOT");
    mwr.run(["search", "kinderopvangtoeslag vrmblgrt"])
        .await
        .ok()
        .says("not understood")
        .says("vrmblgrt");
    let village = mwr.run(["search", "schulden in Nes"]).await.ok();
    village.complains("Nes is a place in").complains("Ameland (GM0060)");
    let places = json("schulden in Nes").await["places"].take();
    assert_eq!(places[0]["name"], "Nes", "{places}");
}

#[tokio::test]
async fn suggestions_come_while_typing() {
    let node = filled_node().await;
    let mwr = people(&node).professional;
    mwr.run(["suggest", "huurtoes"]).await.ok().says("HUURTOESLAG");
    let json = mwr.run(["--json", "suggest", "--limit", "3", "Scheven"]).await.ok().json();
    let suggestions = json["suggestions"].as_array().unwrap();
    assert!(suggestions.len() <= 3);
    assert!(
        suggestions
            .iter()
            .any(|one| one["kind"] == "place" && one["value"] == "GM0518"),
        "{json}"
    );
}

#[tokio::test]
async fn resolve_shows_targets_with_reasons() {
    let node = filled_node().await;
    let mwr = people(&node).professional;
    let need = ["resolve", "--organisation", "CAK", "--competence", "EB-WLZ"];
    mwr.run(need)
        .await
        .ok()
        .says("Maatwerkadviseur eigen bijdragen")
        .says("eigen-bijdrage@zb000211.example");
    let json = mwr.run(["--json"].into_iter().chain(need)).await.ok().json();
    assert_eq!(json["targets"][0]["level"], "officer", "{json}");
    assert_eq!(json["targets"][0]["entry"]["id"], "eigen-bijdrage");
    let levels: Vec<&str> = json["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| target["level"].as_str().unwrap())
        .collect();
    assert!(levels.contains(&"lmm"), "{levels:?}");
    // A municipality by name, which has not joined.
    mwr.run(["resolve", "--municipality", "Den Haag", "--competence", "pw"])
        .await
        .ok()
        .says("Den Haag");

    let needs = node.folder().join("needs.jsonl");
    let lines = [
        r#"{"organisation": "organisations/zb000211", "competences": ["EB-WLZ"]}"#,
        r#"{"organisation": "organisations/zb999999", "competences": ["EB-WLZ"]}"#,
    ];
    std::fs::write(&needs, lines.join("\n")).unwrap();
    let answer = mwr.run(["--json", "resolve", "--needs", needs.to_str().unwrap()]).await.ok();
    let results: Vec<&str> = answer.stdout.lines().collect();
    assert_eq!(results.len(), 2);
    assert!(
        results[0].contains("eigen-bijdrage") && results[1].contains("UNKNOWN_ORGANISATION"),
        "{answer}"
    );
}

#[tokio::test]
async fn entries_are_shown_and_listed() {
    let node = filled_node().await;
    let mwr = people(&node).professional;
    mwr.run(["get", "zb000211/eigen-bijdrage"])
        .await
        .ok()
        .says("Maatwerkadviseur eigen bijdragen");
    mwr.run(["get", "CAK"]).await.ok().says("zb000211");
    let json = mwr.run(["--json", "get", "zb000211/eigen-bijdrage"]).await.ok().json();
    assert_eq!(json["competences"][0], "EB-WLZ", "{json}");

    let list = mwr.run(["--json", "list", "officers", "--organisation", CAK]).await.ok();
    assert_eq!(list.stdout.lines().count(), 2, "one object on each line: {list}");
    mwr.run(["list", "organisations", "--kind", "gemeente"])
        .await
        .ok()
        .says("Amsterdam")
        .says("Den Haag");
    let connected = mwr
        .run(["list", "organisations", "--kind", "gemeente", "--status", "connected"])
        .await
        .ok();
    assert!(!connected.stdout.contains("Den Haag"), "{connected}");
    let vocabulary = mwr.run(["--json", "list", "vocabulary"]).await.ok().json();
    assert_eq!(vocabulary["domains"].as_array().unwrap().len(), 14);
}

#[tokio::test]
async fn a_file_of_queries_becomes_a_trec_run() {
    let node = filled_node().await;
    let mwr = people(&node).professional;
    let queries = node.folder().join("queries.tsv");
    std::fs::write(
        &queries,
        "qid\tsoort\tquery\nq1\tzin\teigen bijdrage na opname\nq2\twoord\tzorgverzekering \"achterstand\n",
    )
    .unwrap();
    let run = mwr
        .run(["search", "--queries", queries.to_str().unwrap(), "--trec", "--tag", "proef"])
        .await
        .ok();
    for line in run.stdout.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        assert!(fields.len() == 6 && fields[1] == "Q0" && fields[5] == "proef", "{line}");
    }
    let first = |query: &str| run.stdout.lines().find(|line| line.starts_with(query)).unwrap().to_owned();
    assert!(first("q1").starts_with("q1 Q0 zb000211/eigen-bijdrage 1 "), "{run}");
    assert!(first("q2").starts_with("q2 Q0 zb000211/wanbetalers 1 "), "{run}");
}
