use super::*;

const ORGANISATIONS: &str = r#"{"id":"zb000211","kind":"uitvoeringsorganisatie"}
{"id":"gm0001","kind":"gemeente"}
{"id":"gm0002","kind":"gemeente"}"#;

const OFFICERS: &str = r#"{"organisation":"zb000211","id":"a","competences":["EB-WLZ"]}
{"organisation":"zb000211","id":"b","competences":["WANBETALERS"]}
{"organisation":"gm0001","id":"wmo","competences":["WMO","GPK"],"area":["GM0001"]}
{"organisation":"gm0002","id":"wmo","competences":["GPK","WMO"],"area":["GM0002"]}"#;

fn judge() -> RelevanceJudge {
    RelevanceJudge::from_json_lines(ORGANISATIONS, OFFICERS).unwrap()
}

fn query(organisations: &str, competences: &str, municipality: &str) -> LabelledQuery {
    let file = format!(
        "# labelled\nqid\ttype\tquery\torganisations\tcompetences\tmunicipality\nq\tkeywords\tx\t{organisations}\t{competences}\t{municipality}\n"
    );
    read_labelled_queries(&file).unwrap().remove(0)
}

fn ranking(officers: &[&str]) -> Vec<String> {
    officers.iter().map(|officer| (*officer).to_owned()).collect()
}

#[test]
fn the_main_competence_has_the_highest_grade() {
    let grades = judge().grades(&query("zb000211", "EB-WLZ|WANBETALERS", ""));
    assert_eq!((grades["zb000211/a"], grades["zb000211/b"]), (3, 2));
}

#[test]
fn a_perfect_ranking_measures_one_and_a_reversed_one_less() {
    let query = query("zb000211", "EB-WLZ|WANBETALERS", "");
    assert_eq!(ndcg_at_10(&judge(), &query, &ranking(&["zb000211/a", "zb000211/b"])), 1.0);
    assert!(ndcg_at_10(&judge(), &query, &ranking(&["zb000211/b", "zb000211/a"])) < 1.0);
}

#[test]
fn equal_desks_count_once_unless_a_municipality_is_named() {
    let judge = judge();
    let desks = ranking(&["gm0002/wmo", "gm0001/wmo"]);
    assert_eq!(ndcg_at_10(&judge, &query("GEMEENTE", "WMO", ""), &desks), 1.0);
    assert!(ndcg_at_10(&judge, &query("GEMEENTE", "WMO", "GM0001"), &desks) < 1.0);
}

#[test]
fn unreadable_labels_are_refused_by_line_and_column() {
    assert_eq!(read_labelled_queries(""), Err(LabelError::Empty));
    assert_eq!(read_labelled_queries("qid\ttype"), Err(LabelError::MissingColumn("query")));
    let short = read_labelled_queries("qid\ttype\tquery\torganisations\tcompetences\tmunicipality\nq\n");
    assert!(
        matches!(
            short,
            Err(LabelError::ShortLine {
                line: 2,
                found: 1,
                expected: 6
            })
        ),
        "{short:?}"
    );
}
