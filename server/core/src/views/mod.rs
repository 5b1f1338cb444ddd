//! What reads are answered from: the register in memory, and the search index beside it.
//!
//! Both are derived from the log and follow each commit in order. The routing view is there the moment a write is
//! acknowledged; the index follows in a task of its own (`search`) and catches up within milliseconds. Each has its
//! position, and a reader who needs a later one waits for it here. Neither can lose a write: what cannot follow is loaded
//! or built anew.

mod copy;
mod load;
mod search;
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
use search::Follower;

/// A commit of more entries than this is applied off the runtime's threads.
const INLINE_ENTRIES: usize = 16;

/// The views of one register.
#[derive(Debug)]
pub struct Views {
    routing: watch::Sender<Arc<View>>,
    search: Follower,
    tasks: Tasks,
}

impl Views {
    /// Loads the routing view from `storage` and opens the index. What the index has missed, or all of it, follows in a task.
    pub async fn open(storage: &dyn Storage, parts: SearchParts, tasks: &Tasks) -> Result<Self, Error> {
        let mut snapshot = storage.snapshot().await?;
        let view = load::view(&mut *snapshot, tasks).await?;
        let (routing, receiver) = watch::channel(view);
        let missed = search::Missed::Log(snapshot);
        let search = Follower::start(parts, receiver, missed, tasks.shutdown().clone(), tasks).await?;
        Ok(Self {
            routing,
            search,
            tasks: tasks.clone(),
        })
    }

    /// The register as it is now.
    pub fn current(&self) -> Arc<View> {
        Arc::clone(&self.routing.borrow())
    }

    /// What can be searched now, once the index stands.
    pub fn searchable(&self) -> Option<Arc<Searchable>> {
        self.search.current()
    }

    /// How far both have come.
    pub fn position(&self) -> Position {
        self.searchable()
            .map_or_else(|| self.current().position(), |searchable| searchable.view().position())
    }

    /// The register from the position that the reader needs on.
    pub async fn reading(&self, consistency: &Consistency) -> Result<Arc<View>, Error> {
        waiting::reach(self.routing.subscribe(), consistency, |view| Some(view.position())).await
    }

    /// What can be searched from the position that the reader needs on. Waits for the index to stand.
    pub async fn searching(&self, consistency: &Consistency) -> Result<Arc<Searchable>, Error> {
        let position = |searchable: &Option<Arc<Searchable>>| searchable.as_ref().map(|it| it.view().position());
        let found = waiting::reach(self.search.subscribe(), consistency, position).await?;
        Ok(found.expect("a position was reached, so there is something that has one"))
    }

    /// Wakes its holder with each new state of the register.
    pub fn subscribe(&self) -> watch::Receiver<Arc<View>> {
        self.routing.subscribe()
    }

    /// Follows a commit. Only the writer calls this, in its turn and in order of revision; should something be missing all
    /// the same, the view is loaded anew from `storage`.
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
                tracing::error!(%problem, "the routing view lost track and is loaded anew");
                self.reload(&mut *storage.snapshot().await?).await.map(|_| ())
            }
        }
    }

    /// Loads the view from `snapshot`, as after a commit that another node made.
    pub async fn reload(&self, snapshot: &mut dyn Snapshot) -> Result<Arc<View>, Error> {
        let view = load::view(snapshot, &self.tasks).await?;
        self.routing.send_replace(Arc::clone(&view));
        Ok(view)
    }

    /// Brings to disk what is only in memory, and lets go of the index.
    pub async fn close(&self) {
        self.search.close().await;
    }
}
