//! The command line `maatwerkregister`: one file per command.

mod backup;
mod completions;
mod config;
mod demo;
mod healthcheck;
mod index;
mod init;
mod restore;
mod serve;
mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use server_core::config::{Config, ConfigSources, LoadedConfig};
use server_core::data::{DataError, FolderError};

use crate::app::AppError;
use crate::telemetry;

/// What the exit codes mean; part of `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0   done; for serve and demo: came to an end when asked to
  1   failed: a part of the node, a check, a finding
  64  the configuration or the command line is wrong
  65  the database is damaged
  69  an address cannot be listened on
  74  a folder, file or store cannot be used";

/// The node of the Maatwerkregister.
#[derive(Debug, Parser)]
#[command(name = "maatwerkregister", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a register and its first operator
    Init(init::Init),
    /// Serve the register
    Serve(serve::Serve),
    /// Serve a filled register on this machine, to try things with
    Demo(demo::Demo),
    /// Write a complete copy of the register to a file, also while it is served
    Backup(backup::Backup),
    /// Make a register out of a backup
    Restore(restore::Restore),
    /// Check the stored register through and through
    Verify(verify::Verify),
    /// The search index
    Index(index::Index),
    /// The configuration
    Config(config::ConfigCommand),
    /// Ask the node on this machine whether it is ready: exits with 0 or 1
    Healthcheck(healthcheck::Healthcheck),
    /// Write completions for a shell
    Completions(completions::Completions),
}

/// How every command but the demo is configured.
#[derive(Debug, Default, Args)]
pub(crate) struct Settings {
    /// The configuration; without it ./maatwerkregister.toml or /etc/maatwerkregister/maatwerkregister.toml, if there is one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder (storage.folder)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Any setting, as in `limits.burst=100`; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("it is KEY=VALUE, as in limits.burst=100")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

impl Settings {
    fn sources(&self) -> ConfigSources {
        let data = self.data.as_ref().map(|data| data.display().to_string());
        let mut sources = ConfigSources::of_process(self.config.clone()).flag("--data", "storage.folder", data);
        for (key, value) in &self.set {
            sources = sources.flag("--set", key, Some(value));
        }
        sources
    }

    /// Reads the configuration, with the flags that a command adds, and begins to log as it says.
    fn load(&self, more: impl FnOnce(ConfigSources) -> ConfigSources) -> Result<Config, AppError> {
        let loaded = Config::load(&more(self.sources()))?;
        telemetry::log_to_stderr(&loaded.config.log);
        warn(&loaded);
        Ok(loaded.config)
    }
}

fn warn(loaded: &LoadedConfig) {
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
}

/// Runs a command to its end.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Init(init) => init.run().await,
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Backup(backup) => backup.run().await,
        Command::Restore(restore) => restore.run().await,
        Command::Verify(verify) => verify.run().await,
        Command::Index(index) => index.run().await,
        Command::Config(config) => config.run().await,
        Command::Healthcheck(healthcheck) => healthcheck.run().await,
        Command::Completions(completions) => completions.run(),
    }
}

/// The exit code of a failure.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    let data = |error: &DataError| match error {
        DataError::OtherRegister { .. } => 64,
        DataError::Damaged { .. } => 65,
        DataError::Folder(FolderError::Missing(_) | FolderError::InUse(_) | FolderError::Unwritable { .. })
        | DataError::NoRegister(_)
        | DataError::Storage(..)
        | DataError::File { .. } => 74,
    };
    if let Some(error) = error.downcast_ref::<DataError>() {
        return data(error);
    }
    match error.downcast_ref::<AppError>() {
        Some(AppError::Config(_)) => 64,
        Some(AppError::Data(error)) => data(error),
        Some(AppError::Bind { .. }) => 69,
        Some(AppError::Directory(_) | AppError::PartFailed(_) | AppError::CutOff) | None => 1,
    }
}

/// A failure in words. Ours hold their causes; others are told with theirs.
pub fn explained(error: &anyhow::Error) -> String {
    match (error.downcast_ref::<AppError>(), error.downcast_ref::<DataError>()) {
        (Some(ours), _) => ours.to_string(),
        (_, Some(ours)) => ours.to_string(),
        (None, None) => format!("{error:#}"),
    }
}

/// Writes a line to standard output. One that is closed, as by `head`, is no failure.
pub(crate) fn say(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_names_the_exit_codes_and_every_command() {
        let help = Cli::command().render_long_help().to_string();
        for expected in [
            "Exit codes",
            "64",
            "init",
            "serve",
            "demo",
            "backup",
            "restore",
            "verify",
            "healthcheck",
        ] {
            assert!(help.contains(expected), "{help}");
        }
    }
}
