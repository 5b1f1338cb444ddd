//! Questions, as professionals type them.

use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

use crate::RegisterGenerator;
use crate::words::neighbourhood;

impl RegisterGenerator {
    /// The question of this number, as a professional types it.
    pub fn question(&self, number: usize) -> String {
        let mut random = self.random("question", number);
        let phrase = phrase(self, &mut random);
        match random.random_range(0..100) {
            0..30 => phrase,
            30..45 => format!("{phrase} {}", place(self, &mut random)),
            45..58 => format!("{phrase} {}", self::phrase(self, &mut random)),
            58..70 => misspelt(&phrase),
            70..80 => cut_off(&phrase, &mut random),
            80..90 => format!(
                "een alleenstaande vader van drie, {phrase}, en nu loopt ook {} vast terwijl er al weken geen geld is",
                self::phrase(self, &mut random)
            ),
            _ => format!("{phrase} {}", neighbourhood(&mut random).to_lowercase()),
        }
    }
}

/// A way to say what a scheme is about: an everyday phrase where there is one.
fn phrase(generator: &RegisterGenerator, random: &mut ChaCha8Rng) -> String {
    let scheme = generator.pick_scheme(&generator.all_schemes, random);
    let phrase = scheme.phrases.choose(random).or_else(|| scheme.synonyms.choose(random));
    phrase.unwrap_or(&scheme.label).clone()
}

fn place<'a>(generator: &'a RegisterGenerator, random: &mut ChaCha8Rng) -> &'a str {
    let organisation = generator.organisations().choose(random).expect("there are 126 organisations");
    &organisation.short_name
}

/// The same text with two letters of its longest word exchanged.
fn misspelt(text: &str) -> String {
    let longest = text.split(' ').max_by_key(|word| word.len());
    let Some(longest) = longest.filter(|word| word.len() > 5 && word.is_ascii()) else {
        return text.to_owned();
    };
    let (head, tail) = longest.split_at(longest.len() / 2);
    let (before, last) = head.split_at(head.len() - 1);
    let (first, after) = tail.split_at(1);
    text.replacen(longest, &format!("{before}{first}{last}{after}"), 1)
}

/// The beginning of the text, as long as somebody is still typing it.
fn cut_off(text: &str, random: &mut ChaCha8Rng) -> String {
    let letters = text.chars().count();
    text.chars()
        .take(random.random_range(letters.div_ceil(3)..=letters))
        .collect()
}
