//! Standard output: JSON or tables. A closed pipe ends the output without an error.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Write};

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use serde::Serialize;

/// A table with only a line under its header.
const LINE_UNDER_HEAD: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The buffered standard output.
pub(crate) struct Output {
    json: bool,
    writer: BufWriter<io::Stdout>,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            writer: BufWriter::new(io::stdout()),
        }
    }

    /// Tells whether the output is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a value as JSON on one line.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.writer, value).map_err(io::Error::from)?;
        self.line("")
    }

    /// Prints a line of text.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        writeln!(self.writer, "{}", text.as_ref())?;
        Ok(())
    }

    /// Prints text without a line end.
    pub(crate) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        self.writer.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Prints a table, unless it has no rows.
    pub(crate) fn table(&mut self, table: &Table) -> anyhow::Result<()> {
        if table.row_count() > 0 {
            writeln!(self.writer, "{}", table.trim_fmt())?;
        }
        Ok(())
    }

    /// Flushes the buffer: at the end, and after each item of a stream.
    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        self.writer.flush()?;
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // A closed pipe is not an error; writing reported any other error.
        let _ = self.writer.flush();
    }
}

/// Makes a table with a header.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(LINE_UNDER_HEAD)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header.to_vec());
    if !io::stdout().is_terminal() {
        // A file or a pipe has no width limit.
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table
}

/// A number with what it counts: `1 problem`, `2 problems`.
pub(crate) fn counted<N: Copy + fmt::Display + PartialEq + From<u8>>(count: N, one: &str, several: &str) -> String {
    let noun = if count == N::from(1) { one } else { several };
    format!("{count} {noun}")
}

/// Prints a note on standard error.
pub(crate) fn note(text: impl AsRef<str>) {
    // If standard error is closed, the note is lost.
    let _ = writeln!(io::stderr(), "{}", text.as_ref());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_counted_in_the_singular() {
        let shown = [0_usize, 1, 2].map(|count| counted(count, "entry", "entries"));
        assert_eq!(shown, ["0 entries", "1 entry", "2 entries"]);
    }
}
