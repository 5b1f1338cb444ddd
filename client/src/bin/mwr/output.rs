//! Standard output: JSON or tables, and a quiet end when nobody reads on.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use serde::Serialize;

/// A line under the head, and nothing else that a reader must look past.
const LINE_UNDER_HEAD: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Where results go.
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

    /// Whether JSON was asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// A value on a line of its own.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.writer, value).map_err(io::Error::from)?;
        self.line("")
    }

    /// A line of text.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        writeln!(self.writer, "{}", text.as_ref())?;
        Ok(())
    }

    /// Text as it is.
    pub(crate) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        self.writer.write_all(text.as_bytes())?;
        Ok(())
    }

    /// A table; nothing when it has no rows.
    pub(crate) fn table(&mut self, table: &Table) -> anyhow::Result<()> {
        if table.row_count() > 0 {
            writeln!(self.writer, "{}", table.trim_fmt())?;
        }
        Ok(())
    }

    /// Hands everything over: at the end, and after each item of a stream.
    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        self.writer.flush()?;
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // An end of the pipe that nobody reads is no error; everything else was met while writing.
        let _ = self.writer.flush();
    }
}

/// A table with a head.
pub(crate) fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(LINE_UNDER_HEAD)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head.to_vec());
    if !io::stdout().is_terminal() {
        // A file or a pipe has no width to keep to.
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table
}

/// A note for people, on standard error.
pub(crate) fn note(text: impl AsRef<str>) {
    // When standard error is gone there is nobody to note it for.
    let _ = writeln!(io::stderr(), "{}", text.as_ref());
}
