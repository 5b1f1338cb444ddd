//! Reads labelled queries.

/// A query, and what an answer to it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledQuery {
    /// Its id, unique in its file.
    pub qid: String,
    /// Its kind: situation, keywords, typo, …
    pub kind: String,
    /// The text that was typed.
    pub text: String,
    /// Ids or short names of organisations that can decide, `GEMEENTE` for any municipality, `ANY` for any organisation,
    /// `officer:organisation/id` for one officer.
    pub organisations: Vec<String>,
    /// Codes of competences, the main one first; `*` for any competence.
    pub competences: Vec<String>,
    /// CBS code of the municipality that it names, if it names one.
    pub municipality: Option<String>,
}

/// A file of labelled queries that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// It has no header.
    #[error("the file of queries is empty")]
    Empty,
    /// The header lacks a column.
    #[error("the file of queries has no column `{0}`")]
    MissingColumn(&'static str),
    /// A line has fewer columns than the header.
    #[error("line {line}: {found} columns where the header has {expected}")]
    ShortLine {
        /// The line, from 1.
        line: usize,
        /// Its number of columns.
        found: usize,
        /// The number of columns in the header.
        expected: usize,
    },
}

/// Reads a file of queries: lines of tab-separated columns under a header. A line that begins with `#` is a comment.
pub fn read_labelled_queries(text: &str) -> Result<Vec<LabelledQuery>, LabelError> {
    let mut lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    let (_, header) = lines.next().ok_or(LabelError::Empty)?;
    let columns: Vec<&str> = header.split('\t').collect();
    let place = |name: &'static str| {
        let found = columns.iter().position(|column| *column == name);
        found.ok_or(LabelError::MissingColumn(name))
    };
    let (qid, kind, text) = (place("qid")?, place("type")?, place("query")?);
    // Other collections of queries use this name.
    let organisations = place("organisations").or_else(|missing| place("target_orgs").map_err(|_| missing))?;
    let (competences, municipality) = (place("competences")?, place("municipality")?);
    let mut queries = Vec::new();
    for (line, cells) in lines {
        let cells: Vec<&str> = cells.split('\t').collect();
        if cells.len() < columns.len() {
            return Err(LabelError::ShortLine {
                line,
                found: cells.len(),
                expected: columns.len(),
            });
        }
        queries.push(LabelledQuery {
            qid: cells[qid].to_owned(),
            kind: cells[kind].to_owned(),
            text: cells[text].to_owned(),
            organisations: alternatives(cells[organisations]),
            competences: alternatives(cells[competences]),
            municipality: Some(cells[municipality].trim().to_owned()).filter(|code| !code.is_empty()),
        });
    }
    Ok(queries)
}

fn alternatives(cell: &str) -> Vec<String> {
    let parts = cell.split('|').map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}
