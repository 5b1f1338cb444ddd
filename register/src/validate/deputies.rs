//! Checks the chains of deputies, in one pass over the whole set.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::identifier::OfficerId;

/// A fault in an officer's chain of deputies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeputyFault {
    /// The chain runs into a cycle.
    Cycle,
    /// The chain is too long.
    TooLong,
}

/// Returns the officers whose chain of deputies runs into a cycle or takes more than `most` steps.
pub(super) fn deputy_faults<'a>(
    deputy_of: &BTreeMap<&'a OfficerId, &'a OfficerId>,
    most: usize,
) -> HashMap<&'a OfficerId, DeputyFault> {
    // The length of each officer's chain. None if it runs into a cycle.
    let mut steps: HashMap<&OfficerId, Option<usize>> = HashMap::new();
    for &start in deputy_of.keys() {
        let mut path = Vec::new();
        let mut on_path = HashSet::new();
        let mut at = start;
        let mut length = loop {
            if let Some(known) = steps.get(at) {
                break *known;
            }
            if !on_path.insert(at) {
                break None;
            }
            let Some(&next) = deputy_of.get(at) else { break Some(0) };
            path.push(at);
            at = next;
        };
        for id in path.into_iter().rev() {
            length = length.map(|length| length + 1);
            steps.insert(id, length);
        }
    }
    steps
        .into_iter()
        .filter_map(|(id, length)| match length {
            None => Some((id, DeputyFault::Cycle)),
            Some(length) => (length > most).then_some((id, DeputyFault::TooLong)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(pairs: &[(&str, &str)]) -> Vec<(String, DeputyFault)> {
        let ids: Vec<(OfficerId, OfficerId)> = pairs
            .iter()
            .map(|(id, deputy)| (OfficerId::parse(id).unwrap(), OfficerId::parse(deputy).unwrap()))
            .collect();
        let mut found: Vec<(String, DeputyFault)> = deputy_faults(&ids.iter().map(|(id, deputy)| (id, deputy)).collect(), 5)
            .into_iter()
            .map(|(id, fault)| (id.to_string(), fault))
            .collect();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        found
    }

    #[test]
    fn a_cycle_is_found_from_inside_and_outside() {
        let found = faults_of(&[("a", "b"), ("b", "c"), ("c", "b"), ("d", "e")]);
        assert_eq!(
            found,
            [("a", "b", "c")]
                .iter()
                .flat_map(|(a, b, c)| [a, b, c])
                .map(|id| ((*id).to_owned(), DeputyFault::Cycle))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn five_steps_are_allowed_and_six_are_not() {
        let found = faults_of(&[("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "f"), ("f", "g")]);
        assert_eq!(found, [("a".to_owned(), DeputyFault::TooLong)]);
    }
}
