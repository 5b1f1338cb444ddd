//! The configuration: flags over environment over file over defaults.
//!
//! One struct per section (`sections`); everything that is wrong is said at once ([`Faults`]) and before a port is bound.
//! This module is the only place that reads the environment. The variable of a setting is `MWR_` and its key in capitals with
//! an underscore for the dot: `listen.grpc` is `MWR_LISTEN_GRPC`. The configuration holds no secrets, only the paths of files
//! that do, so all of it may be shown.

mod faults;
mod login;
mod peers;
mod search;
mod sections;
mod sources;
mod units;
mod web;

use std::fmt::Write as _;

use figment::Figment;
use figment::providers::Serialized;
use figment::value::{Dict, Value};
use register::peer::Peer;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use faults::{Fault, Faults};
pub use login::{ClaimRule, LoginFile, ProviderSettings};
pub use search::Search;
pub use sections::{Limits, Listen, Log, LogFormat, Operation, Storage, Tls};
pub use sources::Sources;
pub use web::Web;

/// All settings of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the register is kept.
    pub storage: Storage,
    /// Where the node listens.
    pub listen: Listen,
    /// Certificates.
    pub tls: Tls,
    /// The page for people.
    pub web: Web,
    /// How the node is operated.
    pub operation: Operation,
    /// How questions are understood.
    pub search: Search,
    /// What callers may ask.
    pub limits: Limits,
    /// What is logged.
    pub log: Log,
    /// The registers that it exchanges with, beside those that operators add.
    pub peers: Vec<Peer>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            storage: Storage::default(),
            listen: Listen::default(),
            tls: Tls::with_defaults(),
            web: Web::default(),
            operation: Operation::default(),
            search: Search::default(),
            limits: Limits::default(),
            log: Log::default(),
            peers: Vec::new(),
        }
    }
}

/// A configuration and where it came from.
#[derive(Debug)]
pub struct Loaded {
    /// The effective values.
    pub config: Config,
    /// What is odd but does no harm: variables that look like settings and are none.
    pub warnings: Vec<String>,
    figment: Figment,
}

impl Config {
    /// Reads and checks a configuration.
    pub fn load(sources: &Sources) -> Result<Loaded, Faults> {
        let mut faults = Faults::new();
        let warnings = sources.unknown_variables();
        let figment = sources.figment(&mut faults)?;
        let storage: Storage = section(&figment, "storage", &mut faults);
        let config = Config {
            peers: peers::load(&figment, storage.register.as_ref(), &mut faults),
            storage,
            listen: section(&figment, "listen", &mut faults),
            tls: section(&figment, "tls", &mut faults),
            web: section(&figment, "web", &mut faults),
            operation: section(&figment, "operation", &mut faults),
            search: section(&figment, "search", &mut faults),
            limits: section(&figment, "limits", &mut faults),
            log: section(&figment, "log", &mut faults),
        };
        unknown_sections(&figment, &mut faults);
        config.validate(&mut faults);
        faults.into_result(Loaded {
            config,
            warnings,
            figment,
        })
    }

    fn validate(&self, faults: &mut Faults) {
        self.storage.validate(faults);
        self.listen.validate(faults);
        self.tls.validate(faults);
        self.web.validate(faults);
        self.operation.validate(faults);
        self.search.validate(faults);
        self.limits.validate(faults);
        self.log.validate(faults);
    }

    /// Where the node writes that it serves.
    pub fn ready_file(&self) -> std::path::PathBuf {
        let usual = || self.storage.folder.join("ready.json");
        self.operation.ready_file.clone().unwrap_or_else(usual)
    }

    /// What else must be set before the node can serve.
    pub fn check_for_serving(&self) -> Result<(), Faults> {
        let mut faults = Faults::new();
        self.tls.require(&mut faults);
        self.web.require(&mut faults);
        faults.into_result(())
    }
}

impl Loaded {
    /// The effective values as TOML, each with its source.
    pub fn show(&self) -> String {
        let mut text = String::new();
        for (section, settings) in sections() {
            let _ = writeln!(text, "{}[{section}]", if text.is_empty() { "" } else { "\n" });
            for key in settings.into_dict().unwrap_or_default().keys() {
                let path = format!("{section}.{key}");
                let source = source_of(&self.figment, &path);
                let line = match self.figment.find_value(&path) {
                    Ok(Value::Empty(..)) | Err(_) => format!("# {key} is not set"),
                    Ok(value) => format!("{key} = {}", toml_of(&value)),
                };
                let _ = writeln!(text, "{line:<52} # {source}");
            }
        }
        text + &peers::show(&self.config.peers, &source_of(&self.figment, "peers"))
    }
}

/// The defaults by section, without what is no section.
fn sections() -> Dict {
    let mut sections = defaults();
    sections.remove("peers");
    sections
}

/// The defaults by section and key: also the list of what there is to set.
fn defaults() -> Dict {
    Value::serialize(Config::default())
        .ok()
        .and_then(Value::into_dict)
        .expect("the defaults are plain data in sections")
}

/// All keys, `listen.grpc`.
fn keys() -> Vec<String> {
    let mut keys = Vec::new();
    for (section, settings) in defaults() {
        for key in settings.into_dict().unwrap_or_default().keys() {
            keys.push(format!("{section}.{key}"));
        }
    }
    keys
}

/// Reads one section. Each value that is wrong becomes a fault and is taken as its default, so that the others are read too.
fn section<T: DeserializeOwned + Default>(figment: &Figment, name: &str, faults: &mut Faults) -> T {
    let known = defaults().remove(name).and_then(Value::into_dict).unwrap_or_default();
    let Ok(Value::Dict(_, mut values)) = figment.find_value(name) else {
        faults.add(name, source_of(figment, name), format!("it is a section: write `[{name}]`"));
        return T::default();
    };
    let unknown: Vec<String> = values.keys().filter(|key| !known.contains_key(*key)).cloned().collect();
    for key in unknown {
        let path = format!("{name}.{key}");
        faults.add(
            &path,
            source_of(figment, &path),
            unknown_key(&key, known.keys().map(String::as_str)),
        );
        values.remove(&key);
    }
    // Every turn mends at least one key, or is the last.
    for _ in 0..=known.len() {
        let error = match Value::from(values.clone()).deserialize::<T>() {
            Ok(section) => return section,
            Err(error) => error,
        };
        let key = error.path.first().cloned().unwrap_or_default();
        let path = format!("{name}.{key}");
        faults.add(&path, source_of(figment, &path), error.kind.to_string());
        match known.get(&key) {
            Some(default) => values.insert(key, default.clone()),
            None => break,
        };
    }
    T::default()
}

fn unknown_sections(figment: &Figment, faults: &mut Faults) {
    let known = defaults();
    let Ok(Value::Dict(_, sections)) = figment.find_value("") else {
        return;
    };
    for name in sections.keys().filter(|name| !known.contains_key(*name)) {
        faults.add(
            name,
            source_of(figment, name),
            unknown_key(name, known.keys().map(String::as_str)),
        );
    }
}

fn unknown_key<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> String {
    match faults::nearest(key, known) {
        Some(nearest) => format!("there is no such setting; did you mean `{nearest}`?"),
        None => "there is no such setting".to_owned(),
    }
}

/// Where a value came from, in words.
fn source_of(figment: &Figment, path: &str) -> String {
    match figment.find_metadata(path) {
        None => String::new(),
        Some(metadata) => match metadata.source.as_ref().and_then(|source| source.file_path()) {
            Some(file) => file.display().to_string(),
            None => metadata.name.to_string(),
        },
    }
}

fn base() -> Figment {
    Figment::new().join(Named("default", Serialized::defaults(Config::default())))
}

/// A provider under a name of our own.
struct Named<P>(&'static str, P);

impl<P: figment::Provider> figment::Provider for Named<P> {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named(self.0)
    }

    fn data(&self) -> figment::Result<figment::value::Map<figment::Profile, Dict>> {
        self.1.data()
    }
}

fn toml_of(value: &Value) -> String {
    match value {
        Value::Array(_, values) => format!("[{}]", values.iter().map(toml_of).collect::<Vec<_>>().join(", ")),
        Value::Bool(_, value) => value.to_string(),
        Value::Num(_, number) => match (number.to_u128(), number.to_i128()) {
            (Some(number), _) => number.to_string(),
            (None, Some(number)) => number.to_string(),
            (None, None) => number.to_f64().unwrap_or_default().to_string(),
        },
        other => format!("{:?}", other.as_str().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests;
