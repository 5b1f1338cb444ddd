//! The search index, kept at the register's position by a task.
//!
//! The task wakes with each new routing view, computes the changes since the last one it indexed, and applies them. Views that
//! arrive meanwhile are combined in the next step. A failed index, as on a full disk, is opened again with growing pauses and
//! catches up or is rebuilt from the routing view, so nothing is lost; until then searches go on from its last state. Only
//! before the first state is there nothing to search, and the node reports that it is not ready.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use index::{Context, Index, IndexError, Language, OfficerTexts, Opened};
use register::change::Change;
use register::identifier::OfficerName;
use register::position::{Position, Standing};
use register::view::{View, ViewChanges};
use storage::Snapshot;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::backoff::{IndexBackoff, RETRY_AT_MOST};
use super::step::IndexStep;
use crate::error::Error;
use crate::lifecycle::Tasks;

/// Commits read from the log at a time when an index catches up.
const PAGE: usize = 1_000;

/// An index further behind is rebuilt, which is cheaper.
const MAX_COMMITS_BEHIND: u64 = 20_000;

/// Changes in memory are flushed to disk after this time without further changes.
const FLUSH_AFTER: Duration = Duration::from_secs(5);

/// The folder and language of a search index.
#[derive(Clone)]
pub struct SearchParts {
    /// The folder of the index.
    pub index_dir: PathBuf,
    /// The analyser, the vocabulary and the gazetteer.
    pub language: Arc<Language>,
}

/// How an index that is behind catches up.
pub(super) enum CatchUp {
    /// From the log, read from the snapshot of the routing view.
    FromLog(Box<dyn Snapshot>),
    /// There is no log: an index at another position is rebuilt.
    NoLog,
}

/// A searchable state: the index, the view at the same position, and the context for questions.
pub struct Searchable {
    index: Arc<Index>,
    snapshot: Arc<index::Snapshot>,
    context: Arc<Context>,
    view: Arc<View>,
}

impl Searchable {
    /// The index at the position of the view.
    pub fn snapshot(&self) -> &index::Snapshot {
        &self.snapshot
    }

    /// The texts of the officers of the view.
    pub fn texts(&self) -> impl Fn(&OfficerName) -> Option<Arc<dyn OfficerTexts>> + '_ {
        |name| Some(Arc::clone(self.view.entry(name)?) as Arc<dyn OfficerTexts>)
    }

    /// The context in which questions are understood.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The context, shared.
    pub fn shared_context(&self) -> &Arc<Context> {
        &self.context
    }

    /// The view at the position of this state.
    pub fn view(&self) -> &Arc<View> {
        &self.view
    }
}

impl std::fmt::Debug for Searchable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Searchable({:?})", self.view)
    }
}

/// The handle of the indexing task.
#[derive(Debug)]
pub(super) struct IndexFollower {
    states: StateSender,
    tasks: Tasks,
}

/// The sender of the current state; `None` while the index is not ready.
type StateSender = watch::Sender<Option<Arc<Searchable>>>;

impl IndexFollower {
    /// Opens the index, and starts the task that keeps it at the register's position until `shutdown`.
    pub(super) async fn start(
        parts: SearchParts,
        routing: watch::Receiver<Arc<View>>,
        catch_up: CatchUp,
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
        let changes = match opened {
            Opened::Resumed { position } => match catch_up {
                CatchUp::FromLog(mut snapshot) => changes_since(position, &view, &mut *snapshot).await?,
                CatchUp::NoLog => is_complete(&index, position, &view).then(ViewChanges::default),
            },
            Opened::Rebuild { .. } => None,
        };
        let states = StateSender::new(None);
        let task = FollowTask {
            folder,
            language,
            states: states.clone(),
            routing,
            on_disk: None,
            backoff: IndexBackoff::default(),
            tasks: tasks.clone(),
        };
        tasks.spawn_until("search", shutdown.clone(), async move {
            task.run(Arc::new(index), view, changes, shutdown).await;
        });
        Ok(Self {
            states,
            tasks: tasks.clone(),
        })
    }

    /// The current state.
    pub(super) fn current(&self) -> Option<Arc<Searchable>> {
        self.states.borrow().clone()
    }

    /// Notifies the receiver of each new state.
    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Arc<Searchable>>> {
        self.states.subscribe()
    }

    /// Flushes the index to disk, so that the next start need not catch up, and closes its folder.
    pub(super) async fn close(&self) {
        let Some(searchable) = self.states.send_replace(None) else {
            return;
        };
        let flushed = self.tasks.blocking(move || searchable.index.flush()).await;
        if let Ok(Err(problem)) = flushed {
            tracing::warn!(%problem, "flushing the index failed; it will catch up at the next start");
        }
    }
}

/// Whether an index seems to hold all of the view. The count matters too: an organisation may have been removed without a
/// new position.
fn is_complete(index: &Index, position: Position, view: &View) -> bool {
    position == view.position() && index.snapshot().len() == view.entries().filter(|entry| view.is_shown(entry)).count()
}

/// The changes in the log since the index was written; `None` if the log does not reach back far enough or there are too many.
async fn changes_since(from: Position, view: &View, snapshot: &mut dyn Snapshot) -> Result<Option<ViewChanges>, Error> {
    let identity = snapshot.identity().await?;
    let behind = view.position().revision.0.saturating_sub(from.revision.0);
    if from.compare_with(view.position(), identity.compacted) != Standing::Known || behind > MAX_COMMITS_BEHIND {
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

/// The state that `step` has reached.
fn searchable(index: &Arc<Index>, step: &IndexStep) -> Option<Arc<Searchable>> {
    Some(Arc::new(Searchable {
        index: Arc::clone(index),
        snapshot: index.snapshot(),
        context: Arc::clone(step.context.as_ref()?),
        view: Arc::clone(&step.view),
    }))
}

struct FollowTask {
    folder: PathBuf,
    language: Arc<Language>,
    states: StateSender,
    routing: watch::Receiver<Arc<View>>,
    /// The view that the folder of the index can be resumed from, if it is known.
    on_disk: Option<Arc<View>>,
    backoff: IndexBackoff,
    tasks: Tasks,
}

impl FollowTask {
    /// Brings `index` to `view` and then to each newer view. Without `changes` the index is rebuilt.
    async fn run(mut self, index: Arc<Index>, view: Arc<View>, changes: Option<ViewChanges>, shutdown: CancellationToken) {
        let mut index = index;
        let mut step = IndexStep {
            view,
            changes,
            context: None,
        };
        loop {
            match self.apply(Arc::clone(&index), step).await {
                Ok(reached) => {
                    self.backoff = IndexBackoff::default();
                    step = reached;
                }
                Err(problem) => {
                    self.backoff.failed(&problem);
                    index.release();
                    let Some(reopened) = self.reopen(&shutdown).await else {
                        return;
                    };
                    (index, step) = reopened;
                    continue;
                }
            }
            if !self.wait_for_change(&index, &step, &shutdown).await {
                return;
            }
            let newest = Arc::clone(&self.routing.borrow_and_update());
            step.changes = if step.view.position().epoch == newest.position().epoch {
                let older = Arc::clone(&step.view);
                let newer = Arc::clone(&newest);
                self.tasks.blocking(move || newer.changes_since(&older)).await.ok()
            } else {
                None
            };
            step.view = newest;
        }
    }

    /// Applies one step to the index and publishes the new state.
    async fn apply(&mut self, index: Arc<Index>, step: IndexStep) -> Result<IndexStep, IndexError> {
        let language = Arc::clone(&self.language);
        let applied = self.tasks.blocking(move || {
            let step = step.apply(&index, language)?;
            let is_on_disk = index.position_on_disk() == step.view.position();
            Ok::<_, IndexError>((index, step, is_on_disk))
        });
        let applied = applied.await.map_err(|problem| IndexError::Damaged(problem.to_string()))?;
        let (index, step, is_on_disk) = applied?;
        if is_on_disk {
            self.on_disk = Some(Arc::clone(&step.view));
        }
        if let Some(reached) = searchable(&index, &step) {
            self.states.send_replace(Some(reached));
        }
        Ok(step)
    }

    /// Waits for a new view. Flushes the index when it is idle. Returns false on shutdown.
    async fn wait_for_change(&mut self, index: &Arc<Index>, step: &IndexStep, shutdown: &CancellationToken) -> bool {
        let mut is_on_disk = false;
        let mut flush_after = FLUSH_AFTER;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return false,
                changed = self.routing.changed() => return changed.is_ok(),
                () = tokio::time::sleep(flush_after), if !is_on_disk => {}
            }
            let flushed = Arc::clone(index);
            match self.tasks.blocking(move || flushed.flush()).await {
                // Searching goes on after a failed flush. Erased names may still be on disk, so the flush is retried.
                Ok(Err(problem)) => {
                    tracing::warn!(%problem, "flushing the index failed and will be retried");
                    flush_after = (flush_after * 2).min(RETRY_AT_MOST);
                }
                Ok(Ok(())) => {
                    is_on_disk = true;
                    self.on_disk = Some(Arc::clone(&step.view));
                    // No search begins in segments that have been replaced, least of all in those with erased names. After
                    // `close` nothing is published again.
                    self.states.send_if_modified(|state| {
                        let is_open = state.is_some();
                        if is_open {
                            *state = searchable(index, step);
                        }
                        is_open
                    });
                }
                Err(_) => is_on_disk = true,
            }
        }
    }

    /// Opens the released folder again, with growing pauses, and returns the index with its next step.
    async fn reopen(&mut self, shutdown: &CancellationToken) -> Option<(Arc<Index>, IndexStep)> {
        loop {
            if !self.backoff.pause(&mut self.routing, shutdown).await {
                return None;
            }
            let view = Arc::clone(&self.routing.borrow_and_update());
            let (folder, language, position) = (self.folder.clone(), Arc::clone(&self.language), view.position());
            match self.tasks.blocking(move || Index::open(&folder, language, position)).await {
                Ok(Ok((index, opened))) => {
                    let step = IndexStep {
                        changes: self.changes_from(&opened, &view).await,
                        view,
                        context: None,
                    };
                    return Some((Arc::new(index), step));
                }
                Ok(Err(problem)) => self.backoff.failed(&problem),
                Err(problem) => self.backoff.failed(&problem),
            }
        }
    }

    /// The changes from an opened index to `view`; `None` if it must be rebuilt.
    async fn changes_from(&self, opened: &Opened, view: &Arc<View>) -> Option<ViewChanges> {
        let Opened::Resumed { position } = opened else {
            return None;
        };
        let older = self.on_disk.clone().filter(|view| view.position() == *position)?;
        let newer = Arc::clone(view);
        self.tasks.blocking(move || newer.changes_since(&older)).await.ok()
    }
}
