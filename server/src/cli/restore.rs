//! `restore`: the register of a backup in an empty data folder. Its epoch is new, so that whoever follows it finds out.

use std::path::PathBuf;

use clap::Args;
use register::clock::SystemClock;
use server_core::data::{DataError, DataFolder, store};

use super::{Settings, say};

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    settings: Settings,
    /// The backup
    from: PathBuf,
}

impl Restore {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.load(|sources| sources)?;
        let _folder = DataFolder::create(&config.storage.folder).map_err(DataError::from)?;
        let position = store::restore(&config.storage, &self.from, &SystemClock).await?;
        say(format_args!(
            "restored revision {} into `{}`, in the new epoch {}; the search index is made anew when the node starts",
            position.revision,
            config.storage.folder.display(),
            position.epoch.as_uuid()
        ));
        Ok(())
    }
}
