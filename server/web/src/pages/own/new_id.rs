//! Makes the id of a new officer from its title.

use std::collections::BTreeSet;

/// Maximum length of an id before a number is added.
const MAX_STEM: usize = 40;

/// Makes an id from `title` that is not in `taken`.
pub(super) fn new_id(title: &str, taken: &BTreeSet<&str>) -> String {
    let stem = stem(title);
    if !taken.contains(stem.as_str()) {
        return stem;
    }
    (2_u32..)
        .map(|number| format!("{stem}-{number}"))
        .find(|id| !taken.contains(id.as_str()))
        .unwrap_or(stem)
}

fn stem(title: &str) -> String {
    let mut stem = String::new();
    for word in register::gazetteer::fold(title)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let is_room = stem.len() + word.len() < MAX_STEM;
        if !stem.is_empty() {
            if !is_room {
                break;
            }
            stem.push('-');
        }
        stem.extend(word.chars().take(MAX_STEM));
    }
    if stem.is_empty() { "medewerker".to_owned() } else { stem }
}

#[cfg(test)]
mod tests {
    use register::identifier::OfficerId;

    use super::*;

    #[test]
    fn an_id_follows_the_title() {
        let none = BTreeSet::new();
        assert_eq!(
            new_id("Maatwerkfunctionaris eigen bijdrage Wlz", &none),
            "maatwerkfunctionaris-eigen-bijdrage-wlz"
        );
        assert_eq!(new_id("Coördinator", &none), "coordinator");
        assert_eq!(new_id("!?", &none), "medewerker");
        assert_eq!(
            new_id("Coördinator", &BTreeSet::from(["coordinator", "coordinator-2"])),
            "coordinator-3"
        );
        for title in ["é".repeat(300), "a b ".repeat(90), "-".to_owned(), "12".to_owned()] {
            assert!(OfficerId::parse(&new_id(&title, &none)).is_ok(), "{title}");
        }
    }
}
