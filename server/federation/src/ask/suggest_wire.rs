//! Conversion of suggestions to and from messages between registers.

use std::collections::BTreeSet;

use index::{SuggestShare, SuggestionTarget};
use proto::v1::SuggestionKind;
use proto::v1alpha;

use super::wire::{Unreadable, count, number};
use crate::received::{BadAnswer, PeerReader};

/// Writes a suggestion candidate.
pub fn target(target: &SuggestionTarget) -> v1alpha::SuggestionTarget {
    let (kind, value) = match target {
        SuggestionTarget::Competence(code) => (SuggestionKind::Competence, code.to_string()),
        SuggestionTarget::Organisation(id) => (SuggestionKind::Organisation, id.to_string()),
        SuggestionTarget::Municipality(code) => (SuggestionKind::Place, code.to_string()),
        SuggestionTarget::Domain(code) => (SuggestionKind::Domain, code.to_string()),
        SuggestionTarget::Function(title) => (SuggestionKind::Function, title.clone()),
    };
    v1alpha::SuggestionTarget {
        kind: kind.into(),
        value,
    }
}

/// Reads a suggestion candidate; `None` if it is malformed.
pub fn read_target(message: &v1alpha::SuggestionTarget) -> Option<SuggestionTarget> {
    let value = message.value.as_str();
    Some(match message.kind() {
        SuggestionKind::Competence => SuggestionTarget::Competence(value.parse().ok()?),
        SuggestionKind::Organisation => SuggestionTarget::Organisation(value.parse().ok()?),
        SuggestionKind::Place => SuggestionTarget::Municipality(value.parse().ok()?),
        SuggestionKind::Domain => SuggestionTarget::Domain(value.parse().ok()?),
        SuggestionKind::Function => SuggestionTarget::Function(value.to_owned()),
        SuggestionKind::Unspecified => return None,
    })
}

/// Writes the counts of suggestions.
pub fn suggest_counts(share: &SuggestShare) -> (Vec<u32>, v1alpha::Counts) {
    let functions = v1alpha::Counts {
        values: share.functions.iter().map(|(title, _)| title.clone()).collect(),
        counts: share.functions.iter().map(|(_, count)| number(*count)).collect(),
    };
    (share.counts.iter().map(|count| number(*count)).collect(), functions)
}

/// Reads the counts that a register returned for `targets` candidates, with at most `limit` functions.
pub(crate) fn read_suggest_counts(
    answer: v1alpha::SuggestLocalResponse,
    targets: usize,
    limit: usize,
    reader: &PeerReader,
) -> Result<SuggestShare, BadAnswer> {
    let functions = answer.functions.unwrap_or_default();
    if answer.officers.len() != targets || functions.values.len() != functions.counts.len() {
        return Err(BadAnswer::new("its counts do not match the request"));
    }
    if functions.values.len() > limit {
        return Err(BadAnswer::new("it has more suggestions than requested"));
    }
    let counts = answer.officers.iter().map(|number| count(*number));
    let counts = counts.collect::<Result<_, _>>()?;
    let mut titles: BTreeSet<&str> = BTreeSet::new();
    for title in &functions.values {
        reader.check_title(title)?;
        if !titles.insert(title) {
            return Err(BadAnswer::new("it has a suggestion more than once"));
        }
    }
    let functions = functions.values.into_iter().zip(functions.counts);
    let functions = functions
        .map(|(title, number)| Ok((title, count(number)?)))
        .collect::<Result<_, Unreadable>>()?;
    Ok(SuggestShare { counts, functions })
}
