//! Shows what a file of synonyms would change before a node uses it.
//!
//! Queries can contain facts about households: the node runs them and stores none of them.

use std::sync::Arc;

use index::{Context, Grouping, IndexError, Language, Learned, Paging, Plan, Question, Snapshot};
use register::identifier::OfficerName;
use register::position::Position;
use register::violation::ViolationCode;
use register::vocabulary::{SourceFile, Synonyms, Vocabulary};
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::{Consistency, Searchable};

use super::refusal::invalid_field;
use super::{Directory, limits};

/// A file of synonyms, and queries to try it with.
#[derive(Clone)]
pub struct CheckSynonyms {
    /// The text of the file (TOML).
    pub synonyms: String,
    /// The queries.
    pub queries: Vec<String>,
    /// Results per query: 0 means 10, at most 100.
    pub results: i32,
}

/// The effect of a file of synonyms.
#[derive(Clone, Debug)]
pub struct CheckedSynonyms {
    /// The faults in the file.
    pub faults: Vec<String>,
    /// The number of synonyms in the file.
    pub words: usize,
    /// For each query, the answer before and after.
    pub effects: Vec<(QueryAnswer, QueryAnswer)>,
    /// The position that the answers show.
    pub position: Position,
}

/// The best results of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryAnswer {
    /// How the query was understood, in words.
    pub understood: String,
    /// The officers, best first.
    pub officers: Vec<OfficerName>,
}

impl Directory {
    /// Runs the queries with the built-in synonyms of the node and with the file instead. Requires the role `operate`.
    pub async fn check_synonyms(&self, caller: &Caller, request: CheckSynonyms) -> Result<CheckedSynonyms, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let limit = limits::page_size(request.results, 10, 100)?;
        if request.queries.len() > limits::CHECKED_QUERIES {
            let message = "Probeer ten hoogste 500 vragen tegelijk.";
            return Err(invalid_field("queries", ViolationCode::TooLong, message));
        }
        if request
            .queries
            .iter()
            .any(|query| query.chars().count() > limits::QUERY_CHARACTERS)
        {
            let message = "Een vraag is langer dan 10.000 tekens; maak haar korter.";
            return Err(invalid_field("queries", ViolationCode::TooLong, message));
        }
        let searchable = self.views.searching(&Consistency::any()).await?;
        let gazetteer = Arc::clone(&self.knowledge.gazetteer);
        let model = self.language.model();
        self.tasks
            .blocking(move || {
                let position = searchable.view().position();
                let builtin = Vocabulary::builtin();
                let file = SourceFile {
                    name: "synonyms",
                    text: &request.synonyms,
                };
                let synonyms = match Synonyms::parse(file, &builtin) {
                    Ok(synonyms) => synonyms,
                    Err(wrong) => {
                        let faults = wrong
                            .0
                            .iter()
                            .map(|fault| format!("{}: {}", fault.item, fault.problem))
                            .collect();
                        return Ok(CheckedSynonyms {
                            faults,
                            words: 0,
                            effects: Vec::new(),
                            position,
                        });
                    }
                };
                let language = Language::with(&builtin.with_synonyms(&synonyms), gazetteer, Learned::of(model));
                let organisations = searchable.view().organisations().map(AsRef::as_ref);
                let candidate = Context::new(Arc::new(language), organisations);
                let effects = request
                    .queries
                    .into_iter()
                    .map(|query| effect(&searchable, &candidate, query, limit));
                Ok(CheckedSynonyms {
                    faults: Vec::new(),
                    words: synonyms.len(),
                    effects: effects.collect::<Result<_, _>>().map_err(Error::internal)?,
                    position,
                })
            })
            .await?
    }
}

fn effect(
    searchable: &Searchable,
    candidate: &Context,
    query: String,
    limit: usize,
) -> Result<(QueryAnswer, QueryAnswer), IndexError> {
    let question = Question {
        text: query,
        grouping: Grouping::Flat,
        ..Question::default()
    };
    let before = answer(searchable.snapshot(), &question, searchable.context(), limit)?;
    Ok((before, answer(searchable.snapshot(), &question, candidate, limit)?))
}

fn answer(snapshot: &Snapshot, question: &Question, context: &Context, limit: usize) -> Result<QueryAnswer, IndexError> {
    let plan = Plan::compile(question, context);
    let paging = Paging {
        facets: false,
        ..Paging::first(limit)
    };
    // Only the names of the officers are compared, so their texts are not needed.
    let results = snapshot.search(&plan, &paging, &|_| None)?;
    Ok(QueryAnswer {
        understood: plan.understanding.sentence(),
        officers: results.hits.into_iter().map(|hit| hit.name).collect(),
    })
}
