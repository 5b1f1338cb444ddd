//! `restore`: creates a register from a backup in an empty data folder. It gets a new epoch, so that watchers reload.

use std::path::PathBuf;

use clap::Args;
use register::clock::SystemClock;
use server_core::data::store::{self, Restored, WholeFile};
use server_core::data::{DataError, DataFolder};

use super::output::{hand_over, print_line};
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
        let Restored { position, findings } = store::restore(&config.storage, &self.from, &SystemClock).await?;
        hand_over(&config.storage.folder);
        print_line(format_args!(
            "verified {} commits, {} entries and {} digests; {}",
            findings.commits,
            findings.entries,
            findings.digests,
            match findings.whole_file {
                WholeFile::NoDigest => "there is no digest beside the backup, so unused space was not compared",
                _ => "every bit of the backup is as it was written",
            }
        ));
        print_line(format_args!(
            "restored revision {} into `{}`, in the new epoch {}; the node rebuilds the search index when it starts",
            position.revision,
            config.storage.folder.display(),
            position.epoch.as_uuid()
        ));
        Ok(())
    }
}
