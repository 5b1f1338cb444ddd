//! Runs the command line `mwr` and captures its output.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::binaries::binary;

/// The limit for one run of the command line. Only guards against hanging.
const DEADLINE: Duration = Duration::from_secs(120);

/// The command line with a configuration file.
#[derive(Clone, Debug)]
pub struct Mwr {
    config: Option<PathBuf>,
}

/// The result of a run of the command line.
#[derive(Debug)]
pub struct Output {
    /// The command, for messages.
    pub command: String,
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Mwr {
    /// Creates it with the settings in `config`.
    pub fn new(config: &Path) -> Self {
        Self {
            config: Some(config.to_owned()),
        }
    }

    /// Creates it without a configuration file.
    pub fn without_config() -> Self {
        Self { config: None }
    }

    /// Runs it to its end.
    pub async fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Output {
        let mut command = self.command(arguments);
        let said = format!("{:?}", command.as_std());
        let run = tokio::time::timeout(DEADLINE, command.stdin(Stdio::null()).output());
        let output = run.await.unwrap_or_else(|_| panic!("{said} did not end within {DEADLINE:?}"));
        let output = output.expect("mwr can be started");
        Output {
            command: said,
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts it and leaves it running. It ends when the value is dropped.
    pub fn start<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Running {
        let mut command = self.command(arguments);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = child.kill_on_drop(true).spawn().expect("mwr can be started");
        let stdout = child.stdout.take().expect("standard output is piped");
        Running {
            lines: BufReader::new(stdout).lines(),
            _child: child,
        }
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(binary("mwr"));
        // Wide enough that no table breaks a word in two.
        command.env("COLUMNS", "300").env("NO_COLOR", "1").env_remove("MWR_CONFIG");
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        command.args(arguments);
        command
    }
}

impl Output {
    /// Asserts exit code 0.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.with_code(0)
    }

    /// Asserts this exit code.
    #[track_caller]
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Parses standard output as one JSON value.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{self}"))
    }

    /// Asserts that standard output holds `text`.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "`{text}` is not said\n{self}");
        self
    }

    /// Asserts that standard error holds `text`.
    #[track_caller]
    pub fn complains(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "`{text}` is not complained of\n{self}");
        self
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        write!(f, "{command}\nexit code {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// A run that goes on, as `mwr watch` does.
#[derive(Debug)]
pub struct Running {
    lines: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl Running {
    /// Reads lines until one satisfies `wanted`, and returns that line.
    pub async fn line(&mut self, what: &str, wanted: impl Fn(&str) -> bool + Send + Sync) -> String {
        let search = async {
            while let Some(line) = self.lines.next_line().await.expect("output is text") {
                if wanted(&line) {
                    return line;
                }
            }
            panic!("the output ended before {what}");
        };
        let found = tokio::time::timeout(DEADLINE, search).await;
        found.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }
}
