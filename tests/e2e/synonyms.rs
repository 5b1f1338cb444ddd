//! Words that an operator adds in the configuration and can try before use.

use proto::v1::Officer;
use tests::files::replace;
use tests::mwr::Mwr;
use tests::node::{Node, NodeOptions, Prepared};
use tests::world::{CAK, OPERATOR_OIN, PROFESSIONAL_OIN, SVB, deciding_officer, officer_name};

/// Not a word of any language: only the configuration gives it a meaning.
const WORD: &str = "knisperduiten";

fn file_of_words(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("woorden.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn using(path: &std::path::Path) -> NodeOptions {
    NodeOptions::default().with("search.synonyms", format!("{path:?}"))
}

async fn publish(node: &Node) {
    let adviser = Officer {
        description: "Beslist over wat een echtgenoot na een opname betaalt.".to_owned(),
        ..deciding_officer(CAK, "eigen-bijdrage", &["EB-WLZ"])
    };
    node.publisher(SVB)
        .publish(SVB, vec![deciding_officer(SVB, "pensioen", &["AOW"])])
        .await
        .unwrap();
    let report = node.publisher(CAK).publish(CAK, vec![adviser]).await.unwrap();
    node.professional().find("", report.position.as_ref()).await.unwrap();
}

#[tokio::test]
async fn a_configured_word_finds_its_officers() {
    let (_folder, path) = file_of_words("[competences]\n");
    let mut node = Node::start_with(using(&path)).await;
    publish(&node).await;
    assert!(node.professional().find(WORD, None).await.unwrap().is_empty());

    replace(
        &path,
        format!("[competences]\nEB-WLZ = [\"{WORD}\"]\n[organisations]\n{SVB} = [\"Wiebelfonds\"]\n"),
    );
    node.restart().await;
    let professional = node.professional();
    let found = professional.find(WORD, None).await.unwrap();
    assert_eq!(found.first(), Some(&officer_name(CAK, "eigen-bijdrage")), "{found:?}");
    let found = professional.find("iets van het wiebelfonds", None).await.unwrap();
    assert_eq!(found.first(), Some(&officer_name(SVB, "pensioen")), "{found:?}");
}

#[tokio::test]
async fn invalid_words_are_named_before_a_port_is_bound() {
    let (_folder, path) = file_of_words("[competences]\nEB-WLS = [\"knisperduiten\"]\nAOW = [\"oud\", \"Oud\"]\n");
    let prepared = Prepared::new(using(&path));
    for command in [&["config", "check"][..], &["serve"][..]] {
        let (code, said) = prepared.run(command).await;
        assert_eq!(code, 64, "{said}");
        for expected in ["search.synonyms", "woorden.toml", "`EB-WLZ`", "`Oud` occurs twice"] {
            assert!(said.contains(expected), "`{expected}` is not in: {said}");
        }
    }
}

#[tokio::test]
async fn a_file_of_words_is_tried_before_a_node_uses_it() {
    let node = Node::start().await;
    publish(&node).await;
    let (folder, path) = file_of_words(&format!("[competences]\nEB-WLZ = [\"{WORD}\"]\n"));
    let queries = folder.path().join("vragen.tsv");
    let header = "qid\ttype\tquery\torganisations\tcompetences\tmunicipality";
    std::fs::write(
        &queries,
        format!("{header}\nq1\tx\t{WORD}\t{CAK}\tEB-WLZ\t\nq2\tx\tpensioen\t{SVB}\tAOW\t\n"),
    )
    .unwrap();
    let arguments = [
        "vocabulary",
        "check",
        "--synonyms",
        path.to_str().unwrap(),
        "--queries",
        queries.to_str().unwrap(),
    ];
    let operator = Mwr::new(&node.mwr_config(OPERATOR_OIN));
    let said = operator.run(arguments).await.ok();
    said.says("1 word changes 1 of 2 questions")
        .says("0.000 → 1.000")
        .says("eigen-bijdrage");
    assert!(
        node.professional().find(WORD, None).await.unwrap().is_empty(),
        "nothing was changed"
    );

    Mwr::new(&node.mwr_config(PROFESSIONAL_OIN))
        .run(arguments)
        .await
        .with_code(4)
        .complains("ROLE_MISSING");
    std::fs::write(&path, "[competences]\nEB-WLS = [\"x\"]\n").unwrap();
    operator.run(arguments).await.with_code(2).complains("`EB-WLZ`");
    // Questions are not shown: they can contain facts about a household.
    assert!(!node.log().contains(WORD), "{}", node.log());
}
