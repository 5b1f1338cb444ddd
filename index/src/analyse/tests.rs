use proptest::prelude::*;

use super::analyser::Analyser;

fn analyser() -> Analyser {
    Analyser::new([
        "studiefinanciering huurtoeslag",
        "voet bij stuk",
        "alo-kop",
        "beschermd wonen",
    ])
}

fn whole(word: &str) -> String {
    analyser().words(word).remove(0).whole
}

fn parts(word: &str) -> Vec<String> {
    analyser().words(word).remove(0).parts
}

#[test]
fn forms_of_one_word_share_a_stem() {
    for [one, other] in [
        ["schulden", "schuld"],
        ["toeslagen", "toeslag"],
        ["bijdragen", "bijdrage"],
        ["verpleeghuizen", "verpleeghuis"],
        ["toeslagenpartner", "toeslagpartner"],
        ["ontruiming", "ontruimd"],
        ["kinderen", "kind"],
        ["brieven", "brief"],
        ["afgewezen", "afwijzing"],
        ["zzp'ers", "zzp'er"],
        ["W.W.B.", "wwb"],
        ["Oekraïne", "oekraine"],
        ["id-kaart", "idkaart"],
        ["leerlingvervoer", "leerlingenvervoer"],
        ["zwangerschapverlof", "zwangerschapsverlof"],
        ["uitwonendebeurs", "uitwonendenbeurs"],
        ["zeventienhonderd", "1700"],
    ] {
        assert_eq!(whole(one), whole(other), "{one} and {other}");
    }
}

#[test]
fn compounds_have_the_stems_of_their_parts() {
    assert_eq!(parts("studieschuld"), ["studie", "schuld"]);
    assert_eq!(parts("huurtoeslag"), ["huur", "toeslag"]);
    assert_eq!(parts("gehuwdenpensioen"), ["trouw", "pensioen"]);
    assert_eq!(parts("kinderopvangtoeslag"), ["kind", "opvang", "toeslag"]);
    assert_eq!(parts("schuldhulpverlening"), ["schuld", "hulp", "verlen"]);
    assert_eq!(parts("alo-kop"), ["alo", "kop"]);
}

#[test]
fn lookalikes_of_compounds_stay_whole() {
    for word in [
        "overheid",
        "huisarts",
        "werkgever",
        "persoonlijke",
        "kinderen",
        "toeslagen",
        "ontslagen",
    ] {
        assert!(parts(word).is_empty(), "{word}: {:?}", parts(word));
    }
}

#[test]
fn known_words_are_not_typing_errors() {
    let analyser = analyser();
    for word in ["huurtoeslag", "betaalde", "studieschulden", "287b", "camping", "schuldhulp"] {
        assert!(analyser.is_known(word), "{word}");
    }
    for word in ["brieefadres", "zorgtoeslg", "kinderbijsag"] {
        assert!(!analyser.is_known(word), "{word}");
    }
}

proptest! {
    #[test]
    fn words_of_any_text_lie_within_it(text in "\\PC{0,200}") {
        for word in analyser().words(&text) {
            prop_assert!(text.get(word.start..word.end).is_some());
            prop_assert!(!word.whole.is_empty());
        }
    }

    #[test]
    fn case_does_not_matter(text in "[a-zA-Z -]{0,60}") {
        let analyser = analyser();
        let wholes = |text: &str| analyser.words(text).into_iter().map(|word| word.whole).collect::<Vec<_>>();
        prop_assert_eq!(wholes(&text.to_uppercase()), wholes(&text.to_lowercase()));
    }
}
