//! The gazetteer: maps places, districts and former municipalities to current municipalities.
//!
//! People type the village they live in, the name from before a merger, or a short form. The gazetteer maps all of these to CBS
//! codes. An ambiguous name maps to several, the municipality with exactly that name first. The data is in
//! `register/gazetteer/*.txt` and compiled into the program.

mod fold;
mod load;
mod municipality;

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

pub use fold::fold;
pub use load::GazetteerFaults;
pub use municipality::{FormerMunicipality, Municipality};

use crate::identifier::MunicipalityCode;

/// The current and former municipalities, and the names that refer to them.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    municipalities: BTreeMap<MunicipalityCode, Municipality>,
    former: BTreeMap<MunicipalityCode, FormerMunicipality>,
    names: BTreeMap<String, Vec<MunicipalityCode>>,
    /// The first words of the names.
    first_words: HashSet<String>,
    hash: String,
}

impl Gazetteer {
    /// The built-in gazetteer, parsed once.
    pub fn builtin() -> Arc<Gazetteer> {
        static BUILTIN: OnceLock<Arc<Gazetteer>> = OnceLock::new();
        let gazetteer = BUILTIN.get_or_init(|| {
            let municipalities = include_str!("../../gazetteer/municipalities.txt");
            let former = include_str!("../../gazetteer/former.txt");
            Arc::new(Self::load(municipalities, former).expect("the tests of this module load these files without a fault"))
        });
        Arc::clone(gazetteer)
    }

    fn new(municipalities: Vec<Municipality>, former: Vec<FormerMunicipality>, hash: String) -> Self {
        let mut gazetteer = Self {
            municipalities: BTreeMap::new(),
            former: BTreeMap::new(),
            names: BTreeMap::new(),
            first_words: HashSet::new(),
            hash,
        };
        // In order of precedence: own names, other names, former municipalities, places.
        for municipality in &municipalities {
            gazetteer.add_name(&municipality.name, std::slice::from_ref(&municipality.code));
            gazetteer.add_name(&municipality.official_name, std::slice::from_ref(&municipality.code));
        }
        for municipality in &municipalities {
            for name in &municipality.other_names {
                gazetteer.add_name(name, std::slice::from_ref(&municipality.code));
            }
        }
        for municipality in &former {
            gazetteer.add_name(&municipality.name, &municipality.successors);
        }
        for municipality in &municipalities {
            for name in &municipality.places {
                gazetteer.add_name(name, std::slice::from_ref(&municipality.code));
            }
        }
        gazetteer.municipalities = municipalities.into_iter().map(|m| (m.code.clone(), m)).collect();
        gazetteer.former = former.into_iter().map(|m| (m.code.clone(), m)).collect();
        gazetteer
    }

    fn add_name(&mut self, name: &str, codes: &[MunicipalityCode]) {
        for variant in fold::variants(name) {
            self.first_words.extend(variant.split(' ').next().map(str::to_owned));
            let known = self.names.entry(variant).or_default();
            for code in codes {
                if !known.contains(code) {
                    known.push(code.clone());
                }
            }
        }
    }

    /// The municipalities that `name` may refer to, the one with exactly that name first. Ignores case, diacritics, hyphens and
    /// apostrophes.
    pub fn find(&self, name: &str) -> &[MunicipalityCode] {
        self.find_folded(&fold(name))
    }

    /// The municipalities that `name` means: like [`Gazetteer::find`], but a municipality takes precedence over the places of
    /// its name in others (Hoorn, a village on Terschelling too), unless two have the name (Bergen).
    pub fn meant_by(&self, name: &str) -> &[MunicipalityCode] {
        let folded = fold(name);
        let found = self.find_folded(&folded);
        let is_called = |code: &MunicipalityCode| {
            let known = self.municipality(code);
            known.is_some_and(|known| fold(&known.name) == folded || fold(&known.official_name) == folded)
        };
        match found {
            [] | [_] => found,
            [first, rest @ ..] if is_called(first) && !rest.iter().any(is_called) => std::slice::from_ref(first),
            _ => found,
        }
    }

    /// The official name of a municipality, which no two share; its code if it is unknown.
    pub fn official_name<'a>(&'a self, code: &'a MunicipalityCode) -> &'a str {
        self.municipality(code).map_or(code.as_str(), |known| &known.official_name)
    }

    /// Whether a known name begins with the word `typed`, spelt in any way that [`Gazetteer::find`] ignores.
    pub fn is_first_word(&self, typed: &str) -> bool {
        let folded = fold(typed);
        let first = folded.split(' ').next();
        first.is_some_and(|first| self.first_words.contains(first))
    }

    /// Whether a known name begins with `letters`, spelt in any way that [`Gazetteer::find`] ignores.
    pub fn begins_name(&self, letters: &str) -> bool {
        any_begins_with(&self.names, &fold(letters))
    }

    /// Like [`Gazetteer::find`], for a folded name.
    pub fn find_folded(&self, folded: &str) -> &[MunicipalityCode] {
        self.names.get(folded).map_or(&[], Vec::as_slice)
    }

    /// The current municipality with this code.
    pub fn municipality(&self, code: &MunicipalityCode) -> Option<&Municipality> {
        self.municipalities.get(code)
    }

    /// The former municipality with this code.
    pub fn former(&self, code: &MunicipalityCode) -> Option<&FormerMunicipality> {
        self.former.get(code)
    }

    /// The current codes for a code: itself, or the successors of a former municipality. Empty if the code is unknown.
    pub fn current(&self, code: &MunicipalityCode) -> Vec<MunicipalityCode> {
        if self.municipalities.contains_key(code) {
            return vec![code.clone()];
        }
        self.former
            .get(code)
            .map_or_else(Vec::new, |former| former.successors.clone())
    }

    /// The current municipalities, in order of code.
    pub fn municipalities(&self) -> impl Iterator<Item = &Municipality> {
        self.municipalities.values()
    }

    /// The former municipalities, in order of code.
    pub fn former_municipalities(&self) -> impl Iterator<Item = &FormerMunicipality> {
        self.former.values()
    }

    /// Every folded name with the municipalities that it may refer to, in order.
    pub fn names(&self) -> impl Iterator<Item = (&str, &[MunicipalityCode])> {
        self.names.iter().map(|(name, codes)| (name.as_str(), codes.as_slice()))
    }

    /// SHA-256 of the files, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// Whether one of the names begins with `letters`.
pub fn any_begins_with<T>(names: &BTreeMap<String, T>, letters: &str) -> bool {
    let mut following = names.range::<str, _>((Bound::Included(letters), Bound::Unbounded));
    following.next().is_some_and(|(name, _)| name.starts_with(letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str) -> Vec<String> {
        Gazetteer::builtin().find(name).iter().map(|code| code.to_string()).collect()
    }

    #[test]
    fn villages_map_to_their_municipality() {
        for (place, code) in [
            ("Weesp", "GM0363"),
            ("hoofddorp", "GM0394"),
            ("Delfzijl", "GM1979"),
            ("IJmuiden", "GM0453"),
            ("Zaandam", "GM0479"),
            ("raamsdonksveer", "GM0779"),
            ("Sappemeer", "GM1952"),
            ("Doorn", "GM1581"),
            ("Sneek", "GM1900"),
            ("Scheveningen", "GM0518"),
        ] {
            assert_eq!(find(place), [code], "{place}");
        }
    }

    #[test]
    fn spelling_variants_find_the_same_municipality() {
        for name in [
            "Den Haag",
            "'s-Gravenhage",
            "’s Gravenhage",
            "S-GRAVENHAGE",
            "sgravenhage",
            "gravenhage",
            "denhaag",
        ] {
            assert_eq!(find(name), ["GM0518"], "{name}");
        }
        for name in ["Den Bosch", "'s-Hertogenbosch", "s hertogenbosch", "denbosch"] {
            assert_eq!(find(name), ["GM0796"], "{name}");
        }
        for name in ["Súdwest-Fryslân", "sudwest fryslan", "Zuidwest-Friesland"] {
            assert_eq!(find(name), ["GM1900"], "{name}");
        }
        assert_eq!(find("Alphen a/d Rijn"), ["GM0484"]);
        assert_eq!(find("St. Oedenrode"), find("Sint-Oedenrode"));
    }

    #[test]
    fn an_ambiguous_name_finds_all_municipalities() {
        assert_eq!(find("Bergen (NH)"), ["GM0373"]);
        assert_eq!(find("Bergen (L)"), ["GM0893"]);
        assert_eq!(find("bergen"), ["GM0373", "GM0893"]);
        assert_eq!(find("Hengelo")[0], "GM0164");
        assert!(find("Hengelo").contains(&"GM1876".to_owned()));
    }

    #[test]
    fn former_municipalities_map_to_successors() {
        let gazetteer = Gazetteer::builtin();
        assert_eq!(find("Boarnsterhim").len(), 4);
        assert_eq!(find("Hoogezand-Sappemeer"), ["GM1952"]);
        let delfzijl = MunicipalityCode::parse("GM0010").unwrap();
        assert_eq!(gazetteer.current(&delfzijl), [MunicipalityCode::parse("GM1979").unwrap()]);
        for former in gazetteer.former_municipalities() {
            assert!(!former.successors.is_empty(), "{} has no successor", former.name);
            assert!(
                former.successors.iter().all(|code| gazetteer.municipality(code).is_some()),
                "{}",
                former.name
            );
        }
        assert_eq!(gazetteer.former_municipalities().count(), 263);
    }

    #[test]
    fn all_names_find_their_municipality() {
        let gazetteer = Gazetteer::builtin();
        assert_eq!(gazetteer.municipalities().count(), 342);
        for municipality in gazetteer.municipalities() {
            for name in [&municipality.name, &municipality.official_name] {
                assert!(gazetteer.find(name).contains(&municipality.code), "{name}");
            }
            for place in municipality.places.iter().chain(&municipality.other_names) {
                assert!(gazetteer.find(place).contains(&municipality.code), "{place}");
            }
        }
    }

    #[test]
    fn unknown_names_find_nothing() {
        assert!(find("Timboektoe").is_empty());
        assert!(find("").is_empty());
        assert!(find("'s-").is_empty());
    }
}
