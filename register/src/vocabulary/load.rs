//! Loads the vocabulary from its files and reports every fault at once.
//!
//! Items are parsed one by one, so that a mistake in one does not hide others. A loaded vocabulary is consistent: all references
//! have a target, there are no duplicates, and each name belongs to one competence or is listed as ambiguous.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::Vocabulary;
use super::ambiguous::AmbiguousTerm;
use super::competence::Competence;
use super::domain::Domain;
use super::executor::Executor;

/// One file of a vocabulary.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    /// Its name, used in faults and in the hash.
    pub name: &'a str,
    /// Its content, in TOML.
    pub text: &'a str,
}

/// A fault in a vocabulary, and its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VocabularyFault {
    /// The file.
    pub file: String,
    /// The item in it: a code, a key, a term or a table's number.
    pub item: String,
    /// What is wrong.
    pub problem: String,
}

/// All faults in a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vocabulary has {} fault(s):{}", .0.len(), .0.iter().map(|fault| format!("\n  {fault}")).collect::<String>())]
pub struct VocabularyFaults(pub Vec<VocabularyFault>);

impl fmt::Display for VocabularyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.item, self.problem)
    }
}

/// Loads a vocabulary from its files.
pub fn load(files: &[SourceFile<'_>]) -> Result<Vocabulary, VocabularyFaults> {
    let mut draft = VocabularyDraft::default();
    for file in files {
        draft.read(file);
    }
    draft.check();
    if !draft.faults.is_empty() {
        return Err(VocabularyFaults(draft.faults));
    }
    let mut competences: Vec<Competence> = draft.competences.into_iter().map(|located| located.item).collect();
    competences.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(Vocabulary::new(
        draft.version.unwrap_or_default(),
        hash(files),
        draft.domains.into_iter().map(|located| located.item).collect(),
        competences,
        draft.executors.into_iter().map(|located| located.item).collect(),
        draft.ambiguous.into_iter().map(|located| located.item).collect(),
    ))
}

/// SHA-256 of names and contents, each prefixed with its length.
fn hash(files: &[SourceFile<'_>]) -> String {
    let mut digest = Sha256::new();
    for part in files.iter().flat_map(|file| [file.name, file.text]) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex::encode(digest.finalize())
}

/// An item and the file that contains it.
struct Located<T> {
    file: String,
    item: T,
}

/// The items read so far, and their faults.
#[derive(Default)]
struct VocabularyDraft {
    version: Option<String>,
    domains: Vec<Located<Domain>>,
    competences: Vec<Located<Competence>>,
    executors: Vec<Located<Executor>>,
    ambiguous: Vec<Located<AmbiguousTerm>>,
    faults: Vec<VocabularyFault>,
}

impl VocabularyDraft {
    fn read(&mut self, file: &SourceFile<'_>) {
        let table = match file.text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(error) => return add_fault(&mut self.faults, file.name, "file", error.message()),
        };
        for (key, value) in table {
            match key.as_str() {
                "version" => match value.as_str() {
                    Some(version) if self.version.is_none() => self.version = Some(version.to_owned()),
                    _ => add_fault(&mut self.faults, file.name, &key, "expected one string, in one file"),
                },
                "domain" => read_items(file.name, &key, value, &mut self.domains, &mut self.faults),
                "competence" => read_items(file.name, &key, value, &mut self.competences, &mut self.faults),
                "executor" => read_items(file.name, &key, value, &mut self.executors, &mut self.faults),
                "ambiguous" => read_items(file.name, &key, value, &mut self.ambiguous, &mut self.faults),
                _ => add_fault(&mut self.faults, file.name, &key, "unknown key"),
            }
        }
    }

    fn check(&mut self) {
        if self.version.is_none() {
            add_fault(&mut self.faults, "vocabulary", "version", "it is missing");
        }
        self.check_duplicates();
        self.check_references();
        self.check_competences();
        self.check_shared_names();
    }

    fn check_duplicates(&mut self) {
        let items = self
            .domains
            .iter()
            .map(|d| (&d.file, "domain", d.item.code.as_str()))
            .chain(self.competences.iter().map(|c| (&c.file, "competence", c.item.code.as_str())))
            .chain(self.executors.iter().map(|e| (&e.file, "executor", e.item.key.as_str())))
            .chain(self.ambiguous.iter().map(|a| (&a.file, "ambiguous", a.item.term.as_str())));
        let mut seen = BTreeSet::new();
        for (file, table, name) in items {
            if !seen.insert((table, name.to_lowercase())) {
                add_fault(&mut self.faults, file, name, "it occurs twice");
            }
        }
    }

    fn check_references(&mut self) {
        let domains: BTreeSet<_> = self.domains.iter().map(|d| &d.item.code).collect();
        let executors: BTreeSet<_> = self.executors.iter().map(|e| e.item.key.as_str()).collect();
        let codes: BTreeSet<_> = self.competences.iter().map(|c| &c.item.code).collect();
        let mut used_domains = BTreeSet::new();
        let mut used_executors = BTreeSet::new();
        for Located { file, item } in &self.competences {
            for domain in &item.domains {
                used_domains.insert(domain);
                if !domains.contains(domain) {
                    add_fault(
                        &mut self.faults,
                        file,
                        item.code.as_str(),
                        format!("unknown domain `{domain}`"),
                    );
                }
            }
            for key in &item.executed_by {
                used_executors.insert(key.as_str());
                if !executors.contains(key.as_str()) {
                    add_fault(
                        &mut self.faults,
                        file,
                        item.code.as_str(),
                        format!("unknown executor `{key}`"),
                    );
                }
            }
        }
        for Located { file, item } in &self.domains {
            if !used_domains.contains(&item.code) {
                add_fault(&mut self.faults, file, item.code.as_str(), "no competence refers to it");
            }
        }
        for Located { file, item } in &self.executors {
            if !used_executors.contains(item.key.as_str()) {
                add_fault(&mut self.faults, file, &item.key, "no competence refers to it");
            }
            if item.organisation.is_some() && item.kind.is_some() {
                add_fault(
                    &mut self.faults,
                    file,
                    &item.key,
                    "it has both an organisation and a kind; remove one",
                );
            }
        }
        for Located { file, item } in &self.ambiguous {
            for code in item.competences.iter().filter(|code| !codes.contains(code)) {
                add_fault(&mut self.faults, file, &item.term, format!("unknown competence `{code}`"));
            }
        }
    }

    fn check_competences(&mut self) {
        for Located { file, item } in &self.competences {
            let texts = [
                ("label", &item.label),
                ("official_title", &item.official_title),
                ("situations", &item.situations),
            ];
            for (field, _) in texts.iter().filter(|(_, text)| text.trim().is_empty()) {
                add_fault(&mut self.faults, file, item.code.as_str(), format!("`{field}` is empty"));
            }
            let empty = [
                ("domains", item.domains.is_empty()),
                ("executed_by", item.executed_by.is_empty()),
                ("phrases", item.phrases.is_empty()),
            ];
            for (field, _) in empty.iter().filter(|(_, empty)| *empty) {
                add_fault(&mut self.faults, file, item.code.as_str(), format!("`{field}` is empty"));
            }
            let mut seen = BTreeSet::new();
            for word in item.synonyms.iter().chain(&item.phrases) {
                if !seen.insert(word.to_lowercase()) {
                    add_fault(&mut self.faults, file, item.code.as_str(), format!("`{word}` occurs twice"));
                }
            }
            if let (Some(from), Some(until)) = (item.valid_from, item.valid_until)
                && until < from
            {
                add_fault(&mut self.faults, file, item.code.as_str(), "its last day is before its first");
            }
        }
    }

    /// A synonym or abbreviation belongs to one competence, or is listed as ambiguous with all that use it.
    fn check_shared_names(&mut self) {
        let listed: HashMap<String, BTreeSet<_>> = self
            .ambiguous
            .iter()
            .map(|a| (a.item.term.to_lowercase(), a.item.competences.iter().collect()))
            .collect();
        let mut meanings: BTreeMap<String, Vec<&Located<Competence>>> = BTreeMap::new();
        for located in &self.competences {
            let names = located.item.synonyms.iter().chain(&located.item.abbreviation);
            for name in names.map(|name| name.to_lowercase()).collect::<BTreeSet<_>>() {
                meanings.entry(name).or_default().push(located);
            }
        }
        for (name, found) in meanings.into_iter().filter(|(_, found)| found.len() > 1) {
            let is_listed =
                |located: &&Located<Competence>| listed.get(&name).is_some_and(|codes| codes.contains(&located.item.code));
            for located in found.iter().filter(|located| !is_listed(located)) {
                let problem = format!("`{name}` is also a name of another competence and is not listed as ambiguous");
                add_fault(&mut self.faults, &located.file, located.item.code.as_str(), problem);
            }
        }
    }
}

pub(super) fn add_fault(faults: &mut Vec<VocabularyFault>, file: &str, item: &str, problem: impl Into<String>) {
    faults.push(VocabularyFault {
        file: file.to_owned(),
        item: item.to_owned(),
        problem: problem.into(),
    });
}

/// Parses the tables of one key, each on its own.
fn read_items<T: DeserializeOwned>(
    file: &str,
    key: &str,
    value: toml::Value,
    into: &mut Vec<Located<T>>,
    faults: &mut Vec<VocabularyFault>,
) {
    let toml::Value::Array(tables) = value else {
        return add_fault(faults, file, key, format!("expected a list: write `[[{key}]]`"));
    };
    for (position, table) in tables.into_iter().enumerate() {
        let name = ["code", "key", "term"]
            .iter()
            .find_map(|field| table.get(field)?.as_str().map(str::to_owned))
            .unwrap_or_else(|| format!("{key} {}", position + 1));
        match table.try_into() {
            Ok(item) => into.push(Located {
                file: file.to_owned(),
                item,
            }),
            Err(error) => add_fault(faults, file, &name, error.message()),
        }
    }
}
