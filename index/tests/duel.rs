//! Any split of a register over several gives the same results as one register with the union, in every part.
//!
//! Officers are few and similar on purpose: the same functions at many municipalities, the same texts with a word more or
//! less. So scores tie, and groups span registers. Registers overlap: they hold copies of organisations for which another
//! register is authoritative, and are asked to leave these out.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use common::{context, filled, language, officer, organisation, position};
use index::{
    Facets, Filters, Grouping, Hit, Index, IndexedOfficer, IndexedOrganisation, Offer, OfficerTexts, PageCursor, Paging, Plan,
    Question, Share, ShareRequest, SuggestShare, merge,
};
use jiff::civil::Date;
use proptest::prelude::*;
use register::gazetteer::Gazetteer;
use register::identifier::{MunicipalityCode, OfficerName, OrganisationId};
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;

/// The parts of the results that must be equal.
#[derive(Debug, PartialEq)]
struct ComparedResults {
    hits: Vec<Hit>,
    total: usize,
    results: usize,
    facets: Facets,
    next: Option<PageCursor>,
}

static ORGANISATIONS: LazyLock<Vec<Arc<IndexedOrganisation>>> = LazyLock::new(|| {
    let mut all: Vec<_> = Gazetteer::builtin()
        .municipalities()
        .step_by(19)
        .take(14)
        .map(|municipality| {
            let id = municipality.code.as_str().to_lowercase();
            let name = format!("Gemeente {}", municipality.name);
            organisation(&id, &name, &municipality.name, OrganisationKind::Gemeente)
        })
        .collect();
    let executive = OrganisationKind::Uitvoeringsorganisatie;
    all.push(organisation("zb000211", "CAK", "CAK", executive));
    all.push(organisation("zb000143", "Sociale Verzekeringsbank", "SVB", executive));
    all.push(organisation("oorg10148", "Dienst Uitvoering Onderwijs", "DUO", executive));
    all.push(organisation(
        "mnre1109",
        "Ministerie van OCW",
        "OCW",
        OrganisationKind::Ministerie,
    ));
    all.push(organisation(
        "test-zorg",
        "Verzonnen Zorgkantoor",
        "VZK",
        OrganisationKind::Zorg,
    ));
    all
});

const COMPETENCES: [&[&str]; 7] = [
    &[],
    &["BRIEFADRES", "BRP"],
    &["WGS", "MSNP"],
    &["EB-WLZ"],
    &["AOW", "AOW-LEEFVORM"],
    &["WSF"],
    &["BRIEFADRES", "WGS"],
];
const TITLES: [&str; 4] = [
    "Consulent",
    "Casusregisseur schulden",
    "Adviseur briefadres",
    "Maatwerkadviseur",
];
const TEXTS: [&str; 6] = [
    "Briefadres en inschrijving.",
    "Schuldhulpverlening en regelingen, ook bij een briefadres.",
    "Stelt de eigen bijdrage vast. Voor het pensioen: zie SVB.",
    "Kijkt mee wanneer een aanvraag vastloopt.",
    "Leefvorm na opname van een echtgenoot; studieschuld en terugbetalen.",
    "Verschillende verzoeken over verhuizen, verrekenen en verlengen van verstrekkingen.",
];
const PEOPLE: [&str; 3] = ["Noor Voorbeeld", "Sule Voorbeeldman", "Teun Verzonnen"];

fn officers() -> impl Strategy<Value = Vec<IndexedOfficer>> {
    let one = (
        (0..ORGANISATIONS.len(), 0..4_usize),
        (0..COMPETENCES.len(), 0..TITLES.len(), 0..TEXTS.len()),
        (0..3_usize, 0..4_usize, 0..6_usize),
        0..9_usize,
    );
    proptest::collection::vec(one, 1..70).prop_map(|all| {
        let mut made = BTreeMap::new();
        for ((at, id), (competences, title, text), (mandate, verified, person), kind) in all {
            let organisation = &ORGANISATIONS[at];
            let id = format!("functie-{id}");
            let mut officer = officer(organisation, &id, TITLES[title], TEXTS[text], COMPETENCES[competences]);
            officer.mandate = MandateLevel::ALL[mandate];
            officer.verified_on = (verified > 0).then(|| Date::constant(2026, 5, verified as i8));
            officer.person = PEOPLE.get(person).map(|name| (*name).to_owned());
            officer.kind = if kind == 0 {
                OfficerKind::Ambassadeur
            } else {
                OfficerKind::Maatwerkfunctionaris
            };
            made.insert(officer.name.clone(), officer);
        }
        made.into_values().collect()
    })
}

/// Sentences about different needs.
const SENTENCES: [&str; 4] = [
    "Gezin met zeven schuldeisers zoekt al een jaar een minnelijke regeling bij schuldhulpverlening.",
    "Zoon slaapt bij vrienden, staat nergens ingeschreven en krijgt geen briefadres van de gemeente.",
    "Dochter krijgt sinds september geen studiefinanciering meer van DUO.",
    "Moeder zit in een verpleeghuis en betaalt te veel eigen bijdrage aan het CAK.",
];

/// Texts about two to four needs, in any order.
fn several_needs() -> impl Strategy<Value = String> {
    let sentences = proptest::sample::subsequence(SENTENCES.to_vec(), 2..=SENTENCES.len());
    sentences.prop_shuffle().prop_map(|sentences| sentences.join(" "))
}

fn questions() -> impl Strategy<Value = Question> {
    let text = prop_oneof![
        1 => Just(String::new()),
        1 => Just("briefadres".to_owned()),
        1 => Just("brieefadres aanvragen".to_owned()),
        1 => Just("schuldhulpverlening".to_owned()),
        1 => Just("eigen bijdrage CAK te hoog".to_owned()),
        1 => Just("noor voorbeeld".to_owned()),
        1 => Just("voorbeeldm".to_owned()),
        1 => Just("ver".to_owned()),
        1 => Just("gemeente".to_owned()),
        1 => Just("studieschuld duo".to_owned()),
        1 => Just("consulent".to_owned()),
        1 => Just("kinderopvangtoeslag terugvordering".to_owned()),
        1 => Just("een vrouw met schulden zonder huis, haar man is opgenomen, aow en studieschuld".to_owned()),
        1 => Just("maatwerkadviseur in Utrecht".to_owned()),
        3 => several_needs(),
        1 => "[a-z]{2,9}( [a-z]{3,9})?",
    ];
    let filters = (
        prop_oneof![3 => Just(None), 1 => (0..ORGANISATIONS.len()).prop_map(Some)],
        prop_oneof![4 => Just(None), 1 => Just(Some(OrganisationKind::Gemeente))],
        prop_oneof![4 => Just(None), 1 => Just(Some("WGS"))],
        prop_oneof![4 => Just(None), 1 => (0..14_usize).prop_map(Some)],
    );
    let caller = prop_oneof![3 => Just(None), 1 => (0..14_usize).prop_map(Some)];
    (text, filters, caller, any::<bool>()).prop_map(|(text, (of, kind, competence, place), caller, flat)| {
        let municipality = |at: usize| ORGANISATIONS[at].municipality.clone();
        Question {
            text,
            caller_municipality: caller.and_then(municipality),
            filters: Filters {
                organisations: of.map(|at| ORGANISATIONS[at].id.clone()).into_iter().collect(),
                organisation_kinds: kind.into_iter().collect(),
                competences: competence.map(|code| code.parse().unwrap()).into_iter().collect(),
                municipalities: place.and_then(municipality).into_iter().collect::<Vec<MunicipalityCode>>(),
                ..Filters::default()
            },
            grouping: if flat { Grouping::Flat } else { Grouping::Collapse },
        }
    })
}

/// The officers of a case by name, from which the texts of hits are taken.
type Officers = BTreeMap<OfficerName, Arc<IndexedOfficer>>;

fn by_name(officers: &[IndexedOfficer]) -> Officers {
    let officers = officers
        .iter()
        .map(|officer| (officer.name.clone(), Arc::new(officer.clone())));
    officers.collect()
}

/// A register of the split.
struct SplitRegister {
    _folder: tempfile::TempDir,
    index: Index,
    /// The organisations that it must leave out.
    without: BTreeSet<OrganisationId>,
}

/// Splits a register. Each organisation belongs to one register, and some others hold a copy of its officers.
fn split(officers: &[IndexedOfficer], count: usize, belongs: &[usize], copies: &[usize]) -> Vec<SplitRegister> {
    let place = |organisation: &OrganisationId| ORGANISATIONS.iter().position(|known| known.id == *organisation).unwrap();
    (0..count)
        .map(|register| {
            let owns = |officer: &&IndexedOfficer| belongs[place(&officer.organisation.id)] % count == register;
            let copied = |officer: &&IndexedOfficer| copies[place(&officer.organisation.id)] % count == register;
            let held = officers.iter().filter(|officer| owns(officer) || copied(officer)).cloned();
            let without = officers
                .iter()
                .filter(|officer| !owns(officer))
                .map(|officer| officer.organisation.id.clone());
            let (folder, index) = in_memory(held.collect());
            SplitRegister {
                _folder: folder,
                index,
                without: without.collect(),
            }
        })
        .collect()
}

/// Creates an index that was never committed. It must give the same results, and is faster to make.
fn in_memory(officers: Vec<IndexedOfficer>) -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path(), language(), position(1)).unwrap();
    index.apply(position(1), officers, &[]).unwrap();
    (folder, index)
}

static AGAIN: AtomicUsize = AtomicUsize::new(0);
static PAGES: AtomicUsize = AtomicUsize::new(0);

/// Returns one page of all registers. Their shares arrive in the order of `arrival`.
fn federated(registers: &[SplitRegister], arrival: &[usize], plan: &Plan, paging: &Paging, held: &Officers) -> ComparedResults {
    let request = |register: &SplitRegister| ShareRequest {
        limit: paging.limit,
        after: paging.after.clone(),
        groups: Vec::new(),
        without: register.without.clone(),
        ..ShareRequest::default()
    };
    let mut asked: Vec<(usize, ShareRequest)> = registers.iter().map(request).enumerate().collect();
    asked.sort_by_key(|(at, _)| arrival[*at]);
    let mut shares: Vec<Share> = asked
        .iter()
        .map(|(at, request)| registers[*at].index.snapshot().share(plan, request).unwrap())
        .collect();
    PAGES.fetch_add(1, Ordering::Relaxed);
    let mut rounds = 0;
    let merged = loop {
        let requests = asked.iter().map(|(_, request)| request);
        let answered: Vec<(&Share, &ShareRequest)> = shares.iter().zip(requests).collect();
        let merged = merge(plan, paging, &answered);
        if merged.missing.is_empty() {
            break merged;
        }
        AGAIN.fetch_add(usize::from(rounds == 0), Ordering::Relaxed);
        rounds += 1;
        assert!(rounds < 12, "merging needs too many rounds");
        for (number, more) in merged.missing {
            shares[number] = registers[asked[number].0].index.snapshot().share(plan, &more).unwrap();
            asked[number].1 = more;
        }
    };
    let hits = merged.page.into_iter().map(|ranked| {
        let officer = &held[&ranked.key.name];
        // A node that has the entry of another register asks this first.
        assert!(Index::is_match(plan, officer, &language()).unwrap());
        Index::present(plan, ranked, officer, &language(), true).unwrap()
    });
    ComparedResults {
        hits: hits.collect(),
        total: merged.total,
        results: merged.results,
        facets: merged.facets,
        next: merged.next,
    }
}

/// Returns one page of a single register.
fn single(index: &Index, plan: &Plan, paging: &Paging, held: &Officers) -> ComparedResults {
    let texts = |name: &OfficerName| Some(held.get(name)?.clone() as Arc<dyn OfficerTexts>);
    let results = index.snapshot().search(plan, paging, &texts).unwrap();
    ComparedResults {
        hits: results.hits,
        total: results.total,
        results: results.results,
        facets: results.facets,
        next: results.next,
    }
}

/// The number of cases, unless `PROPTEST_CASES` is set.
const CASES: u32 = 40;
/// The default of proptest.
const PROPTEST_DEFAULT: u32 = 256;

/// A register, its split, and the questions.
#[derive(Clone, Debug)]
struct Case {
    officers: Vec<IndexedOfficer>,
    questions: Vec<Question>,
    registers: usize,
    belongs: Vec<usize>,
    copies: Vec<usize>,
    arrival: Vec<usize>,
    limit: usize,
}

fn cases() -> impl Strategy<Value = Case> {
    let of_organisations = || proptest::collection::vec(0..8_usize, ORGANISATIONS.len());
    (
        officers(),
        proptest::collection::vec(questions(), 6),
        1..=8_usize,
        of_organisations(),
        of_organisations(),
        Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
        1..13_usize,
    )
        .prop_map(|(officers, questions, registers, belongs, copies, arrival, limit)| Case {
            officers,
            questions,
            registers,
            belongs,
            copies,
            arrival,
            limit,
        })
}

fn settings() -> ProptestConfig {
    let mut config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if config.cases == PROPTEST_DEFAULT {
        config.cases = CASES;
    }
    config
}

#[test]
fn several_registers_answer_like_one() {
    let config = settings();
    let cases_run = config.cases;
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner.run(&cases(), |case| compare(&case)).unwrap();
    let (pages, again) = (PAGES.load(Ordering::Relaxed), AGAIN.load(Ordering::Relaxed));
    println!("{cases_run} registers split; {pages} pages compared, of which {again} needed a second request");
}

/// A long page has every result, so nothing is left out before ranking; a short page must be its beginning, from one share.
#[test]
fn a_short_page_is_the_beginning_of_all_results() {
    let short_and_long = |case: Case| {
        let (_folder, index) = in_memory(case.officers);
        let context = context();
        for question in case.questions {
            let question = Question {
                grouping: Grouping::Collapse,
                ..question
            };
            let plan = Plan::compile(&question, &context);
            // So long a page is found by ranking all matches.
            let long = single(&index, &plan, &Paging::first(2_000), &Officers::new());
            let request = ShareRequest::first(case.limit);
            let share = index.snapshot().share(&plan, &request).unwrap();
            let short = merge(&plan, &Paging::first(case.limit), &[(&share, &request)]);
            prop_assert_eq!(&short.missing, &Vec::new(), "{:?}", question);
            let found = short.page.iter();
            let found: Vec<_> = found
                .map(|result| (&result.key.name, result.score(), &result.group))
                .collect();
            let beginning = long.hits.iter().take(case.limit);
            let beginning = beginning.map(|hit| (&hit.name, hit.score, &hit.group));
            prop_assert_eq!(found, beginning.collect::<Vec<_>>(), "{:?}", question);
            prop_assert_eq!((short.total, short.results), (long.total, long.results));
        }
        Ok(())
    };
    let mut runner = proptest::test_runner::TestRunner::new(settings());
    runner.run(&cases(), short_and_long).unwrap();
}

fn compare(case: &Case) -> Result<(), TestCaseError> {
    let (_folder, union) = filled(case.officers.clone());
    let registers = split(&case.officers, case.registers, &case.belongs, &case.copies);
    let held = by_name(&case.officers);
    let in_order: Vec<usize> = (0..8).collect();
    let context = context();
    for question in &case.questions {
        let plan = Plan::compile(question, &context);
        let mut paging = Paging {
            limit: case.limit,
            after: None,
            explain: true,
            ..Paging::first(0)
        };
        let mut seen = BTreeSet::new();
        loop {
            let expected = single(&union, &plan, &paging, &held);
            let merged = federated(&registers, &case.arrival, &plan, &paging, &held);
            prop_assert_eq!(&merged, &expected);
            if paging.after.is_none() {
                // The order of arrival must not matter.
                prop_assert_eq!(&federated(&registers, &in_order, &plan, &paging, &held), &expected);
            }
            for hit in &merged.hits {
                prop_assert!(seen.insert(hit.name.clone()), "a hit occurs twice");
            }
            paging.after = merged.next;
            if paging.after.is_none() {
                prop_assert_eq!(seen.len(), merged.results, "the pages together hold all results");
                break;
            }
        }
    }
    Ok(())
}

/// Endings of titles, so that there are more titles than suggestions, some of them similar.
const ENDINGS: [&str; 7] = ["", " jeugd", " wonen", " Zorg", " schulden", " inkomen en werk", " (regio)"];

/// Returns registers with many function titles, and beginnings of words that are typed.
fn typed() -> impl Strategy<Value = (Case, Vec<(String, usize)>)> {
    let text = prop_oneof![
        3 => prop_oneof![
            Just("c"), Just("ca"), Just("casus"), Just("casusregisseur s"), Just("advi"), Just("adviseur"),
            Just("maatw"), Just("maatwerkadvisuer"), Just("consulent"), Just("consulent jeugd"), Just("sch"), Just("woon"),
            Just("zorg"), Just("jeugd"), Just("brief"), Just("bre"), Just("studies"), Just("utr"), Just("eigen bijdr"),
            Just("inkomen"), Just("aow"), Just("regio"), Just(""), Just("  "),
        ].prop_map(str::to_owned),
        1 => "[a-z]{1,6}",
    ];
    let asked = proptest::collection::vec((text, 1..12_usize), 4);
    (cases(), asked, proptest::collection::vec(0..ENDINGS.len(), 70)).prop_map(|(mut case, asked, endings)| {
        for (officer, ending) in case.officers.iter_mut().zip(endings) {
            officer.function_title += ENDINGS[ending];
        }
        (case, asked)
    })
}

#[test]
fn several_registers_suggest_like_one() {
    let mut runner = proptest::test_runner::TestRunner::new(settings());
    let suggested = AtomicUsize::new(0);
    let compare = |(case, asked): (Case, Vec<(String, usize)>)| {
        let (_folder, union) = filled(case.officers.clone());
        let registers = split(&case.officers, case.registers, &case.belongs, &case.copies);
        let context = context();
        for (text, limit) in asked {
            let offer = Offer::new(&text, &context);
            let targets = offer.targets();
            let mut arrived: Vec<(usize, &SplitRegister)> = registers.iter().enumerate().collect();
            arrived.sort_by_key(|(at, _)| case.arrival[*at]);
            let count = |register: &SplitRegister| {
                register
                    .index
                    .snapshot()
                    .suggest_share(&text, &targets, limit, &register.without)
            };
            let shares: Vec<SuggestShare> = arrived.iter().map(|(_, register)| count(register)).collect();
            let given = offer.suggestions(&shares, limit);
            suggested.fetch_add(given.len(), Ordering::Relaxed);
            prop_assert_eq!(given, union.snapshot().suggest(&text, limit, &context), "{}", text);
        }
        Ok(())
    };
    runner.run(&typed(), compare).unwrap();
    println!("{} suggestions compared", suggested.load(Ordering::Relaxed));
}
