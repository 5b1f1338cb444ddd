//! Opening hours in a form, of an officer or a desk: a row per stretch and a blank row.

use register::draft::HoursDraft;
use register::officer::Weekday;

use super::field::{Choice, FieldGroup, FormField, with_blank_row};
use crate::fields::Fields;

/// Maximum number of rows that a form reads; nobody fills in more by hand.
const MAX_ROWS: usize = 21;

/// Reads the rows at `path` that are not blank.
pub(super) fn read(fields: &Fields, path: &str) -> Vec<HoursDraft> {
    let row = |row: usize| HoursDraft {
        days: fields.all(&format!("{path}[{row}].days")).map(str::to_owned).collect(),
        from: fields.get(&format!("{path}[{row}].from")).to_owned(),
        until: fields.get(&format!("{path}[{row}].until")).to_owned(),
    };
    (0..MAX_ROWS).map(row).filter(|row| *row != HoursDraft::default()).collect()
}

/// The groups of the rows, and of a blank one.
pub(super) fn groups(path: &str, hours: &[HoursDraft]) -> Vec<FieldGroup> {
    let rows = with_blank_row(hours);
    rows.iter().enumerate().map(|(row, hours)| group(path, row, hours)).collect()
}

fn group(path: &str, row: usize, hours: &HoursDraft) -> FieldGroup {
    let days = Weekday::ALL.map(|day| Choice::among(day.as_str(), day.as_str(), &hours.days));
    let name = |part: &str| format!("{path}[{row}].{part}");
    let fields = vec![
        FormField::checkboxes(name("days"), "Dagen", days.to_vec()),
        FormField::of_kind("time", name("from"), "Van", &hours.from),
        FormField::of_kind("time", name("until"), "Tot", &hours.until),
    ];
    let is_blank = *hours == HoursDraft::default();
    let (legend, hint) = match row {
        0 => ("Tijden", "Leeg betekent: onbekend, en telt als kantoortijd."),
        _ => ("Nog meer tijden", ""),
    };
    FieldGroup::new(legend, fields).hint(hint).row().folded(is_blank && row > 0)
}
