//! `healthcheck`: asks the node on this machine how it is, for containers and scripts.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use server_core::config::Config;

use super::{Settings, say};
use crate::operation;

/// Longer than a node that is well ever takes.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub(crate) struct Healthcheck {
    #[command(flatten)]
    settings: Settings,
    /// Ask only whether the process lives, not whether it is ready
    #[arg(long)]
    live: bool,
}

impl Healthcheck {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.load(|sources| sources)?;
        let address = announced(&config).unwrap_or(config.listen.operation);
        let path = if self.live { "/healthz" } else { "/readyz" };
        let (status, body) = operation::check(address, path, PATIENCE)
            .await
            .with_context(|| format!("no node answers on {address}"))?;
        say(body.trim_end());
        if status != 200 {
            bail!("the node on {address} is not ready");
        }
        Ok(())
    }
}

/// Where the node says that it listens: with port 0 the configuration does not tell.
fn announced(config: &Config) -> Option<SocketAddr> {
    let text = std::fs::read_to_string(config.ready_file()).ok()?;
    let ready: serde_json::Value = serde_json::from_str(&text).ok()?;
    ready["metrics"].as_str()?.strip_prefix("http://")?.parse().ok()
}
