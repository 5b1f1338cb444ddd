//! The search index of a copy of another register. It follows the copy's view as the register's own index follows its own.

use std::sync::Arc;

use register::view::View;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::search::{Follower, Missed, SearchParts, Searchable};
use crate::error::Error;
use crate::lifecycle::Tasks;

/// The index of a copy.
#[derive(Debug)]
pub struct CopyIndex {
    views: watch::Sender<Arc<View>>,
    follower: Follower,
    stop: CancellationToken,
}

impl CopyIndex {
    /// Opens or builds it, and keeps it at the view that [`CopyIndex::follow`] gives.
    pub async fn start(parts: SearchParts, view: Arc<View>, tasks: &Tasks) -> Result<Self, Error> {
        let (views, receiver) = watch::channel(view);
        let stop = tasks.shutdown().child_token();
        let follower = Follower::start(parts, receiver, Missed::Unknown, stop.clone(), tasks).await?;
        Ok(Self { views, follower, stop })
    }

    /// Shows another state of the copy.
    pub fn follow(&self, view: Arc<View>) {
        self.views.send_if_modified(|current| {
            let is_new = !Arc::ptr_eq(current, &view);
            *current = view;
            is_new
        });
    }

    /// What can be searched now; nothing while the index is not there.
    pub fn current(&self) -> Option<Arc<Searchable>> {
        self.follower.current()
    }

    /// Writes to disk what is only in memory, and lets go of the folder.
    pub async fn close(&self) {
        self.stop.cancel();
        self.follower.close().await;
    }
}
