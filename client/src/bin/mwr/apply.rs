//! `mwr apply`: publishes some changes, all or nothing.

use std::path::PathBuf;

use clap::Args;
use client::Client;
use client::files::RowProblem;
use proto::v1;
use proto::v1::change_operation::Operation;
use register::draft::OfficerDraft;
use register::identifier::OrganisationId;
use serde::Deserialize;

use crate::arguments;
use crate::exit::Failure;
use crate::output::Output;
use crate::sync;

/// The file of operations.
#[derive(Debug, Args)]
pub(crate) struct ApplyArguments {
    /// JSON Lines: `{"upsert":{…officer…}}` or `{"withdraw":"id","replaced_by":"id"}`. With an `etag` the operation applies only
    /// if the entry still has it (`"none"`: only if there is no entry). `-` for standard input.
    #[arg(value_name = "FILE.jsonl")]
    file: PathBuf,

    /// The organisation of the officers, by id.
    #[arg(long, value_name = "ORGANISATION", value_parser = arguments::organisation_id)]
    organisation: OrganisationId,

    /// Show what would be done, and change nothing.
    #[arg(long)]
    dry_run: bool,

    /// Confirm this number of withdrawals, if it exceeds the register's limit.
    #[arg(long, value_name = "N")]
    confirm_withdrawals: Option<u32>,

    /// Your id for this write. A repeated write with the same id is applied once.
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

/// A line of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OperationLine {
    upsert: Option<OfficerDraft>,
    withdraw: Option<String>,
    replaced_by: Option<String>,
    etag: String,
}

pub(crate) async fn run<F>(arguments: &ApplyArguments, connect: impl FnOnce() -> F, output: &mut Output) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<Client>>,
{
    let bytes = sync::read(&arguments.file)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::Invalid("the file is not UTF-8".to_owned()))?;
    let (operations, lines) = match parse(&text, &arguments.organisation) {
        Ok(parsed) => parsed,
        Err(problems) => return Err(sync::refusal(&problems, output)),
    };
    let request = v1::ApplyChangesRequest {
        organisation: arguments.organisation.resource_name(),
        operations,
        request_id: arguments.request_id.clone().unwrap_or_default(),
        validate_only: arguments.dry_run,
        confirm_withdrawals: arguments.confirm_withdrawals,
    };
    let report = connect().await?.apply_changes(request).await?;
    sync::print_report(&report, arguments.dry_run, &lines, output)
}

type Parsed = (Vec<v1::ChangeOperation>, Vec<u64>);

fn parse(text: &str, organisation: &OrganisationId) -> Result<Parsed, Vec<RowProblem>> {
    let (mut operations, mut lines, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (line, text) in (1u64..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if text.trim().is_empty() {
            continue;
        }
        match parse_line(text, organisation) {
            Ok(operation) => {
                operations.push(operation);
                lines.push(line);
            }
            Err(found) => problems.extend(found.into_iter().map(|mut problem| {
                problem.line = line;
                problem
            })),
        }
    }
    if problems.is_empty() {
        Ok((operations, lines))
    } else {
        Err(problems)
    }
}

fn parse_line(text: &str, organisation: &OrganisationId) -> Result<v1::ChangeOperation, Vec<RowProblem>> {
    let problem = |id: &str, field: &str, code: &str, message: &str| RowProblem {
        line: 0,
        id: id.to_owned(),
        field: field.to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
    };
    let parsed: Result<OperationLine, _> = serde_json::from_str(text);
    // serde's own message may repeat a value.
    let shape = "Op deze regel hoort {\"upsert\":{…}} of {\"withdraw\":\"id\"}.";
    let line = parsed.map_err(|_| vec![problem("", "", "MALFORMED", shape)])?;
    // A bare id is an officer of the organisation.
    let name = |id: &str| match id.contains('/') {
        true => arguments::officer_name(id).map_or_else(|_| id.to_owned(), |name| name.to_string()),
        false => proto::convert::officer_resource_name(organisation.as_str(), id),
    };
    let operation = match (line.upsert, line.withdraw) {
        (Some(mut draft), None) => {
            if draft.organisation.is_empty() {
                draft.organisation = organisation.to_string();
            }
            let officer = v1::Officer::try_from(&draft).map_err(|violations| {
                let found = violations.iter().map(|violation| {
                    problem(
                        &draft.id,
                        &format!("upsert.{}", violation.field),
                        violation.code.as_str(),
                        &violation.message,
                    )
                });
                found.collect::<Vec<_>>()
            })?;
            Operation::Upsert(officer)
        }
        (None, Some(id)) => Operation::Withdraw(v1::WithdrawOfficer {
            officer: name(&id),
            replaced_by: line.replaced_by.as_deref().map(name).unwrap_or_default(),
        }),
        _ => return Err(vec![problem("", "", "MALFORMED", shape)]),
    };
    Ok(v1::ChangeOperation {
        operation: Some(operation),
        etag: line.etag,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_keep_their_order_and_lines() {
        let text = "{\"upsert\":{\"id\":\"a\",\"function_title\":\"A\"},\"etag\":\"none\"}\n\n{\"withdraw\":\"b\",\"replaced_by\":\"a\"}";
        let (operations, lines) = parse(text, &OrganisationId::parse("lmm").unwrap()).unwrap();
        assert_eq!(lines, [1, 3]);
        assert_eq!(operations[0].etag, "none");
        let Some(Operation::Withdraw(withdraw)) = &operations[1].operation else {
            panic!()
        };
        assert_eq!(withdraw.officer, "organisations/lmm/officers/b");
        assert_eq!(withdraw.replaced_by, "organisations/lmm/officers/a");
    }

    #[test]
    fn every_invalid_line_is_named() {
        let text = "{\"upsert\":{\"id\":\"a\",\"kind\":\"baas\"}}\n{}\n{\"delete\":\"a\"}";
        let problems = parse(text, &OrganisationId::parse("lmm").unwrap()).unwrap_err();
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (problem.line, problem.field.as_str()))
            .collect();
        assert_eq!(found, [(1, "upsert.kind"), (2, ""), (3, "")]);
    }
}
