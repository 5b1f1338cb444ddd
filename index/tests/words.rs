//! An operator's synonyms only affect compiling: registers with other synonyms, or with none, score a plan alike.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;

use std::sync::Arc;

use common::{officer, organisation, page, position};
use index::{Context, Grouping, Index, IndexedOfficer, Language, Opened, Paging, Plan, Question};
use register::gazetteer::Gazetteer;
use register::organisation::OrganisationKind;
use register::vocabulary::{SourceFile, Synonyms, Vocabulary};

/// Synonyms that could be parts of compounds, and that occur inside words of the officers below.
const WORDS: &str = "[competences]\nEB-WLZ = [\"knisper\", \"wiebelgeld\"]\n[domains]\nLZO = [\"knuffelzorg\"]\n\
                     [organisations]\nzb000143 = [\"Wiebelfonds\"]\n";

fn language(words: &str) -> Arc<Language> {
    let builtin = Vocabulary::builtin();
    let file = SourceFile {
        name: "woorden.toml",
        text: words,
    };
    let synonyms = Synonyms::parse(file, &builtin).unwrap();
    Arc::new(Language::new(&builtin.with_synonyms(&synonyms), Gazetteer::builtin()))
}

fn officers() -> Vec<IndexedOfficer> {
    let executive = OrganisationKind::Uitvoeringsorganisatie;
    let cak = organisation("zb000211", "CAK", "CAK", executive);
    let svb = organisation("zb000143", "Sociale Verzekeringsbank", "SVB", executive);
    vec![
        officer(&cak, "bijdrage", "Adviseur", "Over wat een echtgenoot betaalt.", &["EB-WLZ"]),
        officer(
            &cak,
            "regeling",
            "Adviseur knisperregeling",
            "De knisperregeling en knisperbrieven.",
            &[],
        ),
        officer(&svb, "pensioen", "Adviseur", "Het pensioen; geen wiebelgeldzaken.", &["AOW"]),
    ]
}

fn filled(language: &Arc<Language>) -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path(), Arc::clone(language), position(1)).unwrap();
    index.rebuild(position(1), officers()).unwrap();
    (folder, index)
}

#[test]
fn registers_with_other_synonyms_score_plans_alike() {
    let (with, without) = (language(WORDS), language(""));
    assert_eq!(with.versions(), without.versions());
    let ((_folder, here), (_other_folder, there)) = (filled(&with), filled(&without));
    for language in [&with, &without] {
        let context = Context::new(Arc::clone(language), []);
        for text in [
            "knisper",
            "knisperregeling",
            "wiebelgeld",
            "wiebelgelt",
            "regeling",
            "knuffelzorg",
            "pensioen",
        ] {
            let question = Question {
                text: text.to_owned(),
                grouping: Grouping::Flat,
                ..Question::default()
            };
            let plan = Plan::compile(&question, &context);
            let paging = Paging {
                explain: true,
                ..Paging::first(10)
            };
            let (one, other) = (page(&here, &plan, &paging), page(&there, &plan, &paging));
            assert_eq!(one.hits, other.hits, "{text}");
            assert_eq!((one.total, one.facets), (other.total, other.facets), "{text}");
        }
    }
}

#[test]
fn synonyms_affect_plans_of_the_register_that_has_them() {
    let (_folder, index) = filled(&language(""));
    let first = |words: &str, text: &str| {
        let question = Question {
            text: text.to_owned(),
            ..Question::default()
        };
        let plan = Plan::compile(&question, &Context::new(language(words), []));
        let hits = page(&index, &plan, &Paging::first(10)).hits;
        hits.first().map(|hit| hit.name.to_string())
    };
    let adviser = Some("organisations/zb000211/officers/bijdrage".to_owned());
    assert_eq!(first(WORDS, "wiebelgeld"), adviser);
    // Typing errors in synonyms are corrected too.
    assert_eq!(first(WORDS, "wiebelgelt"), adviser);
    assert_ne!(first("", "wiebelgeld"), adviser);
}

#[test]
fn other_synonyms_do_not_rebuild_the_index() {
    let (folder, index) = filled(&language(""));
    index.flush().unwrap();
    drop(index);
    let (_index, opened) = Index::open(folder.path(), language(WORDS), position(1)).unwrap();
    assert!(matches!(opened, Opened::Resumed { .. }), "{opened:?}");
}
