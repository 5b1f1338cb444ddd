//! Validates needs.

use jiff::Timestamp;

use super::{Rules, draft_reader::DraftReader};
use crate::draft::NeedDraft;
use crate::identifier::OrganisationId;
use crate::need::Need;
use crate::violation::{Violation, ViolationCode};

/// Validates a need, or returns all violations. Without a moment, the need is at `now`. Whether the organisation exists is
/// checked when the need is resolved.
pub fn need(draft: &NeedDraft, now: Timestamp, rules: &Rules<'_>) -> Result<Need, Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let need = reader.need(draft, now);
    reader.finish(Some(need))
}

impl DraftReader<'_> {
    fn need(&mut self, draft: &NeedDraft, now: Timestamp) -> Need {
        let organisation = self.organisation_of_need(draft.organisation.trim());
        let competences = self.competences("competences", &draft.competences);
        let domains = self.domains("domains", &draft.domains);
        let municipality = draft.municipality.trim();
        let municipality = if municipality.is_empty() {
            None
        } else {
            self.municipality("municipality", municipality)
        };
        let is_blank = |texts: &[String]| texts.iter().all(|text| text.trim().is_empty());
        let says_nothing = draft.organisation.trim().is_empty()
            && draft.municipality.trim().is_empty()
            && is_blank(&draft.competences)
            && is_blank(&draft.domains);
        if says_nothing {
            let message = "De vraag is leeg; noem een organisatie, een competentie, een leefgebied of een gemeente.";
            self.refuse("organisation", ViolationCode::Required, message);
        }
        Need {
            organisation,
            competences,
            domains,
            municipality,
            moment: draft.moment.unwrap_or(now),
        }
    }

    /// Reads an organisation's resource name or id.
    fn organisation_of_need(&mut self, text: &str) -> Option<OrganisationId> {
        if text.is_empty() {
            return None;
        }
        self.organisation_id("organisation", text.strip_prefix("organisations/").unwrap_or(text))
    }
}
