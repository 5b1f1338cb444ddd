//! Plans as messages between registers.
//!
//! A plan of a peer is hostile input: codes, ids and kinds are parsed here, and `Plan::try_from` checks all numbers, lengths
//! and weights. How the text was understood is not sent.

use index::{ApproximateMatching, Executor, Filters, Grouping, Plan, PlanParts, PlannedCompetence, PlannedWord, Score, Versions};
use proto::convert::{WireEnum, organisation_resource_name};
use proto::v1::SearchFilter;
use proto::v1alpha::{self, SearchPlan, WeightedOfficerKind, WeightedOrganisationKind, WeightedValue};
use register::identifier::OrganisationId;
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;

use super::wire::Unreadable;

/// Converts a plan to a message.
pub fn plan(plan: &Plan) -> SearchPlan {
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
pub fn read_plan(message: &SearchPlan, versions: Versions) -> Result<Plan, Unreadable> {
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

fn read_kind<T: WireEnum>(number: i32) -> Result<T, Unreadable> {
    T::from_number(number).ok_or(Unreadable("a kind of its plan is not known"))
}

fn read_kinds<T: WireEnum>(numbers: &[i32]) -> Result<Vec<T>, Unreadable> {
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
        need: competence.is_need,
    }
}

fn read_competence(message: &v1alpha::PlannedCompetence) -> Result<PlannedCompetence, Unreadable> {
    Ok(PlannedCompetence {
        code: read_text(&message.competence)?,
        weight: Score(message.weight),
        executors: message.executors.iter().map(read_executor).collect::<Result<_, _>>()?,
        executors_only: message.executors_only,
        words: message.words.clone(),
        is_need: message.need,
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
mod tests;
