//! `mwr sync`: publishes an organisation's complete set of officers from a file.
//!
//! The file is read and checked first; if it has any problem, nothing is sent. Violations that the register finds are printed
//! by row of the file.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use client::files::{self, OfficerFile, RowProblem, Rows};
use client::{Client, OfficerSnapshot, ProgressCallback};
use indicatif::{ProgressBar, ProgressStyle};
use proto::v1;
use register::draft::OfficerDraft;
use register::identifier::OrganisationId;
use register::position::Position;
use serde_json::json;

use crate::arguments;
use crate::exit::Failure;
use crate::json;
use crate::output::{self, Output};

/// The number of planned changes to print.
const SHOWN_CHANGES: usize = 50;

/// The file and how to apply it.
#[derive(Debug, Args)]
pub(crate) struct SyncArguments {
    /// The file: .jsonl (or .ndjson) or .csv; `-` for standard input, with --format.
    #[arg(required_unless_present = "template", value_name = "FILE")]
    file: Option<PathBuf>,

    /// The organisation of the officers, by id, for rows that do not name it.
    #[arg(long, value_name = "ORGANISATION", value_parser = arguments::organisation_id)]
    organisation: Option<OrganisationId>,

    /// The format of the file, if its name does not show it.
    #[arg(long)]
    format: Option<FileFormat>,

    /// Show what would be done, and change nothing.
    #[arg(long)]
    dry_run: bool,

    /// Confirm this number of withdrawals, if it exceeds the register's limit.
    #[arg(long, value_name = "N")]
    confirm_withdrawals: Option<u32>,

    /// Apply only if nothing has changed since this position.
    #[arg(long, value_name = "COOKIE", value_parser = arguments::position)]
    base: Option<Position>,

    /// Your id for this write. A repeated write with the same id is applied once.
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,

    /// Print a template with all columns, and stop.
    #[arg(long, value_name = "FORM", exclusive = true)]
    pub(crate) template: Option<TemplateFormat>,
}

/// File formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// One JSON object on each line.
    Jsonl,
    /// A header and one row for each officer.
    Csv,
}

/// Formats with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TemplateFormat {
    /// All columns; their descriptions are printed on standard error.
    Csv,
}

pub(crate) fn print_template(output: &mut Output) -> anyhow::Result<()> {
    output.text(&files::template())?;
    output.flush()?;
    for (name, what) in files::COLUMNS {
        output::note(format!("{name:<16} {what}"));
    }
    Ok(())
}

pub(crate) async fn run<F>(arguments: &SyncArguments, connect: impl FnOnce() -> F, output: &mut Output) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<Client>>,
{
    let Some(path) = &arguments.file else { return Ok(()) };
    let rows = read_officers(path, arguments.format)?;
    print_problems("warning", &rows.warnings, false, output)?;
    let file = match files::check_officers(&rows, arguments.organisation.as_ref()) {
        Ok(file) => file,
        Err(problems) => return Err(refusal(&problems, output)),
    };
    let client = connect().await?;
    let OfficerFile {
        organisation,
        officers,
        lines,
    } = file;
    let bar = progress_bar(officers.len(), output.is_json());
    let snapshot = OfficerSnapshot {
        begin: v1::SyncBegin {
            organisation: organisation.resource_name(),
            base: arguments.base.map(v1::Position::from),
            request_id: arguments.request_id.clone().unwrap_or_default(),
            validate_only: arguments.dry_run,
            confirm_withdrawals: arguments.confirm_withdrawals,
        },
        entries: officers.into(),
    };
    let progress: Option<ProgressCallback> = bar
        .clone()
        .map(|bar| -> ProgressCallback { Arc::new(move |sent| bar.set_position(sent as u64)) });
    let report = client.sync_officers(snapshot, progress).await;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    print_report(&report?, arguments.dry_run, &lines, output)
}

/// Reads a file of officers in the given format, or the one that its name shows.
fn read_officers(path: &Path, format: Option<FileFormat>) -> anyhow::Result<Rows<OfficerDraft>> {
    let from_name = match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv" | "CSV") => Some(FileFormat::Csv),
        Some("jsonl" | "ndjson" | "json") => Some(FileFormat::Jsonl),
        _ => None,
    };
    let format = format.or(from_name);
    let format =
        format.ok_or_else(|| Failure::Usage("the name does not show the format; set --format csv or jsonl".to_owned()))?;
    let bytes = read(path)?;
    Ok(match format {
        FileFormat::Csv => files::parse_csv(&bytes),
        FileFormat::Jsonl => files::parse_json_lines(&bytes),
    })
}

/// Reads a file, or standard input for `-`.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("reading standard input")?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| format!("reading {}", path.display()))
}

fn progress_bar(entries: usize, is_json: bool) -> Option<ProgressBar> {
    if is_json || !std::io::stderr().is_terminal() {
        return None;
    }
    let style =
        ProgressStyle::with_template("{bar:40} {pos}/{len} officers, {elapsed}").unwrap_or_else(|_| ProgressStyle::default_bar());
    Some(ProgressBar::new(entries as u64).with_style(style))
}

/// Prints problems as a table on standard error. If they are the result, prints them on standard output, with `--json` as one
/// object.
pub(crate) fn print_problems(kind: &str, problems: &[RowProblem], is_result: bool, output: &mut Output) -> anyhow::Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    if output.is_json() && is_result {
        return output.json(&json!({ "applied": false, "problems": problems }));
    }
    let mut table = output::table(&["row", "id", "field", kind, "code"]);
    for problem in problems {
        let line = if problem.line == 0 {
            String::new()
        } else {
            problem.line.to_string()
        };
        table.add_row([&line, &problem.id, &problem.field, &problem.message, &problem.code]);
    }
    if is_result {
        return output.table(&table);
    }
    output::note(table.trim_fmt());
    Ok(())
}

/// Prints the problems of a file and returns the error that ends the command.
pub(crate) fn refusal(problems: &[RowProblem], output: &mut Output) -> anyhow::Error {
    match print_problems("error", problems, true, output) {
        Ok(()) => {
            let problems = output::counted(problems.len(), "problem", "problems");
            Failure::Invalid(format!("{problems} in the file; nothing was sent")).into()
        }
        Err(error) => error,
    }
}

/// Prints the report of a write. `lines` are the lines of the file by index. Violations are an error.
pub(crate) fn print_report(report: &v1::SyncReport, dry_run: bool, lines: &[u64], output: &mut Output) -> anyhow::Result<()> {
    if output.is_json() {
        output.json(&report_json(report, lines))?;
        return outcome(report);
    }
    if report.violations.is_empty() {
        let done = match (report.applied, dry_run) {
            (_, true) => "Would be",
            (true, false) if report.replayed => "Already applied by an earlier request with this id",
            (true, false) => "Applied",
            (false, false) => "Not applied",
        };
        output.line(format!(
            "{done}: {} created, {} updated, {} withdrawn; {} unchanged",
            report.created, report.updated, report.withdrawn, report.unchanged
        ))?;
    }
    if dry_run {
        print_changes(report, output)?;
    }
    if report.confirm_withdrawals > 0 {
        let count = report.confirm_withdrawals;
        output.line(format!(
            "To withdraw this many officers, confirm the number: --confirm-withdrawals {count}"
        ))?;
    }
    let problems = violations(report, lines);
    print_problems("error", &problems, true, output)?;
    if let Some(position) = report.position.as_ref().filter(|_| report.applied) {
        output.line(format!("Revision {}", position.revision))?;
    }
    outcome(report)
}

fn outcome(report: &v1::SyncReport) -> anyhow::Result<()> {
    if report.violations_total == 0 && report.violations.is_empty() {
        return Ok(());
    }
    let violations = output::counted(report.violations_total, "violation", "violations");
    Err(Failure::Invalid(format!("{violations}; nothing was applied")).into())
}

fn report_json(report: &v1::SyncReport, lines: &[u64]) -> serde_json::Value {
    let mut value = json::report(report);
    if let Some(found) = value.get_mut("violations").and_then(|found| found.as_array_mut()) {
        for (object, violation) in found.iter_mut().zip(&report.violations) {
            object["line"] = json!(line_of(violation.index, lines));
        }
    }
    value
}

fn print_changes(report: &v1::SyncReport, output: &mut Output) -> anyhow::Result<()> {
    let mut table = output::table(&["officer", "would be"]);
    for change in report.changes.iter().take(SHOWN_CHANGES) {
        table.add_row([change.officer.as_str(), json::change_word(change.kind())]);
    }
    output.table(&table)?;
    let more = report.changes.len().saturating_sub(SHOWN_CHANGES);
    if more > 0 {
        output.line(format!("and {more} more; --json shows all"))?;
    }
    Ok(())
}

fn violations(report: &v1::SyncReport, lines: &[u64]) -> Vec<RowProblem> {
    let found = report.violations.iter().map(|found| {
        let violation = found.violation.clone().unwrap_or_default();
        RowProblem {
            line: line_of(found.index, lines),
            id: found.id.clone(),
            field: violation.field,
            code: violation.code,
            message: violation.message,
        }
    });
    found.collect()
}

/// Returns the line of an entry; 0 for a violation of the whole set.
fn line_of(index: i32, lines: &[u64]) -> u64 {
    let place = usize::try_from(index).ok();
    place.and_then(|place| lines.get(place)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_are_named_by_line_of_the_file() {
        let report = v1::SyncReport {
            violations: vec![
                v1::EntryViolation {
                    index: 1,
                    id: "b".into(),
                    ..Default::default()
                },
                v1::EntryViolation {
                    index: -1,
                    ..Default::default()
                },
            ],
            violations_total: 2,
            ..Default::default()
        };
        let found: Vec<_> = violations(&report, &[2, 5]).into_iter().map(|problem| problem.line).collect();
        assert_eq!(found, [5, 0]);
        assert_eq!(report_json(&report, &[2, 5])["violations"][0]["line"], 5);
        assert!(outcome(&report).is_err());
    }

    #[test]
    fn standard_input_needs_a_format() {
        let error = read_officers(Path::new("-"), None).unwrap_err();
        assert!(error.to_string().contains("--format"));
    }
}
