//! `mwr presence`: sets an officer's absences.

use clap::{Args, Subcommand};
use client::Client;
use jiff::Timestamp;
use proto::convert::to_wire_timestamp;
use proto::v1;
use register::identifier::OfficerName;
use serde_json::json;

use crate::arguments;
use crate::json;
use crate::output::{self, Output};

/// The subcommand.
#[derive(Debug, Args)]
pub(crate) struct PresenceArguments {
    #[command(subcommand)]
    command: PresenceCommand,
}

#[derive(Debug, Subcommand)]
enum PresenceCommand {
    /// Replace all absences.
    Set {
        /// The officer, `{organisation}/{id}`.
        #[arg(value_parser = arguments::officer_name)]
        officer: OfficerName,
        /// FROM..UNTIL in dates (the last day included) or moments; may be repeated.
        #[arg(long, required = true, value_name = "FROM..UNTIL", value_parser = arguments::period)]
        absent: Vec<(Timestamp, Timestamp)>,
        /// Your id for this write. A repeated write with the same id is applied once.
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
    },
    /// Remove all absences.
    Clear {
        /// The officer, `{organisation}/{id}`.
        #[arg(value_parser = arguments::officer_name)]
        officer: OfficerName,
        /// Your id for this write. A repeated write with the same id is applied once.
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
    },
}

pub(crate) async fn run(arguments: &PresenceArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let (officer, absences, request_id) = match &arguments.command {
        PresenceCommand::Set {
            officer,
            absent,
            request_id,
        } => (officer, absent.as_slice(), request_id),
        PresenceCommand::Clear { officer, request_id } => (officer, [].as_slice(), request_id),
    };
    let periods = absences.iter().map(|(from, until)| v1::Period {
        from: Some(to_wire_timestamp(*from)),
        until: Some(to_wire_timestamp(*until)),
    });
    let request = v1::SetPresenceRequest {
        officer: officer.to_string(),
        absences: periods.collect(),
        request_id: request_id.clone().unwrap_or_default(),
    };
    let answer = client.set_presence(request).await?;
    if output.is_json() {
        return output.json(&json!({ "position": json::position_message(answer.position.as_ref()) }));
    }
    let revision = answer.position.map(|position| position.revision).unwrap_or_default();
    let absences = output::counted(absences.len(), "absence", "absences");
    output.line(format!("{absences} set, revision {revision}"))
}
