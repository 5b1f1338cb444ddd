//! Converts search results and suggestions to messages.

use directory::federation::ask::{Completeness, RegisterState, RegisterStatus, ServedFrom, suggest_wire, wire};
use directory::{
    Certainty, Contribution, Correction, Highlight, Suggestion, SuggestionTarget, Understanding, UnderstoodCompetence,
    UnderstoodPlace,
};
use directory::{Directory, Facet, HitGroup, LocalShare, LocalSuggestions, SearchHit, SearchResults, Suggestions};
use proto::{v1, v1alpha};

use super::number::to_i32;
use super::peers::wire_duration;
use super::routes::provenance;

/// The label of a group of municipalities when the query names no municipality.
const YOUR_MUNICIPALITY: &str = "uw gemeente";

pub(crate) fn search_results(results: SearchResults, directory: &Directory) -> v1::SearchOfficersResponse {
    v1::SearchOfficersResponse {
        understanding: Some(understanding(&results.understanding, directory)),
        hits: results.hits.into_iter().map(hit).collect(),
        next_page_token: results.next_page_token,
        total: to_i32(results.total),
        facets: results.facets.into_iter().map(facet).collect(),
        position: Some(results.position.into()),
        drifted: results.drifted,
        completeness: completeness(results.completeness),
        registers: results.registers.into_iter().map(register_status).collect(),
    }
}

fn hit(found: SearchHit) -> v1::SearchHit {
    v1::SearchHit {
        entry: Some(v1::Entry {
            provenance: found.provenance.as_ref().map(provenance),
            ..found.entry.as_ref().into()
        }),
        organisation: Some(found.organisation.as_ref().into()),
        score: found.hit.score.as_f64(),
        highlights: found.hit.highlights.into_iter().map(highlight).collect(),
        matched_competences: found.hit.competences.iter().map(ToString::to_string).collect(),
        group: found.group.map(group),
        contributions: found.hit.explanation.into_iter().map(contribution).collect(),
    }
}

fn group(group: HitGroup) -> v1::HitGroup {
    let members = group.members.into_iter().map(|member| v1::GroupMember {
        officer: member.officer.to_string(),
        organisation: member.organisation,
        municipality: member.municipality.map(|code| code.to_string()).unwrap_or_default(),
    });
    v1::HitGroup {
        label: YOUR_MUNICIPALITY.to_owned(),
        size: to_i32(group.size),
        members: members.collect(),
    }
}

fn highlight(highlight: Highlight) -> v1::Highlight {
    v1::Highlight {
        field: highlight.field.as_str().to_owned(),
        text: highlight.fragment,
        ranges: highlight.marked.into_iter().map(range).collect(),
    }
}

fn range(range: std::ops::Range<usize>) -> v1::TextRange {
    v1::TextRange {
        start: to_i32(range.start),
        end: to_i32(range.end),
    }
}

fn contribution(contribution: Contribution) -> v1::Contribution {
    v1::Contribution {
        layer: contribution.layer.to_owned(),
        field: contribution.field,
        term: contribution.word,
        score: contribution.score.as_f64(),
    }
}

fn facet(facet: Facet) -> v1::Facet {
    let counts = facet.counts.into_iter().map(|count| v1::FacetCount {
        value: count.value,
        label: count.label,
        count: to_i32(count.count),
    });
    v1::Facet {
        field: facet.field.to_owned(),
        counts: counts.collect(),
    }
}

fn understanding(understood: &Understanding, directory: &Directory) -> v1::Understanding {
    let competences = || understood.competences.iter().map(|competence| &competence.code);
    let mut domains: Vec<String> = Vec::new();
    for code in competences().flat_map(|code| directory.vocabulary().domains_of_competence(code)) {
        if !domains.iter().any(|known| known == code.as_str()) {
            domains.push(code.to_string());
        }
    }
    let organisations = understood
        .organisations
        .iter()
        .map(|organisation| organisation.id.resource_name());
    let municipalities = understood.places.iter().flat_map(|place| &place.municipalities);
    v1::Understanding {
        summary: understood.sentence(),
        competences: competences().map(ToString::to_string).collect(),
        domains,
        organisations: organisations.collect(),
        municipalities: municipalities.map(ToString::to_string).collect(),
        corrections: understood.corrections.iter().map(correction).collect(),
        certainty: certainty(understood.certainty).into(),
        likely_competences: understood.competences.iter().map(likely_competence).collect(),
        not_understood: understood.unknown_words.iter().cloned().map(range).collect(),
        language: understood.language.unwrap_or_default().to_owned(),
        places: understood.places.iter().map(|named| place(named, directory)).collect(),
    }
}

fn place(place: &UnderstoodPlace, directory: &Directory) -> v1::UnderstoodPlace {
    let municipalities = place.municipalities.iter().map(|code| v1::PlaceMunicipality {
        code: code.to_string(),
        official_name: directory.gazetteer().official_name(code).to_owned(),
    });
    v1::UnderstoodPlace {
        name: place.name.clone(),
        municipalities: municipalities.collect(),
    }
}

fn certainty(certainty: Certainty) -> v1::Certainty {
    match certainty {
        Certainty::NotUnderstood => v1::Certainty::NotUnderstood,
        Certainty::Unsure => v1::Certainty::Unsure,
        Certainty::Sure => v1::Certainty::Sure,
    }
}

fn likely_competence(competence: &UnderstoodCompetence) -> v1::UnderstoodCompetence {
    v1::UnderstoodCompetence {
        competence: competence.code.to_string(),
        confidence: competence.confidence,
        words: competence.words.clone(),
    }
}

fn correction(correction: &Correction) -> v1::Correction {
    v1::Correction {
        read_as: correction.meant.clone(),
        range: Some(range(correction.range.clone())),
        translated_from: correction.language.unwrap_or_default().to_owned(),
    }
}

fn completeness(completeness: Completeness) -> i32 {
    let completeness = match completeness {
        Completeness::Complete => v1::Completeness::Complete,
        Completeness::Partial => v1::Completeness::Partial,
        Completeness::Local => v1::Completeness::Local,
    };
    completeness.into()
}

fn register_status(status: RegisterStatus) -> v1::RegisterStatus {
    use v1::RegisterState as Wire;
    let state = match status.state {
        RegisterState::Ok => Wire::Ok,
        RegisterState::TimedOut => Wire::TimedOut,
        RegisterState::Unreachable => Wire::Unreachable,
        RegisterState::Refused => Wire::Refused,
        RegisterState::Incompatible => Wire::Incompatible,
        RegisterState::BadAnswer => Wire::BadAnswer,
        RegisterState::Skipped => Wire::Skipped,
    };
    let served_from = match status.served_from {
        None => v1::ServedFrom::Unspecified,
        Some(ServedFrom::Live) => v1::ServedFrom::Live,
        Some(ServedFrom::Replica) => v1::ServedFrom::Replica,
    };
    v1::RegisterStatus {
        register: status.register.to_string(),
        state: state.into(),
        reason: status.reason,
        message: status.message,
        took: wire_duration(status.took),
        hits: to_i32(status.hits),
        position: status.position.map(Into::into),
        served_from: served_from.into(),
        age: status.age.and_then(wire_duration),
        problem: status.problem.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
    }
}

/// Converts this register's contribution to the search of a peer.
pub(crate) fn local_share(local: LocalShare, with_facets: bool) -> v1alpha::SearchLocalResponse {
    v1alpha::SearchLocalResponse {
        position: Some(local.position.into()),
        organisations_hash: local.organisations_hash,
        share: local.share.as_ref().map(|share| wire::share(share, with_facets)),
        entries: local.entries.iter().map(|entry| entry.as_ref().into()).collect(),
    }
}

/// Converts this register's contribution to the suggestions of a peer.
pub(crate) fn local_suggestions(local: LocalSuggestions) -> v1alpha::SuggestLocalResponse {
    let counted = local.share.as_ref().map(suggest_wire::suggest_counts);
    let (officers, functions) = counted.map_or_else(Default::default, |(officers, functions)| (officers, Some(functions)));
    v1alpha::SuggestLocalResponse {
        position: Some(local.position.into()),
        organisations_hash: local.organisations_hash,
        officers,
        functions,
    }
}

pub(crate) fn suggestions(suggested: Suggestions) -> v1::SuggestResponse {
    v1::SuggestResponse {
        suggestions: suggested.suggestions.into_iter().map(suggestion).collect(),
        position: Some(suggested.position.into()),
        completeness: completeness(suggested.completeness),
        registers: suggested.registers.into_iter().map(register_status).collect(),
    }
}

fn suggestion(suggestion: Suggestion) -> v1::Suggestion {
    use v1::SuggestionKind as Kind;
    let (kind, value) = match suggestion.target {
        SuggestionTarget::Competence(code) => (Kind::Competence, code.to_string()),
        SuggestionTarget::Domain(code) => (Kind::Domain, code.to_string()),
        SuggestionTarget::Organisation(id) => (Kind::Organisation, id.resource_name()),
        SuggestionTarget::Municipality(code) => (Kind::Place, code.to_string()),
        SuggestionTarget::Function(_) => (Kind::Function, String::new()),
    };
    v1::Suggestion {
        kind: kind.into(),
        text: suggestion.text,
        value,
        officers: to_i32(suggestion.count),
    }
}
