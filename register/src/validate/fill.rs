//! Reads what a fill from files accepts beyond a sync: overlays, and names without an end date.

use jiff::{ToSpan, civil::Date};

use super::{Rules, draft_reader::DraftReader};
use crate::draft::OfficerDraft;
use crate::presence::Presence;
use crate::verification::Verification;
use crate::violation::Violation;

/// Reads the overlays in a file's draft of an officer. A sync ignores them.
pub fn overlays(draft: &OfficerDraft, rules: &Rules<'_>) -> Result<(Presence, Option<Verification>), Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let presence = reader.absences(&draft.absences);
    let verified_on = reader.date("verified_on", draft.verified_on.as_deref());
    let verification = verified_on.map(|day| Verification::new(day, None));
    reader.finish(Some((presence, verification)))
}

/// Sets the end date of a name without one to a year from `today`, for fills from files without that field.
///
/// A sync refuses such a name instead: there, the organisation is responsible for the date, and a date that depends on the day
/// of import would change every entry every night.
pub fn with_end_of_name(mut draft: OfficerDraft, today: Date) -> OfficerDraft {
    let is_blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    if !is_blank(&draft.name) && is_blank(&draft.name_until) {
        draft.name_until = Some(today.saturating_add(1.year()).to_string());
    }
    draft
}
