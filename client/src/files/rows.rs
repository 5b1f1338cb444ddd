//! Rows of a file, and the problems in them.

use register::violation::Violation;

/// The result of reading a file: the readable rows and all problems.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<T> {
    /// Readable rows, in the order of the file.
    pub rows: Vec<Row<T>>,
    /// Problems. If there are any, the file must not be sent.
    pub problems: Vec<RowProblem>,
    /// Notes on values that were ignored.
    pub warnings: Vec<RowProblem>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

impl<T> Rows<T> {
    /// Makes the result for a file of which no row is readable.
    pub(super) fn refused(problems: Vec<RowProblem>) -> Self {
        Self {
            problems,
            ..Self::default()
        }
    }

    /// Converts all rows to messages, or returns all problems of the file. `id` gets the id of a row, for its problems.
    pub fn messages<'a, M>(&'a self, id: impl Fn(&T) -> &str) -> Result<Vec<M>, Vec<RowProblem>>
    where
        M: TryFrom<&'a T, Error = Vec<Violation>>,
    {
        let mut problems = self.problems.clone();
        let mut messages = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            match M::try_from(&row.value) {
                Ok(message) => messages.push(message),
                Err(violations) => problems.extend(violations.into_iter().map(|violation| {
                    let code = violation.code.as_str();
                    RowProblem::new(row.line, &violation.field, code, violation.message).with_id(id(&row.value))
                })),
            }
        }
        problems.sort_by_key(|problem| problem.line);
        if problems.is_empty() { Ok(messages) } else { Err(problems) }
    }
}

/// A row and its line.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<T> {
    /// The line in the file, from 1.
    pub line: u64,
    /// The content.
    pub value: T,
}

/// A problem in a row.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RowProblem {
    /// The line in the file, from 1; 0 if the problem concerns the whole file.
    pub line: u64,
    /// The id of the row, if it has a usable one.
    pub id: String,
    /// The field, as a path.
    pub field: String,
    /// The code of the violated rule, as in `docs/api.md`.
    pub code: String,
    /// The problem and how to correct it, as one Dutch sentence.
    pub message: String,
}

impl RowProblem {
    pub(super) fn new(line: u64, field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            line,
            id: String::new(),
            field: field.into(),
            code: code.to_owned(),
            message: message.into(),
        }
    }

    pub(super) fn with_id(mut self, id: &str) -> Self {
        // A longer text is not an id, but may be personal data.
        self.id = if id.len() <= 64 { id.to_owned() } else { String::new() };
        self
    }
}

/// Decodes a file: UTF-8, with or without a byte order mark.
pub(super) fn decode_utf8(bytes: &[u8]) -> Result<&str, RowProblem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        let message = "Het bestand is hier geen UTF-8; bewaar het als UTF-8 (in Excel: ‘CSV UTF-8’).";
        RowProblem::new(line, "", "MALFORMED", message)
    })
}
