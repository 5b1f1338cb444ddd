//! `demo`: a filled register on this machine.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use register::clock::{Clock, SystemClock};

use super::say;
use crate::app::App;
use crate::config::Config;
use crate::demo;
use crate::lifecycle::Tasks;
use crate::telemetry;

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The folder that holds everything: store, index, certificates and settings for mwr
    #[arg(long, value_name = "DIR", default_value = ".demo")]
    data: PathBuf,
    /// The port of gRPC on loopback; health and metrics get the next one, the page the one after; 0 picks free ones
    #[arg(long, value_name = "PORT", default_value_t = Config::default().listen.grpc.port())]
    port: u16,
    /// Load another register: a folder with organisations.jsonl and officers.jsonl
    #[arg(long, value_name = "DIR")]
    fill: Option<PathBuf>,
    /// Levels of the log
    #[arg(long, value_name = "FILTER", default_value = "warn")]
    log: String,
}

impl Demo {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let options = demo::Options {
            data: self.data,
            port: self.port,
            fill: self.fill,
            log: self.log,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let demo = demo::Demo::prepare(&options, &clock).await?;
        telemetry::log_to_stderr(&demo.config.log);
        telemetry::metrics_recorder();
        for warning in &demo.warnings {
            say(format_args!("warning: {warning}"));
        }
        let tasks = Tasks::new();
        tasks.listen_to_signals().context("failed to listen to signals")?;
        let app = App::build_with_login(demo.config.clone(), clock, tasks, demo.login()).await?;
        demo.write_settings(app.addresses().grpc)?;
        app.run(|addresses| say(demo.invitation(addresses))).await?;
        say("the demo has come to an end");
        Ok(())
    }
}
