//! Reads officers from CSV: one row each, lists separated by `|`, mandates in columns by level.
//!
//! The header shows the separator (`,`, a tab, or `;` as Dutch Excel writes). Columns may come in any order, and only `id` and
//! `function_title` are required. An unknown column is refused, because a slip in its name would silently clear a field of
//! every officer.

mod columns;
mod row;

use ::csv::{ReaderBuilder, StringRecord, Trim};
pub use columns::{COLUMNS, template};
use register::draft::OfficerDraft;
use register::spelling::nearest;

use self::row::CsvRow;
use crate::files::rows::{Row, RowProblem, Rows, decode_utf8};

/// Reads officers from CSV.
pub fn parse_csv(bytes: &[u8]) -> Rows<OfficerDraft> {
    let text = match decode_utf8(bytes) {
        Ok(text) => text,
        Err(problem) => return Rows::refused(vec![problem]),
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .flexible(true)
        .trim(Trim::Fields)
        .from_reader(text.as_bytes());
    let header: StringRecord = match reader.headers() {
        Ok(header) => header.iter().map(|name| name.trim().to_lowercase()).collect(),
        Err(_) => StringRecord::new(),
    };
    let problems = header_problems(&header);
    if !problems.is_empty() {
        return Rows::refused(problems);
    }
    let mut rows = Rows::default();
    let mut lines = LineNumbers::new(text);
    for record in reader.records() {
        let position = match &record {
            Ok(record) => record.position(),
            Err(error) => error.position(),
        };
        let line = position.map_or(0, |position| lines.of(position));
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => match parse_record(&header, record, line) {
                Ok(value) => rows.rows.push(Row { line, value }),
                Err(problems) => rows.problems.extend(problems),
            },
            Err(_) => rows.problems.push(malformed(line)),
        }
    }
    rows
}

fn parse_record(header: &StringRecord, mut record: StringRecord, line: u64) -> Result<OfficerDraft, Vec<RowProblem>> {
    let is_too_long = record.len() > header.len();
    // A row may leave out its last cells; serde wants one for each column.
    while record.len() < header.len() {
        record.push_field("");
    }
    let row: CsvRow = record.deserialize(Some(header)).map_err(|_| vec![malformed(line)])?;
    let mut problems = Vec::new();
    if is_too_long {
        let message = "Deze regel heeft meer velden dan de kop; zet tekst met het scheidingsteken tussen aanhalingstekens.";
        problems.push(RowProblem::new(line, "", "MALFORMED", message).with_id(row.id()));
    }
    match row.into_draft(line) {
        Ok(draft) if problems.is_empty() => Ok(draft),
        Ok(_) => Err(problems),
        Err(others) => {
            problems.extend(others);
            Err(problems)
        }
    }
}

fn malformed(line: u64) -> RowProblem {
    RowProblem::new(line, "", "MALFORMED", "Deze regel is geen geldige CSV.")
}

/// Finds the lines on which records begin. The reader's own line numbers skip blank lines before a record and count Windows
/// line ends wrongly.
struct LineNumbers<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl<'a> LineNumbers<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            byte: 0,
            line: 1,
        }
    }

    /// Returns the line of a record. Records must come in order.
    fn of(&mut self, position: &::csv::Position) -> u64 {
        let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.byte) {
            if self.byte >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.byte += 1;
        }
        self.line
    }
}

/// Returns the most frequent separator in the header.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    // `max_by_key` returns the last of equal maxima, so the comma is last.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn header_problems(header: &StringRecord) -> Vec<RowProblem> {
    let mut problems = Vec::new();
    let known = || COLUMNS.iter().map(|(name, _)| *name);
    for (place, name) in header.iter().enumerate() {
        if !known().any(|column| column == name) {
            let hint = match nearest(name, known()) {
                Some(column) => format!("; bedoelt u ‘{column}’?"),
                None => "; ‘mwr sync --template csv’ toont alle kolommen.".to_owned(),
            };
            let message = format!("Deze kolom is niet bekend{hint}");
            problems.push(RowProblem::new(1, name, "UNKNOWN_VALUE", message));
        } else if header.iter().take(place).any(|before| before == name) {
            problems.push(RowProblem::new(1, name, "DUPLICATE", "Deze kolom staat er twee keer."));
        }
    }
    for required in ["id", "function_title"] {
        if !header.iter().any(|name| name == required) {
            problems.push(RowProblem::new(1, required, "REQUIRED", "Deze kolom ontbreekt."));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_valid_input() {
        let rows = parse_csv(template().as_bytes());
        assert_eq!(rows.problems, []);
        let draft = &rows.rows[0].value;
        assert_eq!((draft.id.as_str(), rows.rows[0].line), ("eigen-bijdrage", 2));
        assert_eq!(draft.competences, ["EB-WLZ", "WANBETALERS"]);
        assert_eq!(draft.not_for[0].see.as_deref(), Some("zb000143"));
        let levels: Vec<_> = draft
            .mandates
            .iter()
            .map(|mandate| (mandate.level.as_str(), mandate.competences.len()))
            .collect();
        assert_eq!(levels, [("decide", 1), ("advise", 0)]);
        assert_eq!(draft.hours[1].days, ["vr"]);
        assert!(draft.approach.consent_required);
    }

    #[test]
    fn semicolons_quotes_and_line_breaks_are_read() {
        let rows = parse_csv(
            "\u{feff}ID;Function_Title;description\r\na;\"Regie; en meer\";\"twee\nregels\"\r\n\r\nb;B;\r\n".as_bytes(),
        );
        assert_eq!(rows.problems, []);
        assert_eq!(rows.rows[0].value.function_title, "Regie; en meer");
        assert_eq!(rows.rows[1].line, 5);
    }

    #[test]
    fn an_unknown_column_is_refused_with_the_nearest_one() {
        let rows = parse_csv(b"id,function_title,competence,kleur\na,A,AOW,rood\n");
        let messages: Vec<_> = rows.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert!(messages[0].contains("‘competences’"), "{messages:?}");
        assert!(messages[1].contains("template"));
        assert!(rows.rows.is_empty());
        assert_eq!(parse_csv(b"id\na\n").problems[0].field, "function_title");
        assert_eq!(parse_csv(b"").problems.len(), 2);
    }

    #[test]
    fn problems_are_named_by_row_and_field() {
        let rows =
            parse_csv(b"id,function_title,consent_required,hours\na,A,misschien,altijd\nb,B,ja,ma 09:00-17:00\nc,C,ja,,,,\n");
        let found: Vec<_> = rows
            .problems
            .iter()
            .map(|p| (p.line, p.id.as_str(), p.field.as_str()))
            .collect();
        assert_eq!(found, [(2, "a", "consent_required"), (2, "a", "hours[0]"), (4, "c", "")]);
        assert_eq!(rows.rows.len(), 1);
    }
}
