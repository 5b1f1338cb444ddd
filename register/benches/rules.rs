//! Benchmarks of the rules: validating and comparing a snapshot, loading and following a view, and resolving needs.
//!
//! ```text
//! cargo bench -p register
//! ```

#![allow(missing_docs, reason = "criterion's macros make public functions")]

use std::cell::Cell;
use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use jiff::civil::date;
use register::change::{Actor, Applied, Commit};
use register::diff::plan;
use register::draft::{ContactDraft, HoursDraft, MandateDraft, OfficerDraft};
use register::entry::{Entry, Etag};
use register::gazetteer::Gazetteer;
use register::identifier::{CompetenceCode, MunicipalityCode, OrganisationId};
use register::need::Need;
use register::officer::{ManagedBy, Officer};
use register::organisation::Organisation;
use register::position::{Epoch, Position, Revision};
use register::presence::Presence;
use register::resolve::resolve;
use register::validate::{OfficerSet, Rules};
use register::verification::Verification;
use register::view::View;
use register::vocabulary::Vocabulary;
use serde_json::json;

/// A Monday morning.
const MOMENT: &str = "2026-11-23T10:00:00Z";

fn position(revision: u64) -> Position {
    Position::new(Epoch::from_uuid(uuid::Uuid::nil()), Revision(revision))
}

fn with_rules<T>(run: impl FnOnce(&Rules<'_>) -> T) -> T {
    let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
    run(&Rules::new(&vocabulary, &gazetteer, date(2026, 11, 23)))
}

/// The municipalities and the executors of schemes.
fn organisations() -> Vec<Organisation> {
    let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
    let municipalities = gazetteer.municipalities().map(|municipality| {
        json!({"id": municipality.code.as_str().to_lowercase(), "name": municipality.name, "short_name": municipality.name,
            "kind": "gemeente", "status": "connected", "municipality_code": municipality.code,
            "desk": {"email": "loket@gemeente.example"}})
    });
    let executors = vocabulary.executors().iter().filter_map(|executor| {
        let kind = match executor.key.as_str() {
            "LMM" => "loket",
            "LET" => "escalatieteam",
            _ => "uitvoeringsorganisatie",
        };
        Some(
            json!({"id": executor.organisation.as_ref()?, "name": executor.label, "short_name": executor.key, "kind": kind,
            "status": "connected", "desk": {"email": "loket@organisatie.example"}}),
        )
    });
    municipalities
        .chain(executors)
        .map(|organisation| serde_json::from_value(organisation).expect("an organisation"))
        .collect()
}

/// A draft of the officer `number` of `organisation`. The number determines its competences.
fn draft(organisation: &Organisation, number: usize) -> OfficerDraft {
    let vocabulary = Vocabulary::builtin();
    let known = vocabulary.competences();
    let code = |step: usize| known[(number * 7 + step * 31) % known.len()].code.to_string();
    OfficerDraft {
        organisation: organisation.id.to_string(),
        id: format!("f{number:06}"),
        function_title: "Maatwerkfunctionaris".to_owned(),
        description: "Zoekt een uitweg waar regels elkaar in de weg zitten, ook over de grens van de eigen organisatie."
            .to_owned(),
        competences: vec![code(0), code(1), code(2)],
        area: organisation.municipality_code.iter().map(ToString::to_string).collect(),
        mandates: vec![MandateDraft {
            level: ["decide", "advise", "refer"][number % 3].to_owned(),
            ..MandateDraft::default()
        }],
        contact: ContactDraft {
            email: Some(format!("f{number}@organisatie.example")),
            ..ContactDraft::default()
        },
        hours: vec![HoursDraft {
            days: ["ma", "di", "wo", "do", "vr"].map(str::to_owned).to_vec(),
            from: "09:00".to_owned(),
            until: "17:00".to_owned(),
        }],
        deputy: (!number.is_multiple_of(10)).then(|| format!("f{:06}", number - number % 10)),
        ..OfficerDraft::default()
    }
}

fn read(organisation: &Organisation, drafts: &[OfficerDraft]) -> Vec<Officer> {
    with_rules(|rules| {
        let mut set = OfficerSet::new(organisation, ManagedBy::Sync, rules);
        drafts.iter().for_each(|draft| set.add(draft));
        set.finish([]).expect("the drafts are right")
    })
}

fn entries(organisations: &[Organisation], count: usize) -> Vec<Entry> {
    let each = count / organisations.len() + 1;
    let officers = organisations.iter().flat_map(|organisation| {
        let drafts: Vec<OfficerDraft> = (0..each).map(|number| draft(organisation, number)).collect();
        read(organisation, &drafts)
    });
    let entry = |officer: Officer| Entry {
        reports: Default::default(),
        etag: Etag::of(&officer),
        officer,
        presence: Presence::default(),
        verification: Some(Verification::new(date(2026, 9, 1), None)),
        revision: Revision(1),
        updated_at: Timestamp::UNIX_EPOCH,
    };
    officers.take(count).map(entry).collect()
}

fn snapshot(criterion: &mut Criterion) {
    const COUNT: usize = 10_000;
    let organisations = organisations();
    let organisation = organisations.last().expect("there are organisations");
    let drafts: Vec<OfficerDraft> = (0..COUNT).map(|number| draft(organisation, number)).collect();
    let officers = read(organisation, &drafts);
    let mut group = criterion.benchmark_group("snapshot");
    group.sample_size(10).throughput(Throughput::Elements(COUNT as u64));
    group.bench_function("validate/10000", |bencher| {
        bencher.iter(|| black_box(read(organisation, &drafts)))
    });
    group.bench_function("diff/10000", |bencher| {
        bencher.iter_batched(
            || officers.clone(),
            |wanted| black_box(plan(&officers, wanted)),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn view(criterion: &mut Criterion) {
    const COUNT: usize = 100_000;
    let organisations = organisations();
    let entries = entries(&organisations, COUNT);
    let mut group = criterion.benchmark_group("view");
    group.sample_size(10);
    group.bench_function("load/100000", |bencher| {
        bencher.iter_batched(
            || (organisations.clone(), entries.clone()),
            |(organisations, entries)| black_box(View::load(position(1), organisations, [], entries)),
            BatchSize::LargeInput,
        );
    });
    let view = View::load(position(1), organisations, [], entries.clone());
    let applied = Applied {
        position: position(2),
        commit: Commit {
            revision: Revision(2),
            time: Timestamp::UNIX_EPOCH,
            actor: Actor::node(),
            changes: Vec::new(),
        },
        entries: vec![entries[COUNT / 2].clone()],
    };
    group.bench_function("apply/100000", |bencher| {
        bencher.iter(|| {
            let mut next = view.clone();
            next.apply(&applied).expect("without a gap");
            black_box(next)
        });
    });
    group.finish();
}

fn needs() -> Vec<Need> {
    let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
    let competences: Vec<&CompetenceCode> = vocabulary.competences().iter().map(|competence| &competence.code).collect();
    let municipalities: Vec<&MunicipalityCode> = gazetteer.municipalities().map(|municipality| &municipality.code).collect();
    let moment: Timestamp = MOMENT.parse().expect("a timestamp");
    let need = |number: usize| Need {
        organisation: None,
        competences: vec![competences[number % competences.len()].clone()],
        domains: Vec::new(),
        municipality: Some(municipalities[number * 13 % municipalities.len()].clone()),
        moment,
    };
    (0..500)
        .map(|number| match number % 4 {
            // Competence and place; competence; organisation; place.
            0 => need(number),
            1 => Need {
                municipality: None,
                ..need(number)
            },
            2 => Need {
                organisation: OrganisationId::parse("zb000211").ok(),
                municipality: None,
                ..need(number)
            },
            _ => Need {
                competences: Vec::new(),
                ..need(number)
            },
        })
        .collect()
}

fn routes(criterion: &mut Criterion) {
    let organisations = organisations();
    let needs = needs();
    let mut group = criterion.benchmark_group("resolve");
    group.throughput(Throughput::Elements(1));
    for count in [10_000, 100_000] {
        let view = View::load(position(1), organisations.clone(), [], entries(&organisations, count));
        group.bench_with_input(BenchmarkId::from_parameter(count), &view, |bencher, view| {
            let next = Cell::new(0);
            with_rules(|rules| {
                bencher.iter(|| {
                    next.set(next.get() + 1);
                    black_box(resolve(view, rules, &needs[next.get() % needs.len()]))
                });
            });
        });
    }
    group.finish();
}

criterion_group!(benches, snapshot, view, routes);
criterion_main!(benches);
