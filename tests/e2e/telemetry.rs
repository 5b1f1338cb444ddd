//! Logs and metrics: one line per request, without personal data and questions.

use proto::v1::{Contact, Officer, SearchOfficersRequest, SuggestRequest};
use tests::caller::timed;
use tests::dates::date_in;
use tests::eventually::{DEADLINE, eventually};
use tests::node::{Node, NodeOptions};
use tests::world::{CAK, PROFESSIONAL_OIN, officer, officer_name};

/// Words that no log and no metric may contain: from a question, a name, a mailbox, a number, a description.
const CANARIES: [&str; 6] = [
    "kwikstaart",
    "Fitisina",
    "roodborst",
    "0887766554",
    "tapuitverhaal",
    "goudvinken",
];

#[tokio::test]
async fn each_request_has_a_log_line_without_personal_data() {
    // The most verbose log that an operator can configure.
    let options = NodeOptions::default()
        .with("log.format", "\"json\"")
        .with("log.filter", "\"debug\"");
    let mut node = Node::start_with(options).await;
    let professional = node.professional();
    let lines_before = request_lines(&node, "SearchOfficers");

    let person = Officer {
        person_name: "Fitisina de Oefening".to_owned(),
        person_name_until: date_in(90),
        description: "Een tapuitverhaal over huishoudens.".to_owned(),
        contact: Some(Contact {
            email: "roodborst@cak.example".to_owned(),
            phone: "0887766554".to_owned(),
            ..Default::default()
        }),
        ..officer(CAK, "persoon")
    };
    let publisher = node.publisher(CAK);
    let report = publisher.publish(CAK, vec![person.clone()]).await.unwrap();
    for _ in 0..3 {
        professional
            .find("kwikstaart fitisina", report.position.as_ref())
            .await
            .unwrap();
    }
    let request = SuggestRequest {
        text: "goudvinken".to_owned(),
        limit: 5,
        ..Default::default()
    };
    professional.directory.clone().suggest(timed(request)).await.unwrap();
    professional.get(&officer_name(CAK, "persoon")).await.unwrap();
    // Refusals do not repeat the input either.
    let mut broken = person;
    broken.person_name_until = String::new();
    broken.contact.as_mut().unwrap().email = "roodborst zonder apenstaart".to_owned();
    broken.competences = vec!["goudvinken".to_owned()];
    publisher.publish(CAK, vec![broken]).await.unwrap();
    let request = SearchOfficersRequest {
        query: "kwikstaart".to_owned(),
        page_token: "goudvinken".to_owned(),
        ..Default::default()
    };
    professional.search(request).await.unwrap_err();

    eventually(DEADLINE, "each request had its line", async || {
        let lines = request_lines(&node, "SearchOfficers").len() - lines_before.len();
        if lines == 4 { Ok(()) } else { Err(lines) }
    })
    .await;
    let line = request_lines(&node, "SearchOfficers").pop().unwrap();
    let text = line.to_string();
    for expected in [PROFESSIONAL_OIN, "duration_ms", "request.id", "PAGE_TOKEN_MISMATCH"] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    let metrics = node.metrics().await;
    assert!(metrics.contains("SearchOfficers"), "{metrics}");
    node.stop().await;
    let log = node.log();
    for canary in CANARIES {
        for (place, text) in [("log", &log), ("metrics", &metrics)] {
            let found = text.to_lowercase().find(&canary.to_lowercase());
            let around = found.map(|at| text.chars().skip(at.saturating_sub(200)).take(400).collect::<String>());
            assert_eq!(around, None, "{canary} stands in the {place}");
        }
    }
}

/// The log lines at the end of requests of this kind.
fn request_lines(node: &Node, rpc: &str) -> Vec<serde_json::Value> {
    let log = node.log();
    let lines = log.lines().filter_map(|line| serde_json::from_str(line).ok());
    let about = |line: &serde_json::Value| line.to_string().contains(rpc) && line["level"] != "DEBUG" && line["level"] != "TRACE";
    lines.filter(about).collect()
}
