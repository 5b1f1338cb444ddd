//! The organisation identification number (OIN) of Dutch government organisations.
//!
//! An OIN has twenty characters: a prefix of eight that identifies the issuing register, the number, and a suffix. Only length,
//! characters and prefix are checked. The rest is opaque: real numbers break the rule that the suffix is `000` (Logius,
//! OIN-Stelsel 3.0.1).

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::identifier::ParseIdentifierError;

/// The prefixes that Logius issues. `00000099` is for tests.
const PREFIXES: [&str; 11] = [
    "00000001", "00000002", "00000003", "00000004", "00000006", "00000007", "00000008", "00000009", "00000010", "00000011",
    "00000099",
];

/// An OIN. It identifies a caller through the serialNumber of its certificate's subject.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oin(Arc<str>);

impl Oin {
    /// Parses an OIN, or explains what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let problem = |problem| Err(ParseIdentifierError { what: "OIN", problem });
        if text.len() != 20 {
            return problem("it must have 20 characters");
        }
        if !text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
            return problem("only digits, and capitals in a BRIN number, may be used");
        }
        if !PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
            return problem("its first eight digits are not a known prefix");
        }
        Ok(Self(text.into()))
    }

    /// Returns the OIN of a certificate, given the serialNumbers of its subject (`None` for one that is not text).
    ///
    /// There must be exactly one, and it must be an OIN: two numbers would leave open which one is meant.
    pub fn of_subject<'a>(serial_numbers: impl IntoIterator<Item = Option<&'a str>>) -> Option<Self> {
        let mut serial_numbers = serial_numbers.into_iter();
        match (serial_numbers.next(), serial_numbers.next()) {
            (Some(Some(only)), None) => Self::parse(only).ok(),
            _ => None,
        }
    }

    /// The OIN as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Oin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Oin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Oin {
    type Err = ParseIdentifierError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Oin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Oin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_numbers_without_the_000_suffix_are_accepted() {
        assert!(Oin::parse("00000001003214436001").is_ok());
    }

    #[test]
    fn an_unknown_prefix_or_length_is_refused() {
        assert!(Oin::parse("00000005003214436001").unwrap_err().problem.contains("prefix"));
        assert!(Oin::parse("0000000100321443600").unwrap_err().problem.contains("20"));
    }
}
