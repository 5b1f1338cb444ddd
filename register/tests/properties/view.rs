//! Properties of the view: following commits and loading yield the same view.

use std::collections::{BTreeMap, BTreeSet};

use crate::generators::{ORGANISATIONS, entry, position};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use register::change::{Actor, Applied, Change, Commit};
use register::entry::Entry;
use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{OfficerName, OrganisationId};
use register::oin::Oin;
use register::organisation::Organisation;
use register::position::Revision;
use register::view::View;

#[derive(Clone, Debug)]
enum Step {
    Organisation(Box<Organisation>),
    Grant(Grant),
    Revoke(Index),
    Put(Box<Entry>),
    Withdraw(Index),
}

fn organisation() -> impl Strategy<Value = Organisation> {
    let kinds = select(vec!["gemeente", "uitvoeringsorganisatie", "loket", "samenwerkingsverband"]);
    let states = select(vec!["known", "connected", "suspended"]);
    (select(ORGANISATIONS.to_vec()), kinds, states, any::<bool>()).prop_map(|(id, kind, status, serves)| {
        let serves = if serves {
            vec![serde_json::json!({"municipality": "GM0106", "basis": "mandaat"})]
        } else {
            vec![]
        };
        let code = (kind == "gemeente").then_some("GM0106");
        serde_json::from_value(
            serde_json::json!({"id": id, "name": id, "short_name": id, "kind": kind, "status": status,
            "serves": serves, "municipality_code": code}),
        )
        .expect("an organisation")
    })
}

fn grant() -> impl Strategy<Value = Grant> {
    (0..3_u8, select(ORGANISATIONS.to_vec())).prop_map(|(number, organisation)| Grant {
        oin: Oin::parse(&format!("0000009900000000{number}000")).expect("an OIN"),
        organisation: OrganisationId::parse(organisation).expect("an id"),
        roles: vec![Role::Publish],
        from: None,
        until: None,
        basis: GrantBasis::Own,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => organisation().prop_map(|organisation| Step::Organisation(Box::new(organisation))),
        2 => grant().prop_map(Step::Grant),
        1 => any::<Index>().prop_map(Step::Revoke),
        5 => entry().prop_map(|entry| Step::Put(Box::new(entry))),
        2 => any::<Index>().prop_map(Step::Withdraw),
    ]
}

/// A model of the register in plain maps, which produces the commits for the views.
#[derive(Default)]
struct Model {
    organisations: BTreeMap<OrganisationId, Organisation>,
    grants: BTreeMap<(Oin, OrganisationId), Grant>,
    entries: BTreeMap<OfficerName, Entry>,
    revision: u64,
}

impl Model {
    fn commit(&mut self, steps: &[Step]) -> Applied {
        self.revision += 1;
        let mut changes = Vec::new();
        let mut touched = BTreeSet::new();
        for step in steps {
            match step {
                Step::Organisation(organisation) => {
                    self.organisations
                        .insert(organisation.id.clone(), Organisation::clone(organisation));
                    changes.push(Change::OrganisationPut {
                        organisation: Organisation::clone(organisation),
                    });
                }
                Step::Grant(grant) => {
                    self.grants
                        .insert((grant.oin.clone(), grant.organisation.clone()), grant.clone());
                    changes.push(Change::GrantPut { grant: grant.clone() });
                }
                Step::Revoke(which) if !self.grants.is_empty() => {
                    let (oin, organisation) = which.get(&self.grants.keys().cloned().collect::<Vec<_>>()).clone();
                    self.grants.remove(&(oin.clone(), organisation.clone()));
                    changes.push(Change::GrantRevoked { oin, organisation });
                }
                Step::Put(entry) => {
                    touched.insert(entry.officer_name());
                    self.entries.insert(entry.officer_name(), Entry::clone(entry));
                }
                Step::Withdraw(which) if !self.entries.is_empty() => {
                    let name = which.get(&self.entries.keys().cloned().collect::<Vec<_>>()).clone();
                    self.entries.remove(&name);
                    touched.remove(&name);
                    changes.push(Change::OfficerWithdrawn { name, replaced_by: None });
                }
                Step::Revoke(_) | Step::Withdraw(_) => {}
            }
        }
        Applied {
            position: position(self.revision),
            commit: Commit {
                revision: Revision(self.revision),
                time: Timestamp::UNIX_EPOCH,
                actor: Actor::node(),
                changes,
            },
            entries: touched.iter().filter_map(|name| self.entries.get(name)).cloned().collect(),
        }
    }

    fn load(&self) -> View {
        View::load(
            position(self.revision),
            self.organisations.values().rev().cloned(),
            self.grants.values().cloned(),
            self.entries.values().rev().cloned(),
        )
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn following_history_equals_loading_its_end(history in vec(vec(step(), 0..6), 0..12), start in any::<Index>()) {
        let mut model = Model::default();
        let mut from_nothing = View::empty(position(0));
        // Another view is loaded halfway and follows from there, with every commit delivered twice.
        let mut late: Option<View> = None;
        let joins = start.index(history.len() + 1);
        for (number, steps) in history.iter().enumerate() {
            if number == joins {
                late = Some(model.load());
            }
            let applied = model.commit(steps);
            from_nothing.apply(&applied).expect("without a gap");
            if let Some(late) = &mut late {
                late.apply(&applied).expect("without a gap");
                late.apply(&applied).expect("a repetition is harmless");
            }
        }
        let loaded = model.load();
        prop_assert!(from_nothing == loaded);
        prop_assert!(late.is_none_or(|late| late == loaded));
        prop_assert_eq!(loaded.entries().count(), model.entries.len());
        for id in ORGANISATIONS {
            let id = OrganisationId::parse(id).expect("an id");
            let expected = model.entries.keys().filter(|name| name.organisation == id).count();
            prop_assert_eq!(loaded.entries_of(&id).count(), expected);
            let expected = model.grants.keys().filter(|(_, organisation)| *organisation == id).count();
            prop_assert_eq!(loaded.grants_for(&id).count(), expected);
        }
    }
}
