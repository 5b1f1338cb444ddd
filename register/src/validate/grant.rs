//! Validates grants.

use super::{Rules, draft_reader::DraftReader};
use crate::draft::GrantDraft;
use crate::grant::{Grant, GrantBasis, Role};
use crate::oin::Oin;
use crate::violation::{Violation, ViolationCode};

/// Validates a grant, or returns all violations. An absent `basis` means that the OIN is the organisation's own.
pub fn grant(draft: &GrantDraft, rules: &Rules<'_>) -> Result<Grant, Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let grant = reader.grant(draft);
    reader.finish(grant)
}

impl DraftReader<'_> {
    fn grant(&mut self, draft: &GrantDraft) -> Option<Grant> {
        let oin = Oin::parse(draft.oin.trim()).ok();
        if oin.is_none() {
            let message = "Dit is geen OIN; een OIN telt 20 tekens en begint met een bekend voorvoegsel, zoals 00000001.";
            self.refuse("oin", ViolationCode::Malformed, message);
        }
        let organisation = self.organisation_id("organisation", &draft.organisation);
        let words = Role::ALL.map(Role::as_str);
        let mut roles = self.each("roles", &draft.roles, 4 * Role::ALL.len(), |reader, field, text| {
            reader.word(field, text, &words, Role::parse)
        });
        roles.sort_unstable();
        roles.dedup();
        if draft.roles.iter().all(|role| role.trim().is_empty()) {
            let message = "De machtiging noemt geen rol; kies lookup, publish, resolve, peer of operate.";
            self.refuse("roles", ViolationCode::Required, message);
        }
        let from = self.date("from", draft.from.as_deref());
        let until = self.date("until", draft.until.as_deref());
        self.check_range("until", from, until);
        let basis = self.word("basis", &draft.basis, &["own", "mandate"], GrantBasis::parse);
        Some(Grant {
            oin: oin?,
            organisation: organisation?,
            roles,
            from,
            until,
            basis: basis.unwrap_or(GrantBasis::Own),
        })
    }
}
