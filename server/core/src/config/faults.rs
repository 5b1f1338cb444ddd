//! Everything that is wrong with a configuration, collected, so that it is mended in one go.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting, `listen.grpc`; empty when it is about a file as a whole.
    pub key: String,
    /// Where the value came from, in words.
    pub source: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// All that is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn add(&mut self, key: impl Into<String>, source: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault {
            key: key.into(),
            source: source.into(),
            message: message.into(),
        });
    }

    /// Adds those of another check.
    pub fn append(&mut self, mut others: Faults) {
        self.0.append(&mut others.0);
    }

    /// Each.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value`, if nothing is wrong.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.key.as_str(), self.source.as_str()) {
            ("", "") => write!(f, "{}", self.message),
            ("", source) => write!(f, "{source}: {}", self.message),
            (key, "") => write!(f, "`{key}`: {}", self.message),
            (key, source) => write!(f, "`{key}` ({source}): {}", self.message),
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "the configuration has a fault")?,
            count => write!(f, "the configuration has {count} faults")?,
        }
        for fault in &self.0 {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}
