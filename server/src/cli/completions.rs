//! `completions`: writes the completion script for a shell.

use clap::Args;
use clap_complete::Shell;

use super::output::print_line;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Writes the script for `command`, the whole command line.
    pub(crate) fn run(self, mut command: clap::Command) {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "maatwerkregister", &mut script);
        print_line(String::from_utf8_lossy(&script).trim_end());
    }
}
