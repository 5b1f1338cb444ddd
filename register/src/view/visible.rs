//! What of an entry may be seen: the one place that every read goes through.
//!
//! A suspended organisation's entries are not shown at all. A name whose last day has passed is not shown from that moment
//! on, whether or not the commit that erases it has been made yet: an entry must not depend on a task having run.

use std::sync::Arc;

use jiff::civil::Date;

use crate::entry::Entry;

/// `entry` as it is shown on `today`: itself, or a copy without the name that has ended.
pub fn visible(entry: &Arc<Entry>, today: Date) -> Arc<Entry> {
    if !entry.officer.has_ended_name_on(today) {
        return Arc::clone(entry);
    }
    let mut shown = Entry::clone(entry);
    shown.officer.end_name();
    Arc::new(shown)
}
