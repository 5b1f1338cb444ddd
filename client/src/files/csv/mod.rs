//! Officers as CSV: one row each, lists with `|`, mandates in columns by level.
//!
//! The separator is found in the header (`,`, `;` as Dutch Excel writes, or a tab). Columns may come in any order and be left
//! out, but for `id` and `function_title`; a column that is not known is refused, because a slip in its name would silently
//! empty a field of every officer.

mod columns;

use ::csv::{ReaderBuilder, StringRecord};
pub use columns::{COLUMNS, template};
use register::draft::{HoursDraft, MandateDraft, NotForDraft, OfficerDraft};

use crate::files::rows::{Row, RowProblem, Rows, decode_utf8};
use crate::nearest::nearest;

/// Reads officers from CSV.
pub fn parse_csv(bytes: &[u8]) -> Rows<OfficerDraft> {
    let mut rows = Rows::default();
    let text = match decode_utf8(bytes) {
        Ok(text) => text,
        Err(problem) => {
            rows.problems.push(problem);
            return rows;
        }
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .flexible(true)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.iter().map(|name| name.trim().to_lowercase()).collect::<Vec<_>>(),
        Err(_) => Vec::new(),
    };
    rows.problems.extend(header_problems(&header));
    if !rows.problems.is_empty() {
        return rows;
    }
    let mut lines = LineNumbers::new(text);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, |position| lines.of(position));
                rows.problems
                    .push(RowProblem::new(line, "", "MALFORMED", "Deze regel is geen geldige CSV."));
                continue;
            }
        };
        let line = record.position().map_or(0, |position| lines.of(position));
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let row = CsvRow {
            header: &header,
            record: &record,
            line,
        };
        match row.to_draft() {
            Ok(value) => rows.rows.push(Row { line, value }),
            Err(problems) => rows.problems.extend(problems),
        }
    }
    rows
}

/// The lines on which records begin. The reader's own numbers do not count blank lines before a record, and not the second
/// half of a Windows line end.
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

    /// The line of a record; records must come in order.
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

/// The separator that the header has most of.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    // The last of equals wins, so the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn header_problems(header: &[String]) -> Vec<RowProblem> {
    let mut problems = Vec::new();
    let known = || COLUMNS.iter().map(|(name, _)| *name);
    for (place, name) in header.iter().enumerate() {
        if !known().any(|column| column == name) {
            let hint = match nearest(name, known()) {
                Some(column) => format!("; bedoelt u ‘{column}’?"),
                None => "; ‘mwr sync --template csv’ toont alle kolommen.".to_owned(),
            };
            problems.push(RowProblem::new(
                1,
                name,
                "UNKNOWN_VALUE",
                format!("Deze kolom is niet bekend{hint}"),
            ));
        } else if header.get(..place).is_some_and(|before| before.contains(name)) {
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

/// A record and the names of its fields.
struct CsvRow<'a> {
    header: &'a [String],
    record: &'a StringRecord,
    line: u64,
}

impl CsvRow<'_> {
    fn to_draft(&self) -> Result<OfficerDraft, Vec<RowProblem>> {
        let mut problems = Vec::new();
        if self.record.len() > self.header.len() {
            let message = "Deze regel heeft meer velden dan de kop; zet tekst met het scheidingsteken tussen aanhalingstekens.";
            problems.push(self.problem("", "MALFORMED", message));
        }
        let mut draft = OfficerDraft {
            organisation: self.text("organisation"),
            id: self.text("id"),
            name: self.optional("name"),
            name_until: self.optional("name_until"),
            function_title: self.text("function_title"),
            kind: self.text("kind"),
            description: self.text("description"),
            domains: self.list("domains"),
            competences: self.list("competences"),
            not_for: self.list("not_for").iter().map(|text| not_for(text)).collect(),
            area: self.list("area"),
            mandates: ["decide", "advise", "refer"]
                .into_iter()
                .filter_map(|level| self.mandate(level))
                .collect(),
            deputy: self.optional("deputy"),
            managed_by: self.text("managed_by"),
            ..OfficerDraft::default()
        };
        draft.approach.prefer = self.text("prefer");
        draft.approach.consent_required = self.claim("consent_required", &mut problems);
        draft.approach.bring = self.optional("bring");
        draft.approach.audience = self.optional("audience");
        draft.approach.response_within = self.optional("response_within");
        draft.contact.email = self.optional("email");
        draft.contact.phone = self.optional("phone");
        draft.contact.url = self.optional("url");
        draft.contact.personal = self.claim("personal", &mut problems);
        for (place, text) in self.list("hours").iter().enumerate() {
            match hours(text) {
                Some(hours) => draft.hours.push(hours),
                None => {
                    let message = "Schrijf openingstijden als ‘ma di 09:00-17:00’, met ‘|’ ertussen.";
                    problems.push(self.problem(&format!("hours[{place}]"), "MALFORMED", message));
                }
            }
        }
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
    }

    fn problem(&self, field: &str, code: &str, message: &str) -> RowProblem {
        RowProblem::new(self.line, field, code, message).with_id(&self.text("id"))
    }

    fn text(&self, column: &str) -> String {
        let place = self.header.iter().position(|name| name == column);
        let text = place.and_then(|place| self.record.get(place)).unwrap_or_default();
        text.trim().to_owned()
    }

    fn optional(&self, column: &str) -> Option<String> {
        let text = self.text(column);
        (!text.is_empty()).then_some(text)
    }

    fn list(&self, column: &str) -> Vec<String> {
        let text = self.text(column);
        let items = text.split('|').map(str::trim).filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    }

    fn claim(&self, column: &str, problems: &mut Vec<RowProblem>) -> bool {
        match self.text(column).to_lowercase().as_str() {
            "ja" | "j" | "true" | "1" => true,
            "" | "nee" | "n" | "false" | "0" => false,
            _ => {
                problems.push(self.problem(column, "UNKNOWN_VALUE", "Vul ‘ja’ of ‘nee’ in."));
                false
            }
        }
    }

    /// The mandate of a level, if any of its columns is filled.
    fn mandate(&self, level: &str) -> Option<MandateDraft> {
        let part = |part: &str| self.optional(&format!("{level}_{part}"));
        let competences = self.list(level);
        let draft = MandateDraft {
            level: level.to_owned(),
            limit: part("limit"),
            consult: part("consult"),
            basis: part("basis"),
            until: part("until"),
            text: part("text"),
            competences: competences.iter().filter(|code| *code != "*").cloned().collect(),
        };
        let says_something = !competences.is_empty()
            || draft
                != MandateDraft {
                    level: level.to_owned(),
                    ..Default::default()
                };
        says_something.then_some(draft)
    }
}

/// `CODE>where`, or a code alone.
fn not_for(text: &str) -> NotForDraft {
    match text.split_once('>') {
        Some((competence, see)) => NotForDraft {
            competence: competence.trim().to_owned(),
            see: Some(see.trim().to_owned()),
        },
        None => NotForDraft {
            competence: text.to_owned(),
            see: None,
        },
    }
}

/// `ma di wo 09:00-17:00`.
fn hours(text: &str) -> Option<HoursDraft> {
    let (days, times) = text.rsplit_once(' ')?;
    let (from, until) = times.split_once('-')?;
    let days = days.split([' ', ',']).map(str::trim).filter(|day| !day.is_empty());
    Some(HoursDraft {
        days: days.map(str::to_lowercase).collect(),
        from: from.trim().to_owned(),
        until: until.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_can_be_read_back() {
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
    fn a_wrong_column_is_refused_with_the_nearest() {
        let rows = parse_csv(b"id,function_title,competence,kleur\na,A,AOW,rood\n");
        let messages: Vec<_> = rows.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert!(messages[0].contains("‘competences’"), "{messages:?}");
        assert!(messages[1].contains("template"));
        assert!(rows.rows.is_empty());
        assert_eq!(parse_csv(b"id\na\n").problems[0].field, "function_title");
        assert_eq!(parse_csv(b"").problems.len(), 2);
    }

    #[test]
    fn all_problems_are_named_by_row_and_field() {
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
