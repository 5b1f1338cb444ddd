//! `restore`: creates a register from a backup in an empty data folder. It gets a new epoch, so that watchers reload.

use std::path::PathBuf;

use clap::Args;
use register::clock::SystemClock;
use server_core::data::{DataError, DataFolder, store};

use super::output::print_line;
use super::settings::Settings;

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    settings: Settings,
    /// The file of the backup
    from: PathBuf,
}

impl Restore {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.load(|sources| sources)?;
        let _folder = DataFolder::create(&config.storage.folder).map_err(DataError::from)?;
        let position = store::restore(&config.storage, &self.from, &SystemClock).await?;
        print_line(format_args!(
            "restored revision {} into `{}`, in the new epoch {}; the node rebuilds the search index when it starts",
            position.revision,
            config.storage.folder.display(),
            position.epoch.as_uuid()
        ));
        Ok(())
    }
}
