//! The duel with real nodes: however organisations are split over registers, replicated or queried, the response equals that of
//! one register with the union.
//!
//! Up to eight registers hold the organisations. Where several hold one, only one is its authority; the others have older
//! officers under the same names and another name of the organisation. Each split has another distribution and another asker,
//! which replicates or queries each peer at random. `DUEL_SEED` repeats a failure, and `DUEL_QUESTIONS` sets the number of
//! questions.

mod holdings;
mod questions;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proto::v1::{
    Completeness, Officer, Organisation, OrganisationStatus, Peer, PutPeerRequest, RemovePeerRequest, Role,
    SearchOfficersRequest, SearchOfficersResponse, SuggestRequest, Suggestion, VerifyOfficersRequest,
};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tests::caller::{Caller, new_request_id, timed};
use tests::eventually::eventually;
use tests::generated::generator;
use tests::node::Node;
use tests::pki::Authority;
use tests::registers::{RegisterOptions, register_oin, start};
use tests::world::{CAK, grant, publisher_oin};

use super::asking::bare_answer;
use holdings::{Split, id, officers, organisations, outdated};
use questions::Questions;

/// The default seed.
const SEED: u64 = 20_261_122;
/// How many registers take part in each split.
const SPLITS: [usize; 3] = [8, 3, 6];
/// The default number of questions per split.
const QUESTIONS: usize = 60;
/// The limit for replicating everything again, in a debug build on a busy machine. Only guards against hanging.
const SETTLE: Duration = Duration::from_secs(240);

/// The OIN that publishes for all organisations at every register.
fn publisher() -> &'static str {
    publisher_oin(CAK)
}

struct Duel {
    registers: Vec<Node>,
    union: Node,
    organisations: Vec<Organisation>,
    officers: Vec<Vec<Officer>>,
}

fn register_id(number: usize) -> String {
    format!("register-{number}")
}

fn oin(number: usize) -> String {
    register_oin(u32::try_from(number + 1).expect("there are few registers"))
}

impl Duel {
    async fn begin(seed: u64) -> Self {
        let authority = Arc::new(Authority::new("Stelsel CA"));
        let organisations = organisations();
        let generator = generator(seed);
        let officers: Vec<Vec<Officer>> = organisations
            .iter()
            .map(|organisation| officers(organisation, &generator))
            .collect();
        let most = SPLITS.into_iter().max().expect("there are splits");
        let oins: Vec<String> = (0..most).map(oin).collect();
        let begin = async |number: usize, id: &str| {
            let own_oin = oin(number);
            let options = RegisterOptions {
                id,
                oin: &own_oin,
                organisations: organisations.clone(),
                peers: Vec::new(),
                askers: oins.iter().map(String::as_str).collect(),
            };
            let node = start(&authority, options).await;
            let all = organisations.iter().map(self::id);
            let grants = all.map(|organisation| grant(publisher(), organisation, &[Role::Lookup, Role::Publish]));
            node.operator().put_grants(grants.collect()).await.unwrap();
            node
        };
        let ids: Vec<String> = (0..most).map(register_id).chain(["samen".to_owned()]).collect();
        let mut registers = Vec::new();
        // Two at a time: a start of all at once would exceed its limit.
        for some in ids.iter().enumerate().collect::<Vec<_>>().chunks(2) {
            let started = some.iter().map(|(number, id)| begin(*number, id.as_str()));
            registers.append(&mut futures::future::join_all(started).await);
        }
        let union = registers.pop().expect("the last one is started too");
        let duel = Self {
            registers,
            union,
            organisations,
            officers,
        };
        for at in 0..duel.organisations.len() {
            duel.publish(&duel.union, at, duel.officers[at].clone()).await;
        }
        duel
    }

    /// Publishes the officers of an organisation, and verifies those of every third one.
    async fn publish(&self, node: &Node, at: usize, officers: Vec<Officer>) {
        let organisation = &self.organisations[at];
        let publisher = node.caller(publisher());
        let report = publisher.publish(id(organisation), officers).await.unwrap();
        assert!(report.applied, "{report:?}");
        if at.is_multiple_of(3) {
            let request = VerifyOfficersRequest {
                organisation: organisation.name.clone(),
                request_id: new_request_id(),
                ..Default::default()
            };
            publisher.sync.clone().verify_officers(timed(request)).await.unwrap();
        }
    }

    /// Distributes the organisations as in `split`, and configures the peers of the asker.
    async fn lay_out(&self, split: &Split) {
        for register in split.parts() {
            let node = &self.registers[register];
            let mut put = Vec::new();
            for (organisation, (home, also)) in self.organisations.iter().zip(&split.held) {
                let mut organisation = organisation.clone();
                if *home != register {
                    organisation.short_name = format!("{}-oud", organisation.short_name);
                    organisation.aliases = vec!["Heette ooit anders".to_owned()];
                }
                if *home != register && !also.contains(&register) {
                    organisation.status = OrganisationStatus::Known.into();
                    organisation.agreement = false;
                }
                put.push(organisation);
            }
            let put = node.operator().put_organisations(put).await.unwrap();
            assert!(put.applied, "{:?}", put.violations);
            for (at, (home, also)) in split.held.iter().enumerate() {
                if *home == register {
                    self.publish(node, at, self.officers[at].clone()).await;
                } else if also.contains(&register) {
                    self.publish(node, at, outdated(&self.officers[at])).await;
                }
            }
        }
        let admin = self.registers[split.asker].operator().admin;
        for (peer, (mode, _)) in &split.peers {
            let peer = Peer {
                register: register_id(*peer),
                oin: oin(*peer),
                endpoints: vec![self.registers[*peer].ready.grpc.clone()],
                mode: (*mode).into(),
                organisations: split.named_for(*peer, &self.organisations),
                budget: Some(Duration::from_secs(15).try_into().unwrap()),
                ..Default::default()
            };
            let request = PutPeerRequest { peer: Some(peer) };
            admin.clone().put_peer(timed(request)).await.unwrap();
        }
        self.has_settled(split).await;
    }

    /// Waits until the asker knows the current state of all peers.
    async fn has_settled(&self, split: &Split) {
        let asker = self.registers[split.asker].professional();
        let all = SearchOfficersRequest::default();
        let wanted = self.union.professional().search(all.clone()).await.unwrap().total;
        let mut revisions = BTreeMap::new();
        for register in split.parts() {
            let position = self.registers[register].professional().position().await.unwrap();
            revisions.insert(register_id(register), position.revision);
        }
        eventually(SETTLE, "the registers have settled", async || {
            let answer = asker.search(all.clone()).await.map_err(|status| format!("{status:?}"))?;
            let of = |status: &proto::v1::RegisterStatus| {
                (status.register.clone(), status.position.clone().unwrap_or_default().revision)
            };
            let known: BTreeMap<String, u64> = answer.registers.iter().map(of).collect();
            if answer.completeness() == Completeness::Complete && known == revisions && answer.total == wanted {
                Ok(())
            } else {
                Err(format!("{} of {wanted}: {:?}", answer.total, answer.registers))
            }
        })
        .await;
    }

    async fn forget_peers(&self, split: &Split) {
        let admin = self.registers[split.asker].operator().admin;
        for peer in split.peers.keys() {
            let register = register_id(*peer);
            admin
                .clone()
                .remove_peer(timed(RemovePeerRequest { register }))
                .await
                .unwrap();
        }
    }
}

/// The numbers of compared cases.
#[derive(Debug, Default)]
struct Compared {
    questions: usize,
    pages: usize,
    suggestions: usize,
}

/// Compares all pages of both responses.
async fn compare(together: &Caller, alone: &Caller, mut asked: SearchOfficersRequest, case: &str, compared: &mut Compared) {
    let mut expected = asked.clone();
    // Pages of one hit would take long and find little more than pages of a few.
    let all = SearchOfficersRequest {
        page_size: 1,
        without_facets: true,
        ..asked.clone()
    };
    let total = alone.search(all).await.unwrap().total;
    asked.page_size = asked.page_size.max(total / 6);
    expected.page_size = asked.page_size;
    compared.questions += 1;
    loop {
        let (given, wanted) = tokio::join!(together.search(asked.clone()), alone.search(expected.clone()));
        let given: SearchOfficersResponse = given.unwrap_or_else(|status| panic!("{case}: {status:?}"));
        let wanted = wanted.unwrap();
        assert_eq!(given.completeness(), Completeness::Complete, "{case}: {:?}", given.registers);
        assert_eq!(bare_answer(&given), bare_answer(&wanted), "{case}");
        assert_eq!(given.next_page_token.is_empty(), wanted.next_page_token.is_empty(), "{case}");
        assert!(!given.drifted, "{case}");
        compared.pages += 1;
        if given.next_page_token.is_empty() {
            return;
        }
        (asked.page_token, expected.page_token) = (given.next_page_token, wanted.next_page_token);
    }
}

async fn suggested(reader: &Caller, text: &str, limit: i32) -> Vec<Suggestion> {
    let request = SuggestRequest {
        text: text.to_owned(),
        limit,
        federation: None,
    };
    let answer = reader.directory.clone().suggest(timed(request)).await.unwrap().into_inner();
    assert_ne!(answer.completeness(), Completeness::Partial, "{:?}", answer.registers);
    answer.suggestions
}

#[tokio::test]
async fn any_split_gives_the_answer_of_the_union() {
    let number = |name: &str| -> Option<u64> { std::env::var_os(name)?.to_str()?.parse().ok() };
    let seed = number("DUEL_SEED").unwrap_or(SEED);
    let questions_each = number("DUEL_QUESTIONS").map_or(QUESTIONS, |count| usize::try_from(count).expect("a few"));
    println!("DUEL seed: {seed}");
    let duel = Duel::begin(seed).await;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut questions = Questions {
        random: ChaCha8Rng::seed_from_u64(seed + 1),
        generator: generator(seed + 1),
        organisations: &duel.organisations,
    };
    let mut compared = Compared::default();
    let alone = duel.union.professional();
    for (number, count) in SPLITS.into_iter().enumerate() {
        let split = Split::draw(&mut random, number, count, duel.registers.len(), duel.organisations.len());
        duel.lay_out(&split).await;
        let together = duel.registers[split.asker].professional();
        for asked in 0..questions_each {
            let question = questions.next();
            let case = format!("seed {seed}, split {number} {split:?}, question {asked} {question:?}");
            let typed: String = question.query.chars().take(questions.random.random_range(1..20)).collect();
            compare(&together, &alone, question, &case, &mut compared).await;
            let limit = questions.random.random_range(1..=20);
            let given = suggested(&together, &typed, limit).await;
            assert_eq!(given, suggested(&alone, &typed, limit).await, "{case}, typed {typed:?}");
            compared.suggestions += 1;
        }
        duel.forget_peers(&split).await;
    }
    println!(
        "DUEL cases: {} questions with {} pages, {} beginnings to suggest for, over {} splits of up to 8 registers",
        compared.questions,
        compared.pages,
        compared.suggestions,
        SPLITS.len()
    );
}
