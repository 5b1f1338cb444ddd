//! Splitting Dutch compounds into the parts that carry their meaning.
//!
//! `kinderopvangtoeslag` is written as one word and says three things. A word is split when it can be read, from its
//! first letter to its last, as known parts with linking letters between them (s, en, e, n). Of several readings the one
//! with the fewest parts wins, then the one with the longest last part, which is the head of the compound.

use std::collections::HashSet;

/// Letters that may stand between two parts.
const LINKS: [&str; 5] = ["", "s", "en", "e", "n"];
/// A shorter part is as likely chance as meaning.
const SHORTEST_PART: usize = 3;
/// A shorter word is no compound of this field.
const SHORTEST_COMPOUND: usize = 7;

/// The parts of `word`, in order, or none when it cannot be read as a compound.
pub(super) fn split<'a>(word: &'a str, parts: &HashSet<String>) -> Vec<&'a str> {
    if word.len() < SHORTEST_COMPOUND || !word.is_ascii() || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    // `best[end]` is the best reading of the first `end` letters that ends in a part.
    let mut best: Vec<Option<Reading>> = vec![None; word.len() + 1];
    for end in SHORTEST_PART..=word.len() {
        for start in 0..=end - SHORTEST_PART {
            // The word itself, where it is in the list, is no reading of it.
            if (start == 0 && end == word.len()) || !parts.contains(&word[start..end]) {
                continue;
            }
            let Some(count) = reach(word, start, &best) else { continue };
            let reading = Reading {
                count: count.0 + 1,
                start,
                before: count.1,
            };
            if best[end].as_ref().is_none_or(|known| reading.is_better_than(known)) {
                best[end] = Some(reading);
            }
        }
    }
    let mut found = Vec::new();
    let mut end = word.len();
    while let Some(reading) = &best[end] {
        found.push(&word[reading.start..end]);
        end = reading.before;
    }
    found.reverse();
    if found.len() > 1 { found } else { Vec::new() }
}

/// How the last part of a reading lies.
#[derive(Clone)]
struct Reading {
    count: usize,
    start: usize,
    /// Where the part before it ends; 0 when there is none.
    before: usize,
}

impl Reading {
    fn is_better_than(&self, other: &Reading) -> bool {
        (self.count, self.start) < (other.count, other.start)
    }
}

/// With how many parts, and where the last of them ends, the letters before `start` can be read.
fn reach(word: &str, start: usize, best: &[Option<Reading>]) -> Option<(usize, usize)> {
    if start == 0 {
        return Some((0, 0));
    }
    let ends = LINKS
        .iter()
        .filter(|link| word[..start].ends_with(**link))
        .map(|link| start - link.len());
    ends.filter(|end| *end > 0)
        .filter_map(|end| best[end].as_ref().map(|reading| (reading.count, end)))
        .min()
}

#[cfg(test)]
mod tests {
    use super::split;
    use std::collections::HashSet;

    fn parts(word: &str) -> Vec<&str> {
        let known: HashSet<String> =
            "studie schuld huur toeslag kind opvang gehuwd pensioen verpleeg huizen kosten delers norm hulp verlening"
                .split(' ')
                .map(str::to_owned)
                .collect();
        split(word, &known)
    }

    #[test]
    fn compounds_fall_into_known_parts() {
        assert_eq!(parts("studieschuld"), ["studie", "schuld"]);
        assert_eq!(parts("gehuwdenpensioen"), ["gehuwd", "pensioen"]);
        assert_eq!(parts("kostendelersnorm"), ["kosten", "delers", "norm"]);
        assert_eq!(parts("huurtoeslag"), ["huur", "toeslag"]);
    }

    #[test]
    fn what_cannot_be_read_to_its_end_stays_whole() {
        assert!(parts("huurtoeslagje").is_empty());
        assert!(parts("toeslag").is_empty());
        assert!(parts("schuldxhulp").is_empty());
        assert!(parts("ſchuldhulp").is_empty());
    }
}
