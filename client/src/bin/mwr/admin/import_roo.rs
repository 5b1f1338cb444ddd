//! `mwr admin import-roo`: imports names from the XML export of the Register van Overheidsorganisaties.

use std::path::PathBuf;

use clap::Args;
use client::Client;
use client::files::roo;
use proto::v1;
use serde_json::json;

use super::organisations;
use crate::arguments;
use crate::exit::Failure;
use crate::output::{self, Output};
use crate::sync;

/// The export.
#[derive(Debug, Args)]
pub(crate) struct ImportRooArguments {
    /// The file, exportOO.xml. Its organisations are matched by name or abbreviation to those that the register knows, and left
    /// out with the reason where the match is not certain. Functions and people in it are dropped.
    #[arg(value_name = "FILE.xml")]
    file: PathBuf,

    /// Show what would be done, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) async fn run<F>(arguments: &ImportRooArguments, connect: impl FnOnce() -> F, output: &mut Output) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<Client>>,
{
    let export = roo::parse_roo(&sync::read(&arguments.file)?).map_err(|error| Failure::Invalid(error.to_string()))?;
    let client = connect().await?;
    let known = arguments::all_organisations(&client).await?;
    let import = roo::match_known(&export, &known);
    let messages: Vec<_> = import.changed.iter().map(v1::Organisation::from).collect();
    // The export has no rows, so the index among the sent organisations is used.
    let lines: Vec<u64> = (1..).take(messages.len()).collect();
    if output.is_json() {
        let changed: Vec<_> = import.changed.iter().map(|organisation| organisation.id.as_str()).collect();
        output.json(&json!({
            "read": export.len(), "matched": changed, "unchanged": import.unchanged, "refused": import.refused,
        }))?;
    } else {
        let mut table = output::table(&["number", "name", "left out because"]);
        for refused in &import.refused {
            table.add_row([&refused.system_id, &refused.name, &refused.reason]);
        }
        output.table(&table)?;
        output.line(format!(
            "{} read: {} with names to add, {} unchanged, {} left out",
            export.len(),
            import.changed.len(),
            import.unchanged,
            import.refused.len()
        ))?;
    }
    organisations::put(&messages, &lines, arguments.dry_run, &client, output).await
}
