//! Runs the other registers of a demo of several as processes, each with its own folder, configuration and log.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use register::clock::Clock;
use serde::Deserialize;
use server_core::data::DataError;
use server_core::data::ReadyFile;
use tokio::process::{Child, Command};

use super::demo_register::DemoRegister;
use super::error::file_error;
use super::shell::{mwr, quoted};
use super::{Demo, Options};

/// The time limit for the start of another register. It only guards against hanging: a debug build on a slow machine under load
/// has taken over a minute.
const START_LIMIT: Duration = Duration::from_secs(240);

/// The time limit for the shutdown of another register, which is killed afterwards.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// The interval between two checks of the ready file.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The other registers of a demo, running.
pub struct OtherRegisters {
    running: Vec<RunningRegister>,
}

struct RunningRegister {
    register: DemoRegister,
    config: PathBuf,
    endpoint: String,
    process: Child,
}

/// The fields of a ready file that the demo needs.
#[derive(Deserialize)]
struct ReadyAddress {
    grpc: String,
    pid: u32,
}

impl OtherRegisters {
    /// Prepares and starts the other registers, and adds them to the peers of `national`.
    pub async fn start(national: &mut Demo, options: &Options, clock: &Arc<dyn Clock>) -> Result<Self, DataError> {
        let mut running = Vec::new();
        for (number, register) in (1..).zip(DemoRegister::PEERS) {
            let other = start(register, number, options, clock).await?;
            national.config.peers.push(register.as_peer(&other.endpoint));
            running.push(other);
        }
        let registers = Self { running };
        registers.write_list(&options.data)?;
        Ok(registers)
    }

    fn write_list(&self, folder: &Path) -> Result<(), DataError> {
        let rows = self.running.iter().map(|other| {
            serde_json::json!({
                "register": other.register.id(),
                "grpc": other.endpoint,
                "config": other.config,
                "pid": other.process.id(),
            })
        });
        let path = folder.join("registers.json");
        let text = serde_json::Value::from_iter(rows).to_string();
        std::fs::write(&path, text + "\n").map_err(|source| file_error(&path, source))
    }

    /// Returns the welcome text about the registers, with commands to paste.
    pub fn welcome(&self, folder: &Path) -> String {
        let mwr = mwr();
        let config = quoted(&folder.join("mwr.toml").display().to_string());
        let operator = quoted(&folder.join("mwr-operator.toml").display().to_string());
        let mut text = format!(
            "Three registers are running; this one is {}.\n",
            DemoRegister::National.description()
        );
        for other in &self.running {
            let pid = other.process.id().map(|pid| pid.to_string()).unwrap_or_default();
            text += &format!(
                "  {:16} {}  ({}; process {pid})\n",
                other.register.id(),
                other.endpoint,
                other.register.description()
            );
        }
        text += &format!(
            "\n  # search three registers at once\n  {mwr} --config {config} search 'studieschuld na overlijden, Amsterdam'\n"
        );
        text += &format!("\n  # check the peers\n  {mwr} --config {operator} peers check\n");
        if let Some(other) = self.running.last() {
            let pid = other.process.id().map(|pid| pid.to_string()).unwrap_or_default();
            text += &format!("\n  # stop one register and search again: the answer names the missing register\n  kill {pid}\n");
            text += &format!(
                "\n  # start it again\n  {} serve --config {}\n",
                quoted(&program().display().to_string()),
                quoted(&other.config.display().to_string())
            );
        }
        text
    }

    /// Stops the registers.
    pub async fn stop(self) {
        for other in &self.running {
            if let Some(pid) = other.process.id() {
                // SIGTERM lets the node close its store and remove its ready file.
                let signalled = Command::new("kill")
                    .arg("-TERM")
                    .arg(pid.to_string())
                    .stderr(Stdio::null())
                    .status();
                let _ = signalled.await;
            }
        }
        for mut other in self.running {
            // Waiting also closes the pipe. A process that does not stop is killed on drop.
            let _ = tokio::time::timeout(STOP_LIMIT, other.process.wait()).await;
        }
    }
}

/// Prepares `register` and starts it as a process.
async fn start(
    register: DemoRegister,
    number: u16,
    options: &Options,
    clock: &Arc<dyn Clock>,
) -> Result<RunningRegister, DataError> {
    let folder = register.folder(&options.data);
    share_authority(&options.data, &folder)?;
    let own = Options {
        data: folder.clone(),
        port: if options.port == 0 {
            0
        } else {
            options.port.wrapping_add(10 * number)
        },
        fill: None,
        register: Some(register),
        log: options.log.clone(),
    };
    let demo = Demo::prepare(&own, clock).await?;
    let config = folder.join("node.toml");
    let loopback = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    let next = if own.port == 0 { 0 } else { own.port.wrapping_add(1) };
    write_config(&config, &demo, loopback(own.port), loopback(next))?;
    let ready_file = demo.config.ready_file();
    ReadyFile::remove_stale(&ready_file).map_err(|source| file_error(&ready_file, source))?;
    let log = folder.join("node.log");
    let output = OpenOptions::new().create(true).append(true).open(&log);
    let output = output.map_err(|source| file_error(&log, source))?;
    let mut process = Command::new(program())
        .arg("serve")
        .arg("--config")
        .arg(&config)
        // When the demo ends for whatever reason, this pipe closes, and the register stops too.
        .arg("--until-stdin-closes")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(output)
        // Signals to the process group of the demo must not reach the register; the demo stops it.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| file_error(&program(), source))?;
    let ready = wait_for(&mut process, &ready_file, &log).await?;
    demo.write_settings(parse(&ready.grpc)?)?;
    // If somebody starts the register again by hand, it must use the same port.
    write_config(&config, &demo, parse(&ready.grpc)?, loopback(next))?;
    Ok(RunningRegister {
        register,
        config,
        endpoint: ready.grpc,
        process,
    })
}

/// Copies the certificate authority of the national register, which all registers of a demo trust.
fn share_authority(data: &Path, folder: &Path) -> Result<(), DataError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let pki = folder.join("pki");
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(&pki).map_err(|source| file_error(&pki, source))?;
    for name in ["ca.pem", "ca.key"] {
        let path = pki.join(name);
        std::fs::copy(data.join("pki").join(name), &path).map_err(|source| file_error(&path, source))?;
    }
    Ok(())
}

fn write_config(path: &Path, demo: &Demo, grpc: SocketAddr, operation: SocketAddr) -> Result<(), DataError> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let config = &demo.config;
    let folder = absolute(&config.storage.folder);
    let pki = folder.join("pki");
    let register = config.storage.register.as_ref().map(ToString::to_string).unwrap_or_default();
    let text = format!(
        "# DEMO: the register `{register}`. Written at each start of the demo.\n\
         [storage]\nfolder = {folder:?}\nregister = {register:?}\n\
         [listen]\ngrpc = \"{grpc}\"\noperation = \"{operation}\"\n\
         [tls]\ncertificate = {:?}\nkey = {:?}\ntrust_anchors = [{:?}]\n\
         [limits]\nrequests_per_second = 0\n\
         [log]\nfilter = {:?}\n",
        pki.join("node.pem"),
        pki.join("node.key"),
        pki.join("ca.pem"),
        config.log.filter,
    );
    std::fs::write(path, text).map_err(|source| file_error(path, source))
}

async fn wait_for(process: &mut Child, file: &Path, log: &Path) -> Result<ReadyAddress, DataError> {
    let started = async {
        loop {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            if let Ok(ready) = serde_json::from_str::<ReadyAddress>(&text)
                && Some(ready.pid) == process.id()
            {
                return Some(ready);
            }
            if !matches!(process.try_wait(), Ok(None)) {
                return None;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    let ready = tokio::time::timeout(START_LIMIT, started).await.ok().flatten();
    ready.ok_or_else(|| {
        DataError::Storage(
            format!("another register of the demo did not start; see `{}`", log.display()),
            None,
        )
    })
}

fn parse(endpoint: &str) -> Result<SocketAddr, DataError> {
    let address = endpoint.trim_start_matches("https://").parse();
    address.map_err(|_| DataError::Storage(format!("`{endpoint}` is not an address"), None))
}

fn program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("maatwerkregister"))
}
