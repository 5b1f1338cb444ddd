//! The section of search: words that an operator adds to the vocabulary, and another model of what questions are about.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use index::Model;
use register::vocabulary::{SourceFile, Synonyms, Vocabulary};
use serde::{Deserialize, Serialize};

use super::faults::Faults;

/// How questions are understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchSettings {
    /// A file with synonyms for schemes, domains and organisations, in addition to those of the vocabulary.
    pub synonyms: Option<PathBuf>,
    /// A file with a model of what questions are about, as `make train` writes it, instead of the built-in one.
    pub model: Option<PathBuf>,
}

impl SearchSettings {
    pub(super) fn validate(&self, faults: &mut Faults) {
        if let Err(others) = self.vocabulary() {
            faults.append(others);
        }
        if let Err(others) = self.model() {
            faults.append(others);
        }
    }

    /// The model of what questions are about.
    pub fn model(&self) -> Result<Arc<Model>, Faults> {
        const KEY: &str = "search.model";
        let Some(path) = &self.model else {
            return Ok(Model::builtin());
        };
        let read = || {
            let file = std::fs::read(path).map_err(|error| format!("the file cannot be read: {error}"))?;
            Model::read(&file).map_err(|error| error.to_string())
        };
        read().map(Arc::new).map_err(|problem| {
            let mut faults = Faults::new();
            faults.add(KEY, path.display().to_string(), problem);
            faults
        })
    }

    /// The vocabulary with the operator's synonyms.
    pub fn vocabulary(&self) -> Result<Arc<Vocabulary>, Faults> {
        let builtin = Vocabulary::builtin();
        match &self.synonyms {
            None => Ok(builtin),
            Some(path) => Ok(Arc::new(builtin.with_synonyms(&read(path, &builtin)?))),
        }
    }
}

fn read(path: &Path, vocabulary: &Vocabulary) -> Result<Synonyms, Faults> {
    const KEY: &str = "search.synonyms";
    let mut faults = Faults::new();
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            faults.add(KEY, &name, format!("the file cannot be read: {error}"));
            return Err(faults);
        }
    };
    let file = SourceFile {
        name: &name,
        text: &text,
    };
    Synonyms::parse(file, vocabulary).map_err(|wrong| {
        for fault in wrong.0 {
            faults.add(KEY, &name, format!("{}: {}", fault.item, fault.problem));
        }
        faults
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_reported_with_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("woorden.toml");
        std::fs::write(&path, "[competences]\nHUURTOESLG = [\"woonduiten\"]\nAOW = []\n").unwrap();
        let search = SearchSettings {
            synonyms: Some(path),
            ..SearchSettings::default()
        };
        let faults = search.vocabulary().unwrap_err().to_string();
        assert!(faults.contains("woorden.toml"), "{faults}");
        assert!(
            faults.contains("nearest: `HUURTOESLAG`") && faults.contains("AOW: its list is empty"),
            "{faults}"
        );
        let search = SearchSettings {
            synonyms: Some(folder.path().join("nergens.toml")),
            ..SearchSettings::default()
        };
        assert!(search.vocabulary().unwrap_err().to_string().contains("cannot be read"));
    }

    #[test]
    fn a_file_that_is_no_model_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vragen.model");
        for (file, problem) in [
            (None, "cannot be read"),
            (Some("huur"), "is not a model"),
            (Some("mwr-mod\x01"), "damaged"),
        ] {
            if let Some(file) = file {
                std::fs::write(&path, file).unwrap();
            }
            let search = SearchSettings {
                model: Some(path.clone()),
                ..SearchSettings::default()
            };
            let faults = search.model().unwrap_err().to_string();
            assert!(faults.contains("search.model") && faults.contains("vragen.model"), "{faults}");
            assert!(faults.contains(problem), "{faults}");
        }
    }
}
