//! The sources of settings: file, environment and flags, over the defaults.

use std::path::{Path, PathBuf};

use figment::providers::{Format as _, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use register::spelling::nearest;

use super::faults::Faults;
use super::hints::unknown_key;
use super::settings::{Config, keys};

/// Prefix of all environment variables of the node.
const PREFIX: &str = "MWR_";

/// Variables with this prefix that are not settings.
const OTHER_VARIABLES: [&str; 1] = ["MWR_CONFIG"];

/// Files to look for when none is named; the first that exists is read.
const DEFAULT_FILES: [&str; 2] = ["maatwerkregister.toml", "/etc/maatwerkregister/maatwerkregister.toml"];

/// File, environment and flags.
#[derive(Clone, Debug, Default)]
pub struct ConfigSources {
    /// The named file, if any.
    pub file: Option<PathBuf>,
    /// Names and values of the variables that begin with `MWR_`.
    pub environment: Vec<(String, String)>,
    /// Flags: name, key and value.
    pub flags: Vec<(String, String, String)>,
}

impl ConfigSources {
    /// The environment of this process, and `file`.
    // The only place that reads the environment: all other code receives a configuration.
    #[allow(clippy::disallowed_methods)]
    pub fn of_process(file: Option<PathBuf>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with(PREFIX))
            .collect();
        Self {
            file,
            environment,
            flags: Vec::new(),
        }
    }

    /// Adds a flag, if it was given.
    #[must_use]
    pub fn flag(mut self, flag: &str, key: &str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.flags.push((flag.to_owned(), key.to_owned(), value.to_string()));
        }
        self
    }

    /// Merges all sources, in rising order of precedence. Only an unreadable file is an error; other faults are added to
    /// `faults`.
    pub(super) fn figment(&self, faults: &mut Faults) -> Result<Figment, Faults> {
        let defaults = NamedProvider("default", Serialized::defaults(Config::default()));
        let mut figment = Figment::new().join(defaults);
        if let Some(file) = self.file_to_read() {
            let provider = Toml::file_exact(&file);
            if let Err(problem) = check_readable(&file, &provider) {
                faults.add("", file.display().to_string(), problem);
                return Err(faults.clone());
            }
            figment = figment.merge(provider);
        }
        for (name, value) in &self.environment {
            if let Some(key) = key_of(name) {
                figment = figment.merge(SingleValue::new(format!("environment variable {name}"), &key, value));
            }
        }
        for (flag, key, value) in &self.flags {
            if keys().contains(key) {
                figment = figment.merge(SingleValue::new(format!("flag {flag}"), key, value));
            } else {
                let known = keys();
                faults.add(
                    key,
                    format!("flag {flag}"),
                    unknown_key(key, known.iter().map(String::as_str)),
                );
            }
        }
        Ok(figment)
    }

    fn file_to_read(&self) -> Option<PathBuf> {
        match &self.file {
            Some(file) => Some(file.clone()),
            None => DEFAULT_FILES.iter().map(PathBuf::from).find(|file| file.is_file()),
        }
    }

    /// Warnings about variables with our prefix that are not settings.
    pub(super) fn unknown_variables(&self) -> Vec<String> {
        let known: Vec<String> = keys().iter().map(|key| variable_of(key)).collect();
        self.environment
            .iter()
            .filter(|(name, _)| key_of(name).is_none() && !OTHER_VARIABLES.contains(&name.as_str()))
            .map(|(name, _)| match nearest(name, known.iter().map(String::as_str)) {
                Some(nearest) => format!("environment variable `{name}` is not a setting; did you mean `{nearest}`?"),
                None => format!("environment variable `{name}` is not a setting"),
            })
            .collect()
    }
}

/// Describes the source of a value: the path of a file, a variable, a flag or "default".
pub(super) fn source_of(figment: &Figment, path: &str) -> String {
    match figment.find_metadata(path) {
        None => String::new(),
        Some(metadata) => match metadata.source.as_ref().and_then(|source| source.file_path()) {
            Some(file) => file.display().to_string(),
            None => metadata.name.to_string(),
        },
    }
}

fn check_readable(file: &Path, provider: &impl Provider) -> Result<(), String> {
    std::fs::metadata(file).map_err(|error| format!("cannot be read: {error}"))?;
    provider.data().map(|_| ()).map_err(|error| error.kind.to_string())
}

fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

fn key_of(variable: &str) -> Option<String> {
    keys().into_iter().find(|key| variable_of(key) == variable)
}

/// A provider under a name of ours, which `source_of` shows.
struct NamedProvider<P>(&'static str, P);

impl<P: Provider> Provider for NamedProvider<P> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0)
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        self.1.data()
    }
}

/// One value, under the name of its variable or flag.
struct SingleValue {
    name: String,
    data: Dict,
}

impl SingleValue {
    fn new(name: String, key: &str, text: &str) -> Self {
        let value = text.parse::<Value>().unwrap_or_else(|never| match never {});
        let data = match key.split_once('.') {
            Some((section, key)) => Dict::from([(section.to_owned(), Value::from(Dict::from([(key.to_owned(), value)])))]),
            None => Dict::from([(key.to_owned(), value)]),
        };
        Self { name, data }
    }
}

impl Provider for SingleValue {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Map::from([(Profile::Default, self.data.clone())]))
    }
}
