//! `serve`: runs the node until it is asked to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use register::clock::SystemClock;
use server_core::lifecycle::Tasks;

use super::settings::Settings;
use crate::app::App;
use crate::telemetry;

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// The address for gRPC (listen.grpc)
    #[arg(long, value_name = "ADDRESS:PORT")]
    grpc: Option<SocketAddr>,
    /// The address for health and metrics (listen.operation)
    #[arg(long, value_name = "ADDRESS:PORT")]
    operation: Option<SocketAddr>,
    /// The log filter (log.filter)
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Shut down when standard input, a pipe, closes because the parent process has ended
    #[arg(long, hide = true)]
    until_stdin_closes: bool,
}

impl Serve {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.load(|sources| {
            sources
                .flag("--grpc", "listen.grpc", self.grpc)
                .flag("--operation", "listen.operation", self.operation)
                .flag("--log", "log.filter", self.log.as_ref())
        })?;
        telemetry::metrics_recorder();
        let tasks = Tasks::new();
        tasks.listen_to_signals().context("failed to listen to signals")?;
        if self.until_stdin_closes {
            tasks.listen_to_stdin().context("failed to listen to standard input")?;
        }
        let app = App::build(config, Arc::new(SystemClock), tasks).await?;
        app.run(|_| {}).await?;
        Ok(())
    }
}
