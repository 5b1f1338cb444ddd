//! `mwr completions`: prints a completion script for a shell.

use clap_complete::Shell;

use crate::output::Output;

/// The shell to complete in.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(arguments: &CompletionsArguments, mut command: clap::Command, output: &mut Output) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "mwr", &mut script);
    output.text(&String::from_utf8_lossy(&script))
}
