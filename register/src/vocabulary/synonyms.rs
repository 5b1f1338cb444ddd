//! Synonyms that an operator adds to the vocabulary: regional words for a scheme, a domain or an organisation.
//!
//! They come from a file of the operator, which is validated completely before a node serves. They only affect how queries are
//! understood. Entries are analysed without them ([`Vocabulary::shared`]), so an index does not change with them, and a register
//! can score the plan of another register with other synonyms.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Vocabulary;
use super::load::{SourceFile, VocabularyFault, VocabularyFaults, add_fault};
use crate::identifier::{CompetenceCode, DomainCode, OrganisationId};

/// The longest synonym, in characters. A longer text is a description.
const LONGEST: usize = 80;

/// Synonyms by the code or id that they stand for, validated against a vocabulary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synonyms {
    competences: BTreeMap<CompetenceCode, Vec<String>>,
    domains: BTreeMap<DomainCode, Vec<String>>,
    organisations: BTreeMap<OrganisationId, Vec<String>>,
}

impl Synonyms {
    /// Parses a file with the tables `[competences]`, `[domains]` and `[organisations]`, each from codes or ids to lists of
    /// words. Reports all faults at once; for an unknown code, with the nearest known ones.
    pub fn parse(file: SourceFile<'_>, vocabulary: &Vocabulary) -> Result<Self, VocabularyFaults> {
        let mut reader = SynonymsReader {
            file: file.name,
            vocabulary,
            seen: BTreeMap::new(),
            faults: Vec::new(),
            read: Self::default(),
        };
        match file.text.parse::<toml::Table>() {
            Ok(tables) => tables.into_iter().for_each(|(name, table)| reader.table(&name, table)),
            Err(error) => reader.fault("file", error.message()),
        }
        if reader.faults.is_empty() {
            Ok(reader.read)
        } else {
            Err(VocabularyFaults(reader.faults))
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.competences.is_empty() && self.domains.is_empty() && self.organisations.is_empty()
    }

    /// The number of synonyms.
    pub fn len(&self) -> usize {
        let count = |words: &Vec<String>| words.len();
        self.competences.values().map(count).sum::<usize>()
            + self.domains.values().map(count).sum::<usize>()
            + self.organisations.values().map(count).sum::<usize>()
    }

    /// SHA-256 of the vocabulary's hash and all synonyms in order, in hexadecimal.
    fn hash_with(&self, vocabulary: &str) -> String {
        fn put<K: Display>(hash: &mut Sha256, table: &BTreeMap<K, Vec<String>>) {
            hash.update((table.len() as u64).to_be_bytes());
            for (key, words) in table {
                for text in std::iter::once(&key.to_string()).chain(words) {
                    hash.update((text.len() as u64).to_be_bytes());
                    hash.update(text);
                }
                hash.update((words.len() as u64).to_be_bytes());
            }
        }
        let mut hash = Sha256::new();
        hash.update(vocabulary);
        put(&mut hash, &self.competences);
        put(&mut hash, &self.domains);
        put(&mut hash, &self.organisations);
        hex::encode(hash.finalize())
    }
}

impl Vocabulary {
    /// Extends this vocabulary with synonyms, which gives it another hash. Without synonyms it stays the same.
    pub fn with_synonyms(&self, synonyms: &Synonyms) -> Vocabulary {
        let mut extended = self.clone();
        if synonyms.is_empty() {
            return extended;
        }
        for competence in &mut extended.competences {
            let known: Vec<String> = competence.names().map(str::to_lowercase).collect();
            let words = synonyms.competences.get(&competence.code).into_iter().flatten();
            let new = words.filter(|word| !known.contains(&word.to_lowercase()));
            competence.synonyms.extend(new.cloned());
        }
        for domain in &mut extended.domains {
            let words = synonyms.domains.get(&domain.code).into_iter().flatten();
            let new: Vec<String> = words.filter(|word| !domain.synonyms.contains(word)).cloned().collect();
            domain.synonyms.extend(new);
        }
        for (id, words) in &synonyms.organisations {
            extended
                .organisation_names
                .entry(id.clone())
                .or_default()
                .extend(words.iter().cloned());
        }
        extended.hash = synonyms.hash_with(&self.hash);
        extended.shared = Some(Arc::new(self.shared().clone()));
        extended
    }
}

struct SynonymsReader<'a> {
    file: &'a str,
    vocabulary: &'a Vocabulary,
    /// The code or id under which each word occurs, by the word in lower case.
    seen: BTreeMap<String, String>,
    faults: Vec<VocabularyFault>,
    read: Synonyms,
}

impl SynonymsReader<'_> {
    fn table(&mut self, name: &str, table: toml::Value) {
        let toml::Value::Table(table) = table else {
            return self.fault(name, format!("expected a table: write `[{name}]`"));
        };
        for (code, words) in table {
            let words = self.words(&code, words);
            match name {
                "competences" => match CompetenceCode::parse(&code) {
                    Ok(known) if self.vocabulary.competence(&known).is_some() => {
                        self.read.competences.insert(known, words);
                    }
                    _ => {
                        let nearest = self.vocabulary.nearest_competences(&code);
                        self.fault(&code, unknown("competence", &nearest));
                    }
                },
                "domains" => match DomainCode::parse(&code) {
                    Ok(known) if self.vocabulary.domain(&known).is_some() => {
                        self.read.domains.insert(known, words);
                    }
                    _ => {
                        let nearest = self.vocabulary.nearest_domains(&code);
                        self.fault(&code, unknown("domain", &nearest));
                    }
                },
                "organisations" => match OrganisationId::parse(&code) {
                    Ok(id) => {
                        self.read.organisations.insert(id, words);
                    }
                    Err(error) => self.fault(&code, error.to_string()),
                },
                _ => {
                    return self.fault(
                        name,
                        "unknown table; the tables are `competences`, `domains` and `organisations`",
                    );
                }
            }
        }
    }

    fn words(&mut self, code: &str, value: toml::Value) -> Vec<String> {
        let toml::Value::Array(values) = value else {
            self.fault(code, "expected a list of words: write `[\"…\", \"…\"]`");
            return Vec::new();
        };
        if values.is_empty() {
            self.fault(code, "its list is empty");
        }
        let mut words = Vec::with_capacity(values.len());
        for value in values {
            let Some(word) = value.as_str().map(str::trim) else {
                self.fault(code, format!("`{value}` is not a string"));
                continue;
            };
            if !word.chars().any(char::is_alphanumeric) {
                self.fault(code, format!("`{word}` has no letters"));
            } else if word.chars().count() > LONGEST {
                self.fault(code, format!("a word has at most {LONGEST} characters"));
            } else if let Some(other) = self.seen.insert(word.to_lowercase(), code.to_owned()) {
                self.fault(
                    code,
                    format!("`{word}` occurs twice, also under `{other}`: a synonym has one meaning"),
                );
            } else {
                words.push(word.to_owned());
            }
        }
        words
    }

    fn fault(&mut self, item: &str, problem: impl Into<String>) {
        add_fault(&mut self.faults, self.file, item, problem);
    }
}

fn unknown<C: Display>(what: &str, nearest: &[C]) -> String {
    let nearest: Vec<String> = nearest.iter().map(|code| format!("`{code}`")).collect();
    if nearest.is_empty() {
        format!("unknown {what}")
    } else {
        format!("unknown {what}; the nearest: {}", nearest.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Synonyms, VocabularyFaults> {
        Synonyms::parse(
            SourceFile {
                name: "woorden.toml",
                text,
            },
            &Vocabulary::builtin(),
        )
    }

    #[test]
    fn synonyms_extend_the_vocabulary_and_its_hash() {
        let builtin = Vocabulary::builtin();
        let synonyms =
            parse("[competences]\nHUURTOESLAG = [\"Woonduiten\"]\n[organisations]\nzb000211 = [\"het Bijdragenhuis\"]").unwrap();
        assert_eq!(synonyms.len(), 2);
        let extended = builtin.with_synonyms(&synonyms);
        let code = CompetenceCode::parse("HUURTOESLAG").unwrap();
        assert!(
            extended
                .competence(&code)
                .unwrap()
                .synonyms
                .contains(&"Woonduiten".to_owned())
        );
        assert_eq!(extended.organisation_names().count(), 1);
        assert_ne!(extended.hash(), builtin.hash());
        assert_eq!(builtin.with_synonyms(&Synonyms::default()).hash(), builtin.hash());
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let faults = parse(
            "[competences]\nHUURTOESLG = [\"woonduiten\"]\nAOW = [\"ouwelui\", \"Ouwelui\", \"  \", 3]\nWW = []\nZW = \"ziek\"\n\
             [domain]\nSCH = [\"krap\"]\n[organisations]\n\"Het CAK\" = [\"bijdragenhuis\"]\n",
        )
        .unwrap_err()
        .to_string();
        for expected in [
            "HUURTOESLG: unknown competence; the nearest: `HUURTOESLAG`",
            "`Ouwelui` occurs twice",
            "AOW: `` has no letters",
            "AOW: `3` is not a string",
            "WW: its list is empty",
            "ZW: expected a list of words",
            "domain: unknown table",
            "Het CAK: not a valid organisation id",
        ] {
            assert!(faults.contains(expected), "{expected} is not in {faults}");
        }
        assert!(parse("[competences").unwrap_err().to_string().contains("woorden.toml"));
    }
}
