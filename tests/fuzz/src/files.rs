//! Files of publishers and operators: CSV, JSON Lines and the export of the register of government organisations. The first byte
//! of the input chooses the reader.

use client::files::roo::parse_roo;
use client::files::{Rows, check_officers, parse_csv, parse_json_lines, template};
use register::draft::OfficerDraft;

use crate::sample;

/// Any file is read, or refused with problems; rows that pass the checks are complete.
pub fn run(bytes: &[u8]) {
    let Some((reader, file)) = bytes.split_first() else { return };
    match reader % 3 {
        0 => officers(&parse_csv(file)),
        1 => officers(&parse_json_lines(file)),
        _ => drop(parse_roo(file)),
    }
}

fn officers(rows: &Rows<OfficerDraft>) {
    if let Ok(file) = check_officers(rows, None) {
        assert_eq!(file.officers.len(), file.lines.len(), "each officer has a line");
    }
}

/// The template, filled in, the same officers as JSON Lines, and an export.
pub fn seeds() -> Vec<Vec<u8>> {
    let row = "bijdrage;;Casemanager eigen bijdrage;maatwerkfunctionaris;Stelt de eigen bijdrage vast\n";
    let lines: String = sample::officers(3)
        .iter()
        .map(|officer| {
            format!(
                "{{\"name\":\"{}\",\"description\":\"{}\"}}\n",
                officer.name, officer.description
            )
        })
        .collect();
    let export = "<overheidsorganisaties xmlns=\"https://organisaties.overheid.nl/static/schema/oo/export/2.6\"><organisaties>\
         <organisatie p:systeemId=\"1\" xmlns:p=\"p\"><naam>Gemeente Voorbeeld</naam></organisatie></organisaties></overheidsorganisaties>";
    [(0_u8, template() + row), (1, lines), (2, export.to_owned())]
        .into_iter()
        .map(|(reader, text)| [vec![reader], text.into_bytes()].concat())
        .collect()
}
