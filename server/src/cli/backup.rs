//! `backup`: writes a complete copy of the register to one file, without erased data.

use std::path::PathBuf;

use clap::Args;
use server_core::data::{DataError, store};

use super::output::{hand_over, print_line};
use super::settings::Settings;

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    settings: Settings,
    /// The file to write; it must not exist yet
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
            let message = format!("`{}` exists already; a backup is never overwritten", self.target.display());
            return Err(DataError::Storage(message, None).into());
        }
        let storage = store::open(&config.storage).await?;
        let position = storage.backup(&self.target).await;
        let closed = storage.close().await;
        hand_over(&config.storage.folder);
        let position = position.map_err(|error| store::explained(&self.target, error))?;
        closed.map_err(|error| store::explained(&config.storage.database(), error))?;
        print_line(format_args!(
            "wrote revision {} to `{}`, and its digest beside it",
            position.revision,
            self.target.display()
        ));
        Ok(())
    }
}
