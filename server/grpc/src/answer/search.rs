//! The answer to a question as messages.

use directory::federation::Provenance;
use directory::federation::ask::{Completeness, RegisterState, RegisterStatus, ServedFrom, wire};
use directory::{Directory, Facet, Found, FoundGroup, FoundHit, LocalShare, LocalTally, Suggested};
use index::{Contribution, Correction, Highlight, Suggestion, SuggestionTarget, Understanding};
use proto::convert::to_wire_timestamp;
use proto::{v1, v1alpha};

use super::number;
use super::peers::wire_duration;

/// What the group of municipalities is called when nobody said which one is meant.
const YOUR_MUNICIPALITY: &str = "uw gemeente";

pub(crate) fn found(found: Found, query: &str, directory: &Directory) -> v1::SearchOfficersResponse {
    v1::SearchOfficersResponse {
        understanding: Some(understanding(&found.understanding, query, directory)),
        hits: found.hits.into_iter().map(hit).collect(),
        next_page_token: found.next_page_token,
        total: number(found.total),
        facets: found.facets.into_iter().map(facet).collect(),
        position: Some(found.position.into()),
        drifted: found.drifted,
        completeness: completeness(found.completeness),
        registers: found.registers.into_iter().map(register_status).collect(),
    }
}

fn hit(found: FoundHit) -> v1::SearchHit {
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

fn group(group: FoundGroup) -> v1::HitGroup {
    let members = group.members.into_iter().map(|member| v1::GroupMember {
        officer: member.officer.to_string(),
        organisation: member.organisation,
        municipality: member.municipality.map(|code| code.to_string()).unwrap_or_default(),
    });
    v1::HitGroup {
        label: YOUR_MUNICIPALITY.to_owned(),
        size: number(group.size),
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
        start: number(range.start),
        end: number(range.end),
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
        count: number(count.count),
    });
    v1::Facet {
        field: facet.field.to_owned(),
        counts: counts.collect(),
    }
}

fn understanding(understood: &Understanding, query: &str, directory: &Directory) -> v1::Understanding {
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
        corrections: understood.corrections.iter().map(|it| correction(it, query)).collect(),
    }
}

fn correction(correction: &Correction, query: &str) -> v1::Correction {
    v1::Correction {
        read_as: correction.meant.clone(),
        range: word_in(query, &correction.typed).map(range),
    }
}

/// Where `word` stands in `query`; upper and lower case and diacritics aside, as it was understood.
fn word_in(query: &str, word: &str) -> Option<std::ops::Range<usize>> {
    let wanted = register::gazetteer::fold(word);
    let mut start = 0;
    for part in query.split(|c: char| !c.is_alphanumeric()) {
        let at = start..start + part.len();
        let separator = query[at.end..].chars().next().map_or(0, char::len_utf8);
        start = at.end + separator;
        if !part.is_empty() && register::gazetteer::fold(part) == wanted {
            return Some(at);
        }
    }
    None
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
        hits: number(status.hits),
        position: status.position.map(Into::into),
        served_from: served_from.into(),
        age: status.age.and_then(wire_duration),
        problem: status.problem.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
    }
}

pub(crate) fn provenance(provenance: &Provenance) -> v1::Provenance {
    v1::Provenance {
        register: provenance.register.to_string(),
        position: Some(provenance.position.into()),
        fetched_at: Some(to_wire_timestamp(provenance.fetched_at)),
    }
}

/// What this register contributes to a peer's answer.
pub(crate) fn contributed(contributed: LocalShare, with_facets: bool) -> v1alpha::SearchLocalResponse {
    v1alpha::SearchLocalResponse {
        position: Some(contributed.position.into()),
        organisations_hash: contributed.organisations_hash,
        share: contributed.share.as_ref().map(|share| wire::share(share, with_facets)),
        entries: contributed.entries.iter().map(|entry| entry.as_ref().into()).collect(),
    }
}

/// What this register has counted for a peer.
pub(crate) fn tallied(tallied: LocalTally) -> v1alpha::SuggestLocalResponse {
    let counted = tallied.share.as_ref().map(wire::suggest_counts);
    let (officers, functions) = counted.map_or_else(Default::default, |(officers, functions)| (officers, Some(functions)));
    v1alpha::SuggestLocalResponse {
        position: Some(tallied.position.into()),
        organisations_hash: tallied.organisations_hash,
        officers,
        functions,
    }
}

pub(crate) fn suggested(suggested: Suggested) -> v1::SuggestResponse {
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
        officers: number(suggestion.count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_word_is_found_where_it_stands() {
        assert_eq!(word_in("Te hoge Huurtoeslg!", "huurtoeslg"), Some(8..18));
        assert_eq!(word_in("één écht rar woord", "rar"), Some(12..15));
        assert_eq!(word_in("iets anders", "rar"), None);
        assert_eq!(word_in("", "rar"), None);
    }
}
