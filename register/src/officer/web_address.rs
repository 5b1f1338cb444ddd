//! Web addresses, as a browser would open them.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::verdict::Verdict;
use crate::identifier::ParseIdentifierError;

/// A web address in normalised form: what is stored and shown is what was parsed, not what was typed.
///
/// An address that an earlier version stored under laxer rules stays readable, because the log must. It is not shown:
/// see [`WebAddress::shown`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebAddress {
    text: String,
    #[serde(skip)]
    is_shown: Verdict,
}

impl WebAddress {
    /// Parses an address with `http` or `https` and a host name, or explains what is wrong with it.
    ///
    /// Refuses what a reader cannot see through: user parts, backslashes, encoded control characters, port 0 and addresses
    /// in numbers.
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let problem = |problem| ParseIdentifierError {
            what: "web address",
            problem,
        };
        let rest = ["https://", "http://"].iter().find_map(|scheme| strip_scheme(text, scheme));
        let rest = rest.ok_or_else(|| problem("it does not begin with `https://` or `http://`"))?;
        // The parser repairs these as browsers do; an address that needs repair shows something else than it opens.
        if rest.starts_with('/') || text.chars().any(|c| c.is_whitespace() || c.is_control() || is_odd(c)) {
            return Err(problem("it contains a space or a character that is not allowed"));
        }
        if hides_control_characters(text) {
            return Err(problem("it contains an encoded control character"));
        }
        let url = Url::parse(text).map_err(|_| problem("it is not an address"))?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') || !url.username().is_empty() || url.password().is_some() {
            return Err(problem("it has a user name or password"));
        }
        if url.domain().is_none_or(|domain| !is_host(domain)) {
            return Err(problem("it has no host name"));
        }
        if url.port() == Some(0) {
            return Err(problem("it has an impossible port"));
        }
        Ok(Self {
            text: url.into(),
            is_shown: Verdict::default(),
        })
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
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let begin = text.get(..scheme.len())?;
    begin.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
}

fn is_odd(c: char) -> bool {
    matches!(c, '\\' | '<' | '>' | '"' | '`' | '{' | '}' | '|' | '^') || is_direction_mark(c)
}

/// Whether a character changes the direction of text, which could disguise an address.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether a percent sign encodes a control character, or is not followed by two digits.
fn hides_control_characters(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte != b'%' {
            decoded.push(*byte);
            at += 1;
            continue;
        }
        let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else {
            return true;
        };
        decoded.push(u8::try_from(high * 16 + low).unwrap_or_default());
        at += 3;
    }
    decoded.iter().any(u8::is_ascii_control)
        || String::from_utf8(decoded).is_ok_and(|text| text.chars().any(|c| c.is_control() || is_direction_mark(c)))
}

/// Whether a parsed host is a host name: labels of letters, digits and hyphens, the last one not a number.
pub(super) fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_normalised_form() {
        for (text, shown) in [
            (
                "https://www.cak.example/maatwerk?a=1#b",
                "https://www.cak.example/maatwerk?a=1#b",
            ),
            ("HTTPS://WWW.CAK.example:443/Maatwerk", "https://www.cak.example/Maatwerk"),
            ("http://loket.example:8080", "http://loket.example:8080/"),
            ("https://caf\u{e9}.example/\u{e9}", "https://xn--caf-dma.example/%C3%A9"),
            ("https://a.example/x/../y", "https://a.example/y"),
            ("https://a.example/100%25", "https://a.example/100%25"),
        ] {
            let address = WebAddress::parse(text).unwrap();
            assert_eq!(address.as_str(), shown);
            assert_eq!(WebAddress::parse(shown).unwrap(), address, "parsing is idempotent");
        }
    }

    #[test]
    fn addresses_that_disguise_something_are_refused() {
        for text in [
            "",
            "www.cak.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example",
            "https:/a.example",
            "https:///a.example",
            "https://",
            "https://a.example\\@b.example",
            "https:\\\\a.example",
            "https://user@a.example",
            "https://@a.example",
            "https://user:word@a.example/",
            "https://a.example:0/",
            "https://a.example:99999/",
            "https://a.example:x/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://a..example/",
            "https://-a.example/",
            "https://a_b.example/",
            "https://a.example/%0d%0aSet-Cookie:x",
            "https://a.example/%00",
            "https://a.example/%7F",
            "https://a.example/%E9%0A",
            "https://a.example/%C2%85",
            "https://a.example/%E2%80%AE",
            "https://a.example/%zz",
            "https://a.example/%",
            "https://a.example/a b",
            "https://a.example/\u{202E}",
            "https://a.example/\n",
            "https://a.example/<b>",
        ] {
            assert!(WebAddress::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_of_an_earlier_version_stays_readable_and_is_not_shown() {
        let stored: WebAddress = serde_json::from_str("\"https://a.example\\\\@b.example\"").unwrap();
        assert_eq!(stored.shown(), None);
        assert_eq!(serde_json::to_string(&stored).unwrap(), "\"https://a.example\\\\@b.example\"");
        let sound = WebAddress::parse("https://a.example/b").unwrap();
        assert_eq!(sound.shown(), Some("https://a.example/b"));
    }
}
