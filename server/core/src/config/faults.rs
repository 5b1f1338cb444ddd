//! The faults of a configuration, collected so that an operator can fix them in one go.

use std::fmt;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting, such as `listen.grpc`; empty if the fault is about a whole file.
    pub key: String,
    /// The source of the value, in words.
    pub source: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// All faults of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Starts without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault.
    pub fn add(&mut self, key: impl Into<String>, source: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault {
            key: key.into(),
            source: source.into(),
            message: message.into(),
        });
    }

    /// Adds the faults of another check, except those that are known: two checks may read the same file.
    pub fn append(&mut self, others: Faults) {
        for fault in others.0 {
            if !self.0.contains(&fault) {
                self.0.push(fault);
            }
        }
    }

    /// The faults in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Whether there are no faults.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns `value` if there are no faults.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_two_checks_find_is_listed_once() {
        let key = |message: &str| {
            let mut faults = Faults::new();
            faults.add("tls.key", "node.key", message);
            faults
        };
        let mut faults = key("cannot be read");
        faults.append(key("cannot be read"));
        faults.append(key("it contains no private key"));
        assert_eq!(faults.iter().count(), 2, "{faults}");
    }
}
