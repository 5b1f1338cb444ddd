//! Any text has an answer, and the order of results does not depend on the distribution of documents over segments.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;

use common::{context, filled, generated, generator, language, names, page, plan, position, register, search};
use index::{Index, IndexError, IndexedOfficer, Paging, Plan};
use proptest::prelude::*;

#[test]
fn odd_texts_are_valid_and_empty_ones_browse() {
    let (_folder, index) = filled(register());
    for text in [
        "?!,.;:()[]{}\"'",
        "\u{0}\u{1}\u{7f}\u{200b}\u{202e}",
        "qqqqxxzz",
        "de het een",
        "🙂🙂",
        "'s-",
        "-",
        "+31",
        "4:84",
        "\\ OR * AND ((",
    ] {
        let results = search(&index, text);
        assert!(results.hits.len() <= 7, "{text}");
    }
    assert_eq!(search(&index, "").hits.len(), 7);
    assert_eq!(search(&index, " \t\n ").hits.len(), 7);
    assert!(search(&index, "qqqqxxzz").hits.is_empty());
}

#[test]
fn very_long_texts_are_truncated() {
    let (_folder, index) = filled(register());
    let long = "mijn briefadres is ingetrokken ".repeat(330);
    assert!(long.len() > 10_000);
    assert_eq!(names(&search(&index, &long))[0], "gm0344/zaken");
    let one_word = "schuldhulpverlening".repeat(600);
    search(&index, &one_word);
}

#[test]
fn plans_made_of_parts_give_the_same_results() {
    let (_folder, index) = filled(register());
    for text in ["weesp briefadres", "brieefadres geweigert", "sule", ""] {
        let compiled = plan(text);
        let restored = Plan::try_from(compiled.clone().into_parts()).unwrap();
        assert_eq!(
            page(&index, &restored, &Paging::first(9)),
            page(&index, &compiled, &Paging::first(9))
        );
    }
}

#[test]
fn plans_of_other_versions_are_refused() {
    let (_folder, index) = filled(register());
    let mut parts = plan("briefadres").into_parts();
    parts.versions.analyser += 1;
    let plan = Plan::try_from(parts).unwrap();
    assert!(matches!(
        index.snapshot().search(&plan, &Paging::first(1), &|_| None),
        Err(IndexError::OtherVersions { .. })
    ));
}

#[test]
fn debug_output_does_not_contain_the_question() {
    let text = "geheimewoorden";
    let plan = plan(text);
    let question = index::Question {
        text: text.into(),
        ..index::Question::default()
    };
    assert!(!format!("{plan:?} {:?} {question:?}", plan.understanding).contains("geheim"));
}

/// Returns officers and questions.
fn world() -> (Vec<IndexedOfficer>, Vec<String>) {
    let generator = generator();
    let mut questions = generator.questions(12);
    questions.push("fenna voorbeeldsma".into());
    questions.push("amsterdam schuldhulp".into());
    let officers = (0..60).map(|number| generated(&generator, number));
    (officers.collect(), questions)
}

/// Returns the names, own scores and scores of the hits of each question.
fn answers(index: &Index, questions: &[String]) -> Vec<Vec<(String, i64, i64)>> {
    let context = context();
    let ask = |text: &String| {
        let plan = Plan::compile(
            &index::Question {
                text: text.clone(),
                ..index::Question::default()
            },
            &context,
        );
        let results = page(index, &plan, &Paging::first(100));
        results
            .hits
            .into_iter()
            .map(|hit| (hit.name.to_string(), hit.own_score.0, hit.score.0))
            .collect()
    };
    questions.iter().map(ask).collect()
}

/// A change of an index.
#[derive(Clone, Debug)]
enum IndexChange {
    Upsert(Vec<usize>),
    Withdraw(usize),
    Flush,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<IndexChange>> {
    let step = prop_oneof![
        4 => proptest::collection::vec(0..60_usize, 1..20).prop_map(IndexChange::Upsert),
        2 => (0..60_usize).prop_map(IndexChange::Withdraw),
        1 => Just(IndexChange::Flush),
        1 => Just(IndexChange::Reopen),
    ];
    proptest::collection::vec(step, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn order_does_not_depend_on_segments(steps in steps()) {
        let (officers, questions) = world();
        let folder = tempfile::tempdir().unwrap();
        let mut index = Index::open(folder.path(), language(), position(1)).unwrap().0;
        index.rebuild(position(1), []).unwrap();
        let mut held = std::collections::BTreeMap::new();
        for (revision, step) in (2..).zip(steps) {
            match step {
                IndexChange::Upsert(numbers) => {
                    let changed: Vec<IndexedOfficer> = numbers.iter().map(|number| officers[*number].clone()).collect();
                    held.extend(changed.iter().map(|officer| (officer.name.clone(), officer.clone())));
                    index.apply(position(revision), changed, &[]).unwrap();
                }
                IndexChange::Withdraw(number) => {
                    let name = officers[number].name.clone();
                    held.remove(&name);
                    index.apply(position(revision), Vec::new(), &[name]).unwrap();
                }
                IndexChange::Flush => index.flush().unwrap(),
                IndexChange::Reopen => {
                    index.flush().unwrap();
                    drop(index);
                    index = Index::open(folder.path(), language(), position(revision)).unwrap().0;
                }
            }
            prop_assert_eq!(index.snapshot().len(), held.len());
        }
        let (_other, fresh) = filled(held.into_values().collect());
        prop_assert_eq!(answers(&index, &questions), answers(&fresh, &questions));
    }

    #[test]
    fn no_text_fails(text in "\\PC{0,300}", bytes in proptest::collection::vec(any::<char>(), 0..60)) {
        let (_folder, index) = filled(register());
        search(&index, &text);
        let text: String = bytes.into_iter().collect();
        search(&index, &text);
        index.snapshot().suggest(&text, 5, &context());
    }
}
