//! The views that reads are answered from: the register in memory and the search index.
//!
//! Both are derived from the log and follow each commit in order. The routing view includes a write before the write is
//! acknowledged; the index follows in a task of its own (`search`), within milliseconds. Each has a position, and a reader
//! that needs a later one waits for it here. Neither can lose a write: a view that fails to follow is reloaded or rebuilt.

mod backoff;
mod copy;
mod load;
mod search;
mod step;
mod waiting;

use std::sync::Arc;

use register::change::Applied;
use register::position::Position;
use register::view::View;
use storage::{Snapshot, Storage};
use tokio::sync::watch;

pub use copy::CopyIndex;
pub use search::{SearchParts, Searchable};
pub use waiting::Consistency;
pub use waiting::epoch_changed;

use crate::error::Error;
use crate::lifecycle::Tasks;
use search::IndexFollower;

/// Larger commits are applied on a blocking thread.
const INLINE_ENTRIES: usize = 16;

/// The views of one register.
#[derive(Debug)]
pub struct Views {
    routing: watch::Sender<Arc<View>>,
    search: IndexFollower,
    tasks: Tasks,
}

impl Views {
    /// Loads the routing view from `storage` and opens the index, which then catches up or is rebuilt in a task.
    pub async fn open(storage: &dyn Storage, parts: SearchParts, tasks: &Tasks) -> Result<Self, Error> {
        let mut snapshot = storage.snapshot().await?;
        let view = load::view(&mut *snapshot, tasks).await?;
        let (routing, receiver) = watch::channel(view);
        let catch_up = search::CatchUp::FromLog(snapshot);
        let search = IndexFollower::start(parts, receiver, catch_up, tasks.shutdown().clone(), tasks).await?;
        Ok(Self {
            routing,
            search,
            tasks: tasks.clone(),
        })
    }

    /// The current routing view.
    pub fn current(&self) -> Arc<View> {
        Arc::clone(&self.routing.borrow())
    }

    /// The current searchable state; `None` until the index is ready.
    pub fn searchable(&self) -> Option<Arc<Searchable>> {
        self.search.current()
    }

    /// The position that both views have reached.
    pub fn position(&self) -> Position {
        self.searchable()
            .map_or_else(|| self.current().position(), |searchable| searchable.view().position())
    }

    /// The routing view, once it satisfies `consistency`.
    pub async fn reading(&self, consistency: &Consistency) -> Result<Arc<View>, Error> {
        waiting::wait_for_position(self.routing.subscribe(), consistency, |view| Some(view.position())).await
    }

    /// The searchable state, once it satisfies `consistency`. Also waits until the index is ready.
    pub async fn searching(&self, consistency: &Consistency) -> Result<Arc<Searchable>, Error> {
        let position = |searchable: &Option<Arc<Searchable>>| searchable.as_ref().map(|it| it.view().position());
        let found = waiting::wait_for_position(self.search.subscribe(), consistency, position).await?;
        Ok(found.expect("only a state with a position satisfies the consistency"))
    }

    /// Notifies the receiver of each new routing view.
    pub fn subscribe(&self) -> watch::Receiver<Arc<View>> {
        self.routing.subscribe()
    }

    /// Applies a commit. Only the writer calls this, holding the write lock, in order of revision. If a commit is missing, the
    /// view is reloaded from `storage`.
    pub async fn follow(&self, applied: Applied, storage: &dyn Storage) -> Result<(), Error> {
        let mut view = View::clone(&self.current());
        let followed = if applied.entries.len() <= INLINE_ENTRIES && applied.commit.changes.len() <= INLINE_ENTRIES {
            view.apply(&applied).map(|()| view)
        } else {
            self.tasks.blocking(move || view.apply(&applied).map(|()| view)).await?
        };
        match followed {
            Ok(view) => {
                self.routing.send_replace(Arc::new(view));
                Ok(())
            }
            Err(problem) => {
                tracing::error!(%problem, "the routing view missed a commit and is reloaded");
                self.reload(&mut *storage.snapshot().await?).await.map(|_| ())
            }
        }
    }

    /// Reloads the view from `snapshot`, as after a commit by another node.
    pub async fn reload(&self, snapshot: &mut dyn Snapshot) -> Result<Arc<View>, Error> {
        let view = load::view(snapshot, &self.tasks).await?;
        self.routing.send_replace(Arc::clone(&view));
        Ok(view)
    }

    /// Flushes the index to disk and closes it.
    pub async fn close(&self) {
        self.search.close().await;
    }
}
