//! An acknowledged write survives `kill -9` at any point.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use proto::v1::change_operation::Operation;
use proto::v1::{ApplyChangesRequest, ChangeOperation, ListOfficersRequest, Officer, SearchOfficersRequest};
use tests::caller::{Caller, timed};
use tests::eventually::{DEADLINE, eventually};
use tests::node::Node;
use tests::world::{CAK, DUO, SVB, officer, officer_name};

/// How often the node is killed.
const ROUNDS: usize = 6;

/// The acknowledged writes: the name of each officer and its latest text.
type Acknowledged = Arc<Mutex<BTreeMap<String, String>>>;

/// Writes until the node has gone. Each officer is written twice, so that updates are interrupted too.
async fn write(caller: Caller, organisation: &'static str, round: usize, acknowledged: Acknowledged) {
    for number in 0.. {
        let id = format!("ronde-{round}-{:04}", number / 2);
        let text = format!("Poging {number}.");
        let change = Officer {
            description: text.clone(),
            ..officer(organisation, &id)
        };
        let request = ApplyChangesRequest {
            organisation: format!("organisations/{organisation}"),
            operations: vec![ChangeOperation {
                operation: Some(Operation::Upsert(change)),
                etag: String::new(),
            }],
            request_id: format!("{round}-{number}"),
            ..Default::default()
        };
        match caller.sync.clone().apply_changes(timed(request)).await {
            Ok(answer) => assert!(answer.into_inner().report.unwrap().applied),
            Err(_) => return,
        }
        acknowledged.lock().unwrap().insert(officer_name(organisation, &id), text);
    }
}

/// Lists the texts of all entries by name.
async fn held(caller: &Caller) -> BTreeMap<String, String> {
    let mut held = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let request = timed(ListOfficersRequest {
            page_size: 500,
            page_token,
            ..Default::default()
        });
        let page = caller.directory.clone().list_officers(request).await.unwrap().into_inner();
        for officer in page.entries.into_iter().filter_map(|entry| entry.officer) {
            held.insert(officer.name, officer.description);
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return held;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_write_survives_kill_9() {
    let mut node = Node::start().await;
    let acknowledged = Acknowledged::default();
    for round in 0..ROUNDS {
        let writers = [CAK, SVB, DUO].map(|organisation| {
            let caller = node.publisher(organisation);
            // A test may spawn: it has no shutdown to wait for.
            #[allow(clippy::disallowed_methods)]
            tokio::spawn(write(caller, organisation, round, Arc::clone(&acknowledged)))
        });
        let before = acknowledged.lock().unwrap().len();
        // The moment of the kill differs per round.
        let enough = before + 5 + round * 7;
        eventually(DEADLINE, "enough was acknowledged", async || {
            let count = acknowledged.lock().unwrap().len();
            if count >= enough { Ok(()) } else { Err(count) }
        })
        .await;
        node.kill().await;
        for writer in writers {
            writer.await.unwrap();
        }
        node.start_again().await;

        let held = held(&node.professional()).await;
        let promised = acknowledged.lock().unwrap().clone();
        for (name, text) in &promised {
            let found = held
                .get(name)
                .unwrap_or_else(|| panic!("{name} was acknowledged and is gone"));
            // A write in progress may have been stored too. Then the text is the next one, and no other.
            let next = format!("Poging {}.", number(text) + 1);
            assert!(found == text || *found == next, "{name}: {found} instead of {text}");
        }
        // Of unacknowledged writes, at most the one in progress of each writer may be there.
        assert!(
            held.len() <= promised.len() + 3 * (round + 1),
            "{} held, {} promised",
            held.len(),
            promised.len()
        );
    }
    let held = held(&node.professional()).await;
    // Search shows the same register as the store, though the index was not committed.
    let request = SearchOfficersRequest {
        page_size: 1,
        flat: true,
        ..Default::default()
    };
    let answer = node.professional().search(request).await.unwrap();
    assert_eq!(usize::try_from(answer.total).unwrap(), held.len());
    node.stop().await;
    let (code, said) = node.run(&["verify"]).await;
    assert_eq!(code, 0, "{said}");
}

fn number(text: &str) -> usize {
    text.trim_start_matches("Poging ").trim_end_matches('.').parse().unwrap()
}
