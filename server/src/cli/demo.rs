//! `demo`: serves a filled register on this machine.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use demo::{self, DemoRegister};
use register::clock::{Clock, SystemClock};
use server_core::config::Config;
use server_core::lifecycle::Tasks;

use super::output::print_line;
use crate::app::App;
use crate::telemetry;

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The folder for everything: store, index, certificates and settings for mwr
    #[arg(long, value_name = "DIR", default_value = ".demo")]
    data: PathBuf,
    /// The port of gRPC on loopback; health and metrics use the next port, the page the one after; 0 chooses free ports
    #[arg(long, value_name = "PORT", default_value_t = Config::default().listen.grpc.port())]
    port: u16,
    /// Load another register: a folder with organisations.jsonl and officers.jsonl
    #[arg(long, value_name = "DIR")]
    fill: Option<PathBuf>,
    /// The number of registers: 1, or 3 that exchange (national, a region, an executing organisation)
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = number_of_registers)]
    registers: u8,
    /// The log filter
    #[arg(long, value_name = "FILTER", default_value = "warn")]
    log: String,
}

impl Demo {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let options = demo::Options {
            data: self.data,
            port: self.port,
            fill: self.fill,
            register: (self.registers > 1).then_some(DemoRegister::National),
            log: self.log,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut demo = demo::Demo::prepare(&options, &clock).await?;
        telemetry::log_to_stderr(&demo.config.log);
        telemetry::metrics_recorder();
        for warning in &demo.warnings {
            print_line(format_args!("warning: {warning}"));
        }
        let other_registers = match options.register {
            Some(_) => Some(demo::OtherRegisters::start(&mut demo, &options, &clock).await?),
            None => None,
        };
        let tasks = Tasks::new();
        tasks.listen_to_signals().context("failed to listen to signals")?;
        let app = App::build_with_login(demo.config.clone(), clock, tasks, demo.login()).await?;
        demo.write_settings(app.addresses().grpc)?;
        let folder = options.data.clone();
        let outcome = app
            .run(|addresses| {
                print_line(demo.welcome(addresses));
                if let Some(registers) = &other_registers {
                    print_line(registers.welcome(&folder));
                }
            })
            .await;
        if let Some(registers) = other_registers {
            registers.stop().await;
        }
        outcome?;
        print_line("the demo has stopped");
        Ok(())
    }
}

/// Parses the number of registers.
fn number_of_registers(text: &str) -> Result<u8, String> {
    match text {
        "1" => Ok(1),
        "3" => Ok(3),
        _ => Err("a demo has 1 or 3 registers".to_owned()),
    }
}
