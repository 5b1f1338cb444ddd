//! Contact details: mail addresses and phone numbers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::identifier::ParseIdentifierError;

/// How to reach an officer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Mail address, a functional one if at all possible. *Personal part.*
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Phone number. *Personal part.*
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// A page or form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether address and number belong to the person rather than the function. They are then erased with the name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
}

/// A mail address. Only its syntax is checked, not whether it exists.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Parses a mail address, or explains what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let problem = |problem| {
            Err(ParseIdentifierError {
                what: "mail address",
                problem,
            })
        };
        let Some((local, host)) = text.rsplit_once('@') else {
            return problem("it has no `@`");
        };
        if local.is_empty() || local.len() > 64 || text.len() > 254 {
            return problem("the part before `@` is empty or too long");
        }
        if text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'))
        {
            return problem("it contains a space or a character that is not allowed");
        }
        if local.contains('@') {
            return problem("it has more than one `@`");
        }
        let labels_are_sound = host.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                && !label.starts_with('-')
        });
        if !labels_are_sound || !host.contains('.') {
            return problem("the part after `@` is not a host name");
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A phone number as people write it: digits, spaces, hyphens, brackets and a leading plus.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Parses a phone number, or explains what is wrong with it. Accepts Dutch short numbers (`14 0592`).
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let problem = |problem| {
            Err(ParseIdentifierError {
                what: "phone number",
                problem,
            })
        };
        let rest = text.strip_prefix('+').unwrap_or(text);
        if rest
            .chars()
            .any(|c| !c.is_ascii_digit() && !matches!(c, ' ' | '-' | '(' | ')' | '.'))
        {
            return problem("only digits, spaces, hyphens, brackets and a leading `+` may be used");
        }
        let digits = rest.bytes().filter(u8::is_ascii_digit).count();
        if !(3..=15).contains(&digits) {
            return problem("it must have 3 to 15 digits");
        }
        Ok(Self(text.to_owned()))
    }

    /// The number as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number for a `tel:` link: digits and the leading plus.
    pub fn to_dial_string(&self) -> String {
        self.0.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }
}

// Both are personal data, and debug output may end up in a log.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(***)")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(***)")
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_addresses_and_numbers_are_accepted() {
        assert!(Email::parse("maatwerk@cak.example").is_ok());
        assert!(Phone::parse("+31 88 000 1234").is_ok());
        assert!(Phone::parse("14 0592").is_ok());
        assert_eq!(Phone::parse("(070) 356 41 00").unwrap().to_dial_string(), "0703564100");
    }

    #[test]
    fn invalid_addresses_and_numbers_are_refused() {
        for text in [
            "",
            "a",
            "@b.nl",
            "a@b",
            "a b@c.nl",
            "a@@b.nl",
            "a@b..nl",
            "a@-b.nl",
            "x@y.nl,z@y.nl",
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
        for text in ["", "12", "bel mij", "++31 88 000 1234", "1234567890123456"] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn debug_output_hides_the_value() {
        assert_eq!(format!("{:?}", Email::parse("jan@cak.example").unwrap()), "Email(***)");
    }
}
