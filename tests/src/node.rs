//! Starts nodes, each in a folder of its own with its own certificates and the small world in it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;

use jiff::SignedDuration;
use tempfile::TempDir;

use crate::caller::Caller;
use crate::files;
use crate::pki::{Authority, Certificate, Leaf};
use crate::plain;
use crate::process::{Process, Ready};
use crate::raw::RawCaller;
use crate::wire;
use crate::world;

/// The id of the register that nodes of the tests keep.
const REGISTER: &str = "proef";

/// The differences from the default node.
#[derive(Clone, Debug, Default)]
pub struct NodeOptions {
    /// Settings added to the default ones: `("limits.burst", "5")`, values in TOML.
    pub settings: Vec<(&'static str, String)>,
    /// The data folder, if it is not in the node's own folder.
    pub data: Option<PathBuf>,
    /// Whether to leave the register as `init` created it, without the small world.
    pub empty: bool,
    /// The authority that it trusts, if not one of its own: registers that exchange share one.
    pub authority: Option<Arc<Authority>>,
    /// The node's certificate, if not the default one.
    pub certificate: Option<Leaf>,
    /// How far the clock of its process is ahead, or behind if negative.
    pub clock: SignedDuration,
}

impl NodeOptions {
    /// Adds a setting.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((key, value.into()));
        self
    }
}

/// A node that runs, or that is stopped between two runs on the same data.
#[derive(Debug)]
pub struct Node {
    /// The authority that the node trusts and that issued its certificate.
    pub authority: Arc<Authority>,
    /// Its current addresses.
    pub ready: Ready,
    /// The differences from the default node. Changes take effect at the next start.
    pub options: NodeOptions,
    process: Process,
    folder: TempDir,
}

/// A node that has been configured and not started yet.
#[derive(Debug)]
pub struct Prepared {
    authority: Arc<Authority>,
    options: NodeOptions,
    folder: TempDir,
}

impl Prepared {
    /// Creates a folder with certificates and a configuration, and no store yet.
    pub fn new(options: NodeOptions) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the run can be made");
        let authority = options.authority.clone();
        let authority = authority.unwrap_or_else(|| Arc::new(Authority::new("Proef CA")));
        let prepared = Self {
            authority,
            options,
            folder,
        };
        let files = prepared.folder.path();
        files::replace(&files.join("ca.pem"), prepared.authority.pem());
        let leaf = prepared.options.certificate.clone().unwrap_or_else(Leaf::server);
        prepared.authority.issue(&leaf).write(files, "node");
        prepared.configure();
        prepared
    }

    /// Creates the store.
    pub async fn init(&self) -> (i32, String) {
        let config = self.folder.path().join("node.toml");
        let operator = ["--operator-oin", world::OPERATOR_OIN, "--organisation", world::OPERATOR];
        Process::run(["init", "--config", path(&config)].into_iter().chain(operator)).await
    }

    /// Runs `maatwerkregister COMMAND… --config …` to its end.
    pub async fn run(&self, command: &[&str]) -> (i32, String) {
        let config = self.folder.path().join("node.toml");
        Process::run(command.iter().copied().chain(["--config", path(&config)])).await
    }

    /// The authority that the node will trust.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The node's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        data(self.folder.path(), &self.options)
    }

    /// Starts the node and waits until it is ready.
    pub async fn start(self) -> Node {
        let mut process = serve(self.folder.path(), &self.options);
        let ready = process.ready(&self.folder.path().join("ready.json")).await;
        Node {
            authority: self.authority,
            ready,
            options: self.options,
            process,
            folder: self.folder,
        }
    }

    fn configure(&self) {
        write_config(self.folder.path(), &self.options);
    }
}

impl Node {
    /// Starts the default node: the small world, without officers.
    pub async fn start() -> Self {
        Self::start_with(NodeOptions::default()).await
    }

    /// Starts a node with `options`.
    pub async fn start_with(options: NodeOptions) -> Self {
        let prepared = Prepared::new(options);
        let (code, said) = prepared.init().await;
        assert_eq!(code, 0, "init failed: {said}");
        let node = prepared.start().await;
        if !node.options.empty {
            node.fill().await;
        }
        node
    }

    /// A caller that may operate the register.
    pub fn operator(&self) -> Caller {
        self.caller(world::OPERATOR_OIN)
    }

    /// A caller that may publish for the organisation with this id.
    pub fn publisher(&self, organisation: &str) -> Caller {
        self.caller(world::publisher_oin(organisation))
    }

    /// A caller that may search and resolve.
    pub fn professional(&self) -> Caller {
        self.caller(world::PROFESSIONAL_OIN)
    }

    /// A caller with a valid certificate for `oin`.
    pub fn caller(&self, oin: &str) -> Caller {
        self.caller_with(&self.certificate(oin))
    }

    /// A caller with this certificate.
    pub fn caller_with(&self, certificate: &Certificate) -> Caller {
        Caller::dial(&self.ready.grpc, &wire::client_config(&self.authority, Some(certificate)))
    }

    /// Issues a valid certificate for `oin`.
    pub fn certificate(&self, oin: &str) -> Certificate {
        self.authority.issue(&Leaf::client(oin))
    }

    /// Connects as the holder of `oin`, to send bytes that no client would send.
    pub async fn raw(&self, oin: &str) -> RawCaller {
        let config = wire::client_config(&self.authority, Some(&self.certificate(oin)));
        let connection = RawCaller::connect(&self.ready.grpc, config).await;
        connection.expect("the node accepts connections")
    }

    /// The node's folder: `data/`, certificates, configuration and log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        data(self.folder.path(), &self.options)
    }

    /// The log so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// The node's process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Returns the metrics as text.
    pub async fn metrics(&self) -> String {
        let (status, body) = self.operation("/metrics").await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Returns the status and body of a page of the operation address.
    pub async fn operation(&self, path: &str) -> (u16, String) {
        let answer = plain::get(&self.ready.metrics, path).await;
        answer.expect("the operation address responds")
    }

    /// Kills the node as a power failure would.
    pub async fn kill(&mut self) {
        self.process.kill().await;
    }

    /// Sends SIGTERM and waits for the end.
    pub async fn stop(&mut self) -> ExitStatus {
        self.process.signal("TERM");
        self.process.end().await
    }

    /// Starts the node again on the same data, after it ended. Its ports change.
    pub async fn start_again(&mut self) {
        write_config(self.folder.path(), &self.options);
        self.process = serve(self.folder.path(), &self.options);
        self.ready = self.process.ready(&self.folder.path().join("ready.json")).await;
    }

    /// Restores a backup and starts the node, after it ended and its data folder was changed.
    pub async fn start_after_restore(&mut self, backup: &Path) {
        write_config(self.folder.path(), &self.options);
        let (code, said) = self.run(&["restore", path(backup)]).await;
        assert_eq!(code, 0, "restore failed: {said}");
        self.start_again().await;
    }

    /// Stops the node and starts it again.
    pub async fn restart(&mut self) {
        let status = self.stop().await;
        assert!(status.success(), "the node ended with {status}\n{}", self.log());
        self.start_again().await;
    }

    /// Runs `maatwerkregister COMMAND… --config …` with its configuration, to its end.
    pub async fn run(&self, command: &[&str]) -> (i32, String) {
        let config = self.folder.path().join("node.toml");
        Process::run(command.iter().copied().chain(["--config", path(&config)])).await
    }

    /// Writes the settings of `mwr` for the holder of `oin`, and returns their path.
    pub fn mwr_config(&self, oin: &str) -> PathBuf {
        let name = format!("mwr-{oin}");
        let files = self.certificate(oin).write(self.folder.path(), &name);
        self.mwr_config_with(&name, &files)
    }

    /// Writes the settings of `mwr` for a certificate, and returns their path.
    pub fn mwr_config_with(&self, name: &str, files: &crate::pki::CertificateFiles) -> PathBuf {
        let config = self.folder.path().join(format!("{name}.toml"));
        let content = format!(
            "endpoint = {:?}\nca = {:?}\ncertificate = {:?}\nkey = {:?}\n",
            self.ready.grpc,
            self.folder.path().join("ca.pem"),
            files.certificate,
            files.key
        );
        files::replace(&config, content);
        config
    }

    /// Puts the small world into an empty register.
    pub async fn fill(&self) {
        let operator = self.operator();
        let report = operator.put_organisations(world::organisations()).await;
        let report = report.expect("the operator may put organisations");
        assert!(report.applied, "{:?}", report.violations);
        let granted = operator.put_grants(world::grants()).await;
        granted.expect("the operator may put grants");
    }
}

fn serve(folder: &Path, options: &NodeOptions) -> Process {
    let config = folder.join("node.toml");
    let arguments = ["serve", "--config", path(&config)];
    Process::start(arguments, &folder.join("node.log"), options.clock)
}

fn data(folder: &Path, options: &NodeOptions) -> PathBuf {
    options.data.clone().unwrap_or_else(|| folder.join("data"))
}

/// Writes `node.toml`: the default settings, overridden by those of `options`.
fn write_config(folder: &Path, options: &NodeOptions) {
    let quoted = |path: PathBuf| format!("{path:?}");
    let mut settings = vec![
        ("storage.folder", quoted(data(folder, options))),
        ("storage.register", format!("{REGISTER:?}")),
        ("listen.grpc", "\"127.0.0.1:0\"".to_owned()),
        ("listen.operation", "\"127.0.0.1:0\"".to_owned()),
        ("tls.certificate", quoted(folder.join("node.pem"))),
        ("tls.key", quoted(folder.join("node.key"))),
        ("tls.trust_anchors", format!("[{:?}]", folder.join("ca.pem"))),
        ("operation.ready_file", quoted(folder.join("ready.json"))),
    ];
    for (key, value) in &options.settings {
        settings.retain(|(known, _)| known != key);
        settings.push((key, value.clone()));
    }
    let mut text = String::new();
    for (key, value) in settings {
        // A dotted key at the top belongs to a section too.
        let _ = writeln!(text, "{key} = {value}");
    }
    files::replace(&folder.join("node.toml"), text);
}

fn path(path: &Path) -> &str {
    path.to_str().expect("the path of a temporary folder is UTF-8")
}
