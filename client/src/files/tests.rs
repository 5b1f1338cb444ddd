//! Properties of the readers: no file makes one panic, and written officers are read back unchanged.

use proptest::collection::vec;
use proptest::prelude::*;
use register::draft::{OfficerDraft, OrganisationDraft};

use super::*;

/// A text for a cell: without the list separator and without surrounding spaces.
fn cell() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 ,;\"'\\n€ë-]{0,20}".prop_map(|text| text.trim().to_owned())
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in vec(any::<u8>(), 0..400)) {
        let _ = parse_csv(&bytes);
        let _ = parse_json_lines::<OfficerDraft>(&bytes);
        let _ = parse_json_lines::<OrganisationDraft>(&bytes);
        let _ = roo::parse_roo(&bytes);
    }

    #[test]
    fn any_text_under_a_valid_header_is_read_without_panic(text in "(id|a|;|,|\\||\"|\n|\r\n|ja|09:00-17:00| ){0,60}") {
        let rows = parse_csv(format!("id;function_title;hours;personal\n{text}").as_bytes());
        let mut lines = rows.rows.iter().map(|row| row.line);
        prop_assert!(lines.clone().zip(lines.by_ref().skip(1)).all(|(one, next)| one < next));
        let _ = check_officers(&rows, None);
    }

    #[test]
    fn a_json_object_of_wrong_types_has_problems(id in any::<i32>(), text in "\\PC{0,20}", list in vec(any::<bool>(), 0..3)) {
        let line = serde_json::json!({ "id": id, "function_title": text, "competences": list, "contact": text });
        let rows = parse_json_lines::<OfficerDraft>(line.to_string().as_bytes());
        prop_assert!(rows.rows.is_empty());
        prop_assert!(rows.problems.len() >= 2);
    }

    #[test]
    fn written_csv_is_read_back_unchanged(titles in vec(cell(), 1..6), separator in proptest::sample::select(&b",;\t"[..])) {
        let mut writer = ::csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(["id", "function_title", "description"]).unwrap();
        for (place, title) in titles.iter().enumerate() {
            writer.write_record([format!("o-{place}"), title.clone(), title.clone()]).unwrap();
        }
        let rows = parse_csv(&writer.into_inner().unwrap());
        prop_assert_eq!(&rows.problems, &[]);
        let read: Vec<_> = rows.rows.iter().map(|row| row.value.function_title.clone()).collect();
        prop_assert_eq!(read, titles);
    }
}
