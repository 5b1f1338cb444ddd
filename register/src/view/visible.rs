//! What callers may see of an entry. Every read goes through this function.
//!
//! Entries of a suspended organisation are hidden. An expired name is hidden from the day after its last day, even if the
//! commit that erases it has not been made yet: visibility must not depend on a background task.

use std::sync::Arc;

use jiff::civil::Date;

use crate::entry::Entry;

/// The visible form of `entry` on `today`: the entry itself, or a copy without its expired name.
pub fn visible(entry: &Arc<Entry>, today: Date) -> Arc<Entry> {
    if !entry.officer.has_ended_name_on(today) {
        return Arc::clone(entry);
    }
    let mut shown = Entry::clone(entry);
    shown.officer.end_name();
    Arc::new(shown)
}
