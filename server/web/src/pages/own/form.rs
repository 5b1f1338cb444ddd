//! The form of an officer: from posted fields to a draft and back.
//!
//! Fields have the names of the paths of violations (`contact.email`, `mandates[0].level`), so that each violation of a use case
//! has its field without a table in between.

use register::draft::{ApproachDraft, ContactDraft, MandateDraft, NotForDraft, OfficerDraft};
use register::violation::Violation;

use crate::fields::Fields;
use crate::pages::field::Problem;
use crate::pages::labels::Labels;
use crate::pages::{hours, places};

/// Maximum number of rows per list that a form reads; nobody fills in more by hand.
const MAX_ROWS: usize = 20;

/// A form with its values and errors.
#[derive(Clone, Debug, Default)]
pub(super) struct OfficerForm {
    /// The values as typed.
    pub(super) draft: OfficerDraft,
    /// The municipalities as typed.
    pub(super) area: String,
    /// The errors, in the order of the form.
    pub(super) problems: Vec<Problem>,
}

impl OfficerForm {
    /// The form of an officer in the register; `labels` name the municipalities.
    pub(super) fn of(draft: OfficerDraft, labels: &Labels<'_>) -> Self {
        Self {
            area: places::names(&draft.area, labels),
            draft,
            problems: Vec::new(),
        }
    }

    /// Reads a posted form.
    pub(super) fn read(fields: &Fields, labels: &Labels<'_>) -> Self {
        let area = fields.get("area").to_owned();
        let (codes, problems) = places::read(&area, "area", labels);
        let draft = OfficerDraft {
            id: fields.get("id").to_owned(),
            name: fields.some("name"),
            name_until: fields.some("name_until"),
            function_title: fields.get("function_title").to_owned(),
            kind: fields.get("kind").to_owned(),
            description: fields.get("description").to_owned(),
            domains: fields.all("domains").map(str::to_owned).collect(),
            competences: fields.all("competences").map(str::to_owned).collect(),
            not_for: rows(|row| not_for(fields, row)),
            area: codes,
            mandates: rows(|row| mandate(fields, row)),
            approach: ApproachDraft {
                prefer: fields.get("approach.prefer").to_owned(),
                consent_required: fields.has("approach.consent_required"),
                bring: fields.some("approach.bring"),
                audience: fields.some("approach.audience"),
                response_within: fields.some("approach.response_within"),
            },
            contact: ContactDraft {
                email: fields.some("contact.email"),
                phone: fields.some("contact.phone"),
                url: fields.some("contact.url"),
                personal: fields.has("contact.personal"),
            },
            hours: hours::read(fields, "hours"),
            deputy: fields.some("deputy"),
            ..OfficerDraft::default()
        };
        Self { draft, area, problems }
    }

    /// Adds the violations of the use case.
    pub(super) fn add<'v>(&mut self, violations: impl IntoIterator<Item = &'v Violation>) {
        let found = violations.into_iter().map(|violation| Problem::of(violation, "upsert."));
        self.problems.extend(found);
    }
}

/// The rows of a list that are not blank.
fn rows<T>(read: impl Fn(usize) -> Option<T>) -> Vec<T> {
    (0..MAX_ROWS).filter_map(read).collect()
}

fn mandate(fields: &Fields, row: usize) -> Option<MandateDraft> {
    let some = |part: &str| fields.some(&format!("mandates[{row}].{part}"));
    let draft = MandateDraft {
        level: some("level").unwrap_or_default(),
        competences: fields
            .all(&format!("mandates[{row}].competences"))
            .map(str::to_owned)
            .collect(),
        limit: some("limit"),
        consult: some("consult"),
        basis: some("basis"),
        until: some("until"),
        text: some("text"),
    };
    (draft != MandateDraft::default()).then_some(draft)
}

fn not_for(fields: &Fields, row: usize) -> Option<NotForDraft> {
    let draft = NotForDraft {
        competence: fields.get(&format!("not_for[{row}].competence")).to_owned(),
        see: fields.some(&format!("not_for[{row}].see")),
    };
    (draft != NotForDraft::default()).then_some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    #[test]
    fn an_unchanged_form_reads_back_as_the_held_officer() {
        let held = OfficerDraft::from(&sample::entry().officer);
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("id", &held.id)
            .append_pair("function_title", &held.function_title)
            .append_pair("kind", &held.kind)
            .append_pair("description", &held.description)
            .append_pair("domains", "LZO")
            .append_pair("competences", "EB-WLZ")
            .append_pair("not_for[0].competence", "AOW-LEEFVORM")
            .append_pair("not_for[0].see", "zb000143")
            .append_pair("mandates[0].level", "decide")
            .append_pair("mandates[0].limit", "tot 36 maanden terug")
            .append_pair("mandates[0].consult", "teamleider")
            .append_pair("mandates[0].text", "Wijzigt de bijdrage.")
            .append_pair("mandates[1].level", "")
            .append_pair("approach.prefer", "mail")
            .append_pair("approach.consent_required", "ja")
            .append_pair("approach.bring", "Klantnummer CAK")
            .append_pair("approach.response_within", "drie werkdagen")
            .append_pair("contact.email", "eigen-bijdrage@cak.example")
            .append_pair("contact.phone", "+31 88 000 4108")
            .append_pair("hours[0].days", "ma")
            .append_pair("hours[0].days", "di")
            .append_pair("hours[0].from", "09:00")
            .append_pair("hours[0].until", "16:30");
        let form = OfficerForm::read(&Fields::read(body.finish().as_bytes()), &sample::labels());
        let held = OfficerDraft {
            organisation: String::new(),
            managed_by: String::new(),
            ..held
        };
        assert_eq!(form.draft, held);
        assert!(form.problems.is_empty());
    }
}
