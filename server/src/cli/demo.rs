//! `demo`: a filled register on this machine.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use demo::{self, part::Part};
use register::clock::{Clock, SystemClock};
use server_core::config::Config;
use server_core::lifecycle::Tasks;

use super::say;
use crate::app::App;
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
    /// How many registers: 1, or 3 that exchange (a national one, a region, an executing organisation)
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = registers)]
    registers: u8,
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
            part: (self.registers > 1).then_some(Part::National),
            log: self.log,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut demo = demo::Demo::prepare(&options, &clock).await?;
        telemetry::log_to_stderr(&demo.config.log);
        telemetry::metrics_recorder();
        for warning in &demo.warnings {
            say(format_args!("warning: {warning}"));
        }
        let registers = match options.part {
            Some(_) => Some(demo::Registers::start(&mut demo, &options, &clock).await?),
            None => None,
        };
        let tasks = Tasks::new();
        tasks.listen_to_signals().context("failed to listen to signals")?;
        let app = App::build_with_login(demo.config.clone(), clock, tasks, demo.login()).await?;
        demo.write_settings(app.addresses().grpc)?;
        let folder = options.data.clone();
        let outcome = app
            .run(|addresses| {
                say(demo.invitation(addresses));
                if let Some(registers) = &registers {
                    say(registers.invitation(&folder));
                }
            })
            .await;
        if let Some(registers) = registers {
            registers.end().await;
        }
        outcome?;
        say("the demo has come to an end");
        Ok(())
    }
}

/// One register, or the three that are laid out.
fn registers(text: &str) -> Result<u8, String> {
    match text {
        "1" => Ok(1),
        "3" => Ok(3),
        _ => Err("there is a demo of 1 register and one of 3".to_owned()),
    }
}
