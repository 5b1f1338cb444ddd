//! Splits Dutch compounds into the parts that carry their meaning.
//!
//! `kinderopvangtoeslag` is one word with three parts. A word is split only if known parts, with linking letters between
//! them (s, en, e, n), cover it from the first letter to the last. The split with the fewest parts wins; among those, the
//! one with the longest last part, which is the head of the compound.

use rustc_hash::FxHashSet;

/// Letters that may link two parts.
const LINKS: [&str; 5] = ["", "s", "en", "e", "n"];
/// The fewest letters of a part; a shorter match is probably chance.
const SHORTEST_PART: usize = 3;
/// The fewest letters of a compound.
const SHORTEST_COMPOUND: usize = 7;

/// Splits `word` into its parts, in order; empty if it is not a compound.
pub(super) fn split<'a>(word: &'a str, parts: &FxHashSet<String>) -> Vec<&'a str> {
    if word.len() < SHORTEST_COMPOUND || !word.is_ascii() || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    // `best[end]` is the best split of the first `end` letters that ends in a part.
    let mut best: Vec<Option<CompoundSplit>> = vec![None; word.len() + 1];
    for start in 0..=word.len() - SHORTEST_PART {
        // Few letters can begin a part, so few parts are looked up. All splits that end before `start` are final by now.
        let Some((count, before)) = preceding(word, start, &best) else {
            continue;
        };
        for end in start + SHORTEST_PART..=word.len() {
            // The whole word is not a part of itself.
            if (start == 0 && end == word.len()) || !parts.contains(&word[start..end]) {
                continue;
            }
            let split = CompoundSplit {
                count: count + 1,
                start,
                before,
            };
            if best[end].as_ref().is_none_or(|known| split.is_better_than(known)) {
                best[end] = Some(split);
            }
        }
    }
    let mut found = Vec::new();
    let mut end = word.len();
    while let Some(split) = &best[end] {
        found.push(&word[split.start..end]);
        end = split.before;
    }
    found.reverse();
    if found.len() > 1 { found } else { Vec::new() }
}

/// The last part of a split, and what precedes it.
#[derive(Clone)]
struct CompoundSplit {
    count: usize,
    start: usize,
    /// The end of the part before it; 0 if there is none.
    before: usize,
}

impl CompoundSplit {
    fn is_better_than(&self, other: &CompoundSplit) -> bool {
        (self.count, self.start) < (other.count, other.start)
    }
}

/// Returns how many parts cover the letters before `start`, and where the last of these parts ends.
fn preceding(word: &str, start: usize, best: &[Option<CompoundSplit>]) -> Option<(usize, usize)> {
    if start == 0 {
        return Some((0, 0));
    }
    let ends = LINKS
        .iter()
        .filter(|link| word[..start].ends_with(**link))
        .map(|link| start - link.len());
    ends.filter(|end| *end > 0)
        .filter_map(|end| best[end].as_ref().map(|split| (split.count, end)))
        .min()
}

#[cfg(test)]
mod tests {
    use super::split;
    use rustc_hash::FxHashSet;

    fn parts(word: &str) -> Vec<&str> {
        let known: FxHashSet<String> =
            "studie schuld huur toeslag kind opvang gehuwd pensioen verpleeg huizen kosten delers norm hulp verlening"
                .split(' ')
                .map(str::to_owned)
                .collect();
        split(word, &known)
    }

    #[test]
    fn compounds_split_into_known_parts() {
        assert_eq!(parts("studieschuld"), ["studie", "schuld"]);
        assert_eq!(parts("gehuwdenpensioen"), ["gehuwd", "pensioen"]);
        assert_eq!(parts("kostendelersnorm"), ["kosten", "delers", "norm"]);
        assert_eq!(parts("huurtoeslag"), ["huur", "toeslag"]);
    }

    #[test]
    fn partly_covered_words_are_not_split() {
        assert!(parts("huurtoeslagje").is_empty());
        assert!(parts("toeslag").is_empty());
        assert!(parts("schuldxhulp").is_empty());
        assert!(parts("ſchuldhulp").is_empty());
    }
}
