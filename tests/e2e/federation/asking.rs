//! One question to several registers, with real nodes: the response equals that of one register with the union, a register that
//! is away is reported, and loops do no harm.

use std::sync::Arc;

use proto::v1::{
    Completeness, Entry, FederationPolicy, FederationScope, Officer, OnMissing, Organisation, OrganisationKind, RegisterState,
    RegisterStatus, SearchFilter, SearchHit, SearchOfficersRequest, SearchOfficersResponse, ServedFrom, SuggestRequest,
};
use tests::caller::{Caller, timed};
use tests::eventually::{DEADLINE, eventually};
use tests::node::Node;
use tests::pki::Authority;
use tests::refusal::reason;
use tests::registers::{PeerTable, RegisterOptions, register_oin, start};
use tests::world::{self, AMSTERDAM, CAK, DUO, SVB, deciding_officer, officer};

fn organisation(id: &str) -> Organisation {
    let executive = OrganisationKind::Uitvoeringsorganisatie;
    match id {
        CAK => world::organisation(CAK, "CAK", "CAK", executive),
        SVB => world::organisation(SVB, "Sociale Verzekeringsbank", "SVB", executive),
        DUO => world::organisation(DUO, "Dienst Uitvoering Onderwijs", "DUO", executive),
        _ => world::municipality(AMSTERDAM, "Amsterdam", "GM0363", &["Amsterdam", "Weesp"]),
    }
}

/// The officers of an organisation, similar on purpose, so that a question matches several.
fn officers_of(id: &str) -> Vec<Officer> {
    let (competences, about): (&[&str], &str) = match id {
        CAK => (&["EB-WLZ"], "Eigen bijdrage Wlz, ook na opname van een echtgenoot."),
        SVB => (&["AOW", "AOW-LEEFVORM"], "Leefvorm na opname van een echtgenoot."),
        DUO => (&["WSF"], "Studieschuld en terugbetalen."),
        _ => (&["BRIEFADRES", "BRP"], "Briefadres en inschrijving."),
    };
    let mut officers: Vec<Officer> = (0..4)
        .map(|number| {
            let mut officer = deciding_officer(id, &format!("functie-{number}"), competences);
            officer.description = format!("{about} Kijkt ook mee naar een eigen bijdrage en een studieschuld.");
            if number % 2 == 0 {
                officer.description = about.to_owned();
            }
            officer
        })
        .collect();
    officers.push(officer(id, "wegwijzer"));
    officers
}

/// Starts a register with these organisations and their officers.
async fn register(
    authority: &Arc<Authority>,
    number: u32,
    id: &str,
    organisations: &[&str],
    peers: Vec<PeerTable>,
    askers: &[&str],
) -> Node {
    let oin = register_oin(number);
    let options = RegisterOptions {
        id,
        oin: &oin,
        organisations: organisations.iter().map(|id| organisation(id)).collect(),
        peers,
        askers: askers.to_vec(),
    };
    let node = start(authority, options).await;
    for id in organisations {
        node.publisher(id).publish(id, officers_of(id)).await.unwrap();
    }
    node
}

/// A national register that replicates a region and queries an executing organisation, and one register with the union.
struct Registers {
    national: Node,
    region: Node,
    executing: Node,
    union: Node,
}

async fn registers() -> Registers {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let national_oin = register_oin(1);
    let askers = [national_oin.as_str()];
    let region = register(&authority, 2, "regio", &[AMSTERDAM], Vec::new(), &askers).await;
    let executing = register(&authority, 3, "uitvoering", &[SVB, DUO], Vec::new(), &askers).await;
    let mut asked = PeerTable::new("uitvoering", &register_oin(3), &executing.ready.grpc, "query");
    asked.more = "budget = \"10s\"".to_owned();
    let peers = vec![
        PeerTable::new("regio", &register_oin(2), &region.ready.grpc, "replicate"),
        asked,
    ];
    let national = register(&authority, 1, "landelijk", &[CAK], peers, &[]).await;
    let union = register(&authority, 4, "samen", &[CAK, SVB, DUO, AMSTERDAM], Vec::new(), &[]).await;
    let registers = Registers {
        national,
        region,
        executing,
        union,
    };
    is_complete(&registers.national.professional(), 20).await;
    registers
}

/// Waits until all registers answer, with this total of officers.
async fn is_complete(reader: &Caller, officers: i32) {
    eventually(DEADLINE, "all registers answer", async || {
        let answer = reader
            .search(SearchOfficersRequest::default())
            .await
            .map_err(|status| format!("{status:?}"))?;
        if answer.completeness() == Completeness::Complete && answer.total == officers {
            Ok(())
        } else {
            Err(format!("{} of {:?}", answer.total, answer.registers))
        }
    })
    .await;
}

/// Removes the provenance of a hit.
fn bare(hit: &SearchHit) -> SearchHit {
    let entry = hit.entry.as_ref().map(|entry| Entry {
        provenance: None,
        revision: 0,
        update_time: None,
        ..entry.clone()
    });
    SearchHit { entry, ..hit.clone() }
}

/// Removes provenance and timing from a response.
pub(super) fn bare_answer(answer: &SearchOfficersResponse) -> SearchOfficersResponse {
    SearchOfficersResponse {
        hits: answer.hits.iter().map(bare).collect(),
        next_page_token: String::new(),
        position: None,
        completeness: 0,
        registers: Vec::new(),
        ..answer.clone()
    }
}

const QUESTIONS: [&str; 12] = [
    "",
    "eigen bijdrage",
    "eigen bijdrage te hoog na opname echtgenoot",
    "studieschuld DUO",
    "brief van de SVB",
    "briefadres in Weesp",
    "brieefadres",
    "gemeente",
    "wegwijzer",
    "studiesch",
    "kinderopvangtoeslag",
    "regels die een huishouden klem zetten",
];

#[tokio::test]
async fn several_nodes_answer_as_one_register_would() {
    let registers = registers().await;
    let (together, alone) = (registers.national.professional(), registers.union.professional());
    let mut compared = 0;
    for query in QUESTIONS {
        for (page_size, flat, filter) in [
            (3, false, SearchFilter::default()),
            (50, true, SearchFilter::default()),
            (
                2,
                false,
                SearchFilter {
                    organisations: vec![format!("organisations/{DUO}")],
                    ..Default::default()
                },
            ),
        ] {
            let mut request = SearchOfficersRequest {
                query: query.to_owned(),
                page_size,
                flat,
                explain: true,
                filter: Some(filter),
                ..Default::default()
            };
            let mut expected = request.clone();
            loop {
                let (one, other) = (
                    together.search(request.clone()).await.unwrap(),
                    alone.search(expected.clone()).await.unwrap(),
                );
                assert_eq!(bare_answer(&one), bare_answer(&other), "{query}");
                assert_eq!(one.next_page_token.is_empty(), other.next_page_token.is_empty(), "{query}");
                assert!(!one.drifted);
                compared += 1;
                if one.next_page_token.is_empty() {
                    break;
                }
                (request.page_token, expected.page_token) = (one.next_page_token, other.next_page_token);
            }
        }
        let ask = async |reader: &Caller| {
            let request = SuggestRequest {
                text: query.to_owned(),
                limit: 10,
                federation: None,
            };
            reader
                .directory
                .clone()
                .suggest(timed(request))
                .await
                .unwrap()
                .into_inner()
                .suggestions
        };
        assert_eq!(ask(&together).await, ask(&alone).await, "{query}");
    }
    println!("{compared} pages compared");
}

fn status<'a>(answer: &'a SearchOfficersResponse, register: &str) -> &'a RegisterStatus {
    let of = answer.registers.iter().filter(|status| status.register == register);
    let found: Vec<&RegisterStatus> = of.collect();
    assert_eq!(found.len(), 1, "each register is asked once: {:?}", answer.registers);
    found[0]
}

fn question(query: &str) -> SearchOfficersRequest {
    SearchOfficersRequest {
        query: query.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_answer_says_what_it_covers_and_what_is_missing() {
    let mut registers = registers().await;
    let reader = registers.national.professional();
    let whole = reader.search(question("studieschuld")).await.unwrap();
    assert_eq!(whole.completeness(), Completeness::Complete);
    assert_eq!(whole.registers[0].register, "landelijk");
    assert_eq!(status(&whole, "regio").served_from(), ServedFrom::Replica);
    assert!(status(&whole, "regio").age.is_some());
    assert_eq!(status(&whole, "uitvoering").served_from(), ServedFrom::Live);
    let provenance = whole.hits[0].entry.as_ref().unwrap().provenance.as_ref().unwrap();
    assert_eq!(provenance.register, "uitvoering");
    // A register without a match has answered too.
    let nothing = reader.search(question("briefadres")).await.unwrap();
    assert_eq!(status(&nothing, "uitvoering").state(), RegisterState::Ok);

    let local = FederationPolicy {
        scope: FederationScope::Local.into(),
        ..Default::default()
    };
    let here = SearchOfficersRequest {
        federation: Some(local),
        ..question("studieschuld")
    };
    assert_eq!(reader.search(here).await.unwrap().completeness(), Completeness::Local);

    registers.executing.stop().await;
    registers.region.stop().await;
    let partial = eventually(DEADLINE, "its absence was reported", async || {
        let answer = reader.search(question("eigen bijdrage")).await.unwrap();
        if answer.completeness() == Completeness::Partial {
            Ok(answer)
        } else {
            Err(answer.registers)
        }
    })
    .await;
    assert_ne!(status(&partial, "uitvoering").state(), RegisterState::Ok);
    assert!(!status(&partial, "uitvoering").reason.is_empty());
    // The replica continues to answer, with its age.
    assert_eq!(status(&partial, "regio").state(), RegisterState::Ok);
    assert!(
        partial
            .hits
            .iter()
            .all(|hit| !hit.entry.as_ref().unwrap().officer.as_ref().unwrap().name.contains(DUO))
    );

    let needs = |required: &[&str], min_answered| FederationPolicy {
        required: required.iter().map(ToString::to_string).collect(),
        min_answered,
        on_missing: OnMissing::Fail.into(),
        ..Default::default()
    };
    for policy in [needs(&["uitvoering"], 0), needs(&[], 3), needs(&["nergens"], 0)] {
        let request = SearchOfficersRequest {
            federation: Some(policy),
            ..question("eigen bijdrage")
        };
        let refused = reader.search(request).await.unwrap_err();
        assert_eq!(reason(&refused), "FEDERATION_INCOMPLETE");
    }
    let met = SearchOfficersRequest {
        federation: Some(needs(&["regio"], 2)),
        ..question("eigen bijdrage")
    };
    reader.search(met).await.unwrap();
}

#[tokio::test]
async fn loops_give_each_entry_once_and_ask_each_register_once() {
    let authority = Arc::new(Authority::new("Stelsel CA"));
    let oins: Vec<String> = (1..=3).map(register_oin).collect();
    let askers: Vec<&str> = oins.iter().map(String::as_str).collect();
    // Each has the others as peers, and itself by mistake. All hold CAK, and the others regard the first as its authority.
    let mut nodes = Vec::new();
    for (number, (id, organisations)) in (1..).zip([
        ("noord", vec![CAK, SVB]),
        ("oost", vec![CAK, DUO]),
        ("zuid", vec![CAK, AMSTERDAM]),
    ]) {
        nodes.push((
            id,
            register(&authority, number, id, &organisations, Vec::new(), &askers).await,
        ));
    }
    for at in 0..nodes.len() {
        for (other, (id, node)) in nodes.iter().enumerate() {
            let peer = proto::v1::Peer {
                register: (*id).to_owned(),
                oin: oins[other].clone(),
                endpoints: vec![node.ready.grpc.clone()],
                mode: proto::v1::PeerMode::Query.into(),
                ..Default::default()
            };
            let request = proto::v1::PutPeerRequest { peer: Some(peer) };
            let put = nodes[at].1.operator().admin.clone().put_peer(timed(request)).await;
            assert!(put.is_ok() || other == at, "{put:?}");
        }
    }
    for (id, node) in &nodes {
        let reader = node.professional();
        // Four organisations with five officers each. Those of CAK count once.
        is_complete(&reader, 20).await;
        let answer = reader
            .search(SearchOfficersRequest {
                page_size: 100,
                ..Default::default()
            })
            .await
            .unwrap();
        let mut names: Vec<String> = answer.hits.iter().map(tests::caller::hit_name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 20, "{id}");
        for register in ["noord", "oost", "zuid"] {
            assert_eq!(status(&answer, register).state(), RegisterState::Ok);
        }
    }
}
