//! Converts messages to the exchange form, for `--json`.
//!
//! Entries and organisations have the form that the domain serialises, so that the output can be synced again.

use proto::convert::{WireEnum, to_timestamp};
use proto::v1;
use register::entry::Entry;
use register::officer::MandateLevel;
use register::organisation::Organisation;
use register::position::Position;
use serde_json::{Map, Value, json};

use crate::arguments::cookie_text;
use crate::registers;

/// Converts an entry.
pub(crate) fn entry(entry: &Entry) -> Value {
    json!(entry)
}

/// Converts an entry message.
pub(crate) fn entry_message(message: &v1::Entry) -> anyhow::Result<Value> {
    let mut value = entry(&Entry::try_from(message.clone()).map_err(client::Error::from)?);
    if let Some(provenance) = &message.provenance {
        value["provenance"] = json!({
            "register": provenance.register,
            "position": position_message(provenance.position.as_ref()),
            "fetched_at": moment(provenance.fetched_at.as_ref()),
        });
    }
    Ok(value)
}

fn organisation_message(message: &v1::Organisation) -> anyhow::Result<Value> {
    Ok(json!(Organisation::try_from(message.clone()).map_err(client::Error::from)?))
}

/// Converts a position: the cookie for later calls, with the revision and epoch for people.
pub(crate) fn position(position: &Position) -> Value {
    json!({
        "cookie": cookie_text(position),
        "revision": position.revision,
        "epoch": position.epoch,
    })
}

/// Converts a position message; null if there is none.
pub(crate) fn position_message(message: Option<&v1::Position>) -> Value {
    let known = message.and_then(|message| Position::try_from(message).ok());
    known.as_ref().map_or(Value::Null, position)
}

/// Converts a timestamp; null if there is none.
pub(crate) fn moment(message: Option<&prost_types::Timestamp>) -> Value {
    let known = message.and_then(|message| to_timestamp("moment", message).ok());
    known.map_or(Value::Null, |moment| json!(moment))
}

/// Converts a violation.
pub(crate) fn violation(violation: &v1::Violation) -> Value {
    json!({ "field": violation.field, "code": violation.code, "message": violation.message })
}

pub(crate) fn search(answer: &v1::SearchOfficersResponse) -> anyhow::Result<Value> {
    let hits = answer.hits.iter().map(hit).collect::<anyhow::Result<Vec<_>>>()?;
    let facets: Map<_, _> = answer
        .facets
        .iter()
        .map(|facet| (facet.field.clone(), facet_counts(facet)))
        .collect();
    Ok(json!({
        "hits": hits,
        "total": answer.total,
        "next_page_token": answer.next_page_token,
        "facets": facets,
        "position": position_message(answer.position.as_ref()),
        "drifted": answer.drifted,
        "understanding": answer.understanding.as_ref().map(understanding),
        "completeness": registers::word(answer.completeness()),
        "registers": registers::json(&answer.registers),
    }))
}

fn hit(hit: &v1::SearchHit) -> anyhow::Result<Value> {
    let mut value = json!({
        "entry": hit.entry.as_ref().map(entry_message).transpose()?,
        "organisation": hit.organisation.as_ref().map(organisation_message).transpose()?,
        "score": hit.score,
        "matched_competences": hit.matched_competences,
        "highlights": hit.highlights.iter().map(highlight).collect::<Vec<_>>(),
    });
    if let Some(group) = &hit.group {
        let members = group.members.iter().map(|member| {
            json!({ "officer": member.officer, "organisation": member.organisation, "municipality": member.municipality })
        });
        value["group"] = json!({ "label": group.label, "size": group.size, "members": members.collect::<Vec<_>>() });
    }
    if !hit.contributions.is_empty() {
        let contributions = hit.contributions.iter().map(|contribution| {
            json!({
                "layer": contribution.layer, "field": contribution.field,
                "term": contribution.term, "score": contribution.score,
            })
        });
        value["contributions"] = contributions.collect();
    }
    Ok(value)
}

fn highlight(highlight: &v1::Highlight) -> Value {
    let ranges: Vec<_> = highlight.ranges.iter().map(|range| [range.start, range.end]).collect();
    json!({ "field": highlight.field, "text": highlight.text, "ranges": ranges })
}

fn facet_counts(facet: &v1::Facet) -> Value {
    let counts = facet.counts.iter();
    counts
        .map(|count| json!({ "value": count.value, "label": count.label, "count": count.count }))
        .collect()
}

fn understanding(understanding: &v1::Understanding) -> Value {
    let corrections = understanding.corrections.iter().map(|correction| {
        let range = correction.range.as_ref().map(|range| [range.start, range.end]);
        json!({ "read_as": correction.read_as, "range": range, "translated_from": correction.translated_from })
    });
    let likely = understanding
        .likely_competences
        .iter()
        .map(|likely| json!({ "competence": likely.competence, "confidence": likely.confidence, "words": likely.words }));
    let not_understood = understanding.not_understood.iter().map(|range| [range.start, range.end]);
    let certainty = match understanding.certainty() {
        v1::Certainty::Unspecified => None,
        v1::Certainty::NotUnderstood => Some("not_understood"),
        v1::Certainty::Unsure => Some("unsure"),
        v1::Certainty::Sure => Some("sure"),
    };
    let places = understanding.places.iter().map(|place| {
        let municipalities = place.municipalities.iter();
        let municipalities = municipalities.map(|it| json!({ "code": it.code, "official_name": it.official_name }));
        json!({ "name": place.name, "municipalities": municipalities.collect::<Vec<_>>() })
    });
    json!({
        "summary": understanding.summary,
        "competences": understanding.competences,
        "domains": understanding.domains,
        "organisations": understanding.organisations,
        "municipalities": understanding.municipalities,
        "places": places.collect::<Vec<_>>(),
        "corrections": corrections.collect::<Vec<_>>(),
        "certainty": certainty,
        "likely_competences": likely.collect::<Vec<_>>(),
        "not_understood": not_understood.collect::<Vec<_>>(),
        "language": understanding.language,
    })
}

pub(crate) fn route(route: &v1::Route) -> anyhow::Result<Value> {
    let targets = route.targets.iter().map(target).collect::<anyhow::Result<Vec<_>>>()?;
    let considered = route.considered.iter().map(|considered| {
        json!({
            "name": considered.name, "reason": considered.reason,
            "explanation": considered.explanation, "see": considered.see,
        })
    });
    let gaps = route
        .gaps
        .iter()
        .map(|gap| json!({ "register": gap.register, "reason": gap.reason, "explanation": gap.explanation }));
    Ok(json!({
        "targets": targets,
        "gaps": gaps.collect::<Vec<_>>(),
        "considered": considered.collect::<Vec<_>>(),
        "considered_total": route.considered_total,
        "valid_until": moment(route.valid_until.as_ref()),
        "position": position_message(route.position.as_ref()),
    }))
}

fn target(target: &v1::Target) -> anyhow::Result<Value> {
    Ok(json!({
        "level": level_word(target.level()),
        "entry": target.entry.as_ref().map(entry_message).transpose()?,
        "organisation": target.organisation.as_ref().map(organisation_message).transpose()?,
        "reason": target.reason,
        "explanation": target.explanation,
        "mandate_level": MandateLevel::from_number(target.mandate_level).map(WireEnum::to_word),
        "reachable_from": moment(target.reachable_from.as_ref()),
        "standing_in_for": target.standing_in_for,
        "without_mandate": target.without_mandate,
        "stale": target.stale,
    }))
}

/// Returns the word of a target level.
pub(crate) fn level_word(level: v1::TargetLevel) -> &'static str {
    match level {
        v1::TargetLevel::Unspecified => "unspecified",
        v1::TargetLevel::Officer => "officer",
        v1::TargetLevel::Deputy => "deputy",
        v1::TargetLevel::JointBody => "joint_body",
        v1::TargetLevel::Desk => "desk",
        v1::TargetLevel::Lmm => "lmm",
        v1::TargetLevel::Ambassador => "ambassador",
        v1::TargetLevel::Let => "let",
    }
}

pub(crate) fn vocabulary(vocabulary: &v1::Vocabulary) -> Value {
    let domains = vocabulary.domains.iter().map(|domain| {
        json!({
            "code": domain.code, "label": domain.label, "definition": domain.definition, "synonyms": domain.synonyms,
        })
    });
    json!({
        "version": vocabulary.version,
        "hash": vocabulary.hash,
        "domains": domains.collect::<Vec<_>>(),
        "competences": vocabulary.competences.iter().map(competence).collect::<Vec<_>>(),
    })
}

pub(crate) fn competence(competence: &v1::Competence) -> Value {
    let executors = competence
        .executed_by
        .iter()
        .map(|executor| json!({ "key": executor.key, "label": executor.label, "organisation": executor.organisation }));
    json!({
        "code": competence.code,
        "label": competence.label,
        "official_title": competence.official_title,
        "abbreviation": competence.abbreviation,
        "domains": competence.domains,
        "executed_by": executors.collect::<Vec<_>>(),
        "synonyms": competence.synonyms,
        "phrases": competence.phrases,
        "situations": competence.situations,
        "valid_from": competence.valid_from,
        "valid_until": competence.valid_until,
    })
}

pub(crate) fn report(report: &v1::SyncReport) -> Value {
    let changes = report
        .changes
        .iter()
        .map(|change| json!({ "officer": change.officer, "change": change_word(change.kind()), "etag": change.etag }));
    let violations = report.violations.iter().map(|found| {
        let mut value = found.violation.as_ref().map(violation).unwrap_or_else(|| json!({}));
        value["index"] = json!(found.index);
        value["id"] = json!(found.id);
        value
    });
    json!({
        "applied": report.applied,
        "replayed": report.replayed,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "withdrawn": report.withdrawn,
        "changes": changes.collect::<Vec<_>>(),
        "violations": violations.collect::<Vec<_>>(),
        "violations_total": report.violations_total,
        "confirm_withdrawals": report.confirm_withdrawals,
        "position": position_message(report.position.as_ref()),
    })
}

/// Returns the word of a kind of change.
pub(crate) fn change_word(kind: v1::ChangeKind) -> &'static str {
    match kind {
        v1::ChangeKind::Unspecified => "unspecified",
        v1::ChangeKind::Created => "created",
        v1::ChangeKind::Updated => "updated",
        v1::ChangeKind::Withdrawn => "withdrawn",
    }
}
