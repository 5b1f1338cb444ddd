//! Tests that the built-in vocabulary is consistent and that the loader reports every fault.

use std::collections::BTreeSet;

use super::builtin::SOURCES;
use super::*;

/// The codes agreed on before this vocabulary existed. Others may be added, but none may be removed.
const AGREED_CODES: &str = "\
    AOW AOW-LEEFVORM ANW AKW AKW-DUBBEL AIO OBR REMIGRATIE ASBEST PGB-TREKKING WIA WIA-VOORSCHOT WAO WAZ WAJONG WW ZW TW IOW \
    WAZO NABETALING TOLK BANENAFSPRAAK BESCHUT WSW PW PW-VOORSCHOT PW-KOSTENDELERS PW-GIFTEN PW-ART18 PW-BIJZONDER PW-IIT \
    PW-STUDIETOESLAG PW-JONGEREN PW-BOETE IOAW IOAZ BBZ MINIMA KWIJTSCHELD WGS MSNP WSNP DWANGAKKOORD BVV BEWIND LBIO \
    INVORDERING IB RIJKSINCASSO WAHV GIJZELING SVM WAM RIJBEWIJS DETENTIE VOG SGM RECHTSBIJSTAND AWIR HUURTOESLAG \
    ZORGTOESLAG KGB ALO-KOP KOT HERSTEL CWS ZVW WANBETALERS ONVERZEKERDEN SOV OVV VERDRAG EB-WLZ EB-WMO WLZ PGB-WLZ \
    WIJKVERPLEGING HULPMIDDELEN WMO WMO-WONING WMO-OPVANG WMO-BW VROUWENOPVANG VEILIGTHUIS HUISVERBOD JEUGDWET JEUGD-18 OTS \
    WVGGZ WZD GPK VALYS WSF WSF-AANVULLEND WSF-UITWONEND WSF-VERLENGING DRAAGKRACHT DUO-ACHTERSTAND WTOS LEERPLICHT PASSEND \
    LEERLINGENVERVOER URGENTIE PASSENDTOEWIJZEN ONTRUIMING HUURCOMMISSIE ENERGIE WI2021 WI2013 VW2000 KOPPELING RVA OEKRAINE \
    NATURALISATIE AMV BRP BRIEFADRES RNI PASPOORT DIGID IDFRAUDE AWB-HARDHEID AWB-TERMIJN PMM-OVERBRUGGING PMM-LMM PMM-LET \
    SMI STAATLOOS WGV TSB";

fn code(text: &str) -> CompetenceCode {
    CompetenceCode::parse(text).unwrap()
}

#[test]
fn the_builtin_vocabulary_loads_without_a_fault() {
    if let Err(faults) = load(&SOURCES) {
        panic!("{faults}");
    }
}

#[test]
fn every_vocabulary_file_is_compiled_in() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/vocabulary/competences");
    let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| format!("competences/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    let built_in: BTreeSet<String> = SOURCES.iter().map(|file| file.name.to_owned()).collect();
    assert!(on_disk.is_subset(&built_in), "{:?}", on_disk.difference(&built_in));
}

#[test]
fn every_agreed_code_is_present() {
    let vocabulary = Vocabulary::builtin();
    let missing: Vec<_> = AGREED_CODES
        .split_whitespace()
        .filter(|text| vocabulary.competence(&code(text)).is_none())
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
    assert_eq!(vocabulary.domains().len(), 14);
}

#[test]
fn lookups_are_consistent() {
    let vocabulary = Vocabulary::builtin();
    for competence in vocabulary.competences() {
        assert_eq!(vocabulary.competence(&competence.code), Some(competence));
        assert!(vocabulary.executors_of(&competence.code).count() == competence.executed_by.len());
        for domain in vocabulary.domains_of_competence(&competence.code) {
            assert!(vocabulary.competences_of_domain(domain).any(|found| found == competence));
        }
    }
    assert!(vocabulary.domains_of_competence(&code("NOOIT")).is_empty());
}

#[test]
fn every_competence_has_enough_phrases() {
    for competence in Vocabulary::builtin().competences() {
        let (least, found) = (11, competence.phrases.len());
        assert!(found >= least, "{} has {found} phrases, fewer than {least}", competence.code);
    }
}

#[test]
fn well_known_schemes_have_their_executors() {
    let vocabulary = Vocabulary::builtin();
    let executors = |text| {
        vocabulary
            .executors_of(&code(text))
            .map(|e| e.key.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(executors("AOW-LEEFVORM"), ["SVB"]);
    assert_eq!(executors("EB-WLZ"), ["CAK"]);
    assert_eq!(executors("DRAAGKRACHT"), ["DUO"]);
    assert_eq!(executors("PMM-LET"), ["LET"]);
}

#[test]
fn the_hash_changes_with_any_byte() {
    let mut changed = SOURCES;
    let text = format!("{}\n# a comment\n", changed[0].text);
    changed[0].text = &text;
    assert_ne!(load(&changed).unwrap().hash(), Vocabulary::builtin().hash());
    assert_eq!(Vocabulary::builtin().hash().len(), 64);
}

/// A vocabulary of one domain, one executor and the competences of `text`.
fn load_competences(text: &str) -> Vec<String> {
    let head = "version = \"1\"\n\
        [[domain]]\ncode = \"INK\"\nlabel = \"Inkomen\"\ndefinition = \"Geld\"\nsynonyms = []\n\
        [[executor]]\nkey = \"SVB\"\nlabel = \"SVB\"\n";
    let files = [
        SourceFile {
            name: "head.toml",
            text: head,
        },
        SourceFile {
            name: "competences.toml",
            text,
        },
    ];
    match load(&files) {
        Ok(_) => Vec::new(),
        Err(VocabularyFaults(faults)) => faults.iter().map(VocabularyFault::to_string).collect(),
    }
}

fn competence(code: &str, change: impl FnOnce(String) -> String) -> String {
    change(format!(
        "[[competence]]\ncode = \"{code}\"\nlabel = \"L\"\nofficial_title = \"T\"\ndomains = [\"INK\"]\nexecuted_by = [\"SVB\"]\n\
         synonyms = [\"synoniem van {code}\"]\nphrases = [\"zin\"]\nsituations = \"Ooit.\"\n"
    ))
}

#[test]
fn all_faults_are_reported_with_file_and_item() {
    let text = competence("A", |t| t.replace("\"INK\"", "\"INX\""))
        + &competence("B", |t| t.replace("\"SVB\"", "\"SBV\""))
        + &competence("C", |t| t.replace("label", "lable"))
        + &competence("D", |t| t)
        + &competence("D", |t| t.replace("[\"zin\"]", "[]"));
    let faults = load_competences(&text);
    for expected in [
        "competences.toml: A: unknown domain `INX`",
        "competences.toml: B: unknown executor `SBV`",
        "competences.toml: D: it occurs twice",
        "competences.toml: D: `phrases` is empty",
    ] {
        assert!(
            faults.iter().any(|fault| fault == expected),
            "{expected} is not in {faults:#?}"
        );
    }
    assert!(
        faults
            .iter()
            .any(|fault| fault.starts_with("competences.toml: C: ") && fault.contains("lable")),
        "{faults:#?}"
    );
}

#[test]
fn shared_names_must_be_listed_as_ambiguous() {
    let shared = |code| competence(code, |t| t.replace(&format!("synoniem van {code}"), "Wht"));
    let text = shared("A") + &shared("B");
    assert_eq!(load_competences(&text).len(), 2);
    let listed = text + "[[ambiguous]]\nterm = \"wht\"\ncompetences = [\"A\", \"B\"]\nreason = \"Twee wetten.\"\n";
    assert_eq!(load_competences(&listed), Vec::<String>::new());
}

#[test]
fn invalid_toml_is_a_fault_of_its_file() {
    let faults = load_competences("[[competence");
    assert!(
        faults.iter().any(|fault| fault.starts_with("competences.toml: file: ")),
        "{faults:#?}"
    );
}
