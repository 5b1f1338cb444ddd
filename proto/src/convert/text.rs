//! Texts, dates and identifiers: on the wire a missing one is an empty text.

use jiff::civil::Date;

use super::error::ConvertError;

/// Converts an empty text to `None`.
pub(super) fn optional(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Converts `None` to an empty text.
pub(super) fn or_empty(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// Formats a date as ISO 8601; `None` gives an empty text.
pub(super) fn from_date(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// Parses a date that a node sent; an empty text is `None`.
pub(super) fn to_date(field: &str, text: &str) -> Result<Option<Date>, ConvertError> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(date) => Ok(Some(date)),
        Err(_) => Err(ConvertError::new(field, "it is not an ISO 8601 date")),
    }
}

/// Parses each of `texts`. An error has the index in its field path.
pub(super) fn parse_all<T, E: std::fmt::Display>(
    field: &str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, ConvertError> {
    let parse_one =
        |(place, text): (usize, &String)| parse(text).map_err(|problem| ConvertError::new(format!("{field}[{place}]"), problem));
    texts.iter().enumerate().map(parse_one).collect()
}

/// Parses `text`; an empty text is `None`.
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

/// Parses `text`.
pub(super) fn parse_required<T, E: std::fmt::Display>(
    field: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, ConvertError> {
    parse(text).map_err(|problem| ConvertError::new(field, problem))
}

/// Copies the text of each value.
pub(super) fn to_texts<T: AsRef<str>>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| value.as_ref().to_owned()).collect()
}
