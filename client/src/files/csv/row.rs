//! A row of the file: its columns as texts, and the draft that they make.

use register::draft::{ApproachDraft, ContactDraft, HoursDraft, MandateDraft, NotForDraft, OfficerDraft};
use serde::Deserialize;

use crate::files::rows::RowProblem;

/// One row. A field has the name of its column.
///
/// Every column is a text to serde, which would stop at the first value of a wrong form and repeat it in its message; a row
/// names all of its problems by column and never repeats a value.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CsvRow {
    id: String,
    function_title: String,
    kind: String,
    description: String,
    domains: String,
    competences: String,
    not_for: String,
    area: String,
    decide: String,
    decide_limit: Option<String>,
    decide_consult: Option<String>,
    decide_basis: Option<String>,
    decide_until: Option<String>,
    decide_text: Option<String>,
    advise: String,
    advise_limit: Option<String>,
    advise_consult: Option<String>,
    advise_basis: Option<String>,
    advise_until: Option<String>,
    advise_text: Option<String>,
    refer: String,
    refer_limit: Option<String>,
    refer_consult: Option<String>,
    refer_basis: Option<String>,
    refer_until: Option<String>,
    refer_text: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    url: Option<String>,
    personal: String,
    name: Option<String>,
    name_until: Option<String>,
    prefer: String,
    consent_required: String,
    bring: Option<String>,
    audience: Option<String>,
    response_within: Option<String>,
    hours: String,
    deputy: Option<String>,
    managed_by: String,
    organisation: String,
}

impl CsvRow {
    /// The id, as far as the row has one.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Makes the draft of the row on `line`, or names all that is wrong with it.
    pub(super) fn into_draft(self, line: u64) -> Result<OfficerDraft, Vec<RowProblem>> {
        let mut problems = Vec::new();
        let mut add = |field: &str, code: &str, message: &str| {
            problems.push(RowProblem::new(line, field, code, message).with_id(&self.id));
        };
        let mut claim = |column: &str, text: &str| {
            is_yes(text).unwrap_or_else(|| {
                add(column, "UNKNOWN_VALUE", "Vul ‘ja’ of ‘nee’ in.");
                false
            })
        };
        let consent_required = claim("consent_required", &self.consent_required);
        let personal = claim("personal", &self.personal);
        let mut opening_hours = Vec::new();
        for (place, text) in list(&self.hours).iter().enumerate() {
            match hours(text) {
                Some(hours) => opening_hours.push(hours),
                None => {
                    let message = "Schrijf openingstijden als ‘ma di 09:00-17:00’, met ‘|’ ertussen.";
                    add(&format!("hours[{place}]"), "MALFORMED", message);
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mandates = [
            MandateDraft {
                level: "decide".to_owned(),
                competences: list(&self.decide),
                limit: self.decide_limit,
                consult: self.decide_consult,
                basis: self.decide_basis,
                until: self.decide_until,
                text: self.decide_text,
            },
            MandateDraft {
                level: "advise".to_owned(),
                competences: list(&self.advise),
                limit: self.advise_limit,
                consult: self.advise_consult,
                basis: self.advise_basis,
                until: self.advise_until,
                text: self.advise_text,
            },
            MandateDraft {
                level: "refer".to_owned(),
                competences: list(&self.refer),
                limit: self.refer_limit,
                consult: self.refer_consult,
                basis: self.refer_basis,
                until: self.refer_until,
                text: self.refer_text,
            },
        ];
        Ok(OfficerDraft {
            organisation: self.organisation,
            id: self.id,
            name: self.name,
            name_until: self.name_until,
            function_title: self.function_title,
            kind: self.kind,
            description: self.description,
            domains: list(&self.domains),
            competences: list(&self.competences),
            not_for: list(&self.not_for).iter().map(|text| not_for(text)).collect(),
            area: list(&self.area),
            mandates: mandates.into_iter().filter_map(filled_mandate).collect(),
            approach: ApproachDraft {
                prefer: self.prefer,
                consent_required,
                bring: self.bring,
                audience: self.audience,
                response_within: self.response_within,
            },
            contact: ContactDraft {
                email: self.email,
                phone: self.phone,
                url: self.url,
                personal,
            },
            hours: opening_hours,
            deputy: self.deputy,
            managed_by: self.managed_by,
            ..OfficerDraft::default()
        })
    }
}

/// Splits `a|b|c`.
fn list(text: &str) -> Vec<String> {
    let items = text.split('|').map(str::trim).filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

/// Reads `ja` or `nee`; an empty cell is `nee`.
fn is_yes(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "ja" | "j" | "true" | "1" => Some(true),
        "" | "nee" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// Keeps a mandate of which any column is filled. The code `*` stands for all competences, which a draft says with none.
fn filled_mandate(mut mandate: MandateDraft) -> Option<MandateDraft> {
    let empty = MandateDraft {
        level: mandate.level.clone(),
        ..MandateDraft::default()
    };
    if mandate == empty {
        return None;
    }
    mandate.competences.retain(|code| code != "*");
    Some(mandate)
}

/// Reads `CODE>where`, or a code alone.
fn not_for(text: &str) -> NotForDraft {
    match text.split_once('>') {
        Some((competence, see)) => NotForDraft {
            competence: competence.trim().to_owned(),
            see: Some(see.trim().to_owned()),
        },
        None => NotForDraft {
            competence: text.to_owned(),
            see: None,
        },
    }
}

/// Reads `ma di wo 09:00-17:00`.
fn hours(text: &str) -> Option<HoursDraft> {
    let (days, times) = text.rsplit_once(' ')?;
    let (from, until) = times.split_once('-')?;
    let days = days.split([' ', ',']).map(str::trim).filter(|day| !day.is_empty());
    Some(HoursDraft {
        days: days.map(str::to_lowercase).collect(),
        from: from.trim().to_owned(),
        until: until.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use ::csv::StringRecord;

    use super::*;
    use crate::files::csv::columns::COLUMNS;

    #[test]
    fn every_column_is_a_field() {
        let header = StringRecord::from(COLUMNS.map(|(name, _)| name).to_vec());
        let cells = StringRecord::from(COLUMNS.map(|(name, _)| format!("{name} x")).to_vec());
        let row: CsvRow = cells.deserialize(Some(&header)).unwrap();
        assert_eq!((row.id.as_str(), row.organisation.as_str()), ("id x", "organisation x"));
        assert_eq!(row.refer_text.as_deref(), Some("refer_text x"));
    }
}
