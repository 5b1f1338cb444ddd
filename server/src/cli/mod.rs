//! The command line `maatwerkregister`: one file per command.

mod backup;
mod completions;
mod config;
mod demo;
mod exit;
mod healthcheck;
mod index;
mod init;
mod output;
mod restore;
mod serve;
mod settings;
mod verify;

use clap::{CommandFactory as _, Parser, Subcommand};

pub use exit::{exit_code, explained};

/// The meaning of the exit codes, for `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0   success; for serve and demo: a clean shutdown
  1   failure: a part of the node failed, or a check found problems
  64  the configuration or the command line is invalid
  65  the database is damaged
  69  the node cannot listen on an address
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
    /// Create a register and its first operator
    Init(init::Init),
    /// Serve the register
    Serve(serve::Serve),
    /// Serve a filled register on this machine, for trying things
    Demo(demo::Demo),
    /// Write a complete copy of the register to a file, even while the node serves it
    Backup(backup::Backup),
    /// Create a register from a backup
    Restore(restore::Restore),
    /// Check the stored register completely
    Verify(verify::Verify),
    /// Manage the search index
    Index(index::Index),
    /// Check or show the configuration
    Config(config::ConfigCommand),
    /// Ask the node on this machine whether it is ready; exits with 0 or 1
    Healthcheck(healthcheck::Healthcheck),
    /// Write the completion script for a shell
    Completions(completions::Completions),
}

/// Runs a command.
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
        Command::Completions(completions) => {
            completions.run(Cli::command());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_definition_is_valid() {
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
