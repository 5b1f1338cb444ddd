//! Properties of the diff: applying it yields the wanted officers, and order does not matter.

use std::collections::BTreeMap;

use crate::generators::officer;
use proptest::collection::vec;
use proptest::prelude::*;
use register::change::Mutation;
use register::diff::plan;
use register::identifier::OfficerName;
use register::officer::Officer;

/// Officers with distinct names, in any order.
fn officers() -> impl Strategy<Value = Vec<Officer>> {
    vec(officer(), 0..12)
        .prop_map(|officers| by_name(officers).into_values().collect::<Vec<_>>())
        .prop_shuffle()
}

fn by_name(officers: Vec<Officer>) -> BTreeMap<OfficerName, Officer> {
    officers
        .into_iter()
        .map(|officer| (officer.officer_name(), officer))
        .collect()
}

fn apply(current: &[Officer], mutations: Vec<Mutation>) -> BTreeMap<OfficerName, Officer> {
    let mut officers = by_name(current.to_vec());
    for mutation in mutations {
        match mutation {
            Mutation::PutOfficer(officer) => {
                officers.insert(officer.officer_name(), officer);
            }
            Mutation::WithdrawOfficer { name, .. } => {
                officers.remove(&name).expect("only existing officers are withdrawn");
            }
            other => panic!("a diff must not contain {other:?}"),
        }
    }
    officers
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn applying_a_diff_yields_the_wanted_officers(current in officers(), wanted in officers()) {
        let there = apply(&current, plan(&current, wanted.clone()).into_mutations());
        prop_assert_eq!(&there, &by_name(wanted.clone()));
        let back = apply(&wanted, plan(&wanted, current.clone()).into_mutations());
        prop_assert_eq!(back, by_name(current));
    }

    #[test]
    fn a_diff_of_equals_is_empty(current in officers(), wanted in officers().prop_shuffle()) {
        let same = plan(&current, current.iter().rev().cloned().collect());
        prop_assert!(same.is_empty());
        prop_assert_eq!(same.unchanged.len(), current.len());
        prop_assert!(plan(&wanted, wanted.clone()).is_empty());
    }

    #[test]
    fn order_is_irrelevant_and_each_name_is_in_one_list(
        (current, shuffled) in officers().prop_flat_map(|officers| (Just(officers.clone()), Just(officers).prop_shuffle())),
        wanted in officers(),
    ) {
        let one = plan(&current, wanted.clone());
        let other = plan(&shuffled, wanted.iter().rev().cloned().collect());
        prop_assert_eq!(&one, &other);
        let fates = one.updated.len() + one.unchanged.len() + one.withdrawn.len();
        prop_assert_eq!(fates, current.len());
        prop_assert_eq!(one.created.len() + one.updated.len() + one.unchanged.len(), wanted.len());
    }
}
