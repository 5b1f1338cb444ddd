//! Starts a demo as `make demo` does: `maatwerkregister demo` on a folder of its own.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use jiff::SignedDuration;
use tempfile::TempDir;

use crate::mwr::Mwr;
use crate::process::{Process, Ready};

/// A running demo.
#[derive(Debug)]
pub struct Demo {
    /// Its addresses.
    pub ready: Ready,
    process: Process,
    folder: TempDir,
}

impl Demo {
    /// Starts the demo with its default register.
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().expect("a folder for the run can be made"), None).await
    }

    /// Starts the demo with the register in `fill`.
    pub async fn filled_from(fill: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the run can be made");
        Self::start_in(folder, Some(fill)).await
    }

    /// Starts the demo of three registers.
    pub async fn of_three() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the run can be made");
        Self::start_with(folder, None, &["--registers", "3"]).await
    }

    /// Starts the demo on a folder that may hold the data of an earlier one.
    pub async fn start_in(folder: TempDir, fill: Option<&Path>) -> Self {
        Self::start_with(folder, fill, &[]).await
    }

    async fn start_with(folder: TempDir, fill: Option<&Path>, more: &[&str]) -> Self {
        let data = folder.path().join("demo");
        let mut arguments = vec!["demo".into(), "--data".into(), data.clone(), "--port".into(), "0".into()];
        if let Some(fill) = fill {
            arguments.extend([PathBuf::from("--fill"), fill.to_owned()]);
        }
        arguments.extend(more.iter().map(PathBuf::from));
        let mut process = Process::start(arguments, &folder.path().join("demo.log"), SignedDuration::ZERO);
        let ready = process.ready(&data.join("ready.json")).await;
        Self { ready, process, folder }
    }

    /// The folder that holds all its files.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    /// The command line as the professional of the demo.
    pub fn professional(&self) -> Mwr {
        self.mwr("mwr.toml")
    }

    /// The command line as the operator.
    pub fn operator(&self) -> Mwr {
        self.mwr("mwr-operator.toml")
    }

    /// The command line with one of the demo's configurations.
    pub fn mwr(&self, config: &str) -> Mwr {
        Mwr::new(&self.data().join(config))
    }

    /// The log so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Kills its first process only, as the system does when memory runs out. Returns the folder.
    pub async fn kill(mut self) -> TempDir {
        self.process.kill().await;
        self.folder
    }

    /// Sends SIGINT, as Ctrl-C does. Returns the exit status, and the folder for another start.
    pub async fn interrupt(mut self) -> (ExitStatus, TempDir) {
        self.process.signal("INT");
        let status = self.process.end().await;
        (status, self.folder)
    }
}
