//! Measures tantivy behind a bare server: what a team would get that indexes the same officers in an afternoon.
//!
//! It has the words of titles, descriptions, mandates and names of persons in one field, in lower case and without marks. A question finds
//! the officers with any of its words, best first by BM25, and the answer has the stored entries of the first ten. There are no
//! schemes, filters, groups, highlights, totals or rights.

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use prost::Message as _;
use proto::v1::{Officer, SuggestRequest};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{BytesOptions, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, Value as _};
use tantivy::tokenizer::{AsciiFoldingFilter, LowerCaser, SimpleTokenizer, TextAnalyzer};
use tantivy::{Index, IndexReader, TantivyDocument, Term};
use tests::caller::Caller;
use tests::generated::{generator, officers};
use tonic::Status;

use crate::bare::{self, BareServer};
use crate::load::{self, Effort, Measured, ONE_CALLER};
use crate::memory::{self, Memory};
use crate::register::{QUESTIONS, SEED};

const ANALYSER: &str = "plain";
const WRITER_MEMORY: usize = 100_000_000;
const HITS: usize = 10;

/// The measurements of tantivy with the officers of a register.
#[derive(Debug)]
pub(crate) struct TantivyResults {
    /// Searches of many callers.
    pub(crate) searches: Measured,
    /// Searches of one caller, one after the other.
    pub(crate) one_caller: Measured,
    /// Indexing all officers, until they can be searched.
    pub(crate) indexed: Duration,
    /// Memory after all of that.
    pub(crate) memory: Option<Memory>,
}

/// The entries that were found.
#[derive(Clone, PartialEq, prost::Message)]
struct Found {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    officers: Vec<Bytes>,
    /// Milliseconds that indexing took.
    #[prost(uint64, tag = "2")]
    indexed: u64,
}

/// Measures tantivy with `count` officers, in a process of its own.
pub(crate) async fn measure(count: usize, effort: Effort) -> anyhow::Result<TantivyResults> {
    let server = BareServer::start(["tantivy".to_owned(), count.to_string()]).await?;
    let questions = generator(SEED).questions(QUESTIONS);
    let callers = |effort: Effort| (0..effort.connections).map(|_| server.caller()).collect();
    let searches = load::run(Searches(questions.clone()), callers(effort), effort).await?;
    let one = effort.with(ONE_CALLER);
    let one_caller = load::run(Searches(questions), callers(one), one).await?;
    let found: Found = bare::call(&server.caller(), SuggestRequest::default()).await?;
    let memory = server.process().and_then(memory::of);
    server.stop().await?;
    Ok(TantivyResults {
        searches,
        one_caller,
        indexed: Duration::from_millis(found.indexed),
        memory,
    })
}

struct Searches(Vec<String>);

impl load::Request for Searches {
    async fn send(&self, caller: &Caller, number: usize) -> Result<(), Status> {
        let message = SuggestRequest {
            text: self.0[number % self.0.len()].clone(),
            ..Default::default()
        };
        let _: Found = bare::call(caller, message).await?;
        Ok(())
    }
}

/// Indexes `count` officers and serves searches until it is killed.
pub(crate) async fn serve(count: usize, folder: &Path) -> anyhow::Result<()> {
    let documents = officers(&generator(SEED), count);
    let begin = Instant::now();
    let searcher = Searcher::new(folder, &documents)?;
    let indexed = u64::try_from(begin.elapsed().as_millis())?;
    drop(documents);
    bare::serve(folder, move |question: SuggestRequest| Found {
        officers: searcher.search(&question.text).unwrap_or_default(),
        indexed,
    })
    .await
}

/// An index of officers.
struct Searcher {
    reader: IndexReader,
    analyser: TextAnalyzer,
    text: Field,
    stored: Field,
}

impl Searcher {
    /// Indexes `officers` in `folder`.
    fn new(folder: &Path, officers: &[Officer]) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_tokenizer(ANALYSER);
        let indexing = indexing.set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let stored = schema.add_bytes_field("officer", BytesOptions::default().set_stored());
        let folder = folder.join("index");
        std::fs::create_dir(&folder)?;
        let index = Index::create_in_dir(folder, schema.build())?;
        let analyser = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .build();
        index.tokenizers().register(ANALYSER, analyser.clone());
        let mut writer = index.writer(WRITER_MEMORY)?;
        for officer in officers {
            let mut document = TantivyDocument::new();
            document.add_text(text, words_of(officer));
            document.add_bytes(stored, &officer.encode_to_vec());
            writer.add_document(document)?;
        }
        writer.commit()?;
        Ok(Self {
            reader: index.reader()?,
            analyser,
            text,
            stored,
        })
    }

    /// Returns the stored entries of the first officers with any word of `question`.
    fn search(&self, question: &str) -> tantivy::Result<Vec<Bytes>> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut analyser = self.analyser.clone();
        let mut words = analyser.token_stream(question);
        while words.advance() {
            let term = Term::from_field_text(self.text, &words.token().text);
            clauses.push((Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))));
        }
        let searcher = self.reader.searcher();
        let best = TopDocs::with_limit(HITS).order_by_score();
        let found = searcher.search(&BooleanQuery::new(clauses), &best)?;
        let entries = found.into_iter().map(|(_, address)| {
            let document: TantivyDocument = searcher.doc(address)?;
            let entry = document.get_first(self.stored).and_then(|value| value.as_bytes());
            Ok(Bytes::copy_from_slice(entry.unwrap_or_default()))
        });
        entries.collect()
    }
}

/// Returns the texts of an officer in one.
fn words_of(officer: &Officer) -> String {
    let mandates = officer.mandates.iter().flat_map(|mandate| [&mandate.limit, &mandate.consult]);
    let texts = [&officer.function_title, &officer.description, &officer.person_name];
    let texts = texts.into_iter().chain(mandates);
    texts.map(String::as_str).collect::<Vec<_>>().join(" ")
}
