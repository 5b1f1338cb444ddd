//! Reads the texts of a draft and collects violations with the path of the field.

use jiff::civil::Date;

use super::{
    Rules, limits,
    quote::{join_with_or, quoted},
};
use crate::officer::WebAddress;
use crate::violation::{Violation, ViolationCode, Violations};

/// Reads a draft. A method that finds a violation records it and returns nothing, so that reading continues.
pub(super) struct DraftReader<'a> {
    pub(super) rules: &'a Rules<'a>,
    found: Violations,
    prefix: String,
    suggestions: usize,
}

/// The number of unknown codes per draft for which similar known codes are suggested. Each suggestion costs as much as a small
/// search, and a draft with more unknown codes uses another vocabulary.
const SUGGESTIONS: usize = 20;

impl<'a> DraftReader<'a> {
    pub(super) fn new(rules: &'a Rules<'a>) -> Self {
        Self {
            rules,
            found: Violations::new(),
            prefix: String::new(),
            suggestions: SUGGESTIONS,
        }
    }

    /// Like [`DraftReader::new`], without suggestions for unknown codes.
    pub(super) fn without_suggestions(rules: &'a Rules<'a>) -> Self {
        Self {
            suggestions: 0,
            ..Self::new(rules)
        }
    }

    /// Whether to suggest known codes for another unknown one. Counts the calls.
    pub(super) fn may_suggest(&mut self) -> bool {
        let may = self.suggestions > 0;
        self.suggestions = self.suggestions.saturating_sub(1);
        may
    }

    /// Records a violation of `field`.
    pub(super) fn refuse(&mut self, field: &str, code: ViolationCode, message: impl Into<String>) {
        self.found.add(format!("{}{field}", self.prefix), code, message);
    }

    /// Reads a part of the draft. The paths of violations in `read` start with `step`.
    pub(super) fn inside<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.prefix.len();
        self.prefix.push_str(step);
        self.prefix.push('.');
        let value = read(self);
        self.prefix.truncate(length);
        value
    }

    /// Returns `value` if there is one and no violation was found, otherwise all violations.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Violation>> {
        self.found.into_result(value)
    }

    /// Reads a text on one line. Empty if absent.
    pub(super) fn line(&mut self, field: &str, text: &str, most: usize) -> String {
        let text = text.trim();
        if self.is_too_long(field, text, most) {
            return String::new();
        }
        if text.chars().any(|c| is_unprintable(c) || is_line_break(c) || c == '\t') {
            let message = "Dit veld bevat een regeleinde, tab of stuurteken; laat die weg.";
            self.refuse(field, ViolationCode::Malformed, message);
            return String::new();
        }
        text.to_owned()
    }

    /// Reads a text of several lines. Empty if absent. Line ends become `\n`.
    pub(super) fn lines(&mut self, field: &str, text: &str, most: usize) -> String {
        let text = text.trim();
        if self.is_too_long(field, text, most) {
            return String::new();
        }
        let text = text.replace("\r\n", "\n");
        if text.chars().any(|c| is_unprintable(c) && !matches!(c, '\n' | '\t')) {
            let message = "Deze tekst bevat een stuurteken; laat dat weg. Een regeleinde of tab mag wel.";
            self.refuse(field, ViolationCode::Malformed, message);
            return String::new();
        }
        text
    }

    /// Reads a required text on one line.
    pub(super) fn required_line(&mut self, field: &str, text: &str, most: usize, missing: &str) -> String {
        if is_blank(text) {
            self.refuse(field, ViolationCode::Required, missing);
        }
        self.line(field, text, most)
    }

    /// Reads an optional text on one line.
    pub(super) fn optional_line(&mut self, field: &str, text: Option<&str>, most: usize) -> Option<String> {
        Some(self.line(field, text?, most)).filter(|text| !text.is_empty())
    }

    /// Reads an optional text of several lines.
    pub(super) fn optional_lines(&mut self, field: &str, text: Option<&str>, most: usize) -> Option<String> {
        Some(self.lines(field, text?, most)).filter(|text| !text.is_empty())
    }

    /// Reads one of the allowed words, ignoring case. None if absent.
    pub(super) fn word<T>(&mut self, field: &str, text: &str, allowed: &[&str], parse: fn(&str) -> Option<T>) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let known = (text.len() <= 40).then(|| parse(&text.to_lowercase())).flatten();
        if known.is_none() {
            let subject = quoted("Het woord", "Dit woord", text);
            let message = format!("{subject} is hier niet bekend; kies {}.", join_with_or(allowed));
            self.refuse(field, ViolationCode::UnknownValue, message);
        }
        known
    }

    /// Reads a day, `2026-12-31`. None if absent.
    pub(super) fn date(&mut self, field: &str, text: Option<&str>) -> Option<Date> {
        let text = text?.trim();
        if text.is_empty() {
            return None;
        }
        let date = parse_date(text);
        if date.is_none() {
            let message = "Dit is geen datum; schrijf jaar, maand en dag zoals 2026-12-31.";
            self.refuse(field, ViolationCode::Malformed, message);
        }
        date
    }

    /// Refuses a range whose last day comes before its first.
    pub(super) fn check_range(&mut self, field: &str, from: Option<Date>, until: Option<Date>) {
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            let message = "De einddatum ligt vóór de begindatum; verbeter een van beide.";
            self.refuse(field, ViolationCode::EmptyRange, message);
        }
    }

    /// Reads each item of a list, with its index in the path. Of a list that is too long, only the first items.
    pub(super) fn each<T, U>(
        &mut self,
        field: &str,
        items: &[T],
        most: usize,
        mut read: impl FnMut(&mut Self, &str, &T) -> Option<U>,
    ) -> Vec<U> {
        if items.len() > most {
            let message = format!("Deze lijst is te lang; er passen {most} regels in.");
            self.refuse(field, ViolationCode::TooLong, message);
        }
        let mut found = Vec::with_capacity(items.len().min(most));
        for (place, item) in items.iter().take(most).enumerate() {
            found.extend(read(self, &format!("{field}[{place}]"), item));
        }
        found
    }

    /// Like [`DraftReader::each`], for texts. Skips blank ones.
    pub(super) fn each_given<U>(
        &mut self,
        field: &str,
        texts: &[String],
        most: usize,
        mut read: impl FnMut(&mut Self, &str, &str) -> Option<U>,
    ) -> Vec<U> {
        self.each(field, texts, most, |reader, field, text| {
            if is_blank(text) { None } else { read(reader, field, text) }
        })
    }

    /// Reads a web address. None if absent.
    pub(super) fn url(&mut self, field: &str, text: Option<&str>) -> Option<WebAddress> {
        let text = self.optional_line(field, text, limits::URL)?;
        let url = WebAddress::parse(&text).ok();
        // Encoding can make an address longer.
        let url = url.filter(|url| url.as_str().len() <= limits::URL);
        if url.is_none() {
            let message = "Dit is geen webadres; schrijf het volledig, met https:// ervoor.";
            self.refuse(field, ViolationCode::Malformed, message);
        }
        url
    }

    fn is_too_long(&mut self, field: &str, text: &str, most: usize) -> bool {
        // Reads no further than the limit: the text may be megabytes.
        let is_too_long = text.chars().nth(most).is_some();
        if is_too_long {
            let message = format!("Deze tekst is te lang; er passen {most} tekens in.");
            self.refuse(field, ViolationCode::TooLong, message);
        }
        is_too_long
    }
}

/// Whether a text counts as absent.
pub(super) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether an optional text counts as absent.
pub(super) fn is_absent(text: Option<&str>) -> bool {
    text.is_none_or(is_blank)
}

/// Whether a list of texts counts as empty.
pub(super) fn are_blank(texts: &[String]) -> bool {
    texts.iter().all(|text| is_blank(text))
}

/// Parses `2026-12-31` strictly.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    let has_shape = text.len() == 10
        && text.bytes().enumerate().all(|(place, b)| {
            if matches!(place, 4 | 7) {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    if has_shape { text.parse().ok() } else { None }
}

/// Whether a character is a control character or changes the text direction, which could disguise the text.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}
