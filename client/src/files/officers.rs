//! Checks a file of officers as far as that is possible without the register.

use std::collections::HashMap;

use proto::v1;
use register::draft::OfficerDraft;
use register::identifier::{OfficerId, OrganisationId};

use super::rows::{RowProblem, Rows};

/// Officers of one organisation, ready to send.
#[derive(Clone, Debug, PartialEq)]
pub struct OfficerFile {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// The messages, in the order of the file.
    pub officers: Vec<v1::Officer>,
    /// The line of each officer.
    pub lines: Vec<u64>,
}

/// Checks ids, enumeration values, and that all rows belong to one organisation. The register checks codes and rules, and
/// names all violations at once.
///
/// `organisation` applies to rows that name none; without it the rows must agree.
pub fn check_officers(rows: &Rows<OfficerDraft>, organisation: Option<&OrganisationId>) -> Result<OfficerFile, Vec<RowProblem>> {
    let mut problems = rows.problems.clone();
    let organisation = match organisation_of(rows, organisation) {
        Ok(organisation) => Some(organisation),
        Err(found) => {
            problems.extend(found);
            None
        }
    };
    let mut first_lines: HashMap<&str, u64> = HashMap::new();
    let mut officers = Vec::with_capacity(rows.rows.len());
    for row in &rows.rows {
        let id = row.value.id.trim();
        let problem = |field: &str, code: &str, message: String| RowProblem::new(row.line, field, code, message).with_id(id);
        if let Err(error) = OfficerId::parse(id) {
            let code = if id.is_empty() { "REQUIRED" } else { "MALFORMED" };
            let message = format!("Dit is geen id: {}.", dutch(error.problem));
            problems.push(problem("id", code, message));
        } else if let Some(first) = first_lines.get(id) {
            problems.push(problem("id", "DUPLICATE", format!("Deze id staat ook op regel {first}.")));
        }
        first_lines.entry(id).or_insert(row.line);
        let mut draft = row.value.clone();
        draft.id = id.to_owned();
        if let Some(organisation) = &organisation {
            draft.organisation = organisation.to_string();
        }
        match v1::Officer::try_from(&draft) {
            Ok(officer) => officers.push(officer),
            Err(violations) => problems.extend(
                violations
                    .into_iter()
                    .map(|violation| problem(&violation.field, violation.code.as_str(), violation.message.clone())),
            ),
        }
    }
    match organisation {
        Some(organisation) if problems.is_empty() => Ok(OfficerFile {
            organisation,
            officers,
            lines: rows.rows.iter().map(|row| row.line).collect(),
        }),
        _ => {
            problems.sort_by_key(|problem| problem.line);
            Err(problems)
        }
    }
}

fn organisation_of(rows: &Rows<OfficerDraft>, given: Option<&OrganisationId>) -> Result<OrganisationId, Vec<RowProblem>> {
    let mut named = rows.rows.iter().filter(|row| !row.value.organisation.trim().is_empty());
    let expected = match (given, named.clone().next()) {
        (Some(organisation), _) => organisation.clone(),
        (None, Some(first)) => OrganisationId::parse(first.value.organisation.trim()).map_err(|_| {
            let message = "Dit is geen id van een organisatie; het is de TOOI-code in kleine letters, zoals gm0363.";
            vec![RowProblem::new(first.line, "organisation", "MALFORMED", message).with_id(&first.value.id)]
        })?,
        (None, None) => {
            let message = "Van welke organisatie dit is staat nergens; geef --organisation mee.";
            return Err(vec![RowProblem::new(0, "organisation", "REQUIRED", message)]);
        }
    };
    let foreign: Vec<_> = named
        .by_ref()
        .filter(|row| row.value.organisation.trim() != expected.as_str())
        .map(|row| {
            let message = format!("Deze regel is van een andere organisatie dan {expected}; stuur elke organisatie apart.");
            RowProblem::new(row.line, "organisation", "FOREIGN_ENTRY", message).with_id(&row.value.id)
        })
        .collect();
    if foreign.is_empty() { Ok(expected) } else { Err(foreign) }
}

/// Translates a problem of an id into Dutch.
fn dutch(problem: &str) -> &'static str {
    if problem.contains("empty") {
        "het veld is leeg"
    } else if problem.contains("longer") {
        "een id heeft hoogstens 64 tekens"
    } else {
        "gebruik kleine letters, cijfers, ‘-’, ‘_’ en ‘.’, en begin met een letter of cijfer"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::json_lines::parse_json_lines;

    fn check(text: &str, organisation: Option<&str>) -> Result<OfficerFile, Vec<(u64, String, String)>> {
        let organisation = organisation.map(|id| OrganisationId::parse(id).unwrap());
        check_officers(&parse_json_lines(text.as_bytes()), organisation.as_ref()).map_err(|problems| {
            let found = problems
                .into_iter()
                .map(|problem| (problem.line, problem.field, problem.code));
            found.collect()
        })
    }

    #[test]
    fn officers_get_their_resource_names() {
        let file = check("{\"id\":\"a\",\"function_title\":\"A\"}\n\n{\"id\":\"b\"}", Some("zb000211")).unwrap();
        assert_eq!(file.officers[0].name, "organisations/zb000211/officers/a");
        assert_eq!(file.lines, [1, 3]);
    }

    #[test]
    fn rows_that_agree_name_the_organisation() {
        assert!(check("{\"id\":\"a\",\"organisation\":\"lmm\"}\n{\"id\":\"b\"}", None).is_ok());
        let nobody = check("{\"id\":\"a\"}", None).unwrap_err();
        assert_eq!(nobody, [(0, "organisation".into(), "REQUIRED".into())]);
        let mixed = check(
            "{\"id\":\"a\",\"organisation\":\"lmm\"}\n{\"id\":\"b\",\"organisation\":\"let\"}",
            None,
        )
        .unwrap_err();
        assert_eq!(mixed, [(2, "organisation".into(), "FOREIGN_ENTRY".into())]);
    }

    #[test]
    fn ids_and_enumeration_values_are_checked() {
        let text = "{\"id\":\"A b\"}\n{\"id\":\"c\",\"kind\":\"baas\"}\n{\"id\":\"c\"}\n{}\nkapot";
        let found = check(text, Some("lmm")).unwrap_err();
        let expected = [
            (1, "id", "MALFORMED"),
            (2, "kind", "UNKNOWN_VALUE"),
            (3, "id", "DUPLICATE"),
            (4, "id", "REQUIRED"),
            (5, "", "MALFORMED"),
        ];
        assert_eq!(
            found,
            expected.map(|(line, field, code)| (line, field.to_owned(), code.to_owned()))
        );
    }
}
