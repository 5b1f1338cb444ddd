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
  6   conflict: changed meanwhile, or too many withdrawals
  7   not available, or no answer in time
  64  bad configuration

Settings are read from --config, else ./mwr.toml, else mwr/mwr.toml in the XDG configuration folder; MWR_* variables go before
the file, and flags before both. Relative paths in the file start at the file.";

/// Find, resolve and publish the people who may make an exception.
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

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find officers for a question in everyday Dutch.
    Search(search::SearchArguments),
    /// What a text that is being typed may become.
    Suggest(suggest::SuggestArguments),
    /// Where to go with a need: ordered targets, each with its reason.
    Resolve(resolve::ResolveArguments),
    /// Show one officer or organisation.
    Get(get::GetArguments),
    /// List officers, organisations or the vocabulary.
    List(list::ListArguments),
    /// Publish an organisation's whole set of officers from a file.
    Sync(sync::SyncArguments),
    /// Publish some changes: upserts and withdrawals from a file.
    Apply(apply::ApplyArguments),
    /// Set or clear an officer's absences.
    Presence(presence::PresenceArguments),
    /// Record that entries were found right today.
    Verify(verify::VerifyArguments),
    /// Try words that an operator would add to the vocabulary.
    Vocabulary(vocabulary::VocabularyArguments),
    /// Say that an entry is not right.
    Report(report::ReportArguments),
    /// What was reported of entries, and settling it.
    Reports(report::ReportsArguments),
    /// Follow what changes.
    Watch(watch::WatchArguments),
    /// Operate the register: organisations, grants, status.
    Admin(admin::AdminArguments),
    /// The registers that this one exchanges with.
    Peers(peers::PeersArguments),
    /// Print a script that completes commands in a shell.
    Completions(completions::CompletionsArguments),
    /// Show the settings in effect and where each comes from.
    Config(config::ConfigArguments),
}

/// The command as clap knows it.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_make_sense_to_clap() {
        command().debug_assert();
    }

    #[test]
    fn the_help_is_as_it_was() {
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
