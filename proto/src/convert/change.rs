//! Changes for watchers: of organisations and officers, never of grants.

use std::collections::HashSet;

use register::change::{Applied, Change};
use register::entry::Entry;
use register::identifier::OfficerName;
use register::organisation::Organisation;

use super::error::ConvertError;
use super::text::{parse_optional, parse_required};
use crate::v1;

impl From<&Organisation> for v1::Change {
    /// A new or changed organisation.
    fn from(organisation: &Organisation) -> Self {
        Self {
            change: Some(v1::change::Change::Organisation(organisation.into())),
        }
    }
}

impl From<&Entry> for v1::Change {
    /// A new or changed entry.
    fn from(entry: &Entry) -> Self {
        Self {
            change: Some(v1::change::Change::Entry(entry.into())),
        }
    }
}

impl v1::Change {
    /// The withdrawal of the entry `name`, and its replacement, if any.
    pub fn withdrawal(name: &OfficerName, replaced_by: Option<&OfficerName>) -> Self {
        Self {
            change: Some(v1::change::Change::Withdrawal(v1::Withdrawal {
                officer: name.to_string(),
                replaced_by: replaced_by.map(ToString::to_string).unwrap_or_default(),
            })),
        }
    }
}

impl v1::Withdrawal {
    /// Parses the name of the withdrawn entry and of its replacement.
    pub fn to_names(&self) -> Result<(OfficerName, Option<OfficerName>), ConvertError> {
        let name = parse_required("withdrawal.officer", &self.officer, OfficerName::parse)?;
        let replaced_by = parse_optional("withdrawal.replaced_by", &self.replaced_by, OfficerName::parse)?;
        Ok((name, replaced_by))
    }
}

/// Lists the changes of a commit, in order; each entry once, in its new state. Empty for a commit of only grants.
///
/// This function does not filter: the caller passes visible entries and leaves out suspended organisations.
pub fn changes_of(applied: &Applied) -> Vec<v1::Change> {
    let mut listed = HashSet::new();
    let mut changes = Vec::new();
    for change in &applied.commit.changes {
        if let Change::OrganisationPut { organisation } = change {
            changes.push(v1::Change::from(organisation));
        }
        let Some(name) = change.officer_name() else { continue };
        if let Some(entry) = entry_of(applied, &name) {
            if listed.insert(name) {
                changes.push(v1::Change::from(entry));
            }
        } else if let Change::OfficerWithdrawn { name, replaced_by } = change {
            changes.push(v1::Change::withdrawal(name, replaced_by.as_ref()));
        }
    }
    changes
}

/// Returns the new state of the entry `name`; `None` if it was withdrawn.
fn entry_of<'a>(applied: &'a Applied, name: &OfficerName) -> Option<&'a Entry> {
    let key = (&name.organisation, &name.officer);
    let by_name = |entry: &Entry| (&entry.officer.organisation, &entry.officer.id).cmp(&key);
    let place = applied.entries.binary_search_by(by_name).ok()?;
    applied.entries.get(place)
}
