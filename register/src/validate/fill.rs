//! What a fill from files needs beyond a sync: the overlays that a file may carry, and names without an end.

use jiff::{ToSpan, civil::Date};

use super::{Rules, draft_reader::DraftReader};
use crate::draft::OfficerDraft;
use crate::presence::Presence;
use crate::verification::Verification;
use crate::violation::Violation;

/// The overlays that a file carries along with an officer. A sync passes them over.
pub fn overlays(draft: &OfficerDraft, rules: &Rules<'_>) -> Result<(Presence, Option<Verification>), Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let presence = reader.absences(&draft.absences);
    let verified_on = reader.date("verified_on", draft.verified_on.as_deref());
    let verification = verified_on.map(|day| Verification::new(day, None));
    reader.finish(Some((presence, verification)))
}

/// Gives a name without a last day one: a year from `today`. For registers that are filled from files without that field.
/// A sync refuses such a name, because there a person is answerable for it, and a date that moved with the day of
/// reading would make every night's list another one.
pub fn with_end_of_name(mut draft: OfficerDraft, today: Date) -> OfficerDraft {
    let is_blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    if !is_blank(&draft.name) && is_blank(&draft.name_until) {
        draft.name_until = Some(today.saturating_add(1.year()).to_string());
    }
    draft
}
