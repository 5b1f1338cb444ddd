//! Registers with different models of what questions are about: the model of the register that is asked decides, and nobody is
//! cut off by an upgrade.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use proto::v1::{Completeness, OrganisationKind, RegisterState, SearchOfficersRequest, SearchOfficersResponse};
use tests::caller::{Caller, hit_name};
use tests::eventually::{DEADLINE, eventually};
use tests::files::replace;
use tests::node::{Node, NodeOptions, Prepared};
use tests::pki::Authority;
use tests::registers::{PeerTable, RegisterOptions, register_oin, start_with};
use tests::world::{self, CAK, SVB, deciding_officer, officer_name};

/// The built-in model knows that this is about compulsory education; by its words it is about youth care.
const QUESTION: &str = "mijn dochter van twaalf zit al maanden thuis omdat ze niet meer durft";
/// A model that has learned nothing: no schemes, executors and words, a scale of 1 and no weights.
const EMPTY_MODEL: &[u8] = b"mwr-mod\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\x3f";

fn builtin_model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../index/model/schemes.model")
}

/// Starts a register that understands questions by the model of `file`.
async fn register(
    authority: &Arc<Authority>,
    number: u32,
    id: &str,
    organisation: &str,
    peers: Vec<PeerTable>,
    file: &Path,
) -> Node {
    let oins: Vec<String> = (1..=3).map(register_oin).collect();
    let options = RegisterOptions {
        id,
        oin: &register_oin(number),
        organisations: vec![world::organisation(
            organisation,
            id,
            id,
            OrganisationKind::Uitvoeringsorganisatie,
        )],
        peers,
        askers: oins.iter().map(String::as_str).collect(),
    };
    start_with(authority, options, vec![("search.model", format!("{file:?}"))]).await
}

/// Asks until all registers have answered and the copy has both officers, as is so within moments after a start.
async fn asked(reader: &Caller, registers: usize) -> SearchOfficersResponse {
    eventually(DEADLINE, "all registers answer", async || {
        let request = SearchOfficersRequest {
            query: QUESTION.to_owned(),
            ..SearchOfficersRequest::default()
        };
        let answer = reader.search(request).await.map_err(|status| format!("{status:?}"))?;
        let are_all_ok = answer.registers.iter().all(|register| register.state() == RegisterState::Ok);
        if answer.completeness() == Completeness::Complete
            && answer.registers.len() == registers
            && are_all_ok
            && answer.hits.len() == 2
        {
            Ok(answer)
        } else {
            Err(format!("{} hits, {:?}", answer.hits.len(), answer.registers))
        }
    })
    .await
}

fn scored(answer: &SearchOfficersResponse) -> Vec<(String, u64)> {
    answer.hits.iter().map(|hit| (hit_name(hit), hit.score.to_bits())).collect()
}

#[tokio::test]
async fn one_of_three_registers_is_upgraded_and_all_go_on_together() {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = folder.path().join(name);
        std::fs::copy(builtin_model(), &path).unwrap();
        path
    };
    let peer = |number: u32, id: &str, node: &Node, mode: &'static str| {
        let mut peer = PeerTable::new(id, &register_oin(number), &node.ready.grpc, mode);
        peer.more = "budget = \"10s\"".to_owned();
        peer
    };
    let school = register(&authority, 1, "school", CAK, Vec::new(), &file("school.model")).await;
    let peers = vec![peer(1, "school", &school, "query")];
    let upgraded = file("jeugd.model");
    let mut youth = register(&authority, 2, "jeugd", SVB, peers, &upgraded).await;
    let peers = vec![peer(1, "school", &school, "query"), peer(2, "jeugd", &youth, "replicate")];
    let national = register(&authority, 3, "landelijk", world::LMM, peers, &file("landelijk.model")).await;
    for (node, organisation, id, competence) in [
        (&school, CAK, "leerplicht", "LEERPLICHT"),
        (&youth, SVB, "jeugdhulp", "JEUGDWET"),
    ] {
        let officers = vec![deciding_officer(organisation, id, &[competence])];
        node.publisher(organisation).publish(organisation, officers).await.unwrap();
    }
    let (first, second) = (officer_name(CAK, "leerplicht"), officer_name(SVB, "jeugdhulp"));

    let before = asked(&national.professional(), 3).await;
    assert_eq!(
        before.hits.iter().map(hit_name).collect::<Vec<_>>(),
        [first.clone(), second.clone()]
    );
    assert_eq!(scored(&asked(&youth.professional(), 2).await), scored(&before));

    replace(&upgraded, EMPTY_MODEL);
    youth.restart().await;
    // The upgraded register understands by its own model, and the other one scores that plan.
    let there = asked(&youth.professional(), 2).await;
    assert_eq!(there.hits.iter().map(hit_name).collect::<Vec<_>>(), [second, first]);
    // Who asks another register notices nothing.
    assert_eq!(scored(&asked(&national.professional(), 3).await), scored(&before));
}

#[tokio::test]
async fn a_file_that_is_no_model_is_named_before_a_port_is_bound() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vragen.model");
    std::fs::write(&file, "huurtoeslag").unwrap();
    let prepared = Prepared::new(NodeOptions::default().with("search.model", format!("{file:?}")));
    for command in [&["config", "check"][..], &["serve"][..]] {
        let (code, said) = prepared.run(command).await;
        assert_eq!(code, 64, "{said}");
        for expected in ["search.model", "vragen.model", "not a model"] {
            assert!(said.contains(expected), "`{expected}` is not in: {said}");
        }
    }
}
