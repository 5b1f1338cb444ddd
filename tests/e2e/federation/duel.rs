//! The duel with real nodes: whatever is held by whichever of several registers, copied or asked, the answer is that of one
//! register with everything.
//!
//! Eight registers hold organisations, some of them several: then only one speaks for the organisation, and the others have
//! older officers under the same names and another idea of what it is called. In each split other registers hold other
//! organisations, another one asks, and it copies or asks each peer by lot. `DUEL_SEED` repeats what failed or tries anew, `DUEL_QUESTIONS` asks more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use proto::v1::{
    Completeness, Officer, Organisation, OrganisationKind, OrganisationStatus, Peer, PeerMode, PutPeerRequest, RemovePeerRequest,
    Role, SearchFilter, SearchOfficersRequest, SearchOfficersResponse, SuggestRequest, Suggestion, VerifyOfficersRequest,
};
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tests::caller::{Caller, new_request_id, timed};
use tests::eventually::eventually;
use tests::generator::Generator;
use tests::node::Node;
use tests::pki::Authority;
use tests::registers::{RegisterOptions, register_oin, start};
use tests::world::{self, AMSTERDAM, CAK, DEN_HAAG, DUO, LMM, SVB, deciding_officer, grant, publisher_oin};

use super::asking::bare_answer;

/// What is drawn when nobody says otherwise.
const SEED: u64 = 20_261_122;
/// How many registers take part in each split.
const SPLITS: [usize; 3] = [8, 3, 6];
/// How many questions each split is asked; `DUEL_QUESTIONS` says otherwise.
const QUESTIONS: usize = 60;
/// What copying all of it anew may take, in a debug build on a busy machine.
const SETTLE: Duration = Duration::from_secs(60);

/// Whoever publishes for all organisations, at every register.
fn publisher() -> &'static str {
    publisher_oin(CAK)
}

fn organisations() -> Vec<Organisation> {
    use OrganisationKind::{Loket, Ministerie, Uitvoeringsorganisatie, Zorg};
    vec![
        world::municipality(AMSTERDAM, "Amsterdam", "GM0363", &["Amsterdam", "Weesp"]),
        world::municipality("gm0014", "Groningen", "GM0014", &["Groningen", "Haren"]),
        world::municipality("gm0034", "Almere", "GM0034", &["Almere"]),
        world::municipality("gm0080", "Leeuwarden", "GM0080", &["Leeuwarden", "Grou"]),
        world::municipality("gm0344", "Utrecht", "GM0344", &["Utrecht", "De Meern"]),
        world::municipality(DEN_HAAG, "Den Haag", "GM0518", &["Den Haag", "Scheveningen"]),
        world::municipality("gm0599", "Rotterdam", "GM0599", &["Rotterdam"]),
        world::organisation(CAK, "CAK", "CAK", Uitvoeringsorganisatie),
        world::organisation(SVB, "Sociale Verzekeringsbank", "SVB", Uitvoeringsorganisatie),
        world::organisation(DUO, "Dienst Uitvoering Onderwijs", "DUO", Uitvoeringsorganisatie),
        world::organisation(LMM, "Landelijk Maatwerkloket Multiproblematiek", "LMM", Loket),
        world::organisation("mnre1109", "Ministerie van OCW", "OCW", Ministerie),
        world::organisation("proef-zorg", "Verzonnen Zorgkantoor", "VZK", Zorg),
        world::organisation("proef-fonds", "Bedacht Waarborgfonds", "BWF", Uitvoeringsorganisatie),
    ]
}

fn id(organisation: &Organisation) -> &str {
    organisation.name.trim_start_matches("organisations/")
}

/// What an organisation publishes: municipalities have the same desks.
fn officers(organisation: &Organisation, generator: &mut Generator) -> Vec<Officer> {
    let id = id(organisation);
    let mut officers = generator.officers(id, if organisation.municipality_code.is_empty() { 10 } else { 5 });
    if !organisation.municipality_code.is_empty() {
        let desk = |name: &str, title: &str, competences: &[&str]| Officer {
            function_title: title.to_owned(),
            area: vec![organisation.municipality_code.clone()],
            ..deciding_officer(id, name, competences)
        };
        officers.push(desk("briefadres", "Consulent briefadres", &["BRIEFADRES", "BRP"]));
        officers.push(desk("schulden", "Casusregisseur schulden", &["WGS"]));
        officers.push(desk("bijstand", "Consulent bijstand", &["PW", "PW-BIJZONDER"]));
    }
    officers
}

/// What a register has of an organisation for which another one speaks: some officers as they were, one that is gone.
fn outdated(officers: &[Officer]) -> Vec<Officer> {
    let old = |officer: &Officer| Officer {
        function_title: format!("Voormalig {}", officer.function_title),
        deputy: String::new(),
        ..officer.clone()
    };
    let mut outdated: Vec<Officer> = officers[2..].iter().map(old).collect();
    let gone = format!("{}-vroeger", officers[0].name);
    outdated.push(Officer {
        name: gone,
        ..old(&officers[0])
    });
    outdated
}

/// Who holds what, and how it is asked.
#[derive(Debug)]
struct Split {
    asker: usize,
    /// By peer: how it is used, and whether the operator names its organisations.
    peers: BTreeMap<usize, (PeerMode, bool)>,
    /// By organisation: who speaks for it, and who holds it too.
    held: Vec<(usize, BTreeSet<usize>)>,
}

impl Split {
    fn draw(random: &mut ChaCha8Rng, asker: usize, count: usize, registers: usize, organisations: usize) -> Self {
        let mut others: Vec<usize> = (0..registers).filter(|register| *register != asker).collect();
        others.shuffle(random);
        others.truncate(count - 1);
        let mut peers: BTreeMap<usize, (PeerMode, bool)> = others
            .into_iter()
            .map(|peer| {
                let mode = [PeerMode::Replicate, PeerMode::Query][random.random_range(0..2)];
                (peer, (mode, random.random_bool(0.4)))
            })
            .collect();
        let parts: Vec<usize> = peers.keys().copied().chain([asker]).collect();
        let homes: Vec<usize> = (0..organisations)
            .map(|_| *parts.choose(random).expect("somebody asks"))
            .collect();
        for (peer, (_, is_named)) in &mut peers {
            // Who is named for nothing is as good as any other.
            *is_named &= homes.contains(peer);
        }
        let held = homes.into_iter().map(|home| {
            let is_named = peers.get(&home).is_some_and(|(_, is_named)| *is_named);
            // The rule: the asker, else who is named, else the first by id of those for whom nothing is named.
            let may_hold_too = |other: &usize| {
                let (_, other_is_named) = peers[other];
                home == asker || is_named || other_is_named || *other > home
            };
            let others = peers.keys().filter(|other| **other != home && may_hold_too(other));
            let holds_too = others.filter(|_| random.random_bool(0.3)).copied().collect();
            (home, holds_too)
        });
        let held = held.collect();
        Self { asker, peers, held }
    }

    fn parts(&self) -> impl Iterator<Item = usize> {
        self.peers.keys().copied().chain([self.asker])
    }

    fn named_for(&self, peer: usize, organisations: &[Organisation]) -> Vec<String> {
        let (_, is_named) = self.peers[&peer];
        let of_peer = self
            .held
            .iter()
            .zip(organisations)
            .filter(|((home, _), _)| is_named && *home == peer);
        of_peer.map(|(_, organisation)| organisation.name.clone()).collect()
    }
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
        let mut generator = Generator::new(seed);
        let officers: Vec<Vec<Officer>> = organisations
            .iter()
            .map(|organisation| officers(organisation, &mut generator))
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
        // Two at a time: all at once would wait for each other longer than a start may take.
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

    /// The officers of one organisation, every third of which is verified too.
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

    /// Lays the organisations out as `split` says, and makes one register the asker.
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

    /// Waits until the asker knows of all others what they are now.
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

/// What professionals ask and click, by lot.
struct Questions<'a> {
    random: ChaCha8Rng,
    generator: Generator,
    organisations: &'a [Organisation],
}

const TEXTS: [&str; 22] = [
    "",
    "eigen bijdrage CAK te hoog",
    "brief van de SVB",
    "briefadres in Weesp",
    "brieefadres aanvragen",
    "gemeente",
    "studiesch",
    "ver",
    "maatwerkadviseur in Utrecht",
    "Fenna",
    "nepveen",
    "voormalig",
    "coördinator maatwerk",
    "dakloos in Rotterdam",
    "consulent bijstand",
    "schulden Almere",
    "casusregisseur",
    "heette ooit anders",
    "duo-oud",
    "kinderopvangtoeslag en een dwangbevel, mijn man is opgenomen en de huur is te hoog",
    "regels die een huishouden klem zetten",
    "xqzw",
];

impl Questions<'_> {
    fn text(&mut self) -> String {
        let generated = self.generator.questions(1).remove(0);
        match self.random.random_range(0..5) {
            0 | 1 => generated,
            // Somebody is still typing.
            2 => generated.chars().take(self.random.random_range(2..14)).collect(),
            _ => (*TEXTS.choose(&mut self.random).expect("there are texts")).to_owned(),
        }
    }

    fn municipality(&mut self) -> String {
        let codes = self.organisations.iter().map(|organisation| &organisation.municipality_code);
        let codes: Vec<&String> = codes.filter(|code| !code.is_empty()).collect();
        (*codes.choose(&mut self.random).expect("there are municipalities")).clone()
    }

    fn filter(&mut self) -> Option<SearchFilter> {
        if self.random.random_bool(0.4) {
            return None;
        }
        let mut filter = SearchFilter::default();
        if self.random.random_bool(0.3) {
            let count = self.random.random_range(1..4);
            let chosen = self.organisations.choose_multiple(&mut self.random, count);
            filter.organisations = chosen.map(|organisation| organisation.name.clone()).collect();
        }
        if self.random.random_bool(0.3) {
            let kinds = [
                OrganisationKind::Gemeente,
                OrganisationKind::Uitvoeringsorganisatie,
                OrganisationKind::Zorg,
            ];
            let kind = kinds.choose(&mut self.random).expect("there are kinds");
            filter.organisation_kinds = vec![(*kind).into()];
        }
        if self.random.random_bool(0.25) {
            filter.competences = vec![self.generator.competence(), self.generator.competence()];
        }
        if self.random.random_bool(0.2) {
            let domain = ["INK", "SCH", "WON", "OND"]
                .choose(&mut self.random)
                .expect("there are domains");
            filter.domains = vec![(*domain).to_owned()];
        }
        if self.random.random_bool(0.2) {
            filter.municipalities = vec![self.municipality()];
        }
        Some(filter)
    }

    fn next(&mut self) -> SearchOfficersRequest {
        SearchOfficersRequest {
            query: self.text(),
            filter: self.filter(),
            municipality: if self.random.random_bool(0.3) {
                self.municipality()
            } else {
                String::new()
            },
            page_size: self.random.random_range(1..30),
            flat: self.random.random_bool(0.3),
            explain: self.random.random_bool(0.5),
            without_facets: self.random.random_bool(0.2),
            ..Default::default()
        }
    }
}

/// What was compared.
#[derive(Debug, Default)]
struct Compared {
    questions: usize,
    pages: usize,
    suggestions: usize,
}

/// Walks both answers to their ends.
async fn compare(together: &Caller, alone: &Caller, mut asked: SearchOfficersRequest, case: &str, compared: &mut Compared) {
    let mut expected = asked.clone();
    // Walking to the end in steps of one tells little more than in steps of a few.
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
        generator: Generator::new(seed + 1),
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
