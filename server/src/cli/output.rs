//! Output to the terminal.

use std::io::Write as _;

/// Writes a line to standard output. A closed output, as with `head`, is not an error.
pub(crate) fn print_line(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
