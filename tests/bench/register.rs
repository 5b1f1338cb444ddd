//! A register of some size: published, asked, resolved, started again.

use std::time::{Duration, Instant};

use anyhow::ensure;
use proto::v1::{Need, Officer, SearchOfficersRequest, SyncReport};
use tests::caller::Caller;
use tests::generator::Generator;
use tests::node::{Node, NodeOptions};
use tests::snapshot::Snapshot;
use tests::world::{CAK, DUO};
use tonic::Status;

use crate::Effort;
use crate::load::{self, Measured};
use crate::memory::{self, Memory};

/// The same data for everybody.
pub(crate) const SEED: u64 = 2026;

/// Different questions, asked in turn.
pub(crate) const QUESTIONS: usize = 1_000;

/// Officers of the organisation for which is resolved: no real one has thousands.
const RESOLVED: usize = 200;

/// What a snapshot may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// What was measured of one register.
#[derive(Debug)]
pub(crate) struct Register {
    /// Officers in it.
    pub(crate) officers: usize,
    /// From the first message of the snapshot to its acknowledgement.
    pub(crate) published: Duration,
    /// From the acknowledgement to the first search that shows it.
    pub(crate) searchable: Duration,
    /// The same snapshot again.
    pub(crate) unchanged: Duration,
    /// One officer of many changed.
    pub(crate) one_changed: Duration,
    /// From that acknowledgement to the first search that shows it.
    pub(crate) change_searchable: Duration,
    /// Searches.
    pub(crate) searches: Measured,
    /// Resolves.
    pub(crate) resolves: Measured,
    /// After all that.
    pub(crate) memory: Option<Memory>,
    /// From starting the process to its ready file.
    pub(crate) started: Duration,
    /// The same, when the index must be made anew.
    pub(crate) started_without_index: Duration,
}

/// Measures a register of `count` officers.
pub(crate) async fn measure(count: usize, effort: Effort) -> anyhow::Result<Register> {
    // Two callers share one OIN here: a limit per OIN would measure the limit.
    let options = NodeOptions::default()
        .with("limits.requests_per_second", "0")
        .with("log.filter", "\"warn\"");
    let mut node = Node::start_with(options).await;
    let publisher = node.publisher(DUO);
    let mut generator = Generator::new(SEED);
    let mut officers = generator.officers(DUO, count);

    let (report, published) = publish(&publisher, DUO, officers.clone()).await?;
    ensure!(report.created as usize == count, "{} of {count} were created", report.created);
    let searchable = until_searchable(&publisher, &report).await?;
    let (report, unchanged) = publish(&publisher, DUO, officers.clone()).await?;
    ensure!(
        report.unchanged as usize == count,
        "{} of {count} were unchanged",
        report.unchanged
    );
    officers[count / 2].description.push_str(" Sinds kort ook op vrijdag.");
    let (report, one_changed) = publish(&publisher, DUO, officers).await?;
    ensure!(report.updated == 1, "{} were updated", report.updated);
    let change_searchable = until_searchable(&publisher, &report).await?;

    publish(&node.publisher(CAK), CAK, generator.officers(CAK, RESOLVED)).await?;

    let callers = || (0..effort.connections).map(|_| node.professional()).collect();
    let searches = load::run(Searches(generator.questions(QUESTIONS)), callers(), effort).await?;
    let competences = (0..QUESTIONS).map(|_| generator.competence()).collect();
    let resolves = load::run(Resolves(competences), callers(), effort).await?;
    let memory = memory::of(node.ready.pid);

    let started = start_again(&mut node).await?;
    ensure!(node.stop().await.success(), "the node ended badly: {}", node.log());
    std::fs::remove_dir_all(node.data().join("index"))?;
    let begin = Instant::now();
    node.start_again().await;
    let started_without_index = begin.elapsed();
    ensure!(node.stop().await.success(), "the node ended badly: {}", node.log());
    Ok(Register {
        officers: count,
        published,
        searchable,
        unchanged,
        one_changed,
        change_searchable,
        searches,
        resolves,
        memory,
        started,
        started_without_index,
    })
}

/// Publishes a snapshot, and tells how long that took.
pub(crate) async fn publish(
    publisher: &Caller,
    organisation: &str,
    officers: Vec<Officer>,
) -> anyhow::Result<(SyncReport, Duration)> {
    let messages: Vec<_> = Snapshot::of(organisation, officers).messages().collect();
    let mut request = tonic::Request::new(tokio_stream::iter(messages));
    request.set_timeout(PATIENCE);
    let begin = Instant::now();
    let answer = publisher.sync.clone().sync_officers(request).await?;
    let elapsed = begin.elapsed();
    let report = answer.into_inner().report.unwrap_or_default();
    ensure!(
        report.violations.is_empty(),
        "the generator's officers are valid: {:?}",
        report.violations.first()
    );
    Ok((report, elapsed))
}

/// How long it takes until a search shows what was acknowledged just now.
async fn until_searchable(caller: &Caller, report: &SyncReport) -> anyhow::Result<Duration> {
    let mut request = tonic::Request::new(SearchOfficersRequest {
        min_position: report.position.clone(),
        page_size: 1,
        ..Default::default()
    });
    request.set_timeout(PATIENCE);
    let begin = Instant::now();
    caller.directory.clone().search_officers(request).await?;
    Ok(begin.elapsed())
}

async fn start_again(node: &mut Node) -> anyhow::Result<Duration> {
    ensure!(node.stop().await.success(), "the node ended badly: {}", node.log());
    let begin = Instant::now();
    node.start_again().await;
    Ok(begin.elapsed())
}

struct Searches(Vec<String>);

impl load::Request for Searches {
    async fn send(&self, caller: &Caller, number: usize) -> Result<(), Status> {
        let request = SearchOfficersRequest {
            query: self.0[number % self.0.len()].clone(),
            ..Default::default()
        };
        caller.search(request).await.map(|_| ())
    }
}

struct Resolves(Vec<String>);

impl load::Request for Resolves {
    async fn send(&self, caller: &Caller, number: usize) -> Result<(), Status> {
        let need = Need {
            organisation: format!("organisations/{CAK}"),
            competences: vec![self.0[number % self.0.len()].clone()],
            ..Default::default()
        };
        caller.resolve(need, None).await.map(|_| ())
    }
}
