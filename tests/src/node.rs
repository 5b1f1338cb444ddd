//! A node of the tests: a folder of its own, certificates made for it, the small world in it.

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

/// The register that the tests' nodes keep.
const REGISTER: &str = "proef";

/// How a node differs from the usual one.
#[derive(Clone, Debug, Default)]
pub struct NodeOptions {
    /// Settings beside the usual ones: `("limits.burst", "5")`, values in TOML.
    pub settings: Vec<(&'static str, String)>,
    /// Where the data is, if not in the node's own folder.
    pub data: Option<PathBuf>,
    /// Whether to leave the register as `init` made it, without the small world.
    pub empty: bool,
    /// The authority that it trusts, when it is not one of its own: registers that exchange share one.
    pub authority: Option<Arc<Authority>>,
    /// The node's certificate, when it is not the usual one.
    pub certificate: Option<Leaf>,
    /// How far the clock of its process is ahead; negative: behind.
    pub clock: SignedDuration,
}

impl NodeOptions {
    /// With one more setting.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((key, value.into()));
        self
    }
}

/// A node: running, or between two runs on the same data.
#[derive(Debug)]
pub struct Node {
    /// The authority that the node trusts, and that issued its certificate.
    pub authority: Arc<Authority>,
    /// Where it listens now.
    pub ready: Ready,
    /// How it differs from the usual one. What is changed here holds from the next start.
    pub options: NodeOptions,
    process: Process,
    folder: TempDir,
}

/// A node that has been set up and was not started yet.
#[derive(Debug)]
pub struct Prepared {
    authority: Arc<Authority>,
    options: NodeOptions,
    folder: TempDir,
}

impl Prepared {
    /// Makes a folder with certificates and a configuration, and no store yet.
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

    /// Makes the store.
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

    /// Starts it.
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
    /// The usual node: the small world, and nobody has published yet.
    pub async fn start() -> Self {
        Self::start_with(NodeOptions::default()).await
    }

    /// A node that differs.
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

    /// Who may operate the register.
    pub fn operator(&self) -> Caller {
        self.caller(world::OPERATOR_OIN)
    }

    /// Who publishes for the organisation with this id.
    pub fn publisher(&self, organisation: &str) -> Caller {
        self.caller(world::publisher_oin(organisation))
    }

    /// Who may search and resolve.
    pub fn professional(&self) -> Caller {
        self.caller(world::PROFESSIONAL_OIN)
    }

    /// Who holds a good certificate with `oin`.
    pub fn caller(&self, oin: &str) -> Caller {
        self.caller_with(&self.certificate(oin))
    }

    /// Who shows this certificate.
    pub fn caller_with(&self, certificate: &Certificate) -> Caller {
        Caller::dial(&self.ready.grpc, &wire::client_config(&self.authority, Some(certificate)))
    }

    /// A good certificate with `oin`.
    pub fn certificate(&self, oin: &str) -> Certificate {
        self.authority.issue(&Leaf::client(oin))
    }

    /// A connection for bytes that no client would send, as the holder of `oin`.
    pub async fn raw(&self, oin: &str) -> RawCaller {
        let config = wire::client_config(&self.authority, Some(&self.certificate(oin)));
        let connection = RawCaller::connect(&self.ready.grpc, config).await;
        connection.expect("the node accepts connections")
    }

    /// The node's folder: `data/`, certificates, configuration, log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        data(self.folder.path(), &self.options)
    }

    /// All that the node has said so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The metrics as text.
    pub async fn metrics(&self) -> String {
        let (status, body) = self.operation("/metrics").await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The status and body of a page of the address for operation.
    pub async fn operation(&self, path: &str) -> (u16, String) {
        let answer = plain::get(&self.ready.metrics, path).await;
        answer.expect("the address for operation answers")
    }

    /// Kills it as a power failure would.
    pub async fn kill(&mut self) {
        self.process.kill().await;
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.process.signal("TERM");
        self.process.end().await
    }

    /// Starts it again on the same data, after it ended. Its ports are others.
    pub async fn start_again(&mut self) {
        write_config(self.folder.path(), &self.options);
        self.process = serve(self.folder.path(), &self.options);
        self.ready = self.process.ready(&self.folder.path().join("ready.json")).await;
    }

    /// Starts it on the data of a backup, after it ended and was given another data folder.
    pub async fn start_after_restore(&mut self, backup: &Path) {
        write_config(self.folder.path(), &self.options);
        let (code, said) = self.run(&["restore", path(backup)]).await;
        assert_eq!(code, 0, "restore failed: {said}");
        self.start_again().await;
    }

    /// Stops it and starts it again.
    pub async fn restart(&mut self) {
        let status = self.stop().await;
        assert!(status.success(), "the node ended with {status}\n{}", self.log());
        self.start_again().await;
    }

    /// Runs `maatwerkregister COMMAND… --config …` on its configuration, to the end.
    pub async fn run(&self, command: &[&str]) -> (i32, String) {
        let config = self.folder.path().join("node.toml");
        Process::run(command.iter().copied().chain(["--config", path(&config)])).await
    }

    /// Writes the settings of `mwr` for the holder of `oin`, and gives their path.
    pub fn mwr_config(&self, oin: &str) -> PathBuf {
        let name = format!("mwr-{oin}");
        let files = self.certificate(oin).write(self.folder.path(), &name);
        self.mwr_config_with(&name, &files)
    }

    /// Writes the settings of `mwr` for a certificate, and gives their path.
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

/// Writes `node.toml`: the usual settings, and those of `options` over them.
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
        // Dotted keys at the top are sections too.
        let _ = writeln!(text, "{key} = {value}");
    }
    files::replace(&folder.join("node.toml"), text);
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a temporary folder has a plain name")
}
