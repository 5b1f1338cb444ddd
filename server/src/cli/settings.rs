//! The flags that every command except the demo shares, and the configuration that they give.

use std::path::PathBuf;

use clap::Args;
use server_core::config::{Config, ConfigSources, LoadedConfig};

use crate::app::AppError;
use crate::telemetry;

/// The flags that select and change the configuration.
#[derive(Debug, Default, Args)]
pub(crate) struct Settings {
    /// The configuration file; by default ./maatwerkregister.toml or /etc/maatwerkregister/maatwerkregister.toml, if it exists
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder (storage.folder)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Any setting, as in `limits.burst=100`; can be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE, as in limits.burst=100")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

impl Settings {
    /// Returns the sources of the configuration: defaults, file, environment and these flags.
    pub(crate) fn sources(&self) -> ConfigSources {
        let data = self.data.as_ref().map(|data| data.display().to_string());
        let mut sources = ConfigSources::of_process(self.config.clone()).flag("--data", "storage.folder", data);
        for (key, value) in &self.set {
            sources = sources.flag("--set", key, Some(value));
        }
        sources
    }

    /// Loads the configuration, with the flags that a command adds, and starts logging with its settings.
    pub(crate) fn load(&self, more: impl FnOnce(ConfigSources) -> ConfigSources) -> Result<Config, AppError> {
        let loaded = Config::load(&more(self.sources()))?;
        telemetry::log_to_stderr(&loaded.config.log);
        warn(&loaded);
        Ok(loaded.config)
    }
}

fn warn(loaded: &LoadedConfig) {
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
}
