//! The search index, kept at the register's position by a task of its own.
//!
//! The task wakes with each new routing view, works out what changed since the one it indexed last, and applies that; what
//! comes while it works is one step later. An index that fails is built anew from the routing view: it can lose nothing that
//! the register holds. Until it stands there is nothing to search, and the node is not ready.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use index::{Context, Index, IndexError, IndexedOfficer, IndexedOrganisation, Language, Opened};
use register::change::Change;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::Organisation;
use register::position::{Position, Standing};
use register::view::{View, ViewChanges};
use storage::Snapshot;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::lifecycle::Tasks;

/// Views kept beside the newest, for answers that a search began to make from one of them.
const KEPT_VIEWS: usize = 32;

/// Commits read from the log at a time when an index resumes.
const PAGE: usize = 1_000;

/// An index that is further behind is cheaper to build anew.
const MOST_COMMITS: u64 = 20_000;

/// What is only in memory is written to disk after so long without changes.
const FLUSH_AFTER: Duration = Duration::from_secs(5);

/// How long to wait before trying again with an index that failed.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What a search index is made of.
#[derive(Clone)]
pub struct SearchParts {
    /// Its folder.
    pub index_dir: PathBuf,
    /// Dutch, the domains and competences, and the municipalities.
    pub language: Arc<Language>,
}

/// How an index that is behind learns what it has missed.
pub(super) enum Missed {
    /// From the log, which this reads; it is the snapshot that the routing view was loaded from.
    Log(Box<dyn Snapshot>),
    /// There is no log: what is not at the position of the view is built anew.
    Unknown,
}

/// What can be searched: an index, what questions are understood with, and the register at its position.
pub struct Searchable {
    index: Arc<Index>,
    context: Arc<Context>,
    view: Arc<View>,
    kept: Kept,
}

/// The newest views, the one that is being indexed included.
type Kept = Arc<Mutex<VecDeque<Arc<View>>>>;

impl Searchable {
    /// The index. Its answers say which position they are made from.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What questions are understood with.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The same, to keep.
    pub fn shared_context(&self) -> &Arc<Context> {
        &self.context
    }

    /// The register at the position that all of this has.
    pub fn view(&self) -> &Arc<View> {
        &self.view
    }

    /// The register at the position of an answer. The index may have moved on since this was handed out.
    pub fn view_at(&self, position: Position) -> Arc<View> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().rev().find(|view| view.position() == position);
        Arc::clone(found.unwrap_or(&self.view))
    }
}

impl std::fmt::Debug for Searchable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Searchable({:?})", self.view)
    }
}

/// The handle of the task.
#[derive(Debug)]
pub(super) struct Follower {
    states: States,
    tasks: Tasks,
}

/// What can be searched; nothing while the index is not there.
type States = watch::Sender<Option<Arc<Searchable>>>;

impl Follower {
    /// Opens the index, and starts the task that brings it to the register's position and keeps it there until `shutdown`.
    pub(super) async fn start(
        parts: SearchParts,
        routing: watch::Receiver<Arc<View>>,
        missed: Missed,
        shutdown: CancellationToken,
        tasks: &Tasks,
    ) -> Result<Self, Error> {
        let view = Arc::clone(&routing.borrow());
        let position = view.position();
        let folder = parts.index_dir.clone();
        let language = Arc::clone(&parts.language);
        let opened = tasks
            .blocking(move || Index::open(&parts.index_dir, parts.language, position))
            .await?;
        let (index, opened) = opened.map_err(Error::internal)?;
        let todo = match opened {
            Opened::Resumed { position } => match missed {
                Missed::Log(mut snapshot) => since(position, &view, &mut *snapshot).await?,
                Missed::Unknown => is_whole(&index, position, &view).then(ViewChanges::default),
            },
            Opened::Rebuild { .. } => None,
        };
        let states = States::new(None);
        let task = Task {
            folder,
            language,
            states: states.clone(),
            routing,
            kept: Kept::default(),
            tasks: tasks.clone(),
        };
        tasks.spawn_until("search", shutdown.clone(), async move {
            task.run(Arc::new(index), view, todo, shutdown).await;
        });
        Ok(Self {
            states,
            tasks: tasks.clone(),
        })
    }

    /// What can be searched now.
    pub(super) fn current(&self) -> Option<Arc<Searchable>> {
        self.states.borrow().clone()
    }

    /// Wakes its holder with each new state.
    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Arc<Searchable>>> {
        self.states.subscribe()
    }

    /// Writes what is only in memory to disk, so that the next start has nothing to catch up, and lets go of the folder.
    pub(super) async fn close(&self) {
        let Some(searchable) = self.states.send_replace(None) else {
            return;
        };
        let flushed = self.tasks.blocking(move || searchable.index.flush()).await;
        if let Ok(Err(problem)) = flushed {
            tracing::warn!(%problem, "the index could not be written and will catch up at the next start");
        }
    }
}

/// Whether an index is the view's, as far as that shows: an organisation may have been taken out at the same position.
fn is_whole(index: &Index, position: Position, view: &View) -> bool {
    position == view.position() && index.len() == view.entries().filter(|entry| view.is_shown(entry)).count()
}

/// What the log says has changed since an index was written; nothing if that cannot be told.
async fn since(from: Position, view: &View, snapshot: &mut dyn Snapshot) -> Result<Option<ViewChanges>, Error> {
    let identity = snapshot.identity().await?;
    let behind = view.position().revision.0.saturating_sub(from.revision.0);
    if from.compare_with(view.position(), identity.compacted) != Standing::Known || behind > MOST_COMMITS {
        return Ok(None);
    }
    let (mut names, mut organisations) = (BTreeSet::new(), BTreeSet::new());
    let mut after = from.revision;
    loop {
        let commits = snapshot.commits(after, PAGE).await?;
        let Some(last) = commits.last() else { break };
        after = last.revision;
        for change in commits.iter().flat_map(|commit| &commit.changes) {
            names.extend(change.officer_name());
            if let Change::OrganisationPut { organisation } = change {
                organisations.insert(organisation.id.clone());
            }
        }
    }
    let organisations = organisations.iter().filter_map(|id| view.organisation(id).cloned());
    let (there, gone): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| view.entry(name).is_some());
    Ok(Some(ViewChanges {
        organisations: organisations.collect(),
        entries: there.iter().filter_map(|name| view.entry(name).cloned()).collect(),
        withdrawn: gone,
    }))
}

struct Task {
    folder: PathBuf,
    language: Arc<Language>,
    states: States,
    routing: watch::Receiver<Arc<View>>,
    kept: Kept,
    tasks: Tasks,
}

impl Task {
    /// Brings `index` to `view` and keeps it at the newest. Without `todo` it is built anew.
    async fn run(mut self, index: Arc<Index>, view: Arc<View>, todo: Option<ViewChanges>, shutdown: CancellationToken) {
        let mut index = index;
        let mut step = Step {
            view,
            todo,
            context: None,
        };
        loop {
            self.keep(&step.view);
            match self.take(Arc::clone(&index), step).await {
                Ok(reached) => step = reached,
                Err(problem) => {
                    tracing::error!(%problem, "the search index failed and is built anew");
                    self.states.send_replace(None);
                    let Some(opened) = self.reopen(index, &shutdown).await else {
                        return;
                    };
                    index = opened;
                    step = Step {
                        view: Arc::clone(&self.routing.borrow_and_update()),
                        todo: None,
                        context: None,
                    };
                    continue;
                }
            }
            if !self.wait(&index, &shutdown).await {
                return;
            }
            let newest = Arc::clone(&self.routing.borrow_and_update());
            step.todo = if step.view.position().epoch == newest.position().epoch {
                let older = Arc::clone(&step.view);
                let newer = Arc::clone(&newest);
                self.tasks.blocking(move || newer.changes_since(&older)).await.ok()
            } else {
                None
            };
            step.view = newest;
        }
    }

    /// Applies one step to the index and shows it.
    async fn take(&self, index: Arc<Index>, step: Step) -> Result<Step, IndexError> {
        let language = Arc::clone(&self.language);
        let (index, step) = self
            .tasks
            .blocking(move || step.apply(&index, language).map(|step| (index, step)))
            .await
            .map_err(|problem| IndexError::Damaged(problem.to_string()))??;
        if let Some(context) = &step.context {
            self.states.send_replace(Some(Arc::new(Searchable {
                index,
                context: Arc::clone(context),
                view: Arc::clone(&step.view),
                kept: Arc::clone(&self.kept),
            })));
        }
        Ok(step)
    }

    /// Waits for the register to move on; writes to disk what has come to rest. False when the node stops.
    async fn wait(&mut self, index: &Arc<Index>, shutdown: &CancellationToken) -> bool {
        let mut is_on_disk = false;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return false,
                changed = self.routing.changed() => return changed.is_ok(),
                () = tokio::time::sleep(FLUSH_AFTER), if !is_on_disk => {}
            }
            let index = Arc::clone(index);
            match self.tasks.blocking(move || index.flush()).await {
                // A flush that fails is no reason to stop searching. It may have left erased names on the disk, so it is tried again.
                Ok(Err(problem)) => tracing::warn!(%problem, "the index could not be written yet"),
                Ok(Ok(())) | Err(_) => is_on_disk = true,
            }
        }
    }

    /// Opens the folder again, once nobody uses the index that failed: it holds the folder's lock.
    async fn reopen(&self, failed: Arc<Index>, shutdown: &CancellationToken) -> Option<Arc<Index>> {
        let mut failed = Some(failed);
        loop {
            let position = self.routing.borrow().position();
            if failed.as_ref().is_some_and(|index| Arc::strong_count(index) == 1) {
                failed = None;
            }
            if failed.is_none() {
                let (folder, language) = (self.folder.clone(), Arc::clone(&self.language));
                match self.tasks.blocking(move || Index::open(&folder, language, position)).await {
                    Ok(Ok((index, _))) => return Some(Arc::new(index)),
                    Ok(Err(problem)) => tracing::error!(%problem, "the search index cannot be opened yet"),
                    Err(problem) => tracing::error!(%problem, "opening the search index panicked"),
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => return None,
                () = tokio::time::sleep(RETRY_AFTER) => {}
            }
        }
    }

    fn keep(&self, view: &Arc<View>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Arc::clone(view));
        while kept.len() > KEPT_VIEWS {
            kept.pop_front();
        }
    }
}

/// A step of the index: to `view`, by applying `todo` or by building it anew.
struct Step {
    view: Arc<View>,
    todo: Option<ViewChanges>,
    /// What questions are understood with; made anew when an organisation changed.
    context: Option<Arc<Context>>,
}

impl Step {
    fn apply(mut self, index: &Index, language: Arc<Language>) -> Result<Self, IndexError> {
        let view = &*self.view;
        let position = view.position();
        let organisations_changed = self.todo.as_ref().is_none_or(|todo| !todo.organisations.is_empty());
        match &self.todo {
            Some(todo) => {
                let (upserts, withdrawals) = sorted(view, todo);
                index.apply(position, upserts, &withdrawals)?;
            }
            None => {
                let mut names = Names::default();
                let shown = view.entries().filter_map(|entry| names.indexed(view, entry));
                let count = index.rebuild(position, shown)?;
                tracing::info!(
                    count,
                    revision = position.revision.0,
                    "search index built with {count} officers"
                );
            }
        }
        if self.context.is_none() || organisations_changed {
            let organisations = view.organisations().map(AsRef::as_ref);
            self.context = Some(Arc::new(Context::new(language, organisations)));
        }
        self.todo = None;
        Ok(self)
    }
}

/// What to put into the index and what to take out. With an organisation its officers change too: they carry its names, and
/// are not shown while it is suspended.
fn sorted(view: &View, todo: &ViewChanges) -> (Vec<IndexedOfficer>, Vec<OfficerName>) {
    let of_organisations = todo
        .organisations
        .iter()
        .flat_map(|organisation| view.entries_of(&organisation.id));
    let touched: BTreeMap<OfficerName, &Arc<Entry>> = todo
        .entries
        .iter()
        .chain(of_organisations)
        .map(|entry| (entry.officer_name(), entry))
        .collect();
    let mut names = Names::default();
    let mut upserts = Vec::with_capacity(touched.len());
    let mut withdrawals = todo.withdrawn.clone();
    for (name, entry) in touched {
        match names.indexed(view, entry) {
            Some(officer) => upserts.push(officer),
            None => withdrawals.push(name),
        }
    }
    (upserts, withdrawals)
}

/// What is indexed of each organisation, shared by its officers.
#[derive(Default)]
struct Names(BTreeMap<OrganisationId, Arc<IndexedOrganisation>>);

impl Names {
    /// What is indexed of an entry; nothing if it is not shown.
    fn indexed(&mut self, view: &View, entry: &Entry) -> Option<IndexedOfficer> {
        let id = &entry.officer.organisation;
        let organisation: &Arc<Organisation> = view.organisation(id).filter(|organisation| organisation.is_visible())?;
        let known = self.0.entry(id.clone());
        let known = known.or_insert_with(|| Arc::new(IndexedOrganisation::from(organisation.as_ref())));
        Some(IndexedOfficer::new(entry, Arc::clone(known)))
    }
}
