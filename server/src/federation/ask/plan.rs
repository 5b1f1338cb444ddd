//! Plans as messages between registers.
//!
//! A plan of a peer is hostile input: codes, ids and kinds are parsed here, and `Plan::try_from` checks all numbers, lengths
//! and weights. How the text was understood is not sent.

use index::{ApproximateMatching, Executor, Filters, Grouping, Plan, PlanParts, PlannedCompetence, PlannedWord, Score, Versions};
use proto::convert::{Word, organisation_resource_name};
use proto::v1::SearchFilter;
use proto::v1alpha::{self, SearchPlan, WeightedOfficerKind, WeightedOrganisationKind, WeightedValue};
use register::identifier::OrganisationId;
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::wire::Unreadable;

/// Converts a plan to a message.
pub(crate) fn plan(plan: &Plan) -> SearchPlan {
    SearchPlan {
        filter: Some(filter(&plan.filters)),
        flat: plan.grouping == Grouping::Flat,
        browse: plan.is_browse,
        words: plan.words.iter().map(word).collect(),
        competences: plan.competences.iter().map(competence).collect(),
        domains: weighted(&plan.domains),
        organisations: weighted(&plan.organisations),
        organisation_kinds: plan.organisation_kinds.iter().map(organisation_kind).collect(),
        roles: plan.roles.iter().map(role).collect(),
        municipalities: texts(&plan.municipalities),
        municipality_weight: plan.municipality_weight.0,
        min_score: plan.min_score.0,
    }
}

/// Reads a plan that was made with `versions`.
pub(crate) fn read_plan(message: &SearchPlan, versions: Versions) -> Result<Plan, Unreadable> {
    let grouping = if message.flat { Grouping::Flat } else { Grouping::Collapse };
    let parts = PlanParts {
        versions,
        filters: read_filter(message.filter.as_ref())?,
        grouping,
        is_browse: message.browse,
        words: message.words.iter().map(read_word).collect::<Result<_, _>>()?,
        competences: message.competences.iter().map(read_competence).collect::<Result<_, _>>()?,
        domains: read_weighted(&message.domains)?,
        organisations: read_weighted(&message.organisations)?,
        organisation_kinds: read_organisation_kinds(&message.organisation_kinds)?,
        roles: read_roles(&message.roles)?,
        municipalities: read_texts(&message.municipalities)?,
        municipality_weight: Score(message.municipality_weight),
        min_score: Score(message.min_score),
    };
    Plan::try_from(parts).map_err(|_| Unreadable("a number, length or weight of its plan is out of bounds"))
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

fn read_text<T: std::str::FromStr>(text: &str) -> Result<T, Unreadable> {
    text.parse().map_err(|_| Unreadable("a code or id of its plan is not valid"))
}

fn read_texts<T: std::str::FromStr>(texts: &[String]) -> Result<Vec<T>, Unreadable> {
    texts.iter().map(|text| read_text(text)).collect()
}

fn read_kind<T: Word>(number: i32) -> Result<T, Unreadable> {
    T::from_number(number).ok_or(Unreadable("a kind of its plan is not known"))
}

fn read_kinds<T: Word>(numbers: &[i32]) -> Result<Vec<T>, Unreadable> {
    numbers.iter().map(|number| read_kind(*number)).collect()
}

fn filter(filters: &Filters) -> SearchFilter {
    SearchFilter {
        organisations: filters
            .organisations
            .iter()
            .map(|id| organisation_resource_name(id.as_str()))
            .collect(),
        organisation_kinds: filters.organisation_kinds.iter().map(|kind| kind.to_number()).collect(),
        kinds: filters.kinds.iter().map(|kind| kind.to_number()).collect(),
        domains: texts(&filters.domains),
        competences: texts(&filters.competences),
        municipalities: texts(&filters.municipalities),
    }
}

fn read_filter(message: Option<&SearchFilter>) -> Result<Filters, Unreadable> {
    let message = message.ok_or(Unreadable("its plan has no filter"))?;
    let organisation = |name: &String| {
        OrganisationId::parse_resource_name(name).map_err(|_| Unreadable("a code or id of its plan is not valid"))
    };
    Ok(Filters {
        organisations: message.organisations.iter().map(organisation).collect::<Result<_, _>>()?,
        organisation_kinds: read_kinds(&message.organisation_kinds)?,
        kinds: read_kinds(&message.kinds)?,
        domains: read_texts(&message.domains)?,
        competences: read_texts(&message.competences)?,
        municipalities: read_texts(&message.municipalities)?,
    })
}

fn word(word: &PlannedWord) -> v1alpha::PlannedWord {
    let terms = word.terms.iter().map(|(term, share)| v1alpha::PlannedTerm {
        term: term.clone(),
        share: share.0,
    });
    v1alpha::PlannedWord {
        surface: word.surface.clone(),
        weight: word.weight.0,
        terms: terms.collect(),
        approximate: word.approximate.as_ref().map(|approximate| v1alpha::ApproximateMatching {
            max_errors: approximate.max_errors.into(),
            prefix: approximate.is_prefix,
        }),
    }
}

fn read_word(message: &v1alpha::PlannedWord) -> Result<PlannedWord, Unreadable> {
    let terms = message.terms.iter().map(|term| (term.term.clone(), Score(term.share)));
    let approximate = message.approximate.as_ref().map(|approximate| {
        let max_errors = u8::try_from(approximate.max_errors).map_err(|_| Unreadable("a word may have too many errors"))?;
        Ok(ApproximateMatching {
            max_errors,
            is_prefix: approximate.prefix,
        })
    });
    Ok(PlannedWord {
        surface: message.surface.clone(),
        weight: Score(message.weight),
        terms: terms.collect(),
        approximate: approximate.transpose()?,
    })
}

fn competence(competence: &PlannedCompetence) -> v1alpha::PlannedCompetence {
    use v1alpha::planned_executor::Executor as Wire;
    let executors = competence.executors.iter().map(|executor| v1alpha::PlannedExecutor {
        executor: Some(match executor {
            Executor::Organisation(id) => Wire::Organisation(id.to_string()),
            Executor::Kind(kind) => Wire::Kind(kind.to_number()),
            Executor::Unlisted => Wire::Unlisted(true),
        }),
    });
    v1alpha::PlannedCompetence {
        competence: competence.code.to_string(),
        weight: competence.weight.0,
        executors: executors.collect(),
        executors_only: competence.executors_only,
        words: competence.words.clone(),
    }
}

fn read_competence(message: &v1alpha::PlannedCompetence) -> Result<PlannedCompetence, Unreadable> {
    Ok(PlannedCompetence {
        code: read_text(&message.competence)?,
        weight: Score(message.weight),
        executors: message.executors.iter().map(read_executor).collect::<Result<_, _>>()?,
        executors_only: message.executors_only,
        words: message.words.clone(),
    })
}

fn read_executor(message: &v1alpha::PlannedExecutor) -> Result<Executor, Unreadable> {
    use v1alpha::planned_executor::Executor as Wire;
    match &message.executor {
        Some(Wire::Organisation(id)) => read_text(id).map(Executor::Organisation),
        Some(Wire::Kind(kind)) => read_kind(*kind).map(Executor::Kind),
        Some(Wire::Unlisted(true)) => Ok(Executor::Unlisted),
        Some(Wire::Unlisted(false)) | None => Err(Unreadable("an executor of its plan is missing")),
    }
}

fn weighted<T: ToString>(values: &[(T, Score)]) -> Vec<WeightedValue> {
    let message = |(value, weight): &(T, Score)| WeightedValue {
        value: value.to_string(),
        weight: weight.0,
    };
    values.iter().map(message).collect()
}

fn read_weighted<T: std::str::FromStr>(messages: &[WeightedValue]) -> Result<Vec<(T, Score)>, Unreadable> {
    let read = |message: &WeightedValue| Ok((read_text(&message.value)?, Score(message.weight)));
    messages.iter().map(read).collect()
}

fn organisation_kind((kind, weight): &(OrganisationKind, Score)) -> WeightedOrganisationKind {
    WeightedOrganisationKind {
        kind: kind.to_number(),
        weight: weight.0,
    }
}

fn read_organisation_kinds(messages: &[WeightedOrganisationKind]) -> Result<Vec<(OrganisationKind, Score)>, Unreadable> {
    let read = |message: &WeightedOrganisationKind| Ok((read_kind(message.kind)?, Score(message.weight)));
    messages.iter().map(read).collect()
}

fn role((kind, weight): &(OfficerKind, Score)) -> WeightedOfficerKind {
    WeightedOfficerKind {
        kind: kind.to_number(),
        weight: weight.0,
    }
}

fn read_roles(messages: &[WeightedOfficerKind]) -> Result<Vec<(OfficerKind, Score)>, Unreadable> {
    let read = |message: &WeightedOfficerKind| Ok((read_kind(message.kind)?, Score(message.weight)));
    messages.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
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
        ("[A-Z]{2,8}", weight(), vec(executor, 0..4), any::<bool>(), words).prop_map(
            |(competence, weight, executors, executors_only, words)| v1alpha::PlannedCompetence {
                competence,
                weight,
                executors,
                executors_only,
                words,
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
}
