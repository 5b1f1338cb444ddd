//! Which places a question names.
//!
//! People type towns, villages and former municipalities. Some of these are everyday words too (Dieren, Huizen): such a
//! word is a place when it is written with a capital, follows a word that places follow, or is nearly all that was typed.

use register::identifier::MunicipalityCode;

use crate::analyser::Word;
use crate::analyser::lexicon::{Lexicon, Telling};
use crate::context::Context;

/// A place that is named, and by which words.
pub(super) struct Place {
    pub(super) municipalities: Vec<MunicipalityCode>,
    pub(super) words: std::ops::Range<usize>,
}

/// No Dutch place name has more words.
const MOST_WORDS: usize = 5;
/// A place of more municipalities says nothing.
const MOST_MUNICIPALITIES: usize = 6;
/// Words that places follow.
const BEFORE_PLACES: [&str; 9] = ["in", "te", "uit", "naar", "gemeente", "bij", "wijkteam", "van", "nabij"];

/// The places that the words name, the longest names first.
pub(super) fn named(words: &[Word], text: &str, context: &Context) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let longest = (1..=MOST_WORDS.min(words.len() - first)).rev().find_map(|count| {
            let range = first..first + count;
            let municipalities = municipalities(&words[range.clone()], text, context);
            let is_place = !municipalities.is_empty() && municipalities.len() <= MOST_MUNICIPALITIES;
            (is_place && is_meant(words, &range)).then_some(Place {
                municipalities,
                words: range,
            })
        });
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

fn municipalities(words: &[Word], text: &str, context: &Context) -> Vec<MunicipalityCode> {
    let joined = words.iter().map(|word| word.surface.as_str()).collect::<Vec<_>>().join(" ");
    let mut codes = context.municipalities.get(&joined).cloned().unwrap_or_default();
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        for code in context.language.gazetteer.find(&text[first.start..last.end]) {
            if !codes.contains(code) {
                codes.push(code.clone());
            }
        }
    }
    codes
}

/// Whether the words are meant as a place.
fn is_meant(words: &[Word], range: &std::ops::Range<usize>) -> bool {
    if range.len() > 1 {
        return true;
    }
    let word = &words[range.start];
    let everyday = Lexicon::get().telling(&word.surface);
    let is_ambiguous = everyday.is_some() || Lexicon::get().is_ambiguous_place(&word.surface);
    if !is_ambiguous {
        return true;
    }
    if everyday == Some(Telling::Nothing) {
        return false;
    }
    let before = range.start.checked_sub(1).map(|before| words[before].surface.as_str());
    let follows = before.is_some_and(|before| BEFORE_PLACES.contains(&before));
    // A capital says nothing when every word, or the first word of a sentence, has one.
    let others_are_lower = words.len() > 1
        && words
            .iter()
            .enumerate()
            .any(|(at, other)| at != range.start && !other.is_capitalised);
    let capital = word.is_capitalised && others_are_lower && (range.start > 0 || words.len() <= 4);
    follows && word.is_capitalised || capital || (follows && before != Some("van") && before != Some("bij") && everyday.is_none())
}
