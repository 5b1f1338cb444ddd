//! Recognises the places that a question names.
//!
//! People type towns, villages and former municipalities. Some of these are everyday words too (Dieren, Huizen). Such a word
//! counts as a place if it has a capital where other words have none, or follows a word such as `in`.

use register::gazetteer::any_begins_with;
use register::identifier::MunicipalityCode;

use crate::analyse::lexicon::{Lexicon, TermWeightClass};
use crate::analyse::{Context, Word};

/// A place that the question names.
pub(in crate::plan) struct NamedPlace {
    /// The municipalities that it may be in.
    pub(in crate::plan) municipalities: Vec<MunicipalityCode>,
    /// The words of the question that name it.
    pub(in crate::plan) words: std::ops::Range<usize>,
}

/// The most words of a place name.
const MAX_WORDS: usize = 5;
/// The most municipalities that a place name may refer to; a name of more is too ambiguous.
const MAX_MUNICIPALITIES: usize = 6;
/// Words between the first name or title and the last name of a person.
const WITHIN_NAMES: [&str; 5] = ["de", "den", "der", "ten", "ter"];
/// Words that precede the name of a person.
const TITLES: [&str; 13] = [
    "mevrouw", "mevr", "mw", "meneer", "mijnheer", "dhr", "hr", "heer", "familie", "fam", "gezin", "client", "echtpaar",
];
/// The fewest letters of a misspelt name, and of one with two errors.
const SHORTEST_MISSPELT: usize = 6;
const SHORTEST_WITH_TWO_ERRORS: usize = 10;
/// The country and the province that villages are named like. People mean the village too rarely.
const LARGER_PLACES: [&str; 2] = ["nederland", "zeeland"];
/// Words that often precede places.
const BEFORE_PLACES: [&str; 9] = ["in", "te", "uit", "naar", "gemeente", "bij", "wijkteam", "van", "nabij"];

/// Returns the places that the words name. At each word, the longest name takes precedence.
pub(in crate::plan) fn named(words: &[&Word], text: &str, context: &Context) -> Vec<NamedPlace> {
    let mut found: Vec<NamedPlace> = Vec::new();
    let mut first = 0;
    while first < words.len() {
        if !may_begin_place(words[first], text, context) {
            first += 1;
            continue;
        }
        let mut longest = None;
        for count in 1..=MAX_WORDS.min(words.len() - first) {
            let range = first..first + count;
            let Some(municipalities) = municipalities(&words[range.clone()], text, context) else {
                break;
            };
            let is_place = !municipalities.is_empty() && municipalities.len() <= MAX_MUNICIPALITIES;
            if is_place && is_meant(words, &range) {
                longest = Some(NamedPlace {
                    municipalities,
                    words: range,
                });
            }
        }
        match longest {
            Some(place) => {
                first = place.words.end;
                found.push(place);
            }
            None => first += 1,
        }
    }
    found
}

/// Whether the name of a place can begin with this word. Few words pass.
fn may_begin_place(word: &Word, text: &str, context: &Context) -> bool {
    context.municipality_beginnings.contains(&word.surface)
        || context.language.gazetteer.is_first_word(&text[word.start..word.end])
        || by_code(&word.surface, context).is_some()
}

/// Returns the municipalities with a place of this name; `None` if no name begins with these words.
fn municipalities(words: &[&Word], text: &str, context: &Context) -> Option<Vec<MunicipalityCode>> {
    let gazetteer = &context.language.gazetteer;
    let joined = words.iter().map(|word| word.surface.as_str()).collect::<Vec<_>>().join(" ");
    let typed = match words {
        [only] => &text[only.start..only.end],
        [first, .., last] => &text[first.start..last.end],
        [] => "",
    };
    let code = match words {
        [only] => by_code(&only.surface, context),
        _ => None,
    };
    if code.is_none() && !any_begins_with(&context.municipalities, &joined) && !gazetteer.begins_name(typed) {
        return None;
    }
    let mut codes = context.municipalities.get(&joined).cloned().unwrap_or_default();
    codes.extend(code);
    for code in gazetteer.meant_by(typed) {
        if !codes.contains(code) {
            codes.push(code.clone());
        }
    }
    Some(codes)
}

/// Returns the municipality of this CBS code: `gm0363`, or `0363` with its zero, which no year has.
fn by_code(surface: &str, context: &Context) -> Option<MunicipalityCode> {
    let digits = surface.strip_prefix("gm").unwrap_or(surface);
    let has_prefix = digits.len() < surface.len();
    let is_code =
        digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) && (has_prefix || digits.starts_with('0'));
    let code = is_code.then(|| MunicipalityCode::parse(&format!("GM{digits}")).ok())??;
    context.language.gazetteer.municipality(&code).map(|_| code)
}

/// Returns the municipality whose name a word misspells, with its folded name, if it is only one.
pub(in crate::plan) fn misspelt<'a>(surface: &str, context: &'a Context) -> Option<(&'a String, &'a MunicipalityCode)> {
    let limit = match surface.chars().count() {
        0..SHORTEST_MISSPELT => return None,
        SHORTEST_MISSPELT..8 => 1.0,
        8..SHORTEST_WITH_TWO_ERRORS => 1.5,
        _ => 2.0,
    };
    let language = &context.language;
    match language
        .municipality_spelling
        .meant_by(surface, limit, &language.weights.spelling)
        .as_slice()
    {
        // Without an error it would have been recognised, if it were meant as a place.
        [only] if only.cost > 0.0 => language.municipality_names.get_key_value(&only.word),
        _ => None,
    }
}

/// Whether a word is the last name of a person, "mevrouw De Vries", "familie Van Dijk". `before` returns the word so many places
/// before it.
pub(in crate::plan) fn is_name<'a>(before: impl Fn(usize) -> Option<&'a str>) -> bool {
    let is_title = |word: Option<&str>| word.is_some_and(|word| TITLES.contains(&word));
    match before(1) {
        Some(within) if WITHIN_NAMES.contains(&within) => true,
        Some("van") => is_title(before(2)),
        word => is_title(word),
    }
}

/// Whether the words are meant as a place.
fn is_meant(words: &[&Word], range: &std::ops::Range<usize>) -> bool {
    if range.len() > 1 {
        return true;
    }
    if is_name(|count| Some(words[range.start.checked_sub(count)?].surface.as_str())) {
        return false;
    }
    let word = words[range.start];
    if LARGER_PLACES.contains(&word.surface.as_str()) {
        return false;
    }
    let class = Lexicon::get().weight_class(&word.surface);
    let is_ambiguous = class.is_some() || Lexicon::get().is_ambiguous_place(&word.surface);
    if !is_ambiguous {
        return true;
    }
    if class == Some(TermWeightClass::Stopword) {
        return false;
    }
    let before = range.start.checked_sub(1).map(|before| words[before].surface.as_str());
    let follows = before.is_some_and(|before| BEFORE_PLACES.contains(&before));
    // A capital means nothing if every word has one, or at the beginning of a sentence.
    let others_are_lower = words.len() > 1
        && words
            .iter()
            .enumerate()
            .any(|(at, other)| at != range.start && !other.is_capitalised);
    let capital = word.is_capitalised && others_are_lower && (range.start > 0 || words.len() <= 4);
    follows && word.is_capitalised || capital || (follows && before != Some("van") && before != Some("bij") && class.is_none())
}
