//! `verify`: reads everything in the store and reports what is wrong.

use anyhow::bail;
use clap::Args;

use server_core::data::store::{self, WholeFile};

use super::output::{hand_over, print_line};
use super::settings::Settings;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    settings: Settings,
}

impl Verify {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.load(|sources| sources)?;
        let path = config.storage.database();
        let storage = store::open(&config.storage).await?;
        let findings = storage.verify().await;
        let closed = storage.close().await;
        hand_over(&config.storage.folder);
        let findings = findings.and_then(|findings| closed.map(|()| findings));
        let findings = findings.map_err(|error| store::explained(&path, error))?;
        print_line(format_args!(
            "read {} commits, {} entries and {} digests",
            findings.commits, findings.entries, findings.digests
        ));
        print_line(match findings.whole_file {
            WholeFile::Same => "every bit of the file is as it was when the node stopped",
            WholeFile::Different => "the file is not as it was when the node stopped",
            WholeFile::NoDigest => "the node runs or was not stopped, so unused space of the file was not compared",
        });
        for problem in &findings.problems {
            print_line(format_args!("wrong: {problem}"));
        }
        if !findings.problems.is_empty() {
            bail!(
                "found {} problems in `{}`; keep the file, and restore a backup with `maatwerkregister restore`",
                findings.problems.len(),
                path.display()
            );
        }
        print_line("no problems found");
        Ok(())
    }
}
