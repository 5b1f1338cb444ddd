//! Speed of compiling and scoring plans, and of building an index.
//!
//! ```text
//! cargo bench -p index
//! ```

#![allow(missing_docs, reason = "criterion's macros make public functions")]

use std::cell::Cell;
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use generator::RegisterGenerator;
use index::{Context, Grouping, Index, IndexedOfficer, IndexedOrganisation, Language, OfficerTexts, Paging, Plan, Question};
use jiff::civil::date;
use register::gazetteer::Gazetteer;
use register::identifier::OfficerName;
use register::position::{Epoch, Position, Revision};
use register::vocabulary::Vocabulary;

fn language() -> Arc<Language> {
    Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin()))
}

fn position(revision: u64) -> Position {
    Position::new(Epoch::from_uuid(uuid::Uuid::nil()), Revision(revision))
}

fn question(text: &str) -> Question {
    Question {
        text: text.to_owned(),
        grouping: Grouping::Collapse,
        ..Question::default()
    }
}

/// Returns the officer of this number of a generated register, as it is indexed.
fn indexed(generator: &RegisterGenerator, number: usize) -> IndexedOfficer {
    let officer = generator.officer(number);
    let organisations = generator.organisations();
    let organisation = organisations.iter().find(|known| known.id == officer.organisation);
    let organisation = organisation.expect("generated officers belong to a generated organisation");
    let organisation = Arc::new(IndexedOrganisation::from(organisation));
    IndexedOfficer::of(&officer, Some(generator.verified_on(number)), organisation)
}

fn generator() -> RegisterGenerator {
    RegisterGenerator::new(2026, date(2026, 11, 22))
}

/// A question of five words, and a case of sixty.
const FIVE_WORDS: &str = "huurtoeslag gestopt na inschrijving zoon";
const SIXTY_WORDS: &str = concat!(
    "Mevrouw woont sinds twee jaar met haar zoon van negentien in een huurwoning en heeft een kleine baan in de zorg. ",
    "In maart is haar toeslag stopgezet omdat hij meetelt als medebewoner, terwijl hij studeert en niets verdient. ",
    "Daarna kwam er een achterstand in de huur, en nu dreigt de verhuurder met de deurwaarder. ",
    "De gemeente zegt dat zij eerst zelf een regeling moet proberen.",
);

/// What the model costs: its features and predictions, beside the whole plan.
fn understanding(criterion: &mut Criterion) {
    let context = Context::new(language(), []);
    let model = context.language().model();
    let mut group = criterion.benchmark_group("understanding");
    for (words, text) in [(5, FIVE_WORDS), (60, SIXTY_WORDS)] {
        let features = Plan::features(&question(text), &context);
        group.bench_function(format!("predict/{words}"), |bencher| {
            bencher.iter(|| black_box(model.predict(&features)));
        });
        group.bench_function(format!("features/{words}"), |bencher| {
            bencher.iter(|| black_box(Plan::features(&question(text), &context)));
        });
        group.bench_function(format!("compile/{words}"), |bencher| {
            bencher.iter(|| black_box(Plan::compile(&question(text), &context)));
        });
    }
    group.finish();
}

fn search(criterion: &mut Criterion) {
    let generator = generator();
    let language = language();
    let context = Context::new(language.clone(), generator.organisations());
    let texts = generator.questions(200);
    let mut group = criterion.benchmark_group("search");
    group.bench_function("compile", |bencher| {
        let next = Cell::new(0);
        bencher.iter(|| {
            next.set(next.get() + 1);
            black_box(Plan::compile(&question(&texts[next.get() % texts.len()]), &context))
        });
    });
    for count in [10_000, 100_000] {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (index, _) = Index::open(folder.path(), language.clone(), position(1)).expect("an empty folder can be opened");
        index
            .rebuild(position(1), (0..count).map(|number| indexed(&generator, number)))
            .expect("the index can be built");
        let officers = (0..count).map(|number| indexed(&generator, number));
        let officers: HashMap<OfficerName, Arc<IndexedOfficer>> =
            officers.map(|officer| (officer.name.clone(), Arc::new(officer))).collect();
        let plans: Vec<Plan> = texts.iter().map(|text| Plan::compile(&question(text), &context)).collect();
        let next = Cell::new(0);
        let texts = |name: &OfficerName| Some(officers.get(name)?.clone() as Arc<dyn OfficerTexts>);
        group.bench_function(format!("score/{count}"), |bencher| {
            bencher.iter(|| {
                next.set(next.get() + 1);
                black_box(
                    index
                        .snapshot()
                        .search(&plans[next.get() % plans.len()], &Paging::first(10), &texts)
                        .expect("the index can be searched"),
                )
            });
        });
        group.bench_function(format!("suggest/{count}"), |bencher| {
            bencher.iter(|| black_box(index.snapshot().suggest("schuldh", 8, &context)));
        });
        let revision = Cell::new(1);
        group.bench_function(format!("apply_one/{count}"), |bencher| {
            bencher.iter_batched(
                || indexed(&generator, revision.get() as usize % count),
                |officer| {
                    revision.set(revision.get() + 1);
                    index
                        .apply(position(revision.get()), vec![officer], &[])
                        .expect("a change can be applied");
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn build(criterion: &mut Criterion) {
    const COUNT: usize = 10_000;
    let generator = generator();
    let language = language();
    let officers: Vec<_> = (0..COUNT).map(|number| indexed(&generator, number)).collect();
    let mut group = criterion.benchmark_group("build");
    group.sample_size(10).throughput(Throughput::Elements(COUNT as u64));
    group.bench_function(format!("rebuild/{COUNT}"), |bencher| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (index, _) = Index::open(folder.path(), language.clone(), position(1)).expect("an empty folder can be opened");
        bencher.iter_batched(
            || officers.clone(),
            |officers| index.rebuild(position(1), officers),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, understanding, search, build);
criterion_main!(benches);
