//! Decodes rows to domain types. A value that cannot be decoded is a [`StorageError::Corrupt`] with table, column and key. The
//! error does not repeat the value, which may be personal data.

use std::cell::Cell;

use jiff::{Timestamp, civil::Date};
use register::position::Revision;
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, Params, Row};
use serde::de::DeserializeOwned;

use crate::error::StorageError;

/// A row of a table. The first columns of the query are its key.
pub(super) struct Columns<'row, 'statement> {
    row: &'row Row<'statement>,
    table: &'static str,
    key_columns: usize,
    /// The column after the last one that was read, which is nearly always the next one.
    next: Cell<usize>,
}

impl<'row, 'statement> Columns<'row, 'statement> {
    pub(super) fn new(row: &'row Row<'statement>, table: &'static str, key_columns: usize) -> Self {
        Self {
            row,
            table,
            key_columns,
            next: Cell::new(0),
        }
    }

    /// Returns the place of a column in the row.
    fn place(&self, column: &'static str) -> Result<usize, StorageError> {
        let statement = self.row.as_ref();
        let next = self.next.get();
        let place = if statement.column_name(next) == Ok(column) {
            next
        } else {
            statement.column_index(column).map_err(|_| self.corrupt(column))?
        };
        self.next.set(place + 1);
        Ok(place)
    }

    /// The error for a damaged `column`.
    pub(super) fn corrupt(&self, column: &'static str) -> StorageError {
        let key: Vec<String> = (0..self.key_columns)
            .map(|index| match self.row.get_ref(index) {
                Ok(ValueRef::Integer(number)) => number.to_string(),
                Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
                _ => "?".to_owned(),
            })
            .collect();
        StorageError::Corrupt {
            table: self.table,
            column,
            row: key.join("/"),
        }
    }

    /// Decodes a column with the driver.
    pub(super) fn get<T: FromSql>(&self, column: &'static str) -> Result<T, StorageError> {
        self.row.get(self.place(column)?).map_err(|_| self.corrupt(column))
    }

    /// Decodes a text with `parse`.
    pub(super) fn parse<T, E>(&self, column: &'static str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, StorageError> {
        self.optional(column, parse)?.ok_or_else(|| self.corrupt(column))
    }

    /// A text that `parse` takes, or NULL.
    pub(super) fn optional<T, E>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, StorageError> {
        let value = self.row.get_ref(self.place(column)?).map_err(|_| self.corrupt(column))?;
        let text = value.as_str_or_null().map_err(|_| self.corrupt(column))?;
        text.map(parse).transpose().map_err(|_| self.corrupt(column))
    }

    /// Decodes JSON.
    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StorageError> {
        self.parse(column, |text| serde_json::from_str(text))
    }

    /// Decodes a revision.
    pub(super) fn revision(&self, column: &'static str) -> Result<Revision, StorageError> {
        let number: i64 = self.get(column)?;
        u64::try_from(number).map(Revision).map_err(|_| self.corrupt(column))
    }

    /// Decodes a moment.
    pub(super) fn time(&self, column: &'static str) -> Result<Timestamp, StorageError> {
        self.parse(column, str::parse)
    }

    /// Decodes a day.
    pub(super) fn day(&self, column: &'static str) -> Result<Date, StorageError> {
        self.parse(column, str::parse)
    }
}

/// Returns all rows of `query`, each decoded by `read`.
pub(super) fn all<T>(
    connection: &Connection,
    query: &str,
    values: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, StorageError>,
) -> Result<Vec<T>, StorageError> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Returns the first row of `query`, if any, decoded by `read`.
pub(super) fn first<T>(
    connection: &Connection,
    query: &str,
    values: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, StorageError>,
) -> Result<Option<T>, StorageError> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query(values)?;
    rows.next()?.map(read).transpose()
}
