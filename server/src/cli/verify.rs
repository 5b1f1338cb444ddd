//! `verify`: reads everything in the store and reports what is wrong.

use anyhow::bail;
use clap::Args;

use server_core::data::store;

use super::output::print_line;
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
        let findings = storage.verify().await.map_err(|error| store::explained(&path, error))?;
        print_line(format_args!(
            "read {} commits, {} entries and {} digests",
            findings.commits, findings.entries, findings.digests
        ));
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
