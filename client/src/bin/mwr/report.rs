//! `mwr report`: reports a wrong entry. `mwr reports`: lists and settles reports.

use clap::{Args, Subcommand};
use client::Client;
use proto::convert::{WireEnum as _, to_timestamp};
use register::identifier::OfficerName;
use register::report::{ReportName, ReportReason};
use serde_json::json;

use crate::arguments;
use crate::json;
use crate::output::{self, Output};
use crate::render;

/// The entry and the reason.
#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// The officer: its full name, or `{organisation}/{id}`.
    #[arg(value_parser = arguments::officer_name)]
    officer: OfficerName,

    /// The reason: wrong_number, left, no_reply or not_competent.
    #[arg(long, value_parser = reason)]
    reason: ReportReason,
}

/// The reports to list or settle.
#[derive(Debug, Args)]
pub(crate) struct ReportsArguments {
    #[command(subcommand)]
    command: ReportsCommand,
}

#[derive(Debug, Subcommand)]
enum ReportsCommand {
    /// List open reports.
    List {
        /// Only reports on officers of this organisation, by id or name. Without it all, which requires the role operate.
        #[arg(long, value_name = "ORGANISATION")]
        organisation: Option<String>,
    },
    /// Settle a report after checking that the entry is right. Changing or verifying the entry settles all its reports.
    Settle {
        /// Its name, as `reports list` shows it.
        #[arg(value_parser = ReportName::parse)]
        report: ReportName,
    },
}

fn reason(word: &str) -> Result<ReportReason, String> {
    // Command lines use hyphens, the contract underscores.
    let reason = ReportReason::parse(&word.to_lowercase().replace('-', "_"));
    reason.ok_or_else(|| format!("the reason must be one of {}", ReportReason::words().join(", ")))
}

pub(crate) async fn run(arguments: &ReportArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let answer = client.report_problem(&arguments.officer, arguments.reason).await?;
    if output.is_json() {
        let position = json::position_message(answer.position.as_ref());
        return output.json(&json!({ "doubted": answer.doubted, "position": position }));
    }
    output.line(if answer.doubted {
        "reported; the entry is marked betwijfeld until its organisation settles it"
    } else {
        "reported to its organisation and to the operator"
    })
}

pub(crate) async fn run_reports(arguments: &ReportsArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    match &arguments.command {
        ReportsCommand::List { organisation } => list(organisation.as_deref(), client, output).await,
        ReportsCommand::Settle { report } => settle(report, client, output).await,
    }
}

async fn list(organisation: Option<&str>, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let organisation = match organisation {
        Some(text) => Some(arguments::find_organisation(client, text).await?),
        None => None,
    };
    let mut table = output::table(&["report", "reason", "reported", "doubted"]);
    for report in client.list_reports(organisation.as_ref()).await? {
        let reason = ReportReason::from_number(report.reason);
        let reported_at = report.report_time.as_ref();
        let reported_at = reported_at.map(|time| to_timestamp("report_time", time)).transpose()?;
        if output.is_json() {
            output.json(&json!({
                "name": report.name, "officer": report.officer, "reason": reason.map(ReportReason::as_str),
                "reported_at": reported_at, "doubted": report.doubted,
            }))?;
            continue;
        }
        table.add_row([
            report.name,
            reason.map_or("unknown to this version", ReportReason::sentence).to_owned(),
            reported_at.map(render::moment).unwrap_or_default(),
            if report.doubted { "betwijfeld" } else { "" }.to_owned(),
        ]);
    }
    output.table(&table)
}

async fn settle(report: &ReportName, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let answer = client.settle_report(report).await?;
    if output.is_json() {
        let position = json::position_message(answer.position.as_ref());
        return output.json(&json!({ "doubted": answer.doubted, "position": position }));
    }
    output.line(if answer.doubted {
        "settled; other reports still keep the entry betwijfeld"
    } else {
        "settled"
    })
}
