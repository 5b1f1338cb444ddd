//! Compares a snapshot, an organisation's complete list, with the officers that the register holds.
//!
//! Only officers managed by sync are compared, by content without overlays. Officers managed on the page are neither compared
//! nor withdrawn: the caller leaves them out of `current`, and validation refuses a list that contains one of their ids.

mod guard;

use std::collections::BTreeMap;

pub use guard::{MassWithdrawal, guard_withdrawals};

use crate::change::Mutation;
use crate::identifier::OfficerName;
use crate::officer::Officer;

/// The changes that turn the current officers into the wanted ones. Each list is in order of name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncPlan {
    /// Officers to create.
    pub created: Vec<Officer>,
    /// Officers to update, with their new content.
    pub updated: Vec<Officer>,
    /// Officers that stay as they are.
    pub unchanged: Vec<OfficerName>,
    /// Officers to withdraw.
    pub withdrawn: Vec<OfficerName>,
}

/// Compares `current` with `wanted`, in any order. Validation and storage ensure that names are unique in both; of a duplicate
/// in `wanted`, the last one counts.
pub fn plan<'a>(current: impl IntoIterator<Item = &'a Officer>, wanted: Vec<Officer>) -> SyncPlan {
    let mut wanted: BTreeMap<OfficerName, Officer> =
        wanted.into_iter().map(|officer| (officer.officer_name(), officer)).collect();
    let current: BTreeMap<OfficerName, &Officer> = current.into_iter().map(|officer| (officer.officer_name(), officer)).collect();

    let mut plan = SyncPlan::default();
    for (name, held) in current {
        match wanted.remove(&name) {
            None => plan.withdrawn.push(name),
            Some(officer) if officer == *held => plan.unchanged.push(name),
            Some(officer) => plan.updated.push(officer),
        }
    }
    plan.created = wanted.into_values().collect();
    plan
}

impl SyncPlan {
    /// Whether the plan changes nothing. Then there is no commit and no new revision.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty() && self.updated.is_empty() && self.withdrawn.is_empty()
    }

    /// Refuses a mass withdrawal unless `confirmed` equals the number of withdrawals ([`guard_withdrawals`]). `held` is the
    /// number of officers that were compared, and `withdrawn_before` that of earlier withdrawals within the window.
    pub fn guard(&self, held: usize, withdrawn_before: usize, confirmed: Option<u32>) -> Result<(), MassWithdrawal> {
        guard_withdrawals(self.withdrawn.len(), held, withdrawn_before, confirmed)
    }

    /// The mutations that carry out the plan, withdrawals last.
    pub fn into_mutations(self) -> Vec<Mutation> {
        let puts = self.created.into_iter().chain(self.updated).map(Mutation::PutOfficer);
        let withdrawals = self
            .withdrawn
            .into_iter()
            .map(|name| Mutation::WithdrawOfficer { name, replaced_by: None });
        puts.chain(withdrawals).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(id: &str, title: &str) -> Officer {
        serde_json::from_value(serde_json::json!({"organisation": "zb000211", "id": id, "function_title": title})).unwrap()
    }

    #[test]
    fn a_plan_contains_each_officer_once() {
        let current = [officer("a", "Een"), officer("b", "Twee"), officer("c", "Drie")];
        let plan = plan(
            &current,
            vec![officer("d", "Vier"), officer("b", "Anders"), officer("a", "Een")],
        );
        assert_eq!(plan.created, [officer("d", "Vier")]);
        assert_eq!(plan.updated, [officer("b", "Anders")]);
        assert_eq!(plan.unchanged, [officer("a", "Een").officer_name()]);
        assert_eq!(plan.withdrawn, [officer("c", "Drie").officer_name()]);
        assert_eq!(plan.into_mutations().len(), 3);
    }
}
