//! `backup`: a complete copy of the register in one file. What was erased before is not in it.

use std::path::PathBuf;

use clap::Args;
use server_core::data::{DataError, store};

use super::{Settings, say};

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    settings: Settings,
    /// The file to write; it must not be there yet
    target: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.load(|sources| sources)?;
        let is_there = self.target.try_exists().map_err(|source| DataError::File {
            path: self.target.clone(),
            source,
        })?;
        if is_there {
            let message = format!("`{}` is there already; a backup is never overwritten", self.target.display());
            return Err(DataError::Storage(message, None).into());
        }
        let storage = store::open(&config.storage).await?;
        let position = storage.backup(&self.target).await;
        let position = position.map_err(|error| store::explained(&self.target, error))?;
        say(format_args!(
            "wrote revision {} to `{}`",
            position.revision,
            self.target.display()
        ));
        Ok(())
    }
}
