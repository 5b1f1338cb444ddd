//! All settings of a node, and the list of their keys.

use std::path::PathBuf;

use figment::value::{Dict, Value};
use register::peer::Peer;
use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::federation::FederationSettings;
use super::search::SearchSettings;
use super::sections::{LimitSettings, ListenSettings, LogSettings, OperationSettings, StorageSettings, TlsSettings};
use super::web::WebSettings;
use super::writes::WriteSettings;

/// All settings of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The data folder and the register in it.
    pub storage: StorageSettings,
    /// The addresses on which the node listens.
    pub listen: ListenSettings,
    /// Certificates, trust anchors and TLS versions.
    pub tls: TlsSettings,
    /// The page for people.
    pub web: WebSettings,
    /// Shutdown and the ready file.
    pub operation: OperationSettings,
    /// Additions to the vocabulary.
    pub search: SearchSettings,
    /// Limits on requests.
    pub limits: LimitSettings,
    /// Bounds on what publishers write.
    pub writes: WriteSettings,
    /// Bounds of what one peer may send.
    pub federation: FederationSettings,
    /// Format and level of the log.
    pub log: LogSettings,
    /// Peers named by the configuration; operators can add more.
    pub peers: Vec<Peer>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            storage: StorageSettings::default(),
            listen: ListenSettings::default(),
            tls: TlsSettings::with_defaults(),
            web: WebSettings::default(),
            operation: OperationSettings::default(),
            search: SearchSettings::default(),
            limits: LimitSettings::default(),
            writes: WriteSettings::default(),
            federation: FederationSettings::default(),
            log: LogSettings::default(),
            peers: Vec::new(),
        }
    }
}

impl Config {
    /// Adds a fault for each value out of range and for each pair of settings that exclude each other.
    pub(super) fn validate(&self, faults: &mut Faults) {
        self.storage.validate(faults);
        self.listen.validate(faults);
        self.tls.validate(faults);
        self.web.validate(faults);
        self.operation.validate(faults);
        self.search.validate(faults);
        self.limits.validate(faults);
        self.writes.validate(faults);
        self.federation.validate(faults);
        self.log.validate(faults);
    }

    /// The path of the ready file: by default `ready.json` in the data folder.
    pub fn ready_file(&self) -> PathBuf {
        let default = || self.storage.folder.join("ready.json");
        self.operation.ready_file.clone().unwrap_or_else(default)
    }

    /// Checks that the settings without a default that serving needs are present.
    pub fn check_for_serving(&self) -> Result<(), Faults> {
        let mut faults = Faults::new();
        self.tls.require(&mut faults);
        self.web.require(&mut faults);
        faults.into_result(())
    }
}

/// The defaults by section and key, which is also the list of known settings.
pub(super) fn defaults() -> Dict {
    Value::serialize(Config::default())
        .ok()
        .and_then(Value::into_dict)
        .expect("the defaults are plain data in sections")
}

/// The defaults by section, without `peers`, which is a list of tables.
pub(super) fn sections() -> Dict {
    let mut sections = defaults();
    sections.remove("peers");
    sections
}

/// All keys, such as `listen.grpc`.
pub(super) fn keys() -> Vec<String> {
    let mut keys = Vec::new();
    for (section, settings) in defaults() {
        for key in settings.into_dict().unwrap_or_default().keys() {
            keys.push(format!("{section}.{key}"));
        }
    }
    keys
}
