use std::sync::{Arc, LazyLock};

use register::gazetteer::Gazetteer;
use register::identifier::{MunicipalityCode, OrganisationId};
use register::organisation::{Organisation, OrganisationKind};
use register::vocabulary::Vocabulary;

use super::planned::Plan;
use super::question::Question;
use super::understanding::Certainty;
use crate::analyse::lexicon::Lexicon;
use crate::analyse::{Context, Executor, Language};
use crate::sort_key::Score;

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
fn schemes_are_recognised_in_any_spelling() {
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
fn separately_typed_compounds_are_joined() {
    let understanding = plan("stads pas geweigerd").understanding;
    assert_eq!(understanding.corrections[0].typed, "stads pas");
    assert_eq!(understanding.corrections[0].meant, "stadspas");
    // The parts of `vrijstelling` mean other things, so they are not searched for.
    let plan_of_parts = plan("leer plicht vrij stelling");
    let words: Vec<&str> = plan_of_parts.words.iter().map(|word| word.surface.as_str()).collect();
    assert_eq!(words, ["leerplicht", "vrijstelling"]);
    // Some compounds are also right as separate words.
    let understanding = plan("eigen bijdrage te hoog").understanding;
    assert!(understanding.corrections.is_empty());
    assert_eq!(understanding.words[0], "eigenbijdrage");
    // Neighbours that form another word by chance stay separate.
    assert!(plan("op staande voet ontslagen").understanding.corrections.is_empty());
    assert!(plan("hoge huur").understanding.corrections.is_empty());
}

#[test]
fn corrections_are_reported() {
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
fn organisations_are_recognised_by_any_name() {
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
fn places_are_distinguished_from_words() {
    assert_eq!(places("weesp uithuiszetting"), ["GM0363"]);
    assert_eq!(places("'s-gravenhage"), ["GM0518"]);
    assert_eq!(places("Dieren schuldhulp"), ["GM0275"]);
    assert!(places("mag ik dieren houden in mijn huurhuis").is_empty());
    assert!(places("kat en hond, best lastig").is_empty());
}

/// Returns the first executor of the scheme that the question mostly indicates.
fn first_executor(text: &str) -> Option<Executor> {
    plan(text).competences.first()?.executors.first().cloned()
}

#[test]
fn executor_cues_decide_which_executor_is_first() {
    // The CIZ decides on an indication, and the care office arranges a place.
    let ciz = OrganisationId::parse("zb000207").unwrap();
    assert_eq!(first_executor("ciz indicatie afgewezen"), Some(Executor::Organisation(ciz)));
    for text in ["vpt", "mpt te weinig uren", "wachtlijst verpleeghuis"] {
        assert_eq!(first_executor(text), Some(Executor::Kind(OrganisationKind::Zorg)), "{text}");
    }
    // A question that names a place is for its municipality.
    let gemeente = Some(Executor::Kind(OrganisationKind::Gemeente));
    assert_ne!(first_executor("inburgering ontheffing"), gemeente);
    assert_eq!(first_executor("inburgering ontheffing weesp"), gemeente);
}

#[test]
fn three_collectors_together_mean_one_arrangement() {
    let text = "betaalt af bij CAK, DUO en UWV en houdt niets over";
    assert_eq!(best(text), "RIJKSINCASSO");
    let plan = plan(text);
    assert_eq!(plan.understanding.organisations.len(), 3);
    // None of the three surely decides, so officers of others rank nearly as high.
    assert!(plan.organisations.iter().all(|(_, weight)| weight.as_f64() < 2.0));
}

#[test]
fn words_of_long_questions_are_limited() {
    let plan = plan(&"een lang verhaal over kapotte wasmachines gordijnen stofzuigers tapijten behang ".repeat(40));
    assert!(plan.words.len() <= 24);
    assert!(plan.words.iter().map(|word| word.weight.0).sum::<i64>() <= 3 * 1024 + 24);
}

#[test]
fn lexicon_refers_to_existing_codes() {
    let vocabulary = Vocabulary::builtin();
    let exists = |code: &str| {
        vocabulary
            .competences()
            .iter()
            .any(|competence| competence.code.as_str() == code)
    };
    for competence in vocabulary.competences() {
        for related in Lexicon::get().related_schemes(competence.code.as_str()) {
            assert!(exists(related), "{} is related to unknown {related}", competence.code);
        }
    }
    for code in Lexicon::get().codes_with_related_schemes() {
        assert!(code == "*" || exists(code), "unknown {code} has related schemes");
    }
    for code in Lexicon::get().codes_with_executor_cues() {
        let competence = vocabulary
            .competences()
            .iter()
            .find(|competence| competence.code.as_str() == code);
        let competence = competence.unwrap_or_else(|| panic!("unknown {code} has executor cues"));
        for (executor, words) in Lexicon::get().executor_cues(code) {
            assert!(
                competence.executed_by.iter().any(|key| key == executor),
                "{code} is not carried out by {executor}"
            );
            assert!(words.iter().all(|word| !word.is_empty()), "{code} {executor}");
        }
    }
    for (id, names) in Lexicon::get().organisations() {
        assert!(OrganisationId::parse(id).is_ok(), "{id}");
        assert!(!names.is_empty());
    }
}

#[test]
fn cases_are_understood_without_the_names_of_their_schemes() {
    for (text, code) in [
        (
            "moeder naar het tehuis en vader houdt niks meer over van het geld na die maandelijkse rekening",
            "EB-WLZ",
        ),
        ("school kan onze zoon niet aan en nergens anders is plek voor hem", "PASSEND"),
        ("ik krijg brief huis uit volgende week ik niet betalen huur", "ONTRUIMING"),
    ] {
        assert_eq!(best(text), code, "{text}");
    }
}

#[test]
fn names_alone_indicate_no_scheme() {
    for text in ["Utrecht", "Wolvega"] {
        assert!(plan(text).competences.is_empty(), "{text}");
    }
}

#[test]
fn what_no_scheme_is_about_is_not_understood() {
    for text in [
        "",
        "ik weet het niet",
        "hallo, test 123",
        "verwarm de oven voor op 180 graden en meng de boter met de suiker",
        "paspoort voor mijn hond",
        "paspoort kwijt van mijn kat",
        "kinderbijslag voor mijn cavia",
        "rijbewijs verlengen op Saba",
        "stemmen voor de gemeenteraad",
        "geld",
        "xqzt wrplf",
    ] {
        let understanding = plan(text).understanding;
        assert_eq!(understanding.certainty, Certainty::NotUnderstood, "{text}");
        assert!(understanding.competences.is_empty(), "{text}");
    }
    for text in ["kinderopvangtoeslag", "Utrecht", "UWV"] {
        assert_eq!(plan(text).understanding.certainty, Certainty::Sure, "{text}");
    }
}

#[test]
fn who_sent_the_letter_does_not_decide() {
    let weight = |text: &str| {
        let plan = plan(text);
        let named = plan.organisations.iter().find(|(id, _)| id.as_str() == "zb000117");
        named.map_or(Score::ZERO, |(_, weight)| *weight)
    };
    let decides = weight("UWV weigert mijn WIA-uitkering");
    let passing = weight("het UWV stuurde mij door, maar de gemeente wil geen bijstand geven");
    assert!(decides.0 > 2 * passing.0, "{decides:?} {passing:?}");
    // A sentence of few content words tells it too; a few words alone mean the organisation.
    let told = weight("door het UWV doorgestuurd, wij zoeken een briefadres");
    let typed = weight("uwv briefadres");
    assert!(typed.0 > 2 * told.0, "{typed:?} {told:?}");
}

#[test]
fn an_organisation_weighs_as_much_as_its_kind_decides() {
    let organisation = serde_json::json!({
        "id": "voorbeeldzorg", "name": "Voorbeeldzorg", "short_name": "Voorbeeldzorg", "kind": "zorg", "status": "connected",
        "desk": {"email": "loket@voorbeeldzorg.example"}
    });
    let organisation: Organisation = serde_json::from_value(organisation).unwrap();
    let context = Context::new(CONTEXT.language.clone(), [&organisation]);
    let weight = |text: &str| {
        let question = Question {
            text: text.into(),
            ..Question::default()
        };
        Plan::compile(&question, &context).organisations[0].1
    };
    let decides = weight("Voorbeeldzorg vergoedt mijn wijkverpleging niet, ik ben daar verzekerd");
    let passing = weight("de gerechtsdeurwaarder legt namens Voorbeeldzorg beslag op mijn bijstand");
    assert!(decides.0 > 2 * passing.0, "{decides:?} {passing:?}");
}

#[test]
fn each_section_has_a_need() {
    let needs = |text: &str| {
        let plan = plan(text);
        let needs = plan.needs().map(|need| need.code.as_str().to_owned());
        let mut needs: Vec<String> = needs.collect();
        needs.sort_unstable();
        needs
    };
    let debts = "Gezin heeft drie maanden huurachterstand en de deurwaarder komt";
    let study = "dochter krijgt geen studiefinanciering meer van DUO";
    let licence = "mijn man zijn rijbewijs is ingevorderd door het CBR";
    assert_eq!(
        needs(&format!("{debts}, {study} en {licence}")),
        ["ONTRUIMING", "RIJBEWIJS", "WSF"]
    );
    assert_eq!(needs(&format!("{licence} en {debts}")), ["ONTRUIMING", "RIJBEWIJS"]);
    // Objections are of every organisation, so they are no need of their own.
    let objection = "Tegen dit besluit kunt u binnen zes weken bezwaar maken, maar de bezwaartermijn is voorbij";
    assert_eq!(needs(&format!("{debts}. {objection}.")), [""; 0]);
    // One need is like any question.
    for one in [debts, study, licence, "briefadres"] {
        assert_eq!(needs(one), [""; 0], "{one}");
    }
}

#[test]
fn other_languages_are_translated_and_named() {
    for (text, language, code) in [
        ("my child benefit was stopped", "en", "AKW"),
        ("cannot pay the rent, eviction", "en", "ONTRUIMING"),
        ("kira yardımı", "tr", "HUURTOESLAG"),
        ("بدل الإيجار", "ar", "HUURTOESLAG"),
        ("uut huus zet", "nds", "ONTRUIMING"),
    ] {
        let plan = plan(text);
        assert_eq!(plan.understanding.language, Some(language), "{text}");
        assert!(
            plan.understanding.corrections.iter().any(|it| it.language == Some(language)),
            "{text}"
        );
        assert_eq!(plan.competences.first().map(|it| it.code.as_str()), Some(code), "{text}");
    }
    assert_eq!(plan("huurtoeslag gestopt").understanding.language, None);
}

#[test]
fn corrections_tell_their_place_in_the_text() {
    for (text, typed) in [
        ("één écht brieefadres nodig", "brieefadres"),
        ("hoge Kosten delers norm!", "Kosten delers norm"),
        ("İyi günler, kira yardımı lütfen", "kira yardımı"),
        ("schuldhulp Amersfort", "Amersfort"),
    ] {
        let corrections = plan(text).understanding.corrections;
        let places: Vec<&str> = corrections.into_iter().map(|correction| &text[correction.range]).collect();
        assert_eq!(places, [typed], "{text}");
    }
}

#[test]
fn unknown_words_are_named() {
    let text = "huurtoeslag voor vrmblgrt";
    let unknown = plan(text).understanding.unknown_words;
    let unknown: Vec<&str> = unknown.into_iter().map(|range| &text[range]).collect();
    assert_eq!(unknown, ["vrmblgrt"]);
}

#[test]
fn places_are_recognised_by_code_and_with_a_typing_error() {
    for (text, code) in [
        ("bijstand GM0363", "GM0363"),
        ("bijstand in 0363", "GM0363"),
        ("schuldhulp amersfort", "GM0307"),
        ("Sint-Michielsgestel", "GM0845"),
        ("St. Michielsgestel", "GM0845"),
    ] {
        assert_eq!(places(text), [code], "{text}");
    }
    assert!(places("boete uit 2021").is_empty());
    for typed in ["amersfort", "amersfrot", "amersvoord"] {
        let corrections = plan(&format!("schuldhulp {typed}")).understanding.corrections;
        assert_eq!(corrections[0].meant, "Amersfoort", "{typed}");
        let places = plan(&format!("schuldhulp {typed}")).understanding.places;
        assert_eq!(places[0].name, "Amersfoort", "{typed}");
    }
    // Names in dialect.
    assert_eq!(places("schuldhulp in Mestreech"), ["GM0935"]);
    assert_eq!(places("bijstand Ensche"), ["GM0153"]);
    // A village is no misspelt municipality.
    assert_eq!(places("leerplicht Boekelo"), ["GM0153"]);
}

#[test]
fn places_elsewhere_are_named_and_not_answered_for() {
    let understood = |text: &str| {
        let understanding = plan(text).understanding;
        let places: Vec<String> = understanding.places_elsewhere().map(str::to_owned).collect();
        (places.join(", "), understanding.certainty)
    };
    for (text, place) in [
        ("schuldhulp op Curaçao", "Curaçao"),
        ("bijstand in Antwerpen", "Antwerpen"),
        ("kinderbijslag op sint eustatius", "sint eustatius"),
        ("toeslag Bonaire", "Bonaire"),
    ] {
        assert_eq!(understood(text), (place.to_owned(), Certainty::NotUnderstood), "{text}");
    }
    // A Dutch scheme of somebody who lives abroad, and somebody who has come from there.
    for (text, place) in [
        ("AOW terwijl ik op Aruba woon", "Aruba"),
        ("net van Bonaire naar Rotterdam verhuisd en nergens ingeschreven", "Bonaire"),
    ] {
        assert_eq!(understood(text), (place.to_owned(), Certainty::Sure), "{text}");
    }
    assert_eq!(understood("mevrouw Paramaribo heeft schulden").0, "");
    let understanding = plan("studieschuld Willemstad op Curaçao").understanding;
    assert_eq!(understanding.places.len(), 1);
    assert!(!understanding.sentence().contains("Willemstad"), "only what is here");
}

#[test]
fn last_names_are_no_places() {
    for text in ["mevrouw de Vries heeft schulden", "familie van Dongen", "de heer Almelo"] {
        assert!(places(text).is_empty(), "{text}");
    }
    assert!(plan("mevrouw de Vries heeft schulden").understanding.corrections.is_empty());
    assert_eq!(places("bijstand in Vries"), ["GM1730"]);
    assert_eq!(places("inwoner van Dongen"), ["GM0766"]);
}

#[test]
fn correct_dutch_is_not_corrected() {
    for text in ["verkiezing van de buurtraad", "kapper en fietsen", "de huurders betalen"] {
        let corrections = plan(text).understanding.corrections;
        let corrections: Vec<_> = corrections.into_iter().map(|correction| correction.meant).collect();
        assert!(corrections.is_empty(), "{text}: {corrections:?}");
    }
}

#[test]
fn misspelt_words_are_taken_for_the_likeliest() {
    for (typed, meant) in [
        ("uitkeerring", "uitkering"),
        ("cerblijfsvergunning", "verblijfsvergunning"),
        ("roeslag", "toeslag"),
        ("zorgverzekerring", "zorgverzekering"),
        ("beschermingsbewint", "beschermingsbewind"),
    ] {
        assert_eq!(plan(typed).understanding.corrections[0].meant, meant, "{typed}");
    }
}

#[test]
fn several_problems_are_several_needs_with_their_own_words() {
    let text = concat!(
        "De huurtoeslag van mevrouw is stopgezet omdat haar zoon nog staat ingeschreven. ",
        "Daarnaast krijgt ze een boete van het CJIB die ze niet kan betalen, ",
        "en haar jongste zit al drie maanden zonder school thuis.",
    );
    let needs = plan(text).understanding.competences;
    let of = |code: &str| {
        let need = needs.iter().find(|need| need.code.as_str() == code);
        need.map(|need| need.words.join(" ")).unwrap_or_default()
    };
    assert!(
        of("HUURTOESLAG").contains("huurtoeslag") && !of("HUURTOESLAG").contains("school"),
        "{}",
        of("HUURTOESLAG")
    );
    assert!(
        of("WAHV").contains("boete") && !of("WAHV").contains("huurtoeslag"),
        "{}",
        of("WAHV")
    );
    assert!(
        of("LEERPLICHT").contains("school") && !of("LEERPLICHT").contains("boete"),
        "{}",
        of("LEERPLICHT")
    );
    assert!(needs.len() <= 4);
}

#[test]
fn the_country_and_a_province_are_no_villages() {
    for text in [
        "Zij woont al vijf jaar in Nederland en wacht op naturalisatie",
        "huurtoeslag in Zeeland",
    ] {
        let plan = plan(text);
        assert!(
            plan.municipalities.is_empty() && plan.understanding.places.is_empty(),
            "{text}"
        );
    }
}

#[test]
fn a_name_of_several_municipalities_leaves_a_choice() {
    let chosen = |text: &str, own: Option<&str>| {
        let question = Question {
            text: text.into(),
            caller_municipality: own.map(|own| MunicipalityCode::parse(own).unwrap()),
            ..Question::default()
        };
        let plan = Plan::compile(&question, &CONTEXT);
        assert_eq!(plan.understanding.places.len(), 1, "{text}");
        plan.understanding.places[0].municipalities.len()
    };
    for text in ["schulden in Nes", "bijstand in Spijk", "schulden in Bergen"] {
        assert!(chosen(text, None) > 1, "{text}");
    }
    assert_eq!(chosen("schulden in Nes", Some("GM0060")), 1);
    assert!(chosen("schulden in Nes", Some("GM0363")) > 1);
    assert_eq!(places("bijstand in Ee"), ["GM1970"]);
    // The municipality takes precedence over a village of its name.
    assert_eq!(chosen("schulden in Hoorn", None), 1);
}
