//! The form of an officer: from posted fields to a draft and back, with all that is wrong beside its field.
//!
//! Fields are named as the paths of violations are (`contact.email`, `mandates[0].level`), so what the use case finds stands
//! where it belongs without a table in between.

use register::draft::{ApproachDraft, ContactDraft, HoursDraft, MandateDraft, NotForDraft, OfficerDraft};
use register::violation::Violation;

use super::places;
use crate::web::fields::Fields;
use crate::web::pages::field::Problem;
use crate::web::pages::words::Words;

/// Rows of a list that a form reads; more than anybody fills in by hand.
const MOST_ROWS: usize = 20;

/// A form with its values and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub(super) struct OfficerForm {
    /// The values, as typed.
    pub(super) draft: OfficerDraft,
    /// The municipalities, as typed.
    pub(super) area: String,
    /// What is wrong, in order of the form.
    pub(super) problems: Vec<Problem>,
}

impl OfficerForm {
    /// For an officer as the register holds it; `words` name the municipalities.
    pub(super) fn of(draft: OfficerDraft, words: &Words<'_>) -> Self {
        Self {
            area: places::told(&draft.area, words),
            draft,
            problems: Vec::new(),
        }
    }

    /// What was posted.
    pub(super) fn read(fields: &Fields, words: &Words<'_>) -> Self {
        let area = fields.get("area").to_owned();
        let (codes, problems) = places::read(&area, words);
        let draft = OfficerDraft {
            id: fields.get("id").to_owned(),
            name: some(fields.get("name")),
            name_until: some(fields.get("name_until")),
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
                bring: some(fields.get("approach.bring")),
                audience: some(fields.get("approach.audience")),
                response_within: some(fields.get("approach.response_within")),
            },
            contact: ContactDraft {
                email: some(fields.get("contact.email")),
                phone: some(fields.get("contact.phone")),
                url: some(fields.get("contact.url")),
                personal: fields.has("contact.personal"),
            },
            hours: rows(|row| hours(fields, row)),
            deputy: some(fields.get("deputy")),
            ..OfficerDraft::default()
        };
        Self { draft, area, problems }
    }

    /// Adds what the use case found.
    pub(super) fn add<'v>(&mut self, violations: impl IntoIterator<Item = &'v Violation>) {
        let found = violations.into_iter().map(|violation| Problem {
            field: violation.field.strip_prefix("upsert.").unwrap_or(&violation.field).to_owned(),
            message: violation.message.clone(),
        });
        self.problems.extend(found);
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The rows of a list that hold something, in order.
fn rows<T>(read: impl Fn(usize) -> Option<T>) -> Vec<T> {
    (0..MOST_ROWS).filter_map(read).collect()
}

fn mandate(fields: &Fields, row: usize) -> Option<MandateDraft> {
    let get = |part: &str| fields.get(&format!("mandates[{row}].{part}")).to_owned();
    let draft = MandateDraft {
        level: get("level"),
        competences: fields
            .all(&format!("mandates[{row}].competences"))
            .map(str::to_owned)
            .collect(),
        limit: some(&get("limit")),
        consult: some(&get("consult")),
        basis: some(&get("basis")),
        until: some(&get("until")),
        text: some(&get("text")),
    };
    (draft != MandateDraft::default()).then_some(draft)
}

fn not_for(fields: &Fields, row: usize) -> Option<NotForDraft> {
    let draft = NotForDraft {
        competence: fields.get(&format!("not_for[{row}].competence")).to_owned(),
        see: some(fields.get(&format!("not_for[{row}].see"))),
    };
    (draft != NotForDraft::default()).then_some(draft)
}

fn hours(fields: &Fields, row: usize) -> Option<HoursDraft> {
    let draft = HoursDraft {
        days: fields.all(&format!("hours[{row}].days")).map(str::to_owned).collect(),
        from: fields.get(&format!("hours[{row}].from")).to_owned(),
        until: fields.get(&format!("hours[{row}].until")).to_owned(),
    };
    (draft != HoursDraft::default()).then_some(draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::sample;

    #[test]
    fn a_form_that_is_sent_back_unchanged_says_what_the_register_holds() {
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
        let form = OfficerForm::read(&Fields::read(body.finish().as_bytes()), &sample::words());
        let held = OfficerDraft {
            organisation: String::new(),
            managed_by: String::new(),
            ..held
        };
        assert_eq!(form.draft, held);
        assert!(form.problems.is_empty());
    }
}
