//! Registers with configured words: the words of the asking register determine how a question is understood.

use std::path::PathBuf;
use std::sync::Arc;

use proto::v1::{Completeness, OrganisationKind, RegisterState, SearchOfficersRequest, SearchOfficersResponse};
use tests::caller::{Caller, hit_name};
use tests::eventually::{DEADLINE, eventually};
use tests::mwr::Mwr;
use tests::node::Node;
use tests::pki::Authority;
use tests::registers::{PeerTable, RegisterOptions, register_oin, start_with};
use tests::world::{self, CAK, OPERATOR_OIN, SVB, deciding_officer, officer_name};

/// Not words of any language: only the configuration gives them a meaning.
const OURS: &str = "[competences]\nEB-WLZ = [\"knisperduiten\"]\n[organisations]\nzb000143 = [\"Wiebelfonds\"]\n";
const THEIRS: &str = "[competences]\nAOW = [\"knisperduiten\"]\nEB-WLZ = [\"fladderkosten\"]\n";

/// Starts an executing organisation with words of its own, or none, and a national register with ours that uses it in `mode`.
async fn registers(theirs: Option<&str>, mode: &'static str) -> (tempfile::TempDir, Node, Node) {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let folder = tempfile::tempdir().unwrap();
    let words = |name: &str, text: &str| {
        let path: PathBuf = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        vec![("search.synonyms", format!("{path:?}"))]
    };
    let (executing_oin, national_oin) = (register_oin(1), register_oin(2));
    let executive = OrganisationKind::Uitvoeringsorganisatie;
    let options = RegisterOptions {
        id: "uitvoering",
        oin: &executing_oin,
        organisations: vec![
            world::organisation(CAK, "CAK", "CAK", executive),
            world::organisation(SVB, "Sociale Verzekeringsbank", "SVB", executive),
        ],
        peers: Vec::new(),
        askers: vec![&national_oin],
    };
    let settings = theirs.map_or_else(Vec::new, |text| words("van-hen.toml", text));
    let executing = start_with(&authority, options, settings).await;
    for (organisation, id, competence) in [(CAK, "bijdrage", "EB-WLZ"), (SVB, "pensioen", "AOW")] {
        let officers = vec![deciding_officer(organisation, id, &[competence])];
        executing
            .publisher(organisation)
            .publish(organisation, officers)
            .await
            .unwrap();
    }
    let mut peer = PeerTable::new("uitvoering", &executing_oin, &executing.ready.grpc, mode);
    peer.more = "budget = \"10s\"".to_owned();
    let options = RegisterOptions {
        id: "landelijk",
        oin: &national_oin,
        organisations: vec![world::lmm()],
        peers: vec![peer],
        askers: Vec::new(),
    };
    let national = start_with(&authority, options, words("van-ons.toml", OURS)).await;
    (folder, executing, national)
}

async fn asked(reader: &Caller, query: &str) -> SearchOfficersResponse {
    eventually(DEADLINE, "both registers answer", async || {
        let request = SearchOfficersRequest {
            query: query.to_owned(),
            ..Default::default()
        };
        let answer = reader.search(request).await.map_err(|status| format!("{status:?}"))?;
        if answer.completeness() == Completeness::Complete && answer.registers.len() == 2 {
            Ok(answer)
        } else {
            Err(format!("{:?}", answer.registers))
        }
    })
    .await
}

async fn our_words_apply(theirs: Option<&str>, mode: &'static str) {
    let (_folder, executing, national) = registers(theirs, mode).await;
    let reader = national.professional();
    let (cak, svb) = (officer_name(CAK, "bijdrage"), officer_name(SVB, "pensioen"));
    for (query, expected) in [
        ("knisperduiten", &cak),
        ("knisperduitn", &cak),
        ("iets van het wiebelfonds", &svb),
    ] {
        let answer = asked(&reader, query).await;
        assert_eq!(answer.registers[1].state(), RegisterState::Ok, "{:?}", answer.registers);
        assert_eq!(answer.hits.first().map(hit_name).as_ref(), Some(expected), "{query}");
    }
    assert!(
        asked(&reader, "fladderkosten").await.hits.is_empty(),
        "a word of theirs is none of ours"
    );
    // A question to the other register is understood by its words.
    let there = executing.professional();
    let first = there.find("knisperduiten", None).await.unwrap().into_iter().next();
    assert_eq!(first, theirs.map(|_| svb));
    let mwr = Mwr::new(&national.mwr_config(OPERATOR_OIN));
    mwr.run(["peers", "check"]).await.ok().says("uitvoering: ok");
}

#[tokio::test]
async fn our_words_apply_to_a_peer_without_words() {
    our_words_apply(None, "query").await;
}

#[tokio::test]
async fn our_words_apply_to_a_peer_with_other_words() {
    our_words_apply(Some(THEIRS), "query").await;
}

#[tokio::test]
async fn our_words_apply_to_a_replica_with_other_words() {
    our_words_apply(Some(THEIRS), "replicate").await;
}
