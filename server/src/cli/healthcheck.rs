//! `healthcheck`: asks the node on this machine for its status, for containers and scripts.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use server_core::config::Config;

use super::output::print_line;
use super::settings::Settings;
use crate::operation;

/// The time limit for the answer; a healthy node always answers sooner.
const TIME_LIMIT: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub(crate) struct Healthcheck {
    #[command(flatten)]
    settings: Settings,
    /// Ask only whether the process is alive, not whether it is ready
    #[arg(long)]
    live: bool,
}

impl Healthcheck {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.load(|sources| sources)?;
        let address = announced_address(&config).unwrap_or(config.listen.operation);
        let path = if self.live { "/healthz" } else { "/readyz" };
        let (status, body) = operation::check(address, path, TIME_LIMIT)
            .await
            .with_context(|| format!("no node answers on {address}"))?;
        print_line(body.trim_end());
        if status != 200 {
            bail!("the node on {address} is not ready");
        }
        Ok(())
    }
}

/// Returns the address in the ready file. With port 0 the configuration does not contain the actual port.
fn announced_address(config: &Config) -> Option<SocketAddr> {
    let text = std::fs::read_to_string(config.ready_file()).ok()?;
    let ready: serde_json::Value = serde_json::from_str(&text).ok()?;
    ready["metrics"].as_str()?.strip_prefix("http://")?.parse().ok()
}
