//! How fast plans are made and scored, and how fast an index is built.
//!
//! ```text
//! cargo bench -p index --features testing
//! ```

#![allow(missing_docs, reason = "criterion's macros make public functions")]

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use index::testing::Generator;
use index::{Context, Grouping, Index, Language, Paging, Plan, Question};
use register::gazetteer::Gazetteer;
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

fn search(criterion: &mut Criterion) {
    let generator = Generator::new();
    let language = language();
    let context = Context::new(language.clone(), []);
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
            .rebuild(position(1), generator.officers(count))
            .expect("the index can be built");
        let plans: Vec<Plan> = texts.iter().map(|text| Plan::compile(&question(text), &context)).collect();
        let next = Cell::new(0);
        group.bench_function(format!("score/{count}"), |bencher| {
            bencher.iter(|| {
                next.set(next.get() + 1);
                black_box(
                    index
                        .search(&plans[next.get() % plans.len()], &Paging::first(10))
                        .expect("the index can be searched"),
                )
            });
        });
        group.bench_function(format!("suggest/{count}"), |bencher| {
            bencher.iter(|| black_box(index.suggest("schuldh", 8, &context)));
        });
        let revision = Cell::new(1);
        group.bench_function(format!("apply_one/{count}"), |bencher| {
            bencher.iter_batched(
                || generator.officer(revision.get() as usize % count),
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
    let generator = Generator::new();
    let language = language();
    let officers: Vec<_> = generator.officers(COUNT).collect();
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

criterion_group!(benches, search, build);
criterion_main!(benches);
