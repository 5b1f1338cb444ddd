//! Running a demo of several registers: the others as processes of their own, each with its folder, configuration and log.

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

use super::part::Part;
use super::{Demo, Options, file_error};

/// What another register may take to start.
const START: Duration = Duration::from_secs(60);

/// What ending may take before it is cut off.
const END: Duration = Duration::from_secs(10);

/// Between two looks at a file.
const LOOK: Duration = Duration::from_millis(50);

/// The other registers of a demo, running.
pub struct Registers {
    others: Vec<Other>,
}

struct Other {
    part: Part,
    config: PathBuf,
    endpoint: String,
    process: Child,
}

#[derive(Deserialize)]
struct Ready {
    grpc: String,
    pid: u32,
}

impl Registers {
    /// Makes and starts the others, and tells `national` of them.
    pub async fn start(national: &mut Demo, options: &Options, clock: &Arc<dyn Clock>) -> Result<Self, DataError> {
        let mut others = Vec::new();
        for (number, part) in (1..).zip(Part::PEERS) {
            let other = start(part, number, options, clock).await?;
            national.config.peers.push(part.as_peer(&other.endpoint));
            others.push(other);
        }
        let registers = Self { others };
        registers.write_list(&options.data)?;
        Ok(registers)
    }

    fn write_list(&self, folder: &Path) -> Result<(), DataError> {
        let rows = self.others.iter().map(|other| {
            serde_json::json!({
                "register": other.part.id(),
                "grpc": other.endpoint,
                "config": other.config,
                "pid": other.process.id(),
            })
        });
        let path = folder.join("registers.json");
        let text = serde_json::Value::from_iter(rows).to_string();
        std::fs::write(&path, text + "\n").map_err(|source| file_error(&path, source))
    }

    /// What to say of them.
    pub fn invitation(&self, folder: &Path) -> String {
        let mwr = super::invitation::mwr();
        let config = super::invitation::quoted(&folder.join("mwr.toml").display().to_string());
        let operator = super::invitation::quoted(&folder.join("mwr-operator.toml").display().to_string());
        let mut text = format!("Three registers are running; this one is {}.\n", Part::National.about());
        for other in &self.others {
            let pid = other.process.id().map(|pid| pid.to_string()).unwrap_or_default();
            text += &format!(
                "  {:16} {}  ({}; process {pid})\n",
                other.part.id(),
                other.endpoint,
                other.part.about()
            );
        }
        text += &format!(
            "\n  # one question, three registers\n  {mwr} --config {config} search 'studieschuld na overlijden, Amsterdam'\n"
        );
        text += &format!("\n  # how they are\n  {mwr} --config {operator} peers check\n");
        if let Some(other) = self.others.last() {
            let pid = other.process.id().map(|pid| pid.to_string()).unwrap_or_default();
            text += &format!("\n  # stop one, and ask again: the answer says who is missing\n  kill {pid}\n");
            text += &format!(
                "\n  # and let it come back\n  {} serve --config {}\n",
                super::invitation::quoted(&program().display().to_string()),
                super::invitation::quoted(&other.config.display().to_string())
            );
        }
        text
    }

    /// Ends them.
    pub async fn end(self) {
        for other in &self.others {
            if let Some(pid) = other.process.id() {
                // In good order: the store is closed, the ready file goes.
                let asked = Command::new("kill")
                    .arg("-TERM")
                    .arg(pid.to_string())
                    .stderr(Stdio::null())
                    .status();
                let _ = asked.await;
            }
        }
        for mut other in self.others {
            // Waiting closes the pipe too. What does not end is ended when it is dropped.
            let _ = tokio::time::timeout(END, other.process.wait()).await;
        }
    }
}

/// Makes the register of `part`, and starts it as a process.
async fn start(part: Part, number: u16, options: &Options, clock: &Arc<dyn Clock>) -> Result<Other, DataError> {
    let folder = part.folder(&options.data);
    share_authority(&options.data, &folder)?;
    let own = Options {
        data: folder.clone(),
        port: if options.port == 0 {
            0
        } else {
            options.port.wrapping_add(10 * number)
        },
        fill: None,
        part: Some(part),
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
        // However the demo ends, the other end of this pipe is closed then, and the register ends too.
        .arg("--until-stdin-closes")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(output)
        // A signal to the demo's group is not for it: the demo ends it in its turn.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| file_error(&program(), source))?;
    let ready = wait_for(&mut process, &ready_file, &log).await?;
    demo.write_settings(parse(&ready.grpc)?)?;
    // Started again by hand, it is where it was.
    write_config(&config, &demo, parse(&ready.grpc)?, loopback(next))?;
    Ok(Other {
        part,
        config,
        endpoint: ready.grpc,
        process,
    })
}

/// All registers of a demo trust one authority: the national one's, which is there already.
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

async fn wait_for(process: &mut Child, file: &Path, log: &Path) -> Result<Ready, DataError> {
    let started = async {
        loop {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            if let Ok(ready) = serde_json::from_str::<Ready>(&text)
                && Some(ready.pid) == process.id()
            {
                return Some(ready);
            }
            if !matches!(process.try_wait(), Ok(None)) {
                return None;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let ready = tokio::time::timeout(START, started).await.ok().flatten();
    ready.ok_or_else(|| {
        DataError::Storage(
            format!("another register of the demo did not start; see `{}`", log.display()),
            None,
        )
    })
}

fn parse(endpoint: &str) -> Result<SocketAddr, DataError> {
    let address = endpoint.trim_start_matches("https://").parse();
    address.map_err(|_| DataError::Storage(format!("`{endpoint}` is no address"), None))
}

fn program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("maatwerkregister"))
}
