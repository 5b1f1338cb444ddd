//! Measures the relevance of search results with given weights, question by question.

use std::error::Error;
use std::path::Path;
use std::sync::{Arc, Mutex};

use client::relevance::{LabelledQuery, RelevanceJudge, ndcg_at_10, read_labelled_queries};
use index::{Context, IndexedOfficer, Language, Learned, Model, Paging, Plan, Weights};
use register::gazetteer::Gazetteer;
use register::organisation::Organisation;
use register::vocabulary::Vocabulary;

use crate::common::register_files;
use crate::common::setup::{DEPTH, TemporaryIndex, flat};
use crate::examples::Labelled;
use crate::weights_file::WeightsFile;

/// The weights that an index is opened with.
const SATURATION: &str = "saturation.";
/// The number of threads that ask. Each has a language of its own.
const THREADS: usize = 2;
/// The number of questions of each fold that are asked beside the labelled queries.
const OF_FOLD: usize = 300;

/// A register, and questions with what they must find.
pub(crate) struct Relevance {
    vocabulary: Vocabulary,
    organisations: Vec<Organisation>,
    officers: Vec<IndexedOfficer>,
    /// The index with the saturation of `start`.
    index: TemporaryIndex,
    start: WeightsFile,
    judge: RelevanceJudge,
    /// Questions with the model that may answer them, which has not learned them.
    groups: Vec<(Arc<Model>, Vec<LabelledQuery>)>,
}

impl Relevance {
    /// Reads the register in `folder` and the labelled `queries`, and takes questions that each of `models` has not learned. The
    /// weights that are measured differ little from those of `start`.
    pub(crate) fn new(
        start: &WeightsFile,
        folder: &Path,
        queries: &Path,
        vocabulary: Vocabulary,
        questions: &[&Labelled],
        models: &[Arc<Model>],
    ) -> Result<Self, Box<dyn Error>> {
        let (organisations, officers) = register_files::read(folder)?;
        let text = |name: &str| std::fs::read_to_string(folder.join(name));
        let judge = RelevanceJudge::from_json_lines(&text("organisations.jsonl")?, &text("officers.jsonl")?)?;
        let weights = Arc::new(Weights::parse(&start.to_text())?);
        let language = language(&vocabulary, &Model::builtin(), &weights);
        let index = TemporaryIndex::filled("weights", language, officers.clone())?;
        let queries = read_labelled_queries(&std::fs::read_to_string(queries)?)?;
        let mut groups = vec![(Model::builtin(), queries)];
        for (fold, model) in models.iter().enumerate() {
            let of_fold = questions.iter().filter(|question| question.fold == fold);
            let of_fold = of_fold.map(|question| as_query(question, &vocabulary));
            let of_fold: Vec<LabelledQuery> = of_fold
                .filter(|query| judge.ideal_grades(query).first() == Some(&3))
                .collect();
            let step = (of_fold.len() / OF_FOLD).max(1);
            groups.push((model.clone(), of_fold.into_iter().step_by(step).collect()));
        }
        Ok(Self {
            vocabulary,
            organisations,
            officers,
            index,
            start: start.clone(),
            judge,
            groups,
        })
    }

    /// Returns of each question whether it is one of the labelled queries.
    pub(crate) fn questions(&self) -> Vec<bool> {
        let groups = (0..).zip(&self.groups);
        let questions = groups.flat_map(|(group, (_, queries))| std::iter::repeat_n(group == 0, queries.len()));
        questions.collect()
    }

    /// Returns the nDCG@10 of each question with these weights; `None` if they are out of bounds.
    pub(crate) fn measure(&self, file: &WeightsFile) -> Option<Vec<f64>> {
        let weights = &Arc::new(Weights::parse(&file.to_text()).ok()?);
        // An index has the saturation that it was opened with.
        let own_index = (!file.has_same(SATURATION, &self.start)).then(|| {
            let language = language(&self.vocabulary, &Model::builtin(), weights);
            TemporaryIndex::filled("saturation", language, self.officers.clone()).expect("the first index could be built")
        });
        let index = own_index.as_ref().unwrap_or(&self.index);
        let answers: Vec<Mutex<Vec<f64>>> = self.groups.iter().map(|_| Mutex::default()).collect();
        let next = Mutex::new(self.groups.iter().zip(&answers));
        let work = || {
            loop {
                let Some(((model, queries), answer)) = next.lock().expect("no thread panics").next() else {
                    break;
                };
                *answer.lock().expect("no thread panics") = self.ask(index, model, queries, weights);
            }
        };
        std::thread::scope(|scope| {
            (0..THREADS).for_each(|_| drop(scope.spawn(work)));
        });
        let answers = answers
            .into_iter()
            .flat_map(|answer| answer.into_inner().expect("no thread panics"));
        Some(answers.collect())
    }

    fn ask(&self, index: &TemporaryIndex, model: &Arc<Model>, queries: &[LabelledQuery], weights: &Arc<Weights>) -> Vec<f64> {
        let context = Context::new(language(&self.vocabulary, model, weights), &self.organisations);
        let paging = Paging {
            facets: false,
            ..Paging::first(DEPTH)
        };
        let measure = |query: &LabelledQuery| {
            let plan = Plan::compile(&flat(query.text.clone()), &context);
            let results = index.index.snapshot().search(&plan, &paging, &|_| None);
            let hits = results.expect("the index can be searched").hits;
            let names = hits
                .iter()
                .map(|hit| format!("{}/{}", hit.name.organisation, hit.name.officer));
            ndcg_at_10(&self.judge, query, &names.collect::<Vec<_>>())
        };
        queries.iter().map(measure).collect()
    }
}

fn language(vocabulary: &Vocabulary, model: &Arc<Model>, weights: &Arc<Weights>) -> Arc<Language> {
    let learned = Learned {
        model: model.clone(),
        weights: weights.clone(),
        ..Learned::default()
    };
    Arc::new(Language::with(vocabulary, Gazetteer::builtin(), learned))
}

/// Returns a training question as a query for the officers of its executors.
fn as_query(question: &Labelled, vocabulary: &Vocabulary) -> LabelledQuery {
    let organisations = vocabulary
        .executors()
        .iter()
        .filter(|executor| question.orgs.contains(&executor.key));
    let organisations = organisations.map(|executor| match &executor.organisation {
        Some(organisation) => organisation.to_string(),
        None => executor.key.clone(),
    });
    LabelledQuery {
        qid: String::new(),
        kind: question.kind.clone(),
        text: question.q.clone(),
        organisations: organisations.collect(),
        competences: question.codes.clone(),
        municipality: None,
    }
}
