//! `mwr vocabulary check`: shows the effect of a file of synonyms on each question, before a node uses it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use client::Client;
use client::relevance::{LabelledQuery, RelevanceJudge, ndcg_at_10, read_labelled_queries};
use futures::TryStreamExt as _;
use proto::v1;
use register::identifier::OfficerName;
use serde_json::json;

use crate::exit::Failure;
use crate::output::{self, Output};
use crate::trec::{self, TrecQuery};

/// Questions per request.
const BATCH: usize = 100;
/// Results to compare: more than the measure needs, because equal desks of several municipalities are collapsed.
const RESULTS: i32 = 100;
/// Results to print of each answer.
const SHOWN: usize = 3;

/// The vocabulary command.
#[derive(Debug, Args)]
pub(crate) struct VocabularyArguments {
    #[command(subcommand)]
    what: VocabularyCommand,
}

#[derive(Debug, Subcommand)]
enum VocabularyCommand {
    /// Show the effect of a file of synonyms on a file of questions. Requires the role operate.
    Check(CheckSynonymsArguments),
}

#[derive(Debug, Args)]
struct CheckSynonymsArguments {
    /// The file of synonyms, in the format of the node's setting `search.synonyms`.
    #[arg(long, value_name = "FILE")]
    synonyms: PathBuf,

    /// Questions, tab-separated with the columns `qid` and `query`. With `type`, `organisations`, `competences` and
    /// `municipality` they are labelled, and nDCG@10 is measured.
    #[arg(long, value_name = "FILE")]
    queries: PathBuf,

    /// Also show the questions without a change.
    #[arg(long)]
    all: bool,
}

pub(crate) async fn run<F: Future<Output = anyhow::Result<Client>>>(
    arguments: &VocabularyArguments,
    connect: impl FnOnce() -> F,
    output: &mut Output,
) -> anyhow::Result<()> {
    let VocabularyCommand::Check(arguments) = &arguments.what;
    let synonyms = read(&arguments.synonyms)?;
    let queries = trec::read_queries(&arguments.queries)?;
    let labelled: HashMap<String, LabelledQuery> = match read_labelled_queries(&read(&arguments.queries)?) {
        Ok(queries) => queries.into_iter().map(|query| (query.qid.clone(), query)).collect(),
        // Questions without labels are not measured.
        Err(_) => HashMap::new(),
    };
    let client = connect().await?;
    let (words, effects) = check_synonyms(&client, arguments, &synonyms, &queries).await?;
    let judge = if labelled.is_empty() {
        None
    } else {
        Some(fetch_judge(&client).await?)
    };
    let mut totals = CheckTotals::default();
    let mut table = output::table(&["qid", "question", "before", "after", "nDCG@10"]);
    for (query, effect) in queries.iter().zip(effects) {
        let compared = ComparedAnswers::of(effect, labelled.get(&query.id), judge.as_ref());
        totals.add(&compared);
        if !arguments.all && !compared.is_changed() {
            continue;
        }
        if output.is_json() {
            output.json(&compared.json(&query.id))?;
            continue;
        }
        let measured = compared
            .measured
            .map_or_else(String::new, |(before, after)| format!("{before:.3} → {after:.3}"));
        let (before, after) = (compared.before.shown(), compared.after.shown());
        table.add_row([&query.id, &query.text, &before, &after, &measured]);
    }
    if output.is_json() {
        return output.json(&totals.json(words));
    }
    output.table(&table)?;
    output.line(totals.line(words))
}

/// Runs all queries with and without the synonyms. Returns the number of words in the file and the effect on each query.
async fn check_synonyms(
    client: &Client,
    arguments: &CheckSynonymsArguments,
    synonyms: &str,
    queries: &[TrecQuery],
) -> anyhow::Result<(u32, Vec<v1::SynonymsEffect>)> {
    let mut effects = Vec::with_capacity(queries.len());
    let mut words = 0;
    for batch in queries.chunks(BATCH) {
        let request = v1::CheckSynonymsRequest {
            synonyms: synonyms.to_owned(),
            queries: batch.iter().map(|query| query.text.clone()).collect(),
            results: RESULTS,
        };
        let answer = client.check_synonyms(request).await?;
        if !answer.faults.is_empty() {
            let faults: String = answer.faults.iter().map(|fault| format!("\n  {fault}")).collect();
            return Err(Failure::Usage(format!("{} cannot be used:{faults}", arguments.synonyms.display())).into());
        }
        words = answer.words;
        effects.extend(answer.effects);
    }
    Ok((words, effects))
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// Fetches the register and makes a judge of it.
async fn fetch_judge(client: &Client) -> anyhow::Result<RelevanceJudge> {
    let (mut organisations, mut officers) = (String::new(), String::new());
    let mut listed = std::pin::pin!(client.all_organisations(v1::ListOrganisationsRequest::default()));
    while let Some(organisation) = listed.try_next().await? {
        organisations.push_str(&serde_json::to_string(&organisation)?);
        organisations.push('\n');
    }
    let mut listed = std::pin::pin!(client.all_officers(None));
    while let Some(entry) = listed.try_next().await? {
        officers.push_str(&serde_json::to_string(&entry.officer)?);
        officers.push('\n');
    }
    Ok(RelevanceJudge::from_json_lines(&organisations, &officers)?)
}

/// An answer: the understanding, and `organisation/officer` best first.
struct SearchOutcome {
    understood: String,
    officers: Vec<String>,
}

impl SearchOutcome {
    fn of(answer: Option<v1::QueryAnswer>) -> Self {
        let answer = answer.unwrap_or_default();
        let short = |name: &String| {
            let name = OfficerName::parse(name).ok()?;
            Some(format!("{}/{}", name.organisation, name.officer))
        };
        Self {
            understood: answer.understood,
            officers: answer.officers.iter().filter_map(short).collect(),
        }
    }

    fn best(&self) -> &[String] {
        &self.officers[..self.officers.len().min(10)]
    }

    fn shown(&self) -> String {
        let mut lines = vec![if self.understood.is_empty() {
            "(words)"
        } else {
            &self.understood
        }];
        lines.extend(self.officers.iter().take(SHOWN).map(String::as_str));
        lines.join("\n")
    }
}

/// The answers to a question before and after, with nDCG@10 if the question is labelled.
struct ComparedAnswers {
    before: SearchOutcome,
    after: SearchOutcome,
    measured: Option<(f64, f64)>,
}

impl ComparedAnswers {
    fn of(effect: v1::SynonymsEffect, query: Option<&LabelledQuery>, judge: Option<&RelevanceJudge>) -> Self {
        let (before, after) = (SearchOutcome::of(effect.before), SearchOutcome::of(effect.after));
        let measured = query.zip(judge).filter(|(query, judge)| !judge.grades(query).is_empty());
        let measured = measured.map(|(query, judge)| {
            let of = |answer: &SearchOutcome| ndcg_at_10(judge, query, &answer.officers);
            (of(&before), of(&after))
        });
        Self { before, after, measured }
    }

    /// Tells whether the first ten results or the understanding differ.
    fn is_changed(&self) -> bool {
        self.before.best() != self.after.best() || self.before.understood != self.after.understood
    }

    fn json(&self, id: &str) -> serde_json::Value {
        let answer = |answer: &SearchOutcome| json!({ "understood": answer.understood, "officers": answer.best() });
        json!({
            "qid": id, "changed": self.is_changed(), "before": answer(&self.before), "after": answer(&self.after),
            "ndcg10": self.measured.map(|(before, after)| json!({ "before": before, "after": after })),
        })
    }
}

/// Totals over all questions.
#[derive(Default)]
struct CheckTotals {
    questions: usize,
    changed: usize,
    better: usize,
    worse: usize,
    measured: Vec<(f64, f64)>,
}

impl CheckTotals {
    fn add(&mut self, compared: &ComparedAnswers) {
        self.questions += 1;
        self.changed += usize::from(compared.is_changed());
        if let Some((before, after)) = compared.measured {
            self.better += usize::from(after > before);
            self.worse += usize::from(after < before);
            self.measured.push((before, after));
        }
    }

    fn means(&self) -> Option<(f64, f64)> {
        let count = self.measured.len() as f64;
        let (before, after) = self
            .measured
            .iter()
            .fold((0.0, 0.0), |sums, (before, after)| (sums.0 + before, sums.1 + after));
        (count > 0.0).then(|| (before / count, after / count))
    }

    fn line(&self, words: u32) -> String {
        let Self { questions, changed, .. } = self;
        let words = match words {
            1 => "1 word changes".to_owned(),
            words => format!("{words} words change"),
        };
        let changes = format!(
            "{words} {changed} of {}",
            output::counted(*questions, "question", "questions")
        );
        match self.means() {
            None => changes,
            Some((before, after)) => format!(
                "{changes}; nDCG@10 of {} labelled ones {before:.3} → {after:.3}, {} better, {} worse",
                self.measured.len(),
                self.better,
                self.worse
            ),
        }
    }

    fn json(&self, words: u32) -> serde_json::Value {
        json!({
            "words": words, "questions": self.questions, "changed": self.changed, "better": self.better, "worse": self.worse,
            "ndcg10": self.means().map(|(before, after)| json!({ "before": before, "after": after })),
        })
    }
}
