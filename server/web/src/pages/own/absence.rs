//! `/eigen/{id}/afwezig`: the absences of an officer. During an absence, professionals are referred to the deputy.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Time;
use register::clock::dutch_time_zone;
use register::draft::AbsenceDraft;
use register::entry::Entry;
use register::identifier::{OfficerName, RequestId};
use register::presence::Absence;
use server_core::views::Consistency;

use super::own_entry;
use crate::error::PageError;
use crate::fields::Fields;
use crate::frame::{self, Frame};
use crate::pages::field::{FieldGroup, FormField, Input, Problem, with_blank_row, with_problems};
use crate::pages::outcome::{self, FormOutcome};
use crate::session::Visitor;
use crate::state::Web;

/// Maximum number of rows that the form reads.
const MAX_ROWS: usize = 52;

#[derive(Template)]
#[template(path = "own/absence.html")]
struct AbsencePage {
    frame: Frame,
    title: String,
    deputy: Option<String>,
    action: String,
    problems: Vec<Problem>,
    request_id: RequestId,
    groups: Vec<FieldGroup>,
}

/// `GET /eigen/{id}/afwezig`
pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let entry = own_entry(&web, &visitor, &id).await?;
    let known = entry.presence.absences.iter().map(draft).collect();
    page(&web, &visitor, &entry, known, Vec::new()).await
}

/// `POST /eigen/{id}/afwezig`
pub(crate) async fn save(
    State(web): State<Web>,
    Path(id): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let entry = own_entry(&web, &visitor, &id).await?;
    let rows = (0..MAX_ROWS).map(|row| AbsenceDraft {
        from: fields.get(&format!("absences[{row}].from")).to_owned(),
        until: fields.get(&format!("absences[{row}].until")).to_owned(),
    });
    let absences: Vec<AbsenceDraft> = rows.filter(|row| *row != AbsenceDraft::default()).collect();
    let request_id = visitor.request_id(&fields);
    let written = web
        .directory()
        .set_presence(visitor.caller(), entry.officer_name(), absences.clone(), request_id)
        .await;
    match FormOutcome::of(written, "")? {
        FormOutcome::Done => {
            let notice = format!("De afwezigheid van {} is opgeslagen.", entry.officer.function_title);
            Ok(outcome::done(&visitor, notice, "/eigen"))
        }
        FormOutcome::Refused(problems) => {
            let page = page(&web, &visitor, &entry, absences, problems).await?;
            Ok(outcome::refused(page))
        }
    }
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    entry: &Entry,
    absences: Vec<AbsenceDraft>,
    problems: Vec<Problem>,
) -> Result<Response, PageError> {
    let known = absences.len();
    let row = |(row, absence): (usize, &AbsenceDraft)| {
        let field = |part: &str, label: &str, value: &str| {
            FormField::of_kind(kind_of(value), format!("absences[{row}].{part}"), label, value)
        };
        let legend = if row < known { "Bekende afwezigheid" } else { "Toevoegen" };
        let fields = vec![
            field("from", "Eerste dag", &absence.from),
            field("until", "Laatste dag", &absence.until),
        ];
        FieldGroup::new(legend, fields).row()
    };
    let rows = with_blank_row(&absences);
    let mut groups = with_problems(rows.iter().enumerate().map(row).collect(), &problems);
    if let Some(first) = groups.first_mut().filter(|_| known > 0) {
        first.hint = "Maak beide velden leeg om een periode weg te halen.";
    }
    let mut frame = web.frame(visitor, "Afwezigheid", "/eigen");
    frame.has_problem = !problems.is_empty();
    frame::show(&AbsencePage {
        frame,
        title: entry.officer.function_title.clone(),
        deputy: deputy(web, visitor, entry).await,
        action: format!("/eigen/{}/afwezig", entry.officer.id),
        problems,
        request_id: visitor.new_request_id(),
        groups,
    })
}

async fn deputy(web: &Web, visitor: &Visitor, entry: &Entry) -> Option<String> {
    let name = OfficerName::new(entry.officer.organisation.clone(), entry.officer.deputy.clone()?);
    let deputy = web
        .directory()
        .get_officer(visitor.caller(), &name, &Consistency::any())
        .await
        .ok()?;
    Some(deputy.value.officer.function_title.clone())
}

/// The type of a field: a date, unless an organisation's own system gave a moment within a day.
fn kind_of(value: &str) -> &'static str {
    if value.contains('T') { "text" } else { "date" }
}

/// Shows whole days as dates and other moments as they are.
fn draft(absence: &Absence) -> AbsenceDraft {
    let (from, until) = (
        absence.from.to_zoned(dutch_time_zone()),
        absence.until.to_zoned(dutch_time_zone()),
    );
    let last_day = until.date().yesterday();
    match last_day {
        Ok(last_day) if from.time() == Time::midnight() && until.time() == Time::midnight() => AbsenceDraft {
            from: from.date().to_string(),
            until: last_day.to_string(),
        },
        _ => AbsenceDraft {
            from: absence.from.to_string(),
            until: absence.until.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use register::gazetteer::Gazetteer;
    use register::validate::{Rules, absences};
    use register::vocabulary::Vocabulary;

    use super::*;

    #[test]
    fn an_absence_survives_the_form() {
        let (vocabulary, gazetteer) = (Vocabulary::builtin(), Gazetteer::builtin());
        let rules = Rules::new(&vocabulary, &gazetteer, "2026-11-23".parse().unwrap());
        for (from, until) in [
            ("2026-12-20T23:00:00Z", "2027-01-03T23:00:00Z"),
            ("2026-12-01T12:00:00Z", "2026-12-01T16:00:00Z"),
        ] {
            let absence = Absence {
                from: from.parse().unwrap(),
                until: until.parse().unwrap(),
            };
            assert_eq!(absences(&[draft(&absence)], &rules).unwrap().absences, [absence]);
        }
    }
}
