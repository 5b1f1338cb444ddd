//! Reads JSON Lines: one JSON object on each line. Blank lines are skipped.

use std::collections::BTreeMap;

use register::draft::{GrantDraft, OfficerDraft, OrganisationDraft};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::rows::{Row, RowProblem, Rows, decode_utf8};

/// A draft that is read from one line.
pub trait LineDraft: DeserializeOwned {
    /// Returns the id of the row, for its problems.
    fn row_id(&self) -> &str;

    /// Returns the fields that the draft does not know.
    fn unknown(&self) -> &BTreeMap<String, Value>;
}

/// Fields that a register adds to the entries it prints. They are ignored without a warning, so that printed entries can be
/// synced again.
const READ_ONLY_FIELDS: [&str; 6] = ["doubted", "etag", "revision", "updated_at", "verified_by", "verify_by"];

static NONE: BTreeMap<String, Value> = BTreeMap::new();

impl LineDraft for OfficerDraft {
    fn row_id(&self) -> &str {
        &self.id
    }

    fn unknown(&self) -> &BTreeMap<String, Value> {
        &self.unknown
    }
}

impl LineDraft for OrganisationDraft {
    fn row_id(&self) -> &str {
        &self.id
    }

    fn unknown(&self) -> &BTreeMap<String, Value> {
        &self.unknown
    }
}

impl LineDraft for GrantDraft {
    fn row_id(&self) -> &str {
        &self.oin
    }

    fn unknown(&self) -> &BTreeMap<String, Value> {
        &NONE
    }
}

/// Reads a file of drafts. Unknown fields are ignored with a warning.
pub fn parse_json_lines<T: LineDraft>(bytes: &[u8]) -> Rows<T> {
    let text = match decode_utf8(bytes) {
        Ok(text) => text,
        Err(problem) => return Rows::refused(vec![problem]),
    };
    let mut rows = Rows::default();
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        match parse_line::<T>(line, text) {
            Ok(value) => {
                for field in value
                    .unknown()
                    .keys()
                    .filter(|field| !READ_ONLY_FIELDS.contains(&field.as_str()))
                {
                    let message = "Dit veld kent het register niet; het is overgeslagen.";
                    rows.warnings
                        .push(RowProblem::new(line, field, "UNKNOWN_VALUE", message).with_id(value.row_id()));
                }
                rows.rows.push(Row { line, value });
            }
            Err(problems) => rows.problems.extend(problems),
        }
    }
    rows
}

fn parse_line<T: DeserializeOwned>(line: u64, text: &str) -> Result<T, Vec<RowProblem>> {
    let malformed = |field: &str, message: String| RowProblem::new(line, field, "MALFORMED", message);
    let object = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(vec![malformed("", "Op deze regel staat geen object, {…}.".to_owned())]),
        Err(error) => {
            let message = format!("Deze regel is geen JSON; het gaat mis bij teken {}.", error.column());
            return Err(vec![malformed("", message)]);
        }
    };
    if let Ok(value) = serde_json::from_value(Value::Object(object.clone())) {
        return Ok(value);
    }
    // A value has the wrong type. Parsing each field alone finds it; serde's own message may repeat the value.
    let id = object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let wrong = object.into_iter().filter_map(|(field, value)| {
        let alone = serde_json::Map::from_iter([(field.clone(), value)]);
        let problem = serde_json::from_value::<T>(Value::Object(alone)).err()?;
        let expected = expected_type(&problem.to_string());
        Some(
            malformed(
                &field,
                format!("De waarde heeft de verkeerde vorm; verwacht wordt {expected}."),
            )
            .with_id(&id),
        )
    });
    Err(wrong.collect())
}

/// Translates the type that serde expected into Dutch; its message ends with "expected …".
fn expected_type(message: &str) -> &'static str {
    let expected = message.rsplit("expected ").next().unwrap_or_default();
    if expected.contains("sequence") {
        "een lijst, […]"
    } else if expected.contains("bool") {
        "true of false"
    } else if expected.contains("struct") || expected.contains("map") {
        "een object, {…}"
    } else {
        "een tekst"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officers(text: &str) -> Rows<OfficerDraft> {
        parse_json_lines(text.as_bytes())
    }

    #[test]
    fn rows_have_the_line_numbers_of_the_file() {
        let rows = officers("\u{feff}{\"id\":\"a\"}\n\n{\"id\":\"b\"}\r\n");
        let lines: Vec<_> = rows.rows.iter().map(|row| (row.line, row.value.id.as_str())).collect();
        assert_eq!(lines, [(1, "a"), (3, "b")]);
        assert!(rows.problems.is_empty());
    }

    #[test]
    fn problems_are_named_by_row_and_field_without_the_value() {
        let rows = officers(
            "{\"id\":\"a\",\"competences\":\"Jan Geheim\",\"contact\":[],\"approach\":{\"consent_required\":\"ja\"}}\nnee\n[1]\n{\"id\":",
        );
        let found: Vec<_> = rows
            .problems
            .iter()
            .map(|problem| (problem.line, problem.field.as_str()))
            .collect();
        assert_eq!(found, [(1, "approach"), (1, "competences"), (2, ""), (3, ""), (4, "")]);
        assert!(rows.problems.iter().all(|problem| !problem.message.contains("Geheim")));
        assert_eq!(rows.problems[1].id, "a");
        assert!(rows.problems[1].message.contains("lijst"));
    }

    #[test]
    fn unknown_fields_are_ignored_with_a_warning() {
        let rows = officers("{\"id\":\"a\",\"code\":7,\"etag\":\"x\"}");
        assert_eq!(rows.rows.len(), 1);
        let warned: Vec<_> = rows.warnings.iter().map(|warning| warning.field.as_str()).collect();
        assert_eq!(warned, ["code"]);
    }

    #[test]
    fn text_that_is_not_utf_8_is_refused_with_its_line() {
        let rows = parse_json_lines::<OfficerDraft>(b"{\"id\":\"a\"}\n{\"id\":\"\xe9\"}");
        assert_eq!(rows.problems[0].line, 2);
    }
}
