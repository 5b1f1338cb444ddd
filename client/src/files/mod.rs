//! Reads the files that publishers and operators send: officers as JSON Lines or CSV, organisations and grants as JSON Lines,
//! and the XML export of the Register van Overheidsorganisaties.
//!
//! Reading collects all problems by row and field before anything is sent. Messages about rows are for the publisher and
//! therefore Dutch. They never repeat a value, which may be personal data.

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
