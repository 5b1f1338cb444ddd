//! The answer to a question as messages.

use index::{Contribution, Correction, Highlight, Suggestion, SuggestionTarget, Understanding};
use proto::v1;

use super::number;
use crate::directory::{At, Directory, Facet, Found, FoundGroup, FoundHit};

/// What the group of municipalities is called when nobody said which one is meant.
const YOUR_MUNICIPALITY: &str = "uw gemeente";

pub(in crate::grpc) fn found(found: Found, query: &str, directory: &Directory) -> v1::SearchOfficersResponse {
    v1::SearchOfficersResponse {
        understanding: Some(understanding(&found.understanding, query, directory)),
        hits: found.hits.into_iter().map(hit).collect(),
        next_page_token: found.next_page_token,
        total: number(found.total),
        facets: found.facets.into_iter().map(facet).collect(),
        position: Some(found.position.into()),
        drifted: found.drifted,
        completeness: v1::Completeness::Local.into(),
    }
}

fn hit(found: FoundHit) -> v1::SearchHit {
    v1::SearchHit {
        entry: Some(found.entry.as_ref().into()),
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

pub(in crate::grpc) fn suggested(suggested: At<Vec<Suggestion>>) -> v1::SuggestResponse {
    v1::SuggestResponse {
        suggestions: suggested.value.into_iter().map(suggestion).collect(),
        position: Some(suggested.position.into()),
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
