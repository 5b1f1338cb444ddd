//! Files of publishers and operators: CSV, JSON Lines and the export of the register of government organisations. The first byte
//! of the input chooses the reader.

use client::files::roo::parse_roo;
use client::files::{Rows, check_officers, parse_csv, parse_json_lines, template};
use proto::v1;
use register::draft::{GrantDraft, OfficerDraft, OrganisationDraft};
use serde::Serialize;

use crate::sample::GENERATOR;

/// Any file is read, or refused with problems; rows that pass the checks are complete.
pub fn run(bytes: &[u8]) {
    let Some((reader, file)) = bytes.split_first() else { return };
    match reader % 5 {
        0 => officers(&parse_csv(file)),
        1 => officers(&parse_json_lines(file)),
        2 => drop(parse_roo(file)),
        3 => {
            let rows: Rows<OrganisationDraft> = parse_json_lines(file);
            complete(&rows, rows.messages::<v1::Organisation>(|draft| &draft.id).ok());
        }
        _ => {
            let rows: Rows<GrantDraft> = parse_json_lines(file);
            complete(&rows, rows.messages::<v1::Grant>(|draft| &draft.oin).ok());
        }
    }
}

fn officers(rows: &Rows<OfficerDraft>) {
    if let Ok(file) = check_officers(rows, None) {
        assert_eq!(file.officers.len(), file.lines.len(), "each officer has a line");
    }
}

fn complete<T, M>(rows: &Rows<T>, messages: Option<Vec<M>>) {
    if let Some(messages) = messages {
        assert_eq!(messages.len(), rows.rows.len(), "each row is a message");
    }
}

/// The template with a row, complete officers and organisations of the generator, grants, and an export.
pub fn seeds() -> Vec<Vec<u8>> {
    let row = "bijdrage;;Casemanager eigen bijdrage;maatwerkfunctionaris;Stelt de eigen bijdrage vast\n";
    let organisation = &GENERATOR.organisations()[0];
    let officers = GENERATOR.officers_of(&organisation.id, 3);
    let organisations = GENERATOR.organisations().iter().take(3);
    let grant = GrantDraft {
        oin: "00000099000000001000".to_owned(),
        organisation: organisation.id.to_string(),
        roles: vec!["publish".to_owned(), "lookup".to_owned()],
        basis: "own".to_owned(),
        from: Some("2026-01-01".to_owned()),
        ..GrantDraft::default()
    };
    let export = "<overheidsorganisaties xmlns=\"https://organisaties.overheid.nl/static/schema/oo/export/2.6\"><organisaties>\
         <organisatie p:systeemId=\"1\" xmlns:p=\"p\"><naam>Gemeente Voorbeeld</naam></organisatie></organisaties></overheidsorganisaties>";
    [
        (0_u8, template() + row),
        (1, lines(officers.map(|officer| OfficerDraft::from(&officer)))),
        (2, export.to_owned()),
        (3, lines(organisations.map(OrganisationDraft::from))),
        (4, lines([grant])),
    ]
    .into_iter()
    .map(|(reader, text)| [vec![reader], text.into_bytes()].concat())
    .collect()
}

fn lines(drafts: impl IntoIterator<Item = impl Serialize>) -> String {
    let line = |draft| serde_json::to_string(&draft).expect("a draft is JSON") + "\n";
    drafts.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_in_json_lines_are_complete() {
        for seed in seeds() {
            let (reader, file) = seed.split_first().unwrap();
            match reader {
                1 => assert_eq!(check_officers(&parse_json_lines(file), None).unwrap().officers.len(), 3),
                3 => {
                    let rows: Rows<OrganisationDraft> = parse_json_lines(file);
                    assert_eq!(rows.messages::<v1::Organisation>(|draft| &draft.id).unwrap().len(), 3);
                }
                4 => {
                    let rows: Rows<GrantDraft> = parse_json_lines(file);
                    assert_eq!(rows.messages::<v1::Grant>(|draft| &draft.oin).unwrap().len(), 1);
                }
                _ => {}
            }
        }
    }
}
