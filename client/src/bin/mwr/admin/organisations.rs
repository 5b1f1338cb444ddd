//! `mwr admin organisations put`: creates or replaces organisations from JSON Lines.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use client::Client;
use client::files::{self, RowProblem};
use proto::v1;
use register::draft::OrganisationDraft;
use serde_json::json;

use crate::exit::Failure;
use crate::json;
use crate::output::{self, Output};
use crate::sync;

/// The maximum number of organisations in one request, by the contract.
const BATCH: usize = 1_000;

/// The subcommand.
#[derive(Debug, Args)]
pub(crate) struct OrganisationsArguments {
    #[command(subcommand)]
    command: OrganisationsCommand,
}

#[derive(Debug, Subcommand)]
enum OrganisationsCommand {
    /// Create or replace organisations.
    Put {
        /// JSON Lines, one organisation each; `-` for standard input. `oins` are ignored: add grants for them.
        #[arg(value_name = "FILE.jsonl")]
        file: PathBuf,
        /// Show what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(crate) async fn run<F>(
    arguments: &OrganisationsArguments,
    connect: impl FnOnce() -> F,
    output: &mut Output,
) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<Client>>,
{
    let OrganisationsCommand::Put { file, dry_run } = &arguments.command;
    let rows = files::parse_json_lines::<OrganisationDraft>(&sync::read(file)?);
    sync::print_problems("warning", &rows.warnings, false, output)?;
    let messages: Vec<v1::Organisation> = rows
        .messages(|organisation| &organisation.id)
        .map_err(|problems| sync::refusal(&problems, output))?;
    let lines: Vec<u64> = rows.rows.iter().map(|row| row.line).collect();
    put(&messages, &lines, *dry_run, &connect().await?, output).await
}

/// Sends organisations in batches of a thousand, each all or nothing. `lines` are their lines in the file.
pub(super) async fn put(
    organisations: &[v1::Organisation],
    lines: &[u64],
    dry_run: bool,
    client: &Client,
    output: &mut Output,
) -> anyhow::Result<()> {
    let mut totals = PutTotals::default();
    for (batch, lines) in organisations.chunks(BATCH).zip(lines.chunks(BATCH)) {
        let request = v1::PutOrganisationsRequest {
            organisations: batch.to_vec(),
            request_id: String::new(),
            validate_only: dry_run,
        };
        let answer = client.put_organisations(request).await?;
        totals.add(&answer);
        let problems = problems(&answer, lines);
        if !problems.is_empty() {
            sync::print_problems("error", &problems, true, output)?;
            let violations = output::counted(answer.violations_total, "violation", "violations");
            let message = format!("{violations}; this batch was not applied");
            return Err(Failure::Invalid(message).into());
        }
    }
    totals.print(dry_run, output)
}

fn problems(answer: &v1::PutOrganisationsResponse, lines: &[u64]) -> Vec<RowProblem> {
    let found = answer.violations.iter().map(|found| {
        let violation = found.violation.clone().unwrap_or_default();
        let place = usize::try_from(found.index).ok();
        RowProblem {
            line: place.and_then(|place| lines.get(place)).copied().unwrap_or_default(),
            id: found.id.clone(),
            field: violation.field,
            code: violation.code,
            message: violation.message,
        }
    });
    found.collect()
}

#[derive(Default)]
struct PutTotals {
    created: u32,
    updated: u32,
    unchanged: u32,
    position: Option<v1::Position>,
}

impl PutTotals {
    fn add(&mut self, answer: &v1::PutOrganisationsResponse) {
        self.created += answer.created;
        self.updated += answer.updated;
        self.unchanged += answer.unchanged;
        self.position = answer.position.clone().or(self.position.take());
    }

    fn print(&self, dry_run: bool, output: &mut Output) -> anyhow::Result<()> {
        let Self {
            created,
            updated,
            unchanged,
            position,
        } = self;
        if output.is_json() {
            return output.json(&json!({
                "applied": !dry_run, "created": created, "updated": updated, "unchanged": unchanged,
                "position": json::position_message(position.as_ref()),
            }));
        }
        let done = if dry_run { "Would be" } else { "Organisations" };
        output.line(format!("{done}: {created} created, {updated} updated, {unchanged} unchanged"))
    }
}
