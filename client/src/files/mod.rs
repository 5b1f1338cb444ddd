//! Files that people sync from: JSON Lines and CSV of officers, JSON Lines of organisations, grants and needs, and the XML
//! export of the Register van Overheidsorganisaties.
//!
//! Reading collects everything that is wrong, by row and field, before anything is sent. Messages about rows are for the
//! publisher and in Dutch; they never repeat what stands in the row, which may be personal data.

mod csv;
mod json_lines;
mod officers;
pub mod roo;
mod rows;

#[cfg(test)]
mod tests;

pub use csv::{COLUMNS, parse_csv, template};
pub use json_lines::parse_json_lines;
pub use officers::{OfficerFile, check_officers};
pub use rows::{Row, RowProblem, Rows};
