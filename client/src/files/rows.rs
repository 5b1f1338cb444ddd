//! Rows of a file, and what is wrong with them.

use register::violation::Violation;

/// What was read: the rows that could be, and all that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows<T> {
    /// Rows in order.
    pub rows: Vec<Row<T>>,
    /// What is wrong; nothing is to be sent when there is any.
    pub problems: Vec<RowProblem>,
    /// What was passed over.
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
    /// A file of which no row can be read.
    pub(super) fn refused(problems: Vec<RowProblem>) -> Self {
        Self {
            problems,
            ..Self::default()
        }
    }

    /// The messages that the rows make, or all that is wrong with the file. `id` is what a row is called.
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

/// A row and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<T> {
    /// The line in the file, from 1.
    pub line: u64,
    /// What it says.
    pub value: T,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RowProblem {
    /// The line in the file, from 1; 0 when it is about the file.
    pub line: u64,
    /// The row's id, as far as it has one.
    pub id: String,
    /// The field, as a path.
    pub field: String,
    /// The rule that was broken, as in `docs/api.md`.
    pub code: String,
    /// What is wrong and what to do: one Dutch sentence.
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
        // Longer than any id: something else stands in the column.
        self.id = if id.len() <= 64 { id.to_owned() } else { String::new() };
        self
    }
}

/// The text of a file: UTF-8, with or without a byte order mark.
pub(super) fn decode_utf8(bytes: &[u8]) -> Result<&str, RowProblem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        let message = "Het bestand is hier geen UTF-8; bewaar het als UTF-8 (in Excel: ‘CSV UTF-8’).";
        RowProblem::new(line, "", "MALFORMED", message)
    })
}
