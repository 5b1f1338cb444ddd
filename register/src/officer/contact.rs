//! Contact details: mail addresses and phone numbers.

use std::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::verdict::Verdict;
use super::web_address::{WebAddress, is_host};
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
    pub url: Option<WebAddress>,
    /// Whether address and number belong to the person rather than the function. They are then erased with the name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
}

/// A mail address in normalised form, with its host in lower case. Only its syntax is checked, not whether it exists.
///
/// An address that an earlier version stored under laxer rules stays readable, because the log must.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email {
    text: String,
    is_shown: Verdict,
}

impl Email {
    /// Parses a mail address, or explains what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let problem = |problem| ParseIdentifierError {
            what: "mail address",
            problem,
        };
        let Some((local, host)) = text.rsplit_once('@') else {
            return Err(problem("it has no `@`"));
        };
        // Legal in the standard, and of no use in an address that people read and type: quotes, routes, encoded characters.
        if local.bytes().any(|b| !is_plain(b)) {
            return Err(problem("it contains a space or a character that is not allowed"));
        }
        let host = url::Host::parse(host).ok().and_then(|host| match host {
            url::Host::Domain(domain) => Some(domain),
            url::Host::Ipv4(_) | url::Host::Ipv6(_) => None,
        });
        let host = host.filter(|host| host.contains('.') && is_host(host));
        let host = host.ok_or_else(|| problem("the part after `@` is not a host name"))?;
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        let parsed = EmailAddress::parse_with_options(&format!("{local}@{host}"), options);
        let parsed = parsed.map_err(|_| problem("it is not an address"))?;
        Ok(Self::stored(parsed.into()))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address for answers and links; `None` if it was stored under laxer rules and would not pass today.
    pub fn shown(&self) -> Option<&str> {
        let is_shown = self.is_shown.of(|| Self::parse(&self.text).is_ok());
        is_shown.then_some(self.as_str())
    }

    fn stored(text: String) -> Self {
        Self {
            text,
            is_shown: Verdict::default(),
        }
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
            return problem("only digits, spaces, hyphens, brackets and a leading `+` are allowed");
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

/// Whether a byte may be in the part before `@`: unquoted in RFC 5322, except `%`, `!` and others that once were routes or
/// that links and shells read in their own way.
fn is_plain(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+' | b'\'' | b'&' | b'=' | b'~')
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
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Reads the register's own log, which has been validated. Input from outside is a draft.
        String::deserialize(deserializer).map(Self::stored)
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
        for (text, shown) in [
            ("maatwerk@cak.example", "maatwerk@cak.example"),
            ("Maatwerk+loket@CAK.example", "Maatwerk+loket@cak.example"),
            ("o'neill.d-2_x@a-b.example", "o'neill.d-2_x@a-b.example"),
            ("info@caf\u{e9}.example", "info@xn--caf-dma.example"),
        ] {
            let email = Email::parse(text).unwrap();
            assert_eq!(email.as_str(), shown);
            assert_eq!(Email::parse(shown), Ok(email), "parsing is idempotent");
        }
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
            ".a@b.nl",
            "a.@b.nl",
            "a..b@c.nl",
            "a%0d%0abcc=x@b.nl",
            "a%b.nl@c.nl",
            "a\\b@c.nl",
            "\"a b\"@c.nl",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@b.nl:25",
            "a@b_c.nl",
            "a@b.nl?cc=d@e.nl",
            "Naam <a@b.nl>",
            "mailto:a@b.nl",
            "a@b.nl\n",
            "a\u{202E}@b.nl",
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
