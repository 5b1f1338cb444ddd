//! A committed write is searchable: at once for a search with its position, and soon for all others.

use std::time::{Duration, Instant};

use proto::v1::Officer;
use tests::eventually::eventually;
use tests::node::Node;
use tests::world::{CAK, officer};

/// The time within which a committed write must be searchable on the same node. A debug build on a busy machine gets more.
const SOON: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2_000 } else { 100 });

fn about(word: &str) -> Officer {
    Officer {
        description: format!("Weet alles van {word}."),
        ..officer(CAK, word)
    }
}

#[tokio::test]
async fn a_writer_reads_its_own_writes() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let professional = node.professional();
    let mut officers = Vec::new();
    for word in ["duikboten", "zeppelins", "trekschuiten", "stoomtrams", "vliegboten"] {
        officers.push(about(word));
        let report = publisher.publish(CAK, officers.clone()).await.unwrap();
        let found = professional.find(word, report.position.as_ref()).await.unwrap();
        assert_eq!(found, [about(word).name]);
    }
}

#[tokio::test]
async fn a_write_is_searchable_soon_for_everybody() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let professional = node.professional();
    professional.find("trekschuiten", None).await.unwrap();
    publisher.publish(CAK, vec![about("trekschuiten")]).await.unwrap();
    let acknowledged = Instant::now();
    eventually(SOON, "the write was searchable", async || {
        let found = professional.find("trekschuiten", None).await.unwrap();
        if found == [about("trekschuiten").name] {
            Ok(())
        } else {
            Err(found)
        }
    })
    .await;
    eprintln!("searchable {:?} after the acknowledgement", acknowledged.elapsed());

    let changed = Officer {
        description: "Weet alles van vliegboten.".to_owned(),
        ..about("trekschuiten")
    };
    publisher.publish(CAK, vec![changed.clone()]).await.unwrap();
    eventually(SOON, "the change was searchable and the old text was not", async || {
        let found = professional.find("vliegboten", None).await.unwrap();
        let text = professional.get(&changed.name).await.unwrap().description;
        if found == [changed.name.clone()] && text == changed.description {
            Ok(())
        } else {
            Err((found, text))
        }
    })
    .await;
}
