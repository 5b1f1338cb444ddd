//! From where settings come, in the order of their weight.

use std::path::{Path, PathBuf};

use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::{Faults, base, faults, keys};

/// What every variable of ours begins with.
const PREFIX: &str = "MWR_";

/// Variables of the same prefix that are no settings of the node.
const OTHERS: [&str; 1] = ["MWR_CONFIG"];

/// The files of which the first that is there is read when none is named.
const USUAL_FILES: [&str; 2] = ["maatwerkregister.toml", "/etc/maatwerkregister/maatwerkregister.toml"];

/// File, environment and flags.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file that was named.
    pub file: Option<PathBuf>,
    /// Variables that begin with `MWR_`.
    pub environment: Vec<(String, String)>,
    /// Flags: how it is called, the key, the value.
    pub flags: Vec<(String, String, String)>,
}

impl Sources {
    /// The environment of this process, and `file`.
    // The one place that asks: everything else is handed a configuration.
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

    /// Everything, the heaviest last. A file that cannot be read ends the matter.
    pub(super) fn figment(&self, faults: &mut Faults) -> Result<Figment, Faults> {
        let mut figment = base();
        if let Some(file) = self.file_to_read() {
            let provider = Toml::file_exact(&file);
            if let Err(problem) = readable(&file, &provider) {
                faults.add("", file.display().to_string(), problem);
                return Err(faults.clone());
            }
            figment = figment.merge(provider);
        }
        for (name, value) in &self.environment {
            if let Some(key) = key_of(name) {
                figment = figment.merge(Given::new(format!("environment variable {name}"), &key, value));
            }
        }
        for (flag, key, value) in &self.flags {
            if keys().contains(key) {
                figment = figment.merge(Given::new(format!("flag {flag}"), key, value));
            } else {
                let known = keys();
                faults.add(
                    key,
                    format!("flag {flag}"),
                    super::unknown_key(key, known.iter().map(String::as_str)),
                );
            }
        }
        Ok(figment)
    }

    fn file_to_read(&self) -> Option<PathBuf> {
        match &self.file {
            Some(file) => Some(file.clone()),
            None => USUAL_FILES.iter().map(PathBuf::from).find(|file| file.is_file()),
        }
    }

    /// Variables that begin like ours and mean nothing, in words.
    pub(super) fn unknown_variables(&self) -> Vec<String> {
        let known: Vec<String> = keys().iter().map(|key| variable_of(key)).collect();
        self.environment
            .iter()
            .filter(|(name, _)| key_of(name).is_none() && !OTHERS.contains(&name.as_str()))
            .map(|(name, _)| match faults::nearest(name, known.iter().map(String::as_str)) {
                Some(nearest) => format!("environment variable `{name}` means nothing; did you mean `{nearest}`?"),
                None => format!("environment variable `{name}` means nothing"),
            })
            .collect()
    }
}

fn readable(file: &Path, provider: &impl Provider) -> Result<(), String> {
    std::fs::metadata(file).map_err(|error| format!("cannot be read: {error}"))?;
    provider.data().map(|_| ()).map_err(|error| error.kind.to_string())
}

fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

fn key_of(variable: &str) -> Option<String> {
    keys().into_iter().find(|key| variable_of(key) == variable)
}

/// One value under a name that says where it came from.
struct Given {
    name: String,
    data: Dict,
}

impl Given {
    fn new(name: String, key: &str, text: &str) -> Self {
        let value = text.parse::<Value>().unwrap_or_else(|never| match never {});
        let data = match key.split_once('.') {
            Some((section, key)) => Dict::from([(section.to_owned(), Value::from(Dict::from([(key.to_owned(), value)])))]),
            None => Dict::from([(key.to_owned(), value)]),
        };
        Self { name, data }
    }
}

impl Provider for Given {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Map::from([(Profile::Default, self.data.clone())]))
    }
}
