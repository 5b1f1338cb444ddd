//! Opening hours in a form, of an officer or of a desk: a row for each stretch, and one to fill in.

use register::draft::HoursDraft;
use register::officer::Weekday;

use super::field::{Choice, Field, Group, with_a_blank};
use crate::fields::Fields;

/// Rows that are read; more than anybody fills in by hand.
const MOST_ROWS: usize = 21;

/// The rows at `path` that hold something, in order.
pub(super) fn read(fields: &Fields, path: &str) -> Vec<HoursDraft> {
    let row = |row: usize| HoursDraft {
        days: fields.all(&format!("{path}[{row}].days")).map(str::to_owned).collect(),
        from: fields.get(&format!("{path}[{row}].from")).to_owned(),
        until: fields.get(&format!("{path}[{row}].until")).to_owned(),
    };
    (0..MOST_ROWS).map(row).filter(|row| *row != HoursDraft::default()).collect()
}

/// Their groups.
pub(super) fn groups(path: &str, hours: &[HoursDraft]) -> Vec<Group> {
    let rows = with_a_blank(hours);
    rows.iter().enumerate().map(|(row, hours)| group(path, row, hours)).collect()
}

fn group(path: &str, row: usize, hours: &HoursDraft) -> Group {
    let days = Weekday::ALL.map(|day| Choice::among(day.as_str(), day.as_str(), &hours.days));
    let name = |part: &str| format!("{path}[{row}].{part}");
    let fields = vec![
        Field::ticks(name("days"), "Dagen", days.to_vec()),
        Field::of_kind("time", name("from"), "Van", &hours.from),
        Field::of_kind("time", name("until"), "Tot", &hours.until),
    ];
    let is_blank = *hours == HoursDraft::default();
    let (legend, hint) = match row {
        0 => ("Tijden", "Leeg betekent: onbekend, en telt als kantoortijd."),
        _ => ("Nog meer tijden", ""),
    };
    Group::new(legend, fields).hint(hint).row().folded(is_blank && row > 0)
}
