//! Identifiers: newtypes with a private field and a `parse` that explains what is wrong.
//!
//! The compiler rejects an `OrganisationId` where an `OfficerId` is expected, and every value is well-formed. Identifiers are
//! reference counted, because entries, indexes and routes share the same few thousand.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not a valid identifier. The error does not repeat the text, which may be personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}: {problem}")]
pub struct ParseIdentifierError {
    /// The identifier that was expected, in words.
    pub what: &'static str,
    /// What is wrong, phrased to follow a colon.
    pub problem: &'static str,
}

/// Declares a string newtype. `$check` returns the problem with a candidate, if any.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Parses `text`, or explains what is wrong with it.
            pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
                let check: fn(&str) -> Option<&'static str> = $check;
                match check(text) {
                    None => Ok(Self(text.into())),
                    Some(problem) => Err(ParseIdentifierError { what: $what, problem }),
                }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseIdentifierError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

identifier!(
    /// An organisation: its TOOI code in lower case (`gm0363`, `zb000211`, `oorg12369`) or an assigned name (`lmm`).
    OrganisationId,
    "organisation id",
    |text| name_problem(text, 2, 64, |c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
);

identifier!(
    /// An officer within its organisation. The organisation chooses it and keeps it stable.
    OfficerId,
    "officer id",
    |text| name_problem(text, 1, 64, |c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.'))
);

identifier!(
    /// A register: an authority with a log of its own (`landelijk`, `regio-noord`).
    RegisterId,
    "register id",
    |text| name_problem(text, 2, 64, |c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
);

identifier!(
    /// A life domain of the vocabulary (`SCH`).
    DomainCode,
    "domain code",
    code_problem
);

identifier!(
    /// A competence of the vocabulary (`EB-WLZ`): a law or scheme.
    CompetenceCode,
    "competence code",
    code_problem
);

identifier!(
    /// A municipality by its CBS code (`GM0363`).
    MunicipalityCode,
    "municipality code",
    |text| {
        let digits = text.strip_prefix("GM").unwrap_or("");
        let well_formed = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
        (!well_formed).then_some("expected `GM` and four digits, as in `GM0363`")
    }
);

identifier!(
    /// A caller's own id for one write, which identifies repetitions. A UUID is a good choice.
    RequestId,
    "request id",
    |text| {
        let well_formed = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        (!well_formed).then_some("expected 1 to 64 visible ASCII characters, as in a UUID")
    }
);

fn name_problem(text: &str, least: usize, most: usize, allowed: fn(char) -> bool) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.len() < least {
        return Some("it is too short");
    }
    if text.len() > most {
        return Some("it is longer than 64 characters");
    }
    if !text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) {
        return Some("it must begin with a lower-case letter or a digit");
    }
    (!text.chars().all(allowed))
        .then_some("only lower-case letters, digits and hyphens are allowed (in an officer id also `_` and `.`)")
}

fn code_problem(text: &str) -> Option<&'static str> {
    let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.len() > 32 {
        return Some("it is longer than 32 characters");
    }
    (!text.bytes().all(allowed)).then_some("only capitals, digits and hyphens are allowed, as in `EB-WLZ`")
}

/// The register-wide name of an officer, `organisations/{organisation}/officers/{id}`.
///
/// Ordered by organisation, then by id: the order of listings and snapshots.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficerName {
    /// The organisation that the officer belongs to.
    pub organisation: OrganisationId,
    /// The officer within it.
    pub officer: OfficerId,
}

impl OfficerName {
    /// The name of `officer` of `organisation`.
    pub fn new(organisation: OrganisationId, officer: OfficerId) -> Self {
        Self { organisation, officer }
    }

    /// Parses a resource name, `organisations/{organisation}/officers/{id}`.
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let shape = ParseIdentifierError {
            what: "officer name",
            problem: "expected `organisations/{organisation}/officers/{id}`",
        };
        let Some((organisation, officer)) = text
            .strip_prefix("organisations/")
            .and_then(|rest| rest.split_once("/officers/"))
        else {
            return Err(shape);
        };
        Ok(Self {
            organisation: OrganisationId::parse(organisation)?,
            officer: OfficerId::parse(officer)?,
        })
    }
}

impl fmt::Display for OfficerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "organisations/{}/officers/{}", self.organisation, self.officer)
    }
}

impl Serialize for OfficerName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OfficerName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl OrganisationId {
    /// The resource name, `organisations/{id}`.
    pub fn resource_name(&self) -> String {
        format!("organisations/{self}")
    }

    /// Parses a resource name, `organisations/{id}`.
    pub fn parse_resource_name(text: &str) -> Result<Self, ParseIdentifierError> {
        match text.strip_prefix("organisations/") {
            Some(id) => Self::parse(id),
            None => Err(ParseIdentifierError {
                what: "organisation name",
                problem: "expected `organisations/{organisation}`",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_officer_name_round_trips() {
        let name = OfficerName::parse("organisations/zb000211/officers/cak-01").unwrap();
        assert_eq!(name.to_string(), "organisations/zb000211/officers/cak-01");
        assert!(OfficerName::parse("organisations/zb000211").is_err());
        assert!(OfficerName::parse("organisations/ZB/officers/a").is_err());
    }

    #[test]
    fn parse_errors_explain_the_problem() {
        assert!(CompetenceCode::parse("EB-WLZ").is_ok());
        assert!(MunicipalityCode::parse("gm0363").unwrap_err().to_string().contains("GM0363"));
        assert_eq!(OrganisationId::parse("").unwrap_err().problem, "it is empty");
    }
}
