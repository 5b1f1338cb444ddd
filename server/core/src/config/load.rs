//! Loads a configuration from its sources, and shows the effective values with their source.

use std::fmt::Write as _;

use figment::Figment;
use figment::value::Value;
use serde::de::DeserializeOwned;

use super::faults::Faults;
use super::hints::unknown_key;
use super::peers;
use super::sections::StorageSettings;
use super::settings::{Config, defaults, sections};
use super::sources::{ConfigSources, source_of};

/// A configuration with the source of each value.
#[derive(Debug)]
pub struct LoadedConfig {
    /// The effective values.
    pub config: Config,
    /// Harmless oddities: environment variables that look like settings but are unknown.
    pub warnings: Vec<String>,
    figment: Figment,
}

impl Config {
    /// Reads and validates a configuration. The error lists all faults of all sources.
    pub fn load(sources: &ConfigSources) -> Result<LoadedConfig, Faults> {
        let mut faults = Faults::new();
        let warnings = sources.unknown_variables();
        let figment = sources.figment(&mut faults)?;
        let storage: StorageSettings = section(&figment, "storage", &mut faults);
        let config = Config {
            peers: peers::load(&figment, storage.register.as_ref(), &mut faults),
            storage,
            listen: section(&figment, "listen", &mut faults),
            tls: section(&figment, "tls", &mut faults),
            web: section(&figment, "web", &mut faults),
            operation: section(&figment, "operation", &mut faults),
            search: section(&figment, "search", &mut faults),
            limits: section(&figment, "limits", &mut faults),
            writes: section(&figment, "writes", &mut faults),
            federation: section(&figment, "federation", &mut faults),
            log: section(&figment, "log", &mut faults),
        };
        unknown_sections(&figment, &mut faults);
        config.validate(&mut faults);
        faults.into_result(LoadedConfig {
            config,
            warnings,
            figment,
        })
    }
}

impl LoadedConfig {
    /// The effective values as TOML, each with its source in a comment.
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

/// Reads one section. A wrong value becomes a fault and is replaced by its default, so that the others are read too.
fn section<T: DeserializeOwned + Default>(figment: &Figment, name: &str, faults: &mut Faults) -> T {
    let known = defaults().remove(name).and_then(Value::into_dict).unwrap_or_default();
    let Ok(Value::Dict(_, mut values)) = figment.find_value(name) else {
        faults.add(
            name,
            source_of(figment, name),
            format!("it must be a section: write `[{name}]`"),
        );
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
    // Each iteration replaces at least one wrong value, or is the last.
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
