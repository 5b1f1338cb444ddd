//! The columns of officers as CSV, and an example to fill in.

use ::csv::Writer;

/// Every column, with what stands in it, in the order of the template.
pub const COLUMNS: [(&str, &str); 41] = [
    (
        "id",
        "chosen by you and stable: lower-case letters, digits, `-`, `_`, `.` (required)",
    ),
    ("function_title", "what the function is called (required)"),
    (
        "kind",
        "maatwerkfunctionaris (default), regievoerder, ambassadeur or escalatielid",
    ),
    ("description", "what it does, in everyday Dutch"),
    (
        "domains",
        "codes of life domains, `INK|SCH`; left empty they follow from the competences",
    ),
    ("competences", "codes of laws and schemes, `EB-WLZ|WANBETALERS`"),
    (
        "not_for",
        "codes for which one must be elsewhere, with where: `AOW>zb000143|WW`",
    ),
    (
        "area",
        "CBS codes of municipalities, `GM0363|GM0384`; empty: the whole country",
    ),
    ("decide", "codes in which it may decide; `*`: in all of its competences"),
    ("decide_limit", "up to what it may decide"),
    ("decide_consult", "who must be consulted"),
    ("decide_basis", "on what that rests"),
    ("decide_until", "last day, 2026-12-31"),
    ("decide_text", "in plain words"),
    ("advise", "codes in which it advises who decides; `*`: all"),
    ("advise_limit", "as decide_limit"),
    ("advise_consult", "as decide_consult"),
    ("advise_basis", "as decide_basis"),
    ("advise_until", "as decide_until"),
    ("advise_text", "as decide_text"),
    ("refer", "codes in which it knows who decides; `*`: all"),
    ("refer_limit", "as decide_limit"),
    ("refer_consult", "as decide_consult"),
    ("refer_basis", "as decide_basis"),
    ("refer_until", "as decide_until"),
    ("refer_text", "as decide_text"),
    ("email", "mail address, a functional one if at all possible"),
    ("phone", "phone number"),
    ("url", "a page or form"),
    (
        "personal",
        "ja when mail and phone are a person's own; then they end with the name",
    ),
    ("name", "a person's name, only if it must be"),
    ("name_until", "last day on which the name is shown; required with a name"),
    ("prefer", "mail (default) or phone"),
    ("consent_required", "ja or nee: whether the household must have consented"),
    ("bring", "what to have at hand"),
    ("audience", "for whom it is"),
    ("response_within", "within what time it answers"),
    ("hours", "`ma di wo 09:00-17:00|vr 09:00-12:30`; empty: unknown"),
    ("deputy", "id of who stands in during an absence"),
    ("managed_by", "sync (default) or page"),
    ("organisation", "id of the organisation, when --organisation is not given"),
];

/// A header and one example row.
pub fn template() -> String {
    let example = |column: &str| match column {
        "id" => "eigen-bijdrage",
        "function_title" => "Maatwerkfunctionaris eigen bijdrage Wlz",
        "kind" => "maatwerkfunctionaris",
        "description" => "Beslist over de eigen bijdrage als die onredelijk uitpakt.",
        "domains" => "LZO|INK",
        "competences" => "EB-WLZ|WANBETALERS",
        "not_for" => "AOW>zb000143",
        "decide" => "EB-WLZ",
        "decide_limit" => "tot € 5.000",
        "advise" => "*",
        "email" => "maatwerk@cak.example",
        "phone" => "+31 88 000 1234",
        "prefer" => "mail",
        "consent_required" => "ja",
        "bring" => "klantnummer en de laatste beschikking",
        "response_within" => "twee werkdagen",
        "hours" => "ma di wo do 09:00-17:00|vr 09:00-12:30",
        _ => "",
    };
    let mut writer = Writer::from_writer(Vec::new());
    let records = [COLUMNS.map(|(name, _)| name), COLUMNS.map(|(name, _)| example(name))];
    for record in records {
        writer
            .write_record(record)
            .expect("a vector grows to whatever is written to it");
    }
    let bytes = writer.into_inner().expect("a vector can always be flushed");
    String::from_utf8(bytes).expect("it was written from texts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_documented() {
        let page = include_str!("../../../../docs/mwr.md");
        for (name, what) in COLUMNS {
            let row = format!("| `{name}` | {} |", what.replace('|', "\\|"));
            assert!(page.contains(&row), "{row}");
        }
    }
}
