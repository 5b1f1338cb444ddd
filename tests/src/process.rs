//! Runs the binary `maatwerkregister` and waits for its ready file and its end.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;
use tokio::process::{Child, Command};

use crate::binaries::binary;
use crate::eventually::eventually;
use crate::moved_clock;

/// The limit for a start: a demo in a debug build takes over a minute on a busy machine. Only guards against hanging.
const START: Duration = Duration::from_secs(300);

/// The limit for an end. Only guards against hanging: stories that promise an end in time measure it themselves.
const END: Duration = Duration::from_secs(120);

/// The content of a node's ready file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ready {
    /// The address of gRPC, `https://127.0.0.1:PORT`.
    pub grpc: String,
    /// The address of metrics and health, `http://127.0.0.1:PORT`.
    pub metrics: String,
    /// The address of the page, if the node has one.
    #[serde(default)]
    pub web: Option<String>,
    /// The process id.
    pub pid: u32,
}

/// A child process. It is killed when the value is dropped. Its log is shown when the test fails.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `maatwerkregister` with `arguments` and its clock moved by `clock`. Appends both outputs to `log`.
    pub fn start<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, log: &Path, clock: SignedDuration) -> Self {
        let output = OpenOptions::new().create(true).append(true).open(log);
        let output = output.expect("the run's folder can be written");
        let errors = output.try_clone().expect("a file can be opened twice");
        let mut command = command(arguments);
        command.stdout(output).stderr(errors);
        if !clock.is_zero() {
            moved_clock::by(&mut command, clock);
        }
        let child = command.kill_on_drop(true).spawn();
        Self {
            child: child.expect("the binary can be started"),
            log: log.to_owned(),
        }
    }

    /// Runs `maatwerkregister` with `arguments` to its end, and returns its exit code and output.
    pub async fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> (i32, String) {
        let mut command = command(arguments);
        let run = command.kill_on_drop(true).output();
        let output = tokio::time::timeout(START, run)
            .await
            .expect("the binary ends without a signal");
        let output = output.expect("the binary can be started");
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    /// Waits until `file` says that this process serves.
    pub async fn ready(&mut self, file: &Path) -> Ready {
        let what = "the node wrote its ready file";
        eventually(START, what, async || {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the node ended with {status} instead of serving\n{}", self.log());
            }
            let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
            let ready: Ready = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            // A killed node leaves its file behind.
            if Some(ready.pid) == self.child.id() {
                Ok(ready)
            } else {
                Err(format!("the file is of process {}", ready.pid))
            }
        })
        .await
    }

    /// Its process id, while it runs.
    pub fn id(&self) -> u32 {
        self.child.id().expect("the process runs")
    }

    /// Sends a signal: `TERM`, `INT`, `HUP`.
    pub fn signal(&self, name: &str) {
        let status = std::process::Command::new("kill")
            .args(["-s", name, &self.id().to_string()])
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "the process runs and can be signalled"
        );
    }

    /// Waits for its end.
    pub async fn end(&mut self) -> ExitStatus {
        let end = tokio::time::timeout(END, self.child.wait()).await;
        let Ok(status) = end else {
            panic!("the process did not end within {END:?}\n{}", self.log());
        };
        status.expect("a child can be waited for")
    }

    /// Kills it with SIGKILL, as a power failure would.
    pub async fn kill(&mut self) {
        self.child.start_kill().expect("a child can be killed");
        self.end().await;
    }

    /// The log so far, with that of all processes that share the file.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(binary("maatwerkregister"));
    // Variables for the harness are not settings of the node.
    command.args(arguments).stdin(Stdio::null()).env_remove("MWR_BIN_DIR");
    command
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let from = lines.len().saturating_sub(60);
            eprintln!("--- the end of the node's log\n{}\n---", lines[from..].join("\n"));
        }
    }
}
