//! The sections of the configuration.
//!
//! To add a setting, add a field with its default here, its check in `validate` and a line in
//! `docs/samples/maatwerkregister.toml`. Flags, environment variables and `config show` follow from the field.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use register::identifier::RegisterId;
use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::{serde_duration, serde_size};

/// Seconds in a day.
const DAY: u64 = 24 * 60 * 60;

/// The register and its data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageSettings {
    /// The data folder, with `register.db`, `index/`, `replicas/`, `crls/` and `ready.json`. Relative to the working directory.
    pub folder: PathBuf,
    /// The expected register id: the node refuses to serve a store of another register.
    pub register: Option<RegisterId>,
    /// How long the log and tombstones are kept. A watcher that was away longer must reload. The contract promises 30 days.
    #[serde(with = "serde_duration")]
    pub keep_history: Duration,
}

/// The addresses on which the node listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenSettings {
    /// gRPC, over TLS with client certificates.
    pub grpc: SocketAddr,
    /// Health, readiness and metrics over plain HTTP. Use an address that only the operator can reach.
    pub operation: SocketAddr,
    /// The maximum number of open connections; others wait to be accepted.
    pub connections: usize,
    /// Those of them that one address may have; for IPv6 one /64. 0 for no limit, as behind a proxy.
    pub connections_per_address: usize,
    /// Those of them that one OIN may have at the gRPC address; 0 for no limit.
    pub connections_per_oin: usize,
    /// The timeout of a TLS handshake, and of the wait for a place before it.
    #[serde(with = "serde_duration")]
    pub handshake_within: Duration,
    /// The time from the handshake to the first request, after which the connection is closed.
    #[serde(with = "serde_duration")]
    pub first_request_within: Duration,
}

/// Certificates. All files are PEM and are reloaded when they change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// The node's certificate, followed by its intermediates.
    pub certificate: Option<PathBuf>,
    /// The private key of the certificate.
    pub key: Option<PathBuf>,
    /// The trust anchors for client certificates; several at once while a root is replaced.
    pub trust_anchors: Vec<PathBuf>,
    /// The certificates of issuers below the trust anchors that sign revocation lists.
    pub intermediates: Vec<PathBuf>,
    /// Revocation lists. If there is any, each issuer in a client's chain needs one.
    pub crls: Vec<PathBuf>,
    /// Addresses (`http://`) from which the node fetches revocation lists besides.
    pub crl_urls: Vec<String>,
    /// The interval between fetches.
    #[serde(with = "serde_duration")]
    pub fetch_crls_every: Duration,
    /// Whether a revocation list past its nextUpdate refuses all clients of its issuer.
    pub refuse_stale_crls: bool,
    /// Whether TLS 1.2 is allowed besides 1.3.
    pub allow_tls12: bool,
    /// Whether only the post-quantum key exchange X25519MLKEM768 is accepted.
    pub require_post_quantum: bool,
    /// The interval between checks for changed files. SIGHUP triggers a check at once.
    #[serde(with = "serde_duration")]
    pub reload_every: Duration,
}

/// The folder that systemd makes for the service when it starts (`RuntimeDirectory` of the unit).
pub const RUNTIME_FOLDER: &str = "/run/maatwerkregister";

/// Operation of the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationSettings {
    /// The time for a graceful shutdown, after which requests and streams are cut off.
    #[serde(with = "serde_duration")]
    pub shutdown_within: Duration,
    /// The path of the ready file, if it is not in the data folder.
    pub ready_file: Option<PathBuf>,
}

/// Limits on requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Maximum size of a message.
    #[serde(with = "serde_size")]
    pub message: usize,
    /// Maximum number of entries in a snapshot.
    pub entries_per_sync: usize,
    /// Requests per second of one OIN in the long run; 0 for no limit.
    pub requests_per_second: u32,
    /// Requests that one OIN may send at once before that limit applies.
    pub burst: u32,
    /// Bytes per second that arrive of the large messages of one OIN; 0 for no limit.
    #[serde(with = "serde_size")]
    pub bytes_per_second: usize,
    /// Requests of all callers that are processed at the same time.
    pub concurrent_requests: usize,
    /// Those of them that one OIN may have; 0 for no limit. Others of it wait in its own queue.
    pub concurrent_requests_per_oin: usize,
    /// How long a request waits for its turn to be processed.
    #[serde(with = "serde_duration")]
    pub turn_within: Duration,
    /// How long the message of a request may take to arrive. An upload in parts has the whole deadline.
    #[serde(with = "serde_duration")]
    pub message_within: Duration,
    /// Streams within one connection.
    pub streams_per_connection: u32,
    /// The deadline of a request without one, or with a later one. It applies until the response begins; a watch may last.
    #[serde(with = "serde_duration")]
    pub longest_request: Duration,
}

/// The log, written to standard error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// Text for people or JSON for machines.
    pub format: LogFormat,
    /// Level filters, such as `info` or `info,server=debug`.
    pub filter: String,
}

/// Format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line of text per event.
    Text,
    /// One JSON object per line.
    Json,
}

impl Default for StorageSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("data"),
            register: None,
            keep_history: Duration::from_secs(30 * DAY),
        }
    }
}

impl StorageSettings {
    /// The folder of the search index.
    pub fn index_folder(&self) -> PathBuf {
        self.folder.join("index")
    }

    /// The folder of the search indexes of copies.
    pub fn copies_folder(&self) -> PathBuf {
        self.folder.join("replicas").join("index")
    }

    /// The file of the database.
    pub fn database(&self) -> PathBuf {
        self.folder.join("register.db")
    }

    pub(super) fn validate(&self, faults: &mut Faults) {
        if self.folder.as_os_str().is_empty() {
            faults.add("storage.folder", "", "name the data folder");
        }
        within(faults, "storage.keep_history", self.keep_history, 30 * DAY, 100 * 366 * DAY);
    }
}

impl Default for ListenSettings {
    fn default() -> Self {
        Self {
            grpc: SocketAddr::from(([0, 0, 0, 0], 8443)),
            operation: SocketAddr::from(([127, 0, 0, 1], 9464)),
            connections: 1024,
            connections_per_address: 256,
            connections_per_oin: 128,
            handshake_within: Duration::from_secs(10),
            first_request_within: Duration::from_secs(30),
        }
    }
}

impl ListenSettings {
    pub(super) fn validate(&self, faults: &mut Faults) {
        if self.grpc == self.operation && self.grpc.port() != 0 {
            faults.add(
                "listen.operation",
                "",
                "`listen.grpc` has the same address; choose another port",
            );
        }
        if self.connections == 0 {
            faults.add("listen.connections", "", "it must be at least 1");
        }
        within(faults, "listen.handshake_within", self.handshake_within, 1, 300);
        within(faults, "listen.first_request_within", self.first_request_within, 1, 3600);
    }
}

impl TlsSettings {
    pub(super) fn with_defaults() -> Self {
        Self {
            reload_every: Duration::from_secs(5),
            fetch_crls_every: Duration::from_secs(3600),
            ..Self::default()
        }
    }

    pub(super) fn validate(&self, faults: &mut Faults) {
        within(faults, "tls.reload_every", self.reload_every, 1, 3600);
        within(faults, "tls.fetch_crls_every", self.fetch_crls_every, 1, DAY);
        for address in &self.crl_urls {
            let is_plain = |uri: &http::Uri| uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| !host.is_empty());
            if !address.parse().is_ok_and(|uri| is_plain(&uri)) {
                let message = format!(
                    "`{address}` must be like `http://crl.example/list.crl`: issuers publish lists over plain HTTP, and the node checks their signature"
                );
                faults.add("tls.crl_urls", "", message);
            }
        }
        if self.require_post_quantum && self.allow_tls12 {
            faults.add(
                "tls.allow_tls12",
                "",
                "TLS 1.2 has no post-quantum key exchange, which `tls.require_post_quantum` requires",
            );
        }
    }

    /// Whether clients' certificates are compared with revocation lists.
    pub fn uses_crls(&self) -> bool {
        !self.crls.is_empty() || !self.crl_urls.is_empty()
    }

    /// Adds a fault for each setting that serving needs and that has no default.
    pub(super) fn require(&self, faults: &mut Faults) {
        if self.certificate.is_none() {
            faults.add("tls.certificate", "", "name the file with the node's certificate (PEM)");
        }
        if self.key.is_none() {
            faults.add("tls.key", "", "name the file with the private key of the certificate (PEM)");
        }
        if self.trust_anchors.is_empty() {
            faults.add(
                "tls.trust_anchors",
                "",
                "name at least one file with the certificates of issuers of client certificates (PEM)",
            );
        }
    }
}

impl Default for OperationSettings {
    fn default() -> Self {
        Self {
            shutdown_within: Duration::from_secs(30),
            ready_file: None,
        }
    }
}

impl OperationSettings {
    pub(super) fn validate(&self, faults: &mut Faults) {
        within(faults, "operation.shutdown_within", self.shutdown_within, 1, 3600);
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            message: 4 << 20,
            entries_per_sync: 100_000,
            requests_per_second: 1_000,
            burst: 2_000,
            bytes_per_second: 16 << 20,
            concurrent_requests: 512,
            concurrent_requests_per_oin: 32,
            turn_within: Duration::from_secs(10),
            message_within: Duration::from_secs(30),
            streams_per_connection: 256,
            longest_request: Duration::from_secs(300),
        }
    }
}

impl LimitSettings {
    pub(super) fn validate(&self, faults: &mut Faults) {
        if !(64 << 10..=64 << 20).contains(&self.message) {
            faults.add("limits.message", "", "it must be from 64KiB to 64MiB");
        }
        if self.bytes_per_second != 0 && !(1 << 20..=1 << 30).contains(&self.bytes_per_second) {
            faults.add("limits.bytes_per_second", "", "it must be 0 or from 1MiB to 1GiB");
        }
        if self.requests_per_second > 0 && self.burst == 0 {
            faults.add("limits.burst", "", "it must be at least 1");
        }
        for (key, value) in [
            ("limits.entries_per_sync", self.entries_per_sync),
            ("limits.concurrent_requests", self.concurrent_requests),
            ("limits.streams_per_connection", self.streams_per_connection as usize),
        ] {
            if value == 0 {
                faults.add(key, "", "it must be at least 1");
            }
        }
        within(faults, "limits.turn_within", self.turn_within, 0, 300);
        within(faults, "limits.message_within", self.message_within, 1, 3600);
        within(faults, "limits.longest_request", self.longest_request, 1, 24 * 3600);
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info".to_owned(),
        }
    }
}

impl LogSettings {
    pub(super) fn validate(&self, faults: &mut Faults) {
        if let Err(error) = tracing_subscriber::EnvFilter::builder().parse(&self.filter) {
            faults.add(
                "log.filter",
                "",
                format!("it must be like `info` or `info,server=debug`: {error}"),
            );
        }
    }
}

pub(super) fn within(faults: &mut Faults, key: &str, value: Duration, least: u64, most: u64) {
    if value < Duration::from_secs(least) || value > Duration::from_secs(most) {
        faults.add(key, "", format!("it must be from {least}s to {most}s"));
    }
}
