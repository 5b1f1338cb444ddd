//! The commands and their arguments.

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::{
    admin, apply, completions, config, get, list, peers, presence, report, resolve, search, suggest, sync, verify, vocabulary,
    watch,
};

const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   failed for another reason
  2   wrong usage
  3   not found
  4   refused: certificate, grant or role
  5   invalid input: the violations are printed
  6   conflict: changed in the meantime, or too many withdrawals
  7   not available, or no response in time
  64  bad configuration

Settings are read from --config, else ./mwr.toml, else mwr/mwr.toml in the XDG configuration folder. MWR_* variables override
the file, and flags override both. Relative paths in the file start at its folder.";

/// Find, resolve and publish the officers who may make an exception.
#[derive(Debug, Parser)]
#[command(name = "mwr", version, after_long_help = EXIT_CODES, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) config: config::ConfigFlags,

    /// Print JSON in the exchange form: one object, or one per line for lists and streams.
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommand.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find officers for a question in everyday Dutch.
    Search(search::SearchArguments),
    /// Suggest completions of a text.
    Suggest(suggest::SuggestArguments),
    /// Resolve a need to ordered targets, each with its reason.
    Resolve(resolve::ResolveArguments),
    /// Show one officer or organisation.
    Get(get::GetArguments),
    /// List officers, organisations or the vocabulary.
    List(list::ListArguments),
    /// Publish an organisation's complete set of officers from a file.
    Sync(sync::SyncArguments),
    /// Publish some changes: upserts and withdrawals from a file.
    Apply(apply::ApplyArguments),
    /// Set or clear an officer's absences.
    Presence(presence::PresenceArguments),
    /// Record that entries were verified today.
    Verify(verify::VerifyArguments),
    /// Try synonyms before adding them to the vocabulary.
    Vocabulary(vocabulary::VocabularyArguments),
    /// Report a wrong entry.
    Report(report::ReportArguments),
    /// List and settle reports of wrong entries.
    Reports(report::ReportsArguments),
    /// Watch changes.
    Watch(watch::WatchArguments),
    /// Operate the register: organisations, grants, status.
    Admin(admin::AdminArguments),
    /// Operate the exchange with other registers.
    Peers(peers::PeersArguments),
    /// Print a script that completes commands in a shell.
    Completions(completions::CompletionsArguments),
    /// Show the effective settings and the source of each.
    Config(config::ConfigArguments),
}

/// Returns the command for clap.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_valid_for_clap() {
        command().debug_assert();
    }

    #[test]
    fn the_help_is_unchanged() {
        let mut help = String::new();
        let mut root = command().term_width(100);
        root.build();
        collect(&mut root, &mut help);
        insta::assert_snapshot!(help);
    }

    fn collect(command: &mut clap::Command, help: &mut String) {
        if command.get_name() == "help" {
            return;
        }
        let name = command.get_bin_name().unwrap_or("mwr").to_owned();
        help.push_str(&format!("=== {name} ===\n{}\n", command.render_long_help()));
        for child in command.get_subcommands_mut() {
            collect(child, help);
        }
    }
}
