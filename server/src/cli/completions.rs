//! `completions`: what a shell needs to complete the commands.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let mut command = Cli::command();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "maatwerkregister", &mut script);
        super::say(String::from_utf8_lossy(&script).trim_end());
        Ok(())
    }
}
