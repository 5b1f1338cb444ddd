//! Suggests known codes for an unknown one.
//!
//! People mistype codes (`HUURTOESLG`), shorten them (`BRIEF`) and use the law's abbreviation or an old name (`WWB`). All three
//! are tried. Equally good candidates stay in order of code.

use strsim::levenshtein;

use super::Vocabulary;
use crate::identifier::{CompetenceCode, DomainCode};

/// The number of suggestions that a person still reads.
const MOST: usize = 3;

impl Vocabulary {
    /// Up to three competences that `text` may mean, best first. Empty if none is near.
    pub fn nearest_competences(&self, text: &str) -> Vec<&CompetenceCode> {
        let candidates = self
            .competences()
            .iter()
            .map(|competence| (&competence.code, competence.code.as_str(), competence.names().collect()));
        nearest(text, candidates)
    }

    /// Up to three domains that `text` may mean, best first. Empty if none is near.
    pub fn nearest_domains(&self, text: &str) -> Vec<&DomainCode> {
        let candidates = self.domains().iter().map(|domain| {
            let names = std::iter::once(&domain.label).chain(&domain.synonyms);
            (&domain.code, domain.code.as_str(), names.map(String::as_str).collect())
        });
        nearest(text, candidates)
    }
}

fn nearest<'a, C>(text: &str, candidates: impl Iterator<Item = (&'a C, &'a str, Vec<&'a str>)>) -> Vec<&'a C> {
    // Longer than any code or name: nothing can be near, so the distances need not be computed.
    if text.len() > 100 {
        return Vec::new();
    }
    let wanted = plain(text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut ranked: Vec<(usize, &C)> = candidates
        .filter_map(|(code, code_text, names)| Some((distance(&wanted, code_text, &names)?, code)))
        .collect();
    ranked.sort_by_key(|(distance, _)| *distance);
    ranked.into_iter().take(MOST).map(|(_, code)| code).collect()
}

/// The distance to a code: 0 if equal except for case and hyphens, 1 for one of its names, 2 for a prefix, then 2 plus the
/// Levenshtein distance. None if too far.
fn distance(wanted: &str, code: &str, names: &[&str]) -> Option<usize> {
    let code = plain(code);
    if code == wanted {
        return Some(0);
    }
    let names: Vec<String> = names.iter().map(|name| plain(name)).collect();
    if names.iter().any(|name| name == wanted) {
        return Some(1);
    }
    let shorter = wanted.len().min(code.len());
    if shorter >= 2 && (code.starts_with(wanted) || wanted.starts_with(&code)) {
        return Some(2);
    }
    let length = wanted.chars().count();
    let allowed = 1 + length / 4;
    // The distance is at least the difference in length, which excludes most candidates cheaply.
    let within = |other: &str| other.chars().count().abs_diff(length) <= allowed;
    let to_code = within(&code).then(|| levenshtein(wanted, &code));
    let to_names = names
        .iter()
        .filter(|name| within(name))
        .map(|name| levenshtein(wanted, name) + 1);
    let edits = to_names.chain(to_code).min()?;
    (edits <= allowed).then_some(2 + edits)
}

/// Reduces a text to lower-case letters and digits.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let vocabulary = Vocabulary::builtin();
        vocabulary
            .nearest_competences(text)
            .iter()
            .map(|code| code.to_string())
            .collect()
    }

    #[test]
    fn typos_abbreviations_and_old_names_find_the_code() {
        assert_eq!(names("HUURTOESLG")[0], "HUURTOESLAG");
        assert_eq!(names("wlz-eb")[0], "WLZ");
        assert_eq!(names("eb_wlz")[0], "EB-WLZ");
        assert_eq!(names("WWB")[0], "PW");
        assert_eq!(names("GBA")[0], "BRP");
        assert_eq!(names("BRIEF")[0], "BRIEFADRES");
    }

    #[test]
    fn at_most_three_codes_and_none_for_noise() {
        assert!(names("WMO-").len() <= 3);
        assert!(names("").is_empty());
        assert!(names("xqzjxqzjxqzj").is_empty());
        assert!(names(&"A".repeat(10_000)).is_empty());
    }

    #[test]
    fn domains_are_found_by_name() {
        let vocabulary = Vocabulary::builtin();
        assert_eq!(vocabulary.nearest_domains("schulden")[0].as_str(), "SCH");
        assert_eq!(vocabulary.nearest_domains("INKO")[0].as_str(), "INK");
    }
}
