//! The built-in vocabulary.

use std::sync::{Arc, OnceLock};

use super::Vocabulary;
use super::load::SourceFile;

/// Lists the files of `register/vocabulary` with their content.
macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        [$(SourceFile { name: $name, text: include_str!(concat!("../../vocabulary/", $name)) }),+]
    };
}

/// The files, in the order in which they are hashed. To add a theme, add its file here.
pub(super) const SOURCES: [SourceFile<'static>; 20] = sources![
    "vocabulary.toml",
    "executors.toml",
    "competences/algemeen.toml",
    "competences/arbeid.toml",
    "competences/bijstand.toml",
    "competences/gezin.toml",
    "competences/jeugd.toml",
    "competences/justitie.toml",
    "competences/minima.toml",
    "competences/ondersteuning.toml",
    "competences/onderwijs.toml",
    "competences/ouderdom.toml",
    "competences/registratie.toml",
    "competences/schulden.toml",
    "competences/toeslagen.toml",
    "competences/veiligheid.toml",
    "competences/verblijf.toml",
    "competences/werk.toml",
    "competences/wonen.toml",
    "competences/zorg.toml",
];

impl Vocabulary {
    /// The built-in vocabulary, parsed once.
    pub fn builtin() -> Arc<Vocabulary> {
        static BUILTIN: OnceLock<Arc<Vocabulary>> = OnceLock::new();
        let vocabulary = BUILTIN
            .get_or_init(|| Arc::new(super::load(&SOURCES).expect("the tests of this module load these files without a fault")));
        Arc::clone(vocabulary)
    }
}
