//! Writes the hashes of the words of Dutch (`index/model/README.md`).
//!
//! ```text
//! cargo run --release -p index --example dutch_words -- WORDS.txt OUT.words
//! ```
//!
//! `WORDS.txt` has a word a line.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [words, out] = arguments.as_slice() else {
        return Err("give WORDS.txt OUT.words".into());
    };
    let words = std::fs::read_to_string(words)?;
    // Names are no words: a misspelt word can be somebody's name.
    let lowercase = words
        .lines()
        .map(str::trim)
        .filter(|word| !word.starts_with(char::is_uppercase));
    std::fs::write(out, index::write_dutch_words(lowercase))?;
    Ok(())
}
