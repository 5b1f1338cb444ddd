//! The columns of a CSV file of officers, and a template to fill in.

use ::csv::Writer;

/// All columns with their descriptions, in the order of the template.
pub const COLUMNS: [(&str, &str); 41] = [
    (
        "id",
        "chosen by you and stable: lower-case letters, digits, `-`, `_`, `.` (required)",
    ),
    ("function_title", "name of the function (required)"),
    (
        "kind",
        "maatwerkfunctionaris (default), regievoerder, ambassadeur or escalatielid",
    ),
    ("description", "what the officer does, in everyday Dutch"),
    (
        "domains",
        "codes of life domains, `INK|SCH`; left empty they follow from the competences",
    ),
    ("competences", "codes of laws and schemes, `EB-WLZ|WANBETALERS`"),
    (
        "not_for",
        "codes that the officer does not handle, with where to go instead: `AOW>zb000143|WW`",
    ),
    (
        "area",
        "CBS codes of municipalities, `GM0363|GM0384`; empty: the whole country",
    ),
    ("decide", "codes on which the officer may decide; `*`: all its competences"),
    ("decide_limit", "limit of the decisions"),
    ("decide_consult", "whom the officer must consult"),
    ("decide_basis", "legal basis of the mandate"),
    ("decide_until", "last day, 2026-12-31"),
    ("decide_text", "the mandate in plain words"),
    ("advise", "codes on which the officer advises the decision maker; `*`: all"),
    ("advise_limit", "as decide_limit"),
    ("advise_consult", "as decide_consult"),
    ("advise_basis", "as decide_basis"),
    ("advise_until", "as decide_until"),
    ("advise_text", "as decide_text"),
    ("refer", "codes on which the officer refers to the decision maker; `*`: all"),
    ("refer_limit", "as decide_limit"),
    ("refer_consult", "as decide_consult"),
    ("refer_basis", "as decide_basis"),
    ("refer_until", "as decide_until"),
    ("refer_text", "as decide_text"),
    ("email", "mail address, preferably of the function"),
    ("phone", "phone number"),
    ("url", "a page or form"),
    (
        "personal",
        "ja if mail and phone belong to a person; they are removed together with the name",
    ),
    ("name", "name of the person, only if necessary"),
    ("name_until", "last day on which the name is shown; required with a name"),
    ("prefer", "mail (default) or phone"),
    ("consent_required", "ja or nee: whether the household must have consented"),
    ("bring", "data and documents to have at hand"),
    ("audience", "intended audience"),
    ("response_within", "time within which the officer answers"),
    ("hours", "`ma di wo 09:00-17:00|vr 09:00-12:30`; empty: unknown"),
    ("deputy", "id of the deputy during an absence"),
    ("managed_by", "sync (default) or page"),
    ("organisation", "id of the organisation, if --organisation is not given"),
];

/// Returns a header and one example row.
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
        writer.write_record(record).expect("writing to a vector does not fail");
    }
    let bytes = writer.into_inner().expect("flushing to a vector does not fail");
    String::from_utf8(bytes).expect("all parts are UTF-8")
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
