//! `verify`: reads everything that is stored and says what is wrong with it.

use anyhow::bail;
use clap::Args;

use server_core::data::store;

use super::{Settings, say};

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
        say(format_args!(
            "read {} commits, {} entries and {} digests",
            findings.commits, findings.entries, findings.digests
        ));
        for problem in &findings.problems {
            say(format_args!("wrong: {problem}"));
        }
        if !findings.problems.is_empty() {
            bail!(
                "{} things are wrong with `{}`; keep it, and put a backup in its place with `maatwerkregister restore`",
                findings.problems.len(),
                path.display()
            );
        }
        say("all is well");
        Ok(())
    }
}
