use super::*;

const ORGANISATIONS: &str = r#"{"id":"zb000211","kind":"uitvoeringsorganisatie"}
{"id":"gm0001","kind":"gemeente"}
{"id":"gm0002","kind":"gemeente"}"#;

const OFFICERS: &str = r#"{"organisation":"zb000211","id":"a","competences":["EB-WLZ"]}
{"organisation":"zb000211","id":"b","competences":["WANBETALERS"]}
{"organisation":"gm0001","id":"wmo","competences":["WMO","GPK"],"area":["GM0001"]}
{"organisation":"gm0002","id":"wmo","competences":["GPK","WMO"],"area":["GM0002"]}"#;

fn judge() -> Judge {
    Judge::new(ORGANISATIONS, OFFICERS).unwrap()
}

fn query(organisations: &str, competences: &str, municipality: &str) -> Query {
    let file = format!(
        "# labelled\nqid\ttype\tquery\torganisations\tcompetences\tmunicipality\nq\tkeywords\tx\t{organisations}\t{competences}\t{municipality}\n"
    );
    read_queries(&file).unwrap().remove(0)
}

fn ranking(officers: &[&str]) -> Vec<String> {
    officers.iter().map(|officer| (*officer).to_owned()).collect()
}

#[test]
fn the_main_competence_is_worth_more_than_another() {
    let grades = judge().grades(&query("zb000211", "EB-WLZ|WANBETALERS", ""));
    assert_eq!((grades["zb000211/a"], grades["zb000211/b"]), (3, 2));
}

#[test]
fn a_perfect_ranking_measures_one_and_a_reversed_one_less() {
    let query = query("zb000211", "EB-WLZ|WANBETALERS", "");
    let perfect = measure(&judge(), &query, &ranking(&["zb000211/a", "zb000211/b"]));
    assert_eq!(
        (perfect.ndcg10, perfect.mrr10, perfect.success3, perfect.empty),
        (1.0, 1.0, 1.0, 0.0)
    );
    let reversed = measure(&judge(), &query, &ranking(&["zb000211/b", "zb000211/a"]));
    assert!(reversed.ndcg10 < 1.0);
}

#[test]
fn the_same_desk_of_two_municipalities_counts_once_unless_one_is_named() {
    let judge = judge();
    let anywhere = query("GEMEENTE", "WMO", "");
    assert_eq!(
        measure(&judge, &anywhere, &ranking(&["gm0002/wmo", "gm0001/wmo"])).ndcg10,
        1.0
    );
    let here = query("GEMEENTE", "WMO", "GM0001");
    assert!(measure(&judge, &here, &ranking(&["gm0002/wmo", "gm0001/wmo"])).ndcg10 < 1.0);
}

#[test]
fn no_answer_is_an_empty_one() {
    assert_eq!(measure(&judge(), &query("ANY", "WMO", ""), &[]).empty, 1.0);
}

#[test]
fn a_printed_table_can_be_compared_with() {
    let queries = [query("zb000211", "EB-WLZ", "")];
    let run = read_run("q Q0 zb000211/a 1 3.5 x\n").unwrap();
    let table = Table::of(&judge(), &queries, &run);
    assert_eq!(Table::read_kept(&table.to_string()).unwrap(), (1.0, 1.0));
}
