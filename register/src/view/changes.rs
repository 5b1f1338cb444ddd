//! The difference between two versions of a view, from which other data is derived.

use std::sync::Arc;

use imbl::ordmap::DiffItem;

use super::View;
use crate::entry::Entry;
use crate::identifier::OfficerName;
use crate::organisation::Organisation;

/// The difference from an older view to a newer one, with the new content. Each item once, in key order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ViewChanges {
    /// New or changed organisations.
    pub organisations: Vec<Arc<Organisation>>,
    /// New or changed entries.
    pub entries: Vec<Arc<Entry>>,
    /// Removed entries.
    pub withdrawn: Vec<OfficerName>,
}

impl View {
    /// The changes since `older`, an earlier version of this view. The versions share unchanged parts, so the time depends on
    /// the number of changes, not on the size of the register.
    pub fn changes_since(&self, older: &View) -> ViewChanges {
        let mut changes = ViewChanges::default();
        for difference in older.organisations.diff(&self.organisations) {
            match difference {
                DiffItem::Add(_, organisation)
                | DiffItem::Update {
                    new: (_, organisation), ..
                } => {
                    changes.organisations.push(Arc::clone(organisation));
                }
                // Organisations are never removed, only suspended.
                DiffItem::Remove(..) => {}
            }
        }
        for difference in older.entries.diff(&self.entries) {
            match difference {
                DiffItem::Add(_, entry) | DiffItem::Update { new: (_, entry), .. } => changes.entries.push(Arc::clone(entry)),
                DiffItem::Remove(name, _) => changes.withdrawn.push(name.clone()),
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::position::{Epoch, Position, Revision};

    fn view(entries: &[(&str, u64)]) -> View {
        let entries = entries.iter().map(|(id, revision)| -> Entry {
            serde_json::from_value(serde_json::json!({
                "organisation": "zb000211", "id": id, "function_title": "Maatwerk", "etag": "0".repeat(32),
                "revision": revision, "updated_at": "2026-11-20T10:00:00Z",
            }))
            .unwrap()
        });
        View::load(
            Position::new(Epoch::from_uuid(uuid::Uuid::nil()), Revision(9)),
            [],
            [],
            entries,
        )
    }

    #[test]
    fn each_difference_is_listed_once() {
        let changes = view(&[("a", 1), ("b", 2), ("d", 9)]).changes_since(&view(&[("a", 1), ("b", 1), ("c", 1)]));
        let ids: Vec<&str> = changes.entries.iter().map(|entry| entry.officer.id.as_str()).collect();
        assert_eq!(ids, ["b", "d"]);
        let gone: Vec<&str> = changes.withdrawn.iter().map(|name| name.officer.as_str()).collect();
        assert_eq!(gone, ["c"]);
        assert_eq!(view(&[("a", 1)]).changes_since(&view(&[("a", 1)])), ViewChanges::default());
    }
}
