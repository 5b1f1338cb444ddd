//! Measures one node: publishing, searching, resolving, memory and restarts of a register of some size.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use generator::RegisterGenerator;
use proto::v1::{Need, Officer, Organisation, Role, SearchOfficersRequest, SyncReport};
use tests::caller::Caller;
use tests::generated::{generator, officers, officers_of, organisations};
use tests::node::{Node, NodeOptions};
use tests::snapshot::Snapshot;
use tests::world::{self, CAK, DUO};
use tonic::Status;

use crate::load::{self, Effort, Measured, ONE_CALLER};
use crate::memory::{self, Memory};

/// The seed of the data: the same register in every measurement.
pub(crate) const SEED: u64 = 2026;

/// How many different questions are asked, in turn.
pub(crate) const QUESTIONS: usize = 1_000;

/// How many questions are asked after a restart before memory is read: a node that has answered nothing has read little.
pub(crate) const QUESTIONS_AFTER_RESTART: usize = 100;

/// The deadline of a snapshot. Only guards against hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// How many grants are put in one request.
const GRANTS_AT_ONCE: usize = 50;

/// How the officers of a register are divided over organisations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// Over 126 organisations, with areas, as in a real register.
    Organisations,
    /// All at one organisation: the largest snapshot and the least selective filters.
    OneOrganisation,
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Organisations => "126 organisations",
            Self::OneOrganisation => "one organisation",
        })
    }
}

/// The measurements of one register.
#[derive(Debug)]
pub(crate) struct RegisterResults {
    /// The number of officers.
    pub(crate) officers: usize,
    /// How they are divided over organisations.
    pub(crate) spread: Spread,
    /// Publishing all of them: the time of all snapshots together.
    pub(crate) published: Duration,
    /// From the last acknowledgement to the first search that shows it.
    pub(crate) searchable: Duration,
    /// The same snapshots again.
    pub(crate) unchanged: Duration,
    /// The snapshot of one organisation with one officer changed.
    pub(crate) one_changed: Duration,
    /// From that acknowledgement to the first search that shows it.
    pub(crate) change_searchable: Duration,
    /// Searches with facets, as the page asks them.
    pub(crate) searches: Measured,
    /// Searches without facets.
    pub(crate) plain_searches: Measured,
    /// Searches of one caller without facets, one after the other.
    pub(crate) one_caller: Measured,
    /// Resolves.
    pub(crate) resolves: Measured,
    /// Memory after all of that.
    pub(crate) memory: Option<Memory>,
    /// From the start of the process to its ready file.
    pub(crate) started: Duration,
    /// Memory after that restart and some questions.
    pub(crate) memory_after_restart: Option<Memory>,
    /// From the start of the process to its ready file, when the index must be rebuilt.
    pub(crate) started_without_index: Duration,
}

/// Measures a register of `count` officers.
pub(crate) async fn measure(count: usize, spread: Spread, effort: Effort) -> anyhow::Result<RegisterResults> {
    // All callers share one OIN here: a limit per OIN would measure the limit.
    let options = NodeOptions::default()
        .with("limits.requests_per_second", "0")
        .with("log.filter", "\"warn\"");
    let mut node = Node::start_with(options).await;
    let generator = generator(SEED);
    let mut snapshots = snapshots(&generator, count, spread);
    let publisher = publisher(&node, &generator, spread).await?;

    let (published, report) = publish_all(&publisher, &snapshots).await?;
    ensure!(report.created == count, "{} of {count} were created", report.created);
    let searchable = until_searchable(&publisher, &report.last).await?;
    let (unchanged, report) = publish_all(&publisher, &snapshots).await?;
    ensure!(report.unchanged == count, "{} of {count} were unchanged", report.unchanged);
    let largest = snapshots.iter_mut().max_by_key(|(_, officers)| officers.len());
    let (organisation, officers) = largest.context("a register has officers")?;
    let middle = officers.len() / 2;
    officers[middle].description.push_str(" Sinds kort ook op vrijdag.");
    let (report, one_changed) = publish(&publisher, organisation, officers.clone()).await?;
    ensure!(report.updated == 1, "{} were updated", report.updated);
    let change_searchable = until_searchable(&publisher, &report).await?;

    let callers = |effort: Effort| (0..effort.connections).map(|_| node.professional()).collect();
    let questions = generator.questions(QUESTIONS);
    let searches = load::run(Searches::new(questions.clone()), callers(effort), effort).await?;
    let plain = || Searches::new(questions.clone()).without_facets();
    let plain_searches = load::run(plain(), callers(effort), effort).await?;
    let one = effort.with(ONE_CALLER);
    let one_caller = load::run(plain(), callers(one), one).await?;
    let resolves = load::run(Resolves::new(&generator, spread), callers(effort), effort).await?;
    let memory = memory::of(node.ready.pid);

    let started = restart(&mut node).await?;
    let reader = node.professional();
    for question in questions.iter().take(QUESTIONS_AFTER_RESTART) {
        reader.find(question, None).await?;
    }
    let memory_after_restart = memory::of(node.ready.pid);
    ensure!(node.stop().await.success(), "the node ended badly: {}", node.log());
    std::fs::remove_dir_all(node.data().join("index"))?;
    let begin = Instant::now();
    node.start_again().await;
    let started_without_index = begin.elapsed();
    ensure!(node.stop().await.success(), "the node ended badly: {}", node.log());
    Ok(RegisterResults {
        officers: count,
        spread,
        published,
        searchable,
        unchanged,
        one_changed,
        change_searchable,
        searches,
        plain_searches,
        one_caller,
        resolves,
        memory,
        started,
        memory_after_restart,
        started_without_index,
    })
}

/// The officers by organisation id, each a snapshot.
pub(crate) fn snapshots(generator: &RegisterGenerator, count: usize, spread: Spread) -> BTreeMap<String, Vec<Officer>> {
    if spread == Spread::OneOrganisation {
        return BTreeMap::from([(DUO.to_owned(), officers_of(generator, DUO, count))]);
    }
    let mut snapshots = BTreeMap::<String, Vec<Officer>>::new();
    for officer in officers(generator, count) {
        let id = id_of(&officer.name).to_owned();
        snapshots.entry(id).or_default().push(officer);
    }
    snapshots
}

/// A caller that may publish for every organisation of the register.
async fn publisher(node: &Node, generator: &RegisterGenerator, spread: Spread) -> anyhow::Result<Caller> {
    match spread {
        Spread::OneOrganisation => Ok(node.publisher(DUO)),
        Spread::Organisations => supplier(node, organisations(generator)).await,
    }
}

/// Adds `organisations` and returns a caller that may publish for all of them, as a supplier may.
pub(crate) async fn supplier(node: &Node, organisations: Vec<Organisation>) -> anyhow::Result<Caller> {
    let operator = node.operator();
    let oin = world::publisher_oin(CAK);
    let ids = organisations.iter().map(|organisation| id_of(&organisation.name));
    let grants: Vec<_> = ids.map(|id| world::grant(oin, id, &[Role::Publish, Role::Lookup])).collect();
    let put = operator.put_organisations(organisations).await?;
    ensure!(put.applied, "the organisations were refused: {:?}", put.violations);
    for grants in grants.chunks(GRANTS_AT_ONCE) {
        operator.put_grants(grants.to_vec()).await?;
    }
    Ok(node.caller(oin))
}

/// The id of the organisation in a resource name `organisations/ID` or `organisations/ID/officers/…`.
pub(crate) fn id_of(name: &str) -> &str {
    name.split('/').nth(1).unwrap_or_default()
}

/// What the reports of several snapshots add up to.
#[derive(Debug, Default)]
struct Totals {
    created: usize,
    unchanged: usize,
    last: SyncReport,
}

/// Publishes all snapshots, one after the other, and measures the time of all together.
async fn publish_all(publisher: &Caller, snapshots: &BTreeMap<String, Vec<Officer>>) -> anyhow::Result<(Duration, Totals)> {
    let mut took = Duration::ZERO;
    let mut totals = Totals::default();
    for (organisation, officers) in snapshots {
        let (report, elapsed) = publish(publisher, organisation, officers.clone()).await?;
        took += elapsed;
        totals.created += report.created as usize;
        totals.unchanged += report.unchanged as usize;
        totals.last = report;
    }
    Ok((took, totals))
}

/// Publishes a snapshot and measures how long that takes.
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

/// Measures how long it takes until a search shows what was just acknowledged.
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

async fn restart(node: &mut Node) -> anyhow::Result<Duration> {
    ensure!(node.stop().await.success(), "the node ended badly: {}", node.log());
    let begin = Instant::now();
    node.start_again().await;
    Ok(begin.elapsed())
}

pub(crate) struct Searches {
    questions: Vec<String>,
    without_facets: bool,
}

impl Searches {
    /// Asks these questions in turn.
    pub(crate) fn new(questions: Vec<String>) -> Self {
        Self {
            questions,
            without_facets: false,
        }
    }

    fn without_facets(self) -> Self {
        Self {
            without_facets: true,
            ..self
        }
    }
}

impl load::Request for Searches {
    async fn send(&self, caller: &Caller, number: usize) -> Result<(), Status> {
        let request = SearchOfficersRequest {
            query: self.questions[number % self.questions.len()].clone(),
            without_facets: self.without_facets,
            ..Default::default()
        };
        caller.search(request).await.map(|_| ())
    }
}

struct Resolves(Vec<Need>);

impl Resolves {
    /// Needs of one competence each: at a municipality, or at the one organisation.
    fn new(generator: &RegisterGenerator, spread: Spread) -> Self {
        let municipalities: Vec<String> = generator
            .organisations()
            .iter()
            .filter_map(|organisation| organisation.municipality_code.as_ref().map(ToString::to_string))
            .collect();
        let need = |number: usize| {
            let competences = vec![generator.competence(number).to_string()];
            match spread {
                Spread::Organisations => Need {
                    municipality: municipalities[number % municipalities.len()].clone(),
                    competences,
                    ..Default::default()
                },
                Spread::OneOrganisation => Need {
                    organisation: format!("organisations/{DUO}"),
                    competences,
                    ..Default::default()
                },
            }
        };
        Self((0..QUESTIONS).map(need).collect())
    }
}

impl load::Request for Resolves {
    async fn send(&self, caller: &Caller, number: usize) -> Result<(), Status> {
        let need = self.0[number % self.0.len()].clone();
        caller.resolve(need, None).await.map(|_| ())
    }
}
