//! The context of a question: the language, and the names of the organisations that the register knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use register::identifier::{MunicipalityCode, OrganisationId};
use register::organisation::{Organisation, OrganisationKind};

use super::language::Language;
use super::lexicon::Lexicon;
use super::organisation_names::{OrganisationName, OrganisationNames};
use crate::hash::{HashMap, HashSet};

/// The language with the names of organisations. Cheap to rebuild when an organisation changes.
pub struct Context {
    pub(crate) language: Arc<Language>,
    /// The names of organisations other than municipalities.
    pub(crate) names: OrganisationNames,
    /// The folded names of municipalities and their places, words separated by a space.
    pub(crate) municipalities: BTreeMap<String, Vec<MunicipalityCode>>,
    /// The first words of these names.
    pub(crate) municipality_beginnings: HashSet<String>,
    pub(crate) organisations: HashMap<OrganisationId, KnownOrganisation>,
    /// The names so far: two organisations may share one, and one organisation has each once.
    known: HashSet<(OrganisationId, Vec<String>)>,
}

/// An organisation of the register.
pub(crate) struct KnownOrganisation {
    pub(crate) short_name: String,
    pub(crate) kind: OrganisationKind,
}

impl Context {
    /// Creates a context that knows the names of `organisations`.
    pub fn new<'a>(language: Arc<Language>, organisations: impl IntoIterator<Item = &'a Organisation>) -> Self {
        let mut context = Self {
            language,
            names: OrganisationNames::default(),
            municipalities: BTreeMap::new(),
            municipality_beginnings: HashSet::default(),
            organisations: HashMap::default(),
            known: HashSet::default(),
        };
        for organisation in organisations {
            let known = KnownOrganisation {
                short_name: organisation.short_name.clone(),
                kind: organisation.kind,
            };
            context.organisations.insert(organisation.id.clone(), known);
            let names = [&organisation.name, &organisation.short_name]
                .into_iter()
                .chain(&organisation.aliases);
            if organisation.kind == OrganisationKind::Gemeente {
                if let Some(code) = &organisation.municipality_code {
                    names
                        .chain(&organisation.places)
                        .for_each(|name| context.add_municipality(name, code));
                }
            } else {
                for name in names {
                    if organisation.kind == OrganisationKind::Ministerie && context.is_word_of_the_field(name) {
                        // "onderwijs" is a subject; only "ministerie van onderwijs" names the ministry.
                        context.add_name(&organisation.id, &format!("ministerie {name}"));
                        context.add_name(&organisation.id, &format!("ministerie van {name}"));
                    } else {
                        context.add_name(&organisation.id, name);
                    }
                }
            }
        }
        for (id, names) in &context.language.organisation_names.clone() {
            names.iter().for_each(|name| context.add_name(id, name));
        }
        for (id, names) in Lexicon::get().organisations() {
            if let Ok(id) = OrganisationId::parse(id) {
                names.iter().for_each(|name| context.add_name(&id, name));
            }
        }
        context.known = HashSet::default();
        context
    }

    /// Returns the language.
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// Whether a name is a single word that several schemes have.
    fn is_word_of_the_field(&self, name: &str) -> bool {
        let words = self.language.analyser.words(name);
        matches!(words.as_slice(), [only] if self.language.phrases.rarity(&only.whole) < self.language.weights.names.rarity)
    }

    fn surfaces(&self, text: &str) -> Vec<String> {
        self.language
            .analyser
            .words(text)
            .into_iter()
            .map(|word| word.surface)
            .collect()
    }

    fn add_name(&mut self, id: &OrganisationId, name: &str) {
        let words = self.surfaces(name);
        let is_article = |word: &String| matches!(word.as_str(), "de" | "het" | "stichting");
        // People also type "De Hoeksteen" without the article, but an everyday word must not become a name that way.
        if words.len() == 2 && is_article(&words[0]) && !self.language.analyser.is_known(&words[1]) {
            self.push_name(id, words[1..].to_vec());
        }
        self.push_name(id, words);
    }

    fn push_name(&mut self, id: &OrganisationId, words: Vec<String>) {
        if !words.is_empty() && self.known.insert((id.clone(), words.clone())) {
            self.names.push(OrganisationName { id: id.clone(), words });
        }
    }

    fn add_municipality(&mut self, name: &str, code: &MunicipalityCode) {
        let mut words = self.surfaces(name);
        if words.len() > 1 && words[0] == "gemeente" {
            words.remove(0);
        }
        self.municipality_beginnings.extend(words.first().cloned());
        let codes = self.municipalities.entry(words.join(" ")).or_default();
        if !codes.contains(code) {
            codes.push(code.clone());
        }
    }
}
