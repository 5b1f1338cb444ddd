//! Searching with one layer less, to measure what each gives. For measurements and nothing else.
//!
//! ```text
//! cargo run --release -p index --features testing --example eval -- FOLDER QUERIES.tsv RUN --ablation OUT
//! ```

use std::sync::Arc;

use register::gazetteer::Gazetteer;
use register::vocabulary::Vocabulary;

use crate::context::Context;
use crate::language::Language;
use crate::plan::{Plan, PlannedWord};
use crate::question::{Grouping, Question};
use crate::score::Score;

/// Something that search can be made to do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The vocabulary: competences and life domains.
    Vocabulary,
    /// Splitting compounds.
    Compounds,
    /// Written stems of irregular words.
    Stems,
    /// Correcting and forgiving typing errors.
    Typos,
    /// Organisations and kinds of them that are named.
    Organisations,
    /// Places that are named.
    Places,
}

impl Layer {
    /// All of them.
    pub const ALL: [Layer; 6] = [
        Self::Vocabulary,
        Self::Compounds,
        Self::Stems,
        Self::Typos,
        Self::Organisations,
        Self::Places,
    ];

    /// A word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vocabulary => "vocabulary",
            Self::Compounds => "compounds",
            Self::Stems => "stems",
            Self::Typos => "typos",
            Self::Organisations => "organisations",
            Self::Places => "places",
        }
    }

    /// The language without it.
    pub fn language_without(self, vocabulary: &Vocabulary, gazetteer: Arc<Gazetteer>) -> Language {
        Language::made(vocabulary, gazetteer, |analyser| match self {
            Self::Compounds => analyser.forget_parts(),
            Self::Stems => analyser.forget_stems(),
            Self::Typos => analyser.forget_corrections(),
            Self::Vocabulary | Self::Organisations | Self::Places => {}
        })
    }

    /// Takes out of a plan what it put there.
    pub fn remove_from(self, plan: &mut Plan) {
        match self {
            Self::Vocabulary => {
                plan.competences.clear();
                plan.domains.clear();
                plan.least = Score(1);
            }
            Self::Typos => plan.words.iter_mut().for_each(|word| word.approximate = None),
            Self::Organisations => {
                plan.organisations.clear();
                plan.organisation_kinds.clear();
            }
            Self::Places => {
                plan.municipalities.clear();
                plan.municipality_weight = Score::ZERO;
            }
            Self::Compounds | Self::Stems => {}
        }
    }
}

/// The plan of a search without any layer: the stems of the words, all of the same weight.
pub fn words_only(text: &str, context: &Context) -> Plan {
    let mut plan = Plan::compile(
        &Question {
            grouping: Grouping::Collapse,
            ..Question::default()
        },
        context,
    );
    plan.is_browse = false;
    plan.words = context
        .language
        .analyser
        .words(text)
        .into_iter()
        .map(|word| PlannedWord {
            terms: vec![(word.whole, Score::rounded(1.0))],
            surface: word.surface,
            weight: Score::rounded(1.0),
            approximate: None,
        })
        .collect();
    plan
}
