//! What of an entry may be seen: the one place that every read goes through.
//!
//! A suspended organisation's entries are not shown at all. A name whose last day has passed is not shown from that moment
//! on, whether or not the commit that erases it has been made yet: an entry must not depend on a task having run.

use std::sync::Arc;

use jiff::civil::Date;

use crate::entry::Entry;
use crate::officer::Officer;

impl Officer {
    /// Whether it carries a name whose last day was before `day`. A name without a last day never should have come in,
    /// and counts as ended.
    pub fn has_ended_name_on(&self, day: Date) -> bool {
        self.name.is_some() && self.name_until.is_none_or(|until| until < day)
    }

    /// Takes the name away, and with it mail address and phone number where these are the person's own.
    pub fn end_name(&mut self) {
        self.name = None;
        self.name_until = None;
        if self.contact.personal {
            self.contact.email = None;
            self.contact.phone = None;
        }
    }
}

/// `entry` as it is shown on `today`: itself, or a copy without the name that has ended.
pub fn visible(entry: &Arc<Entry>, today: Date) -> Arc<Entry> {
    if !entry.officer.has_ended_name_on(today) {
        return Arc::clone(entry);
    }
    let mut shown = Entry::clone(entry);
    shown.officer.end_name();
    Arc::new(shown)
}
