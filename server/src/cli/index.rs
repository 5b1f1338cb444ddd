//! `index rebuild`: rebuilds the search index from the register. The index is derived data and can always be removed.

use clap::{Args, Subcommand};
use register::clock::SystemClock;
use server_core::data::{DataError, DataFolder};
use server_core::lifecycle::Tasks;
use std::sync::Arc;

use super::output::{hand_over, print_line};
use super::settings::Settings;
use crate::app::{self, AppError};

#[derive(Debug, Args)]
pub(crate) struct Index {
    #[command(subcommand)]
    action: IndexAction,
}

#[derive(Debug, Subcommand)]
enum IndexAction {
    /// Remove the search index and rebuild it; the node must not run
    Rebuild(Settings),
}

impl Index {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let IndexAction::Rebuild(settings) = self.action;
        let config = settings.load(|sources| sources)?;
        let _folder = DataFolder::open(&config.storage.folder).map_err(DataError::from)?;
        let index = config.storage.index_folder();
        match std::fs::remove_dir_all(&index) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(DataError::File { path: index, source }.into());
            }
            _ => {}
        }
        let tasks = Tasks::new();
        let directory = app::open_directory(&config, Arc::new(SystemClock), &tasks, Box::new(|| None)).await?;
        directory.ready().await.map_err(AppError::from)?;
        let position = directory.view_position();
        tasks.shutdown().cancel();
        directory.close().await.map_err(AppError::from)?;
        tasks.ended().await;
        hand_over(&config.storage.folder);
        print_line(format_args!(
            "rebuilt the search index in `{}` at revision {}",
            index.display(),
            position.revision
        ));
        Ok(())
    }
}
