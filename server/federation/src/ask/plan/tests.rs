//! Tests of plans as messages.

use std::sync::{Arc, LazyLock};

use index::{Context, Language, Question};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use prost::Message as _;
use register::gazetteer::Gazetteer;
use register::vocabulary::Vocabulary;

use super::*;

static CONTEXT: LazyLock<Context> =
    LazyLock::new(|| Context::new(Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin())), []));

fn compiled(text: &str) -> Plan {
    let question = Question {
        text: text.into(),
        ..Question::default()
    };
    Plan::compile(&question, &CONTEXT)
}

fn versions() -> Versions {
    CONTEXT.language().versions().clone()
}

#[test]
fn compiled_plans_survive_the_wire() {
    for text in [
        "",
        "brieefadres in Utrecht, brief van het CAK",
        "regievoerder gemeente schulden toes",
    ] {
        let sent = compiled(text);
        let read = read_plan(&plan(&sent), versions()).unwrap();
        assert!(read.into_parts() == sent.into_parts(), "{text}");
    }
}

#[test]
fn plans_of_the_longest_questions_fit_in_a_request() {
    let text = Vocabulary::builtin().texts().take(400).collect::<Vec<_>>().join(" ");
    let message = plan(&compiled(&text));
    assert!(message.encoded_len() < 128 << 10, "{} bytes", message.encoded_len());
    assert!(read_plan(&message, versions()).is_ok());
}

#[test]
fn plans_that_make_no_sense_are_refused() {
    let breaks: [fn(&mut SearchPlan); 9] = [
        |plan| plan.filter = None,
        |plan| plan.min_score = i64::MIN,
        |plan| plan.words[0].weight = i64::MAX,
        |plan| plan.words[0].surface = "x".repeat(5_000),
        |plan| plan.competences[0].competence = "geen code".into(),
        |plan| plan.competences[0].executors = vec![v1alpha::PlannedExecutor { executor: None }],
        |plan| plan.organisation_kinds = vec![WeightedOrganisationKind { kind: 99, weight: 1 }],
        |plan| plan.municipalities = vec!["GM0363".into(); 513],
        |plan| {
            plan.words[0].approximate = Some(v1alpha::ApproximateMatching {
                max_errors: 256,
                prefix: false,
            });
        },
    ];
    for break_it in breaks {
        let mut message = plan(&compiled("briefadres"));
        break_it(&mut message);
        assert!(read_plan(&message, versions()).is_err());
    }
}

fn weight() -> impl Strategy<Value = i64> {
    0_i64..=1_024_000
}

fn planned_word() -> impl Strategy<Value = v1alpha::PlannedWord> {
    let term = ("=?[a-z]{1,12}", weight()).prop_map(|(term, share)| v1alpha::PlannedTerm { term, share });
    let approximate =
        (0_u32..=2, any::<bool>()).prop_map(|(max_errors, prefix)| v1alpha::ApproximateMatching { max_errors, prefix });
    ("\\PC{0,20}", weight(), vec(term, 0..6), option::of(approximate)).prop_map(|(surface, weight, terms, approximate)| {
        v1alpha::PlannedWord {
            surface,
            weight,
            terms,
            approximate,
        }
    })
}

fn planned_competence() -> impl Strategy<Value = v1alpha::PlannedCompetence> {
    use v1alpha::planned_executor::Executor as Wire;
    let executor = prop_oneof![
        "[a-z]{2}[0-9]{6}".prop_map(Wire::Organisation),
        (1_i32..=9).prop_map(Wire::Kind),
        Just(Wire::Unlisted(true)),
    ];
    let executor = executor.prop_map(|executor| v1alpha::PlannedExecutor {
        executor: Some(executor),
    });
    let words = vec("[a-z]{1,9}", 0..4);
    ("[A-Z]{2,8}", weight(), vec(executor, 0..4), any::<(bool, bool)>(), words).prop_map(
        |(competence, weight, executors, (executors_only, need), words)| v1alpha::PlannedCompetence {
            competence,
            weight,
            executors,
            executors_only,
            words,
            need,
        },
    )
}

fn search_filter() -> impl Strategy<Value = SearchFilter> {
    let organisations = vec("organisations/[a-z]{2}[0-9]{6}", 0..3);
    let kinds = (vec(1_i32..=9, 0..3), vec(1_i32..=4, 0..3));
    let codes = (vec("[A-Z]{3}", 0..3), vec("[A-Z]{2,8}", 0..3), vec("GM[0-9]{4}", 0..3));
    (organisations, kinds, codes).prop_map(
        |(organisations, (organisation_kinds, kinds), (domains, competences, municipalities))| SearchFilter {
            organisations,
            organisation_kinds,
            domains,
            competences,
            municipalities,
            kinds,
        },
    )
}

fn search_plan() -> impl Strategy<Value = SearchPlan> {
    let value = |pattern: &'static str| {
        vec(
            (pattern, weight()).prop_map(|(value, weight)| WeightedValue { value, weight }),
            0..4,
        )
    };
    let organisation_kinds = vec(
        (1_i32..=9, weight()).prop_map(|(kind, weight)| WeightedOrganisationKind { kind, weight }),
        0..3,
    );
    let roles = vec(
        (1_i32..=4, weight()).prop_map(|(kind, weight)| WeightedOfficerKind { kind, weight }),
        0..3,
    );
    let switches = (search_filter(), any::<bool>(), any::<bool>());
    let lists = (vec(planned_word(), 0..8), vec(planned_competence(), 0..5));
    let names = (value("[A-Z]{3}"), value("[a-z]{2}[0-9]{6}"), organisation_kinds, roles);
    let place = (vec("GM[0-9]{4}", 0..3), weight(), weight());
    (switches, lists, names, place).prop_map(
        |(
            (filter, flat, browse),
            (words, competences),
            (domains, organisations, organisation_kinds, roles),
            (municipalities, municipality_weight, min_score),
        )| SearchPlan {
            filter: Some(filter),
            flat,
            browse,
            words,
            competences,
            domains,
            organisations,
            organisation_kinds,
            roles,
            municipalities,
            municipality_weight,
            min_score,
        },
    )
}

proptest! {
    #[test]
    fn messages_survive_reading_and_writing(message in search_plan()) {
        let read = read_plan(&message, versions());
        prop_assert!(read.is_ok());
        prop_assert_eq!(plan(&read.unwrap()), message);
    }
}
