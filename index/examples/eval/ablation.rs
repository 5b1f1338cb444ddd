//! Searches with one layer less, to measure what each contributes.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use index::{AnalysisSteps, Context, IndexedOfficer, Language, Learned, Model, Paging, Plan, PlanParts, Score};
use register::gazetteer::Gazetteer;
use register::organisation::Organisation;
use register::vocabulary::Vocabulary;

use crate::common::setup::{DEPTH, TemporaryIndex, flat};
use crate::trec::write_run;

/// A layer that search can do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    /// The vocabulary: competences and life domains.
    Vocabulary,
    /// What the model has learned of questions.
    Model,
    /// The names and phrases of the vocabulary, beside the model.
    Phrases,
    /// Reading a text section by section.
    Sections,
    /// Words that tell which executor is meant.
    ExecutorCues,
    /// Related schemes.
    Related,
    /// Splitting compounds.
    Compounds,
    /// Irregular stems.
    Stems,
    /// Correcting and tolerating typing errors.
    Typos,
    /// Named organisations and kinds of organisation.
    Organisations,
    /// Named places.
    Places,
}

impl Layer {
    const ALL: [Layer; 11] = [
        Self::Vocabulary,
        Self::Model,
        Self::Phrases,
        Self::Sections,
        Self::ExecutorCues,
        Self::Related,
        Self::Compounds,
        Self::Stems,
        Self::Typos,
        Self::Organisations,
        Self::Places,
    ];

    /// Returns the name of its run.
    fn as_str(self) -> &'static str {
        match self {
            Self::Vocabulary => "vocabulary",
            Self::Model => "model",
            Self::Phrases => "phrases",
            Self::Sections => "sections",
            Self::ExecutorCues => "cues",
            Self::Related => "related",
            Self::Compounds => "compounds",
            Self::Stems => "stems",
            Self::Typos => "typos",
            Self::Organisations => "organisations",
            Self::Places => "places",
        }
    }

    /// Returns the language without the layer.
    fn language(self) -> Language {
        if self == Self::Model {
            let model = Arc::new(Model::empty());
            return Language::with(&Vocabulary::builtin(), Gazetteer::builtin(), Learned::of(model));
        }
        let steps = AnalysisSteps {
            compounds: self != Self::Compounds,
            irregular_stems: self != Self::Stems,
            corrections: self != Self::Typos,
            phrases: self != Self::Phrases,
            sections: self != Self::Sections,
            executor_cues: self != Self::ExecutorCues,
            related_schemes: self != Self::Related,
        };
        Language::with(
            &Vocabulary::builtin(),
            Gazetteer::builtin(),
            Learned {
                steps,
                ..Learned::default()
            },
        )
    }

    /// Removes what the layer added to a plan.
    fn remove_from(self, plan: &mut PlanParts) {
        match self {
            Self::Vocabulary => {
                plan.competences.clear();
                plan.domains.clear();
                plan.min_score = Score(1);
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
            // The language is without them.
            _ => {}
        }
    }
}

/// Writes a run for each layer that is left out, and one in the order of own scores.
pub(crate) fn write_runs(
    into: &Path,
    questions: &[(String, String)],
    organisations: &[Organisation],
    officers: &[IndexedOfficer],
) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(into)?;
    for layer in Layer::ALL {
        let language = Arc::new(layer.language());
        let context = Context::new(language.clone(), organisations);
        let index = TemporaryIndex::filled(&format!("without-{}", layer.as_str()), language, officers.to_vec())?;
        let (mut run, mut by_own_score) = (String::new(), String::new());
        for (qid, text) in questions {
            let whole = Plan::compile(&flat(text.clone()), &context);
            let mut parts = whole.clone().into_parts();
            layer.remove_from(&mut parts);
            let plan = Plan::try_from(parts)?;
            write_run(
                &mut run,
                qid,
                &index.index.snapshot().search(&plan, &Paging::first(DEPTH), &|_| None)?,
            );
            if layer == Layer::Vocabulary {
                // Plan and language are complete here: only the order differs, without the penalty by rank and groups.
                let mut results = index.index.snapshot().search(&whole, &Paging::first(10 * DEPTH), &|_| None)?;
                results.hits.sort_by_key(|hit| std::cmp::Reverse(hit.own_score));
                write_run(&mut by_own_score, qid, &results);
            }
        }
        std::fs::write(into.join(format!("{}.run", layer.as_str())), run)?;
        if !by_own_score.is_empty() {
            std::fs::write(into.join("ranks.run"), by_own_score)?;
        }
    }
    Ok(())
}
