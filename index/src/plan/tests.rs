use std::sync::{Arc, LazyLock};

use register::gazetteer::Gazetteer;
use register::identifier::{MunicipalityCode, OrganisationId};
use register::organisation::OrganisationKind;
use register::vocabulary::Vocabulary;

use super::Plan;
use crate::analyser::lexicon::Lexicon;
use crate::context::Context;
use crate::language::{Executor, Language};
use crate::question::Question;

static CONTEXT: LazyLock<Context> =
    LazyLock::new(|| Context::new(Arc::new(Language::new(&Vocabulary::builtin(), Gazetteer::builtin())), []));

fn plan(text: &str) -> Plan {
    let question = Question {
        text: text.into(),
        ..Question::default()
    };
    Plan::compile(&question, &CONTEXT)
}

fn best(text: &str) -> String {
    plan(text)
        .competences
        .first()
        .map(|competence| competence.code.to_string())
        .unwrap_or_default()
}

fn places(text: &str) -> Vec<String> {
    plan(text).municipalities.iter().map(MunicipalityCode::to_string).collect()
}

fn organisations(text: &str) -> Vec<String> {
    plan(text).organisations.iter().map(|(id, _)| id.to_string()).collect()
}

#[test]
fn schemes_are_understood_however_they_are_written() {
    for (text, code) in [
        ("kinderopvangtoeslag", "KOT"),
        ("kinder opvang toeslag", "KOT"),
        ("kinderopvangtoeslgg", "KOT"),
        ("beschermdwonen", "WMO-BW"),
        ("kint bijslach", "AKW"),
        ("child benefit", "AKW"),
        ("health care allowance", "ZORGTOESLAG"),
        ("W.S.N.P.", "WSNP"),
        ("leerlignenvervoer", "LEERLINGENVERVOER"),
        ("schuld hulp verlening", "WGS"),
        ("leer plicht vrij stelling", "LEERPLICHT"),
        ("schade vergoedings maatregel", "SVM"),
    ] {
        assert_eq!(best(text), code, "{text}");
    }
}

#[test]
fn a_compound_that_is_typed_apart_is_read_as_one() {
    let understanding = plan("stads pas geweigerd").understanding;
    assert_eq!(understanding.corrections[0].typed, "stads pas");
    assert_eq!(understanding.corrections[0].meant, "stadspas");
    // The parts of `vrijstelling` say other things: nothing is looked for by them.
    let words: Vec<String> = plan("leer plicht vrij stelling")
        .words
        .into_iter()
        .map(|word| word.surface)
        .collect();
    assert_eq!(words, ["leerplicht", "vrijstelling"]);
    // Words that only happen to make another one stay what they are.
    assert!(plan("hoge huur").understanding.corrections.is_empty());
}

#[test]
fn corrections_are_told() {
    let corrections = plan("brieefadres").understanding.corrections;
    assert_eq!(corrections[0].meant, "briefadres");
    assert!(
        plan("briefadres schuldhulp camping zeventienhonderd")
            .understanding
            .corrections
            .is_empty()
    );
}

#[test]
fn organisations_are_named_in_many_ways() {
    for text in [
        "ib groep",
        "IB-Groep",
        "brief van duo",
        "dienst uitvoering onderwijs",
        "dienst uitvoring onderwijs",
    ] {
        assert_eq!(organisations(text), ["oorg10148"], "{text}");
    }
    assert_eq!(organisations("belasting dienst"), ["oorg12368"]);
    assert!(organisations("let op, de huur gaat omhoog").is_empty());
    assert_eq!(organisations("LET inschakelen"), ["let"]);
}

#[test]
fn places_are_told_from_words() {
    assert_eq!(places("weesp uithuiszetting"), ["GM0363"]);
    assert_eq!(places("'s-gravenhage"), ["GM0518"]);
    assert_eq!(places("Dieren schuldhulp"), ["GM0275"]);
    assert!(places("mag ik dieren houden in mijn huurhuis").is_empty());
    assert!(places("kat en hond, best lastig").is_empty());
}

/// Who comes first of those who carry out what the question is mostly about.
fn first_executor(text: &str) -> Option<Executor> {
    plan(text).competences.first()?.executors.first().cloned()
}

#[test]
fn who_is_asked_first_depends_on_whose_part_it_is() {
    // An indication is decided on by the CIZ, a place found by the care office.
    let ciz = OrganisationId::parse("zb000207").unwrap();
    assert_eq!(first_executor("ciz indicatie afgewezen"), Some(Executor::Organisation(ciz)));
    for text in ["vpt", "mpt te weinig uren", "wachtlijst verpleeghuis"] {
        assert_eq!(first_executor(text), Some(Executor::Kind(OrganisationKind::Zorg)), "{text}");
    }
    // Who names a place asks its municipality, whatever else is said.
    let gemeente = Some(Executor::Kind(OrganisationKind::Gemeente));
    assert_ne!(first_executor("inburgering ontheffing"), gemeente);
    assert_eq!(first_executor("inburgering ontheffing weesp"), gemeente);
}

#[test]
fn who_owes_many_collectors_is_about_one_arrangement() {
    let text = "betaalt af bij CAK, DUO en UWV en houdt niets over";
    assert_eq!(best(text), "RIJKSINCASSO");
    // Who arranges it is as good as named, and nobody is taken for named in the summary.
    assert!(organisations(text).contains(&"oorg10111".to_owned()));
    assert_eq!(plan(text).understanding.organisations.len(), 3);
    assert!(!organisations("betaalt af bij CAK en DUO").contains(&"oorg10111".to_owned()));
}

#[test]
fn a_long_question_has_no_more_words_than_tell() {
    let plan = plan(&"een lang verhaal over kapotte wasmachines gordijnen stofzuigers tapijten behang ".repeat(40));
    assert!(plan.words.len() <= 24);
    assert!(plan.words.iter().map(|word| word.weight.0).sum::<i64>() <= 3 * 1024 + 24);
}

#[test]
fn every_code_of_the_lexicon_exists() {
    let vocabulary = Vocabulary::builtin();
    let exists = |code: &str| {
        vocabulary
            .competences()
            .iter()
            .any(|competence| competence.code.as_str() == code)
    };
    for competence in vocabulary.competences() {
        for kin in Lexicon::get().kin(competence.code.as_str()) {
            assert!(exists(kin), "{} has unknown kin {kin}", competence.code);
        }
    }
    for code in Lexicon::get().kin_codes() {
        assert!(code == "*" || exists(code), "unknown {code} has kin");
    }
    for code in Lexicon::get().whose_codes() {
        let competence = vocabulary
            .competences()
            .iter()
            .find(|competence| competence.code.as_str() == code);
        let competence = competence.unwrap_or_else(|| panic!("unknown {code} has parts"));
        for (executor, words) in Lexicon::get().whose(code) {
            assert!(
                competence.executed_by.iter().any(|key| key == executor),
                "{code} is not carried out by {executor}"
            );
            assert!(words.iter().all(|word| !word.is_empty()), "{code} {executor}");
        }
    }
    for together in Lexicon::get().together() {
        assert!(exists(together.code), "unknown {}", together.code);
        assert!(
            (1..=together.organisations.len()).contains(&together.least),
            "{}",
            together.code
        );
        for id in &together.organisations {
            let is_known = Lexicon::get().organisations().iter().any(|(known, _)| known == id);
            assert!(is_known, "nobody can name {id}");
        }
    }
    for (id, names) in Lexicon::get().organisations() {
        assert!(OrganisationId::parse(id).is_ok(), "{id}");
        assert!(!names.is_empty());
    }
}
