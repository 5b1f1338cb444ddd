//! `serve`: the node, until it is asked to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use register::clock::SystemClock;
use server_core::lifecycle::Tasks;

use super::Settings;
use crate::app::App;
use crate::telemetry;

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// Where gRPC listens (listen.grpc)
    #[arg(long, value_name = "ADDRESS:PORT")]
    grpc: Option<SocketAddr>,
    /// Where health and metrics listen (listen.operation)
    #[arg(long, value_name = "ADDRESS:PORT")]
    operation: Option<SocketAddr>,
    /// Levels of the log (log.filter)
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Come to an end when standard input, a pipe, is closed: whoever holds its other end is gone then
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
