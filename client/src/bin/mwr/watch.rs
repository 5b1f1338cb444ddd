//! `mwr watch`: prints changes, across broken connections and restarts.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use client::{Client, WatchEvent, WatchFrom, WatchedChange};
use register::identifier::OrganisationId;
use register::position::Position;
use serde_json::{Value, json};

use crate::arguments;
use crate::exit::Failure;
use crate::json;
use crate::output::{self, Output};

/// The start and the filter.
#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    /// Only changes of this organisation, by id; may be repeated.
    #[arg(long, value_name = "ORGANISATION", value_parser = arguments::organisation_id)]
    organisation: Vec<OrganisationId>,

    /// Start after this position, the cookie in hexadecimal; without it, start with the current state.
    #[arg(long, value_name = "COOKIE", value_parser = arguments::position)]
    from: Option<Position>,

    /// Save the position in this file and resume from it. Each change is printed once, unless the process is killed between
    /// printing and saving.
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    state: Option<PathBuf>,

    /// Start with the current state if the position cannot be resumed from.
    #[arg(long)]
    reload: bool,

    /// Also print progress messages.
    #[arg(long)]
    progress: bool,
}

pub(crate) async fn run(arguments: &WatchArguments, client: &Client, output: &mut Output) -> anyhow::Result<()> {
    let position = match &arguments.state {
        Some(path) => read_state(path)?.or(arguments.from),
        None => arguments.from,
    };
    let mut watch = client.watch(WatchFrom {
        position,
        organisations: arguments.organisation.clone(),
        reload: arguments.reload,
        progress_interval: None,
    });
    let mut stop = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let event = tokio::select! {
            event = watch.next() => event?,
            _ = &mut stop => return Ok(()),
        };
        print(&event, arguments.progress, output)?;
        output.flush()?;
        // Saved after printing: a consumer may see a change twice, but never misses one.
        if let (Some(path), Some(position)) = (&arguments.state, position_of(&event)) {
            write_state(path, position)?;
        }
    }
}

fn position_of(event: &WatchEvent) -> Option<&Position> {
    match event {
        WatchEvent::SnapshotBegin { .. } => None,
        WatchEvent::SnapshotEnd { position, .. } | WatchEvent::Progress { position } => Some(position),
        WatchEvent::Changes { position, .. } => position.as_ref(),
    }
}

fn print(event: &WatchEvent, progress: bool, output: &mut Output) -> anyhow::Result<()> {
    match event {
        WatchEvent::Progress { .. } if !progress => Ok(()),
        WatchEvent::Changes { position, changes } => {
            for change in changes {
                if output.is_json() {
                    output.json(&change_json(change, position.as_ref()))?;
                } else {
                    output.line(words(change, position.as_ref()))?;
                }
            }
            Ok(())
        }
        other if output.is_json() => output.json(&event_json(other)),
        WatchEvent::Progress { position } => output.line(format!("r{} no more changes up to here", position.revision)),
        WatchEvent::SnapshotBegin { position } => output.line(format!("r{} the state follows", position.revision)),
        WatchEvent::SnapshotEnd {
            position,
            organisations,
            entries,
        } => {
            let revision = position.revision;
            let organisations = output::counted(*organisations, "organisation", "organisations");
            let entries = output::counted(*entries, "entry", "entries");
            output.line(format!("r{revision} the state is complete: {organisations}, {entries}"))
        }
    }
}

fn event_json(event: &WatchEvent) -> Value {
    match event {
        WatchEvent::SnapshotBegin { position } => json!({ "snapshot_begin": { "position": json::position(position) } }),
        WatchEvent::SnapshotEnd {
            position,
            organisations,
            entries,
        } => json!({ "snapshot_end": {
            "position": json::position(position), "organisations": organisations, "entries": entries,
        }}),
        WatchEvent::Progress { position } => json!({ "progress": { "position": json::position(position) } }),
        WatchEvent::Changes { .. } => Value::Null,
    }
}

fn change_json(change: &WatchedChange, position: Option<&Position>) -> Value {
    let mut value = match change {
        WatchedChange::Organisation(organisation) => json!({ "organisation": organisation }),
        WatchedChange::Entry(entry) => json!({ "entry": json::entry(entry) }),
        WatchedChange::Withdrawn { name, replaced_by } => {
            json!({ "withdrawn": { "officer": name, "replaced_by": replaced_by } })
        }
    };
    value["position"] = position.map_or(Value::Null, json::position);
    value
}

fn words(change: &WatchedChange, position: Option<&Position>) -> String {
    let revision = position.map_or_else(|| "state".to_owned(), |position| format!("r{}", position.revision));
    match change {
        WatchedChange::Organisation(organisation) => {
            format!(
                "{revision} organisation {}: {} ({})",
                organisation.id,
                organisation.name,
                organisation.status.as_str()
            )
        }
        WatchedChange::Entry(entry) => format!(
            "{revision} officer {}: {}",
            entry.officer_name(),
            entry.officer.function_title
        ),
        WatchedChange::Withdrawn { name, replaced_by: None } => format!("{revision} withdrawn {name}"),
        WatchedChange::Withdrawn {
            name,
            replaced_by: Some(other),
        } => {
            format!("{revision} withdrawn {name}, replaced by {other}")
        }
    }
}

/// Reads the saved position, if there is one.
fn read_state(path: &Path) -> anyhow::Result<Option<Position>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let position = arguments::position(text.trim());
    let position = position.map_err(|problem| Failure::Usage(format!("{}: {problem}", path.display())))?;
    Ok(Some(position))
}

/// Saves a position atomically: the file holds the old one or the new one.
fn write_state(path: &Path, position: &Position) -> anyhow::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let write = || -> std::io::Result<()> {
        let mut file = fs::File::create(&beside)?;
        writeln!(file, "{}", arguments::cookie_text(position))?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().with_context(|| format!("saving the position in {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_position_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        assert_eq!(read_state(&path).unwrap(), None);
        let position = arguments::position(&format!("01{}{:016x}", "0".repeat(32), 42)).unwrap();
        write_state(&path, &position).unwrap();
        assert_eq!(read_state(&path).unwrap(), Some(position));
        fs::write(&path, "half").unwrap();
        assert!(read_state(&path).is_err());
    }
}
