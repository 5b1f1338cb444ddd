//! Texts: on the wire an absent one is empty.

use jiff::civil::Date;

use super::error::ConvertError;

/// `None` for an empty text.
pub(super) fn optional(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The text, or an empty one.
pub(super) fn or_empty(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// An ISO 8601 date, or an empty text.
pub(super) fn from_date(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// A date that a node sent; empty means that there is none.
pub(super) fn to_date(field: &str, text: &str) -> Result<Option<Date>, ConvertError> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(date) => Ok(Some(date)),
        Err(_) => Err(ConvertError::new(field, "it is no ISO 8601 date")),
    }
}

/// Each of `texts` parsed as an identifier, with its place in the field's path when one is wrong.
pub(super) fn parse_all<T, E: std::fmt::Display>(
    field: &str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, ConvertError> {
    let parse_one =
        |(place, text): (usize, &String)| parse(text).map_err(|problem| ConvertError::new(format!("{field}[{place}]"), problem));
    texts.iter().enumerate().map(parse_one).collect()
}

/// `text` parsed, or nothing where it is empty.
pub(super) fn parse_optional<T, E: std::fmt::Display>(
    field: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, ConvertError> {
    if text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).map_err(|problem| ConvertError::new(field, problem))
}

/// `text` parsed.
pub(super) fn parse_required<T, E: std::fmt::Display>(
    field: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, ConvertError> {
    parse(text).map_err(|problem| ConvertError::new(field, problem))
}

/// Values as the texts that stand for them.
pub(super) fn to_texts<T: std::fmt::Display>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}
