//! Any text has an answer, and the order of an answer does not depend on how documents came to lie.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;

use common::{context, filled, language, names, plan, position, register, search};
use index::testing::Generator;
use index::{Index, IndexError, IndexedOfficer, Paging, Plan};
use proptest::prelude::*;

#[test]
fn hardly_any_text_is_an_error_and_an_empty_one_browses() {
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
fn a_very_long_text_is_read_as_far_as_it_helps() {
    let (_folder, index) = filled(register());
    let long = "mijn briefadres is ingetrokken ".repeat(330);
    assert!(long.len() > 10_000);
    assert_eq!(names(&search(&index, &long))[0], "gm0344/zaken");
    let one_word = "schuldhulpverlening".repeat(600);
    search(&index, &one_word);
}

#[test]
fn a_plan_survives_its_journey_to_another_register() {
    let (_folder, index) = filled(register());
    for text in ["weesp briefadres", "brieefadres geweigert", "sule", ""] {
        let made = plan(text);
        let carried: Plan = serde_json::from_str(&serde_json::to_string(&made).unwrap()).unwrap();
        assert_eq!(carried, made);
        assert_eq!(
            index.search(&carried, &Paging::first(9)).unwrap(),
            index.search(&made, &Paging::first(9)).unwrap()
        );
    }
}

#[test]
fn a_plan_of_other_versions_is_refused() {
    let (_folder, index) = filled(register());
    let mut plan = plan("briefadres");
    plan.versions.analyser += 1;
    assert!(matches!(
        index.search(&plan, &Paging::first(1)),
        Err(IndexError::OtherVersions { .. })
    ));
}

#[test]
fn debug_prints_do_not_carry_the_question() {
    let text = "geheimewoorden";
    let plan = plan(text);
    let question = index::Question {
        text: text.into(),
        ..index::Question::default()
    };
    assert!(!format!("{plan:?} {:?} {question:?}", plan.understanding).contains("geheim"));
}

/// Officers, and the questions they are asked.
fn world() -> (Vec<IndexedOfficer>, Vec<String>) {
    let generator = Generator::new();
    let mut questions = generator.questions(12);
    questions.push("noor voorbeeld".into());
    questions.push("amsterdam schuldhulp".into());
    // Every seventh, so that municipalities and national organisations are among them.
    ((0..60).map(|number| generator.officer(number * 7)).collect(), questions)
}

/// What an index answers, with scores.
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
        let results = index.search(&plan, &Paging::first(100)).unwrap();
        results
            .hits
            .into_iter()
            .map(|hit| (hit.name.to_string(), hit.own_score.0, hit.score.0))
            .collect()
    };
    questions.iter().map(ask).collect()
}

/// One thing that happens to an index.
#[derive(Clone, Debug)]
enum Step {
    Upsert(Vec<usize>),
    Withdraw(usize),
    Flush,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => proptest::collection::vec(0..60_usize, 1..20).prop_map(Step::Upsert),
        2 => (0..60_usize).prop_map(Step::Withdraw),
        1 => Just(Step::Flush),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn order_does_not_depend_on_how_documents_came_to_lie(steps in steps()) {
        let (officers, questions) = world();
        let folder = tempfile::tempdir().unwrap();
        let mut index = Index::open(folder.path(), language(), position(1)).unwrap().0;
        index.rebuild(position(1), []).unwrap();
        let mut held = std::collections::BTreeMap::new();
        for (revision, step) in (2..).zip(steps) {
            match step {
                Step::Upsert(numbers) => {
                    let changed: Vec<IndexedOfficer> = numbers.iter().map(|number| officers[*number].clone()).collect();
                    held.extend(changed.iter().map(|officer| (officer.name.clone(), officer.clone())));
                    index.apply(position(revision), changed, &[]).unwrap();
                }
                Step::Withdraw(number) => {
                    let name = officers[number].name.clone();
                    held.remove(&name);
                    index.apply(position(revision), Vec::new(), &[name]).unwrap();
                }
                Step::Flush => index.flush().unwrap(),
                Step::Reopen => {
                    index.flush().unwrap();
                    drop(index);
                    index = Index::open(folder.path(), language(), position(revision)).unwrap().0;
                }
            }
            prop_assert_eq!(index.len(), held.len());
        }
        let (_other, fresh) = filled(held.into_values().collect());
        prop_assert_eq!(answers(&index, &questions), answers(&fresh, &questions));
    }

    #[test]
    fn no_text_makes_it_fail(text in "\\PC{0,300}", bytes in proptest::collection::vec(any::<char>(), 0..60)) {
        let (_folder, index) = filled(register());
        search(&index, &text);
        let text: String = bytes.into_iter().collect();
        search(&index, &text);
        index.suggest(&text, 5, &context());
    }
}
