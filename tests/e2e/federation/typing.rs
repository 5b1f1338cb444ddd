//! Typed text goes to the queried peers, and no register stores it, in a log or in any other file.

use std::sync::Arc;

use proto::v1::{Completeness, OrganisationKind, SearchOfficersRequest, SuggestRequest};
use tests::caller::{Caller, timed};
use tests::eventually::{DEADLINE, eventually};
use tests::files::files_with;
use tests::node::Node;
use tests::pki::Authority;
use tests::registers::{PeerTable, RegisterOptions, register_oin, start_with};
use tests::world::{self, CAK, officers};

/// Words that occur nowhere else, as typed and in lower case.
const CANARIES: [&str; 4] = ["Zandvlooiertje", "zandvlooiertje", "Duinpieper", "duinpieper"];

async fn suggest(reader: &Caller, text: &str) -> Result<proto::v1::SuggestResponse, tonic::Status> {
    let request = SuggestRequest {
        text: text.to_owned(),
        ..Default::default()
    };
    Ok(reader.directory.clone().suggest(timed(request)).await?.into_inner())
}

#[tokio::test]
async fn no_register_stores_typed_text() {
    // The most verbose log of our own code.
    let log = || {
        vec![(
            "log.filter",
            "\"debug,server=trace,federation=trace,directory=trace,grpc=trace,web=trace,client=trace,index=trace,storage=trace\""
                .to_owned(),
        )]
    };
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let (cak_oin, national_oin) = (register_oin(1), register_oin(2));
    let executive = OrganisationKind::Uitvoeringsorganisatie;
    let options = RegisterOptions {
        id: "cak",
        oin: &cak_oin,
        organisations: vec![world::organisation(CAK, "CAK", "CAK", executive)],
        peers: Vec::new(),
        askers: vec![&national_oin],
    };
    let cak = start_with(&authority, options, log()).await;
    cak.publisher(CAK).publish(CAK, officers(CAK, 2)).await.unwrap();
    let options = RegisterOptions {
        id: "landelijk",
        oin: &national_oin,
        organisations: vec![world::lmm()],
        peers: vec![PeerTable::new("cak", &cak_oin, &cak.ready.grpc, "query")],
        askers: Vec::new(),
    };
    let mut national = start_with(&authority, options, log()).await;
    let reader = national.professional();
    for text in ["Zandvlooiertje", "zandvlooiertje Duinp", "mevrouw duinpieper uit Almere"] {
        eventually(DEADLINE, "both registers have counted", async || {
            let answer = suggest(&reader, text).await.map_err(|status| format!("{status:?}"))?;
            if answer.completeness() == Completeness::Complete {
                Ok(())
            } else {
                Err(format!("{:?}", answer.registers))
            }
        })
        .await;
        let question = SearchOfficersRequest {
            query: text.to_owned(),
            ..Default::default()
        };
        reader.search(question).await.unwrap();
    }
    // The log names a peer that fails, and not the text that it received.
    let mut cak = cak;
    cak.stop().await;
    for _ in 0..3 {
        suggest(&reader, "Zandvlooiertje").await.unwrap();
    }
    assert!(
        cak.log().contains("SuggestLocal") && national.log().contains("Suggest"),
        "the logs tell of the calls"
    );
    national.stop().await;
    assert_eq!(traces(&[&cak, &national]), Vec::<String>::new());
}

fn traces(nodes: &[&Node]) -> Vec<String> {
    let in_node = |node: &&Node| {
        let found = CANARIES.iter().flat_map(|canary| files_with(node.folder(), canary));
        found.map(|file| file.display().to_string()).collect::<Vec<_>>()
    };
    nodes.iter().flat_map(in_node).collect()
}
