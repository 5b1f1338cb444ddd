//! The search index of a copy: follows the copy's view as the register's own index follows its view.

use std::sync::Arc;

use register::view::View;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::search::{CatchUp, IndexFollower, SearchParts, Searchable};
use crate::error::Error;
use crate::lifecycle::Tasks;

/// The search index of a copy.
#[derive(Debug)]
pub struct CopyIndex {
    views: watch::Sender<Arc<View>>,
    follower: IndexFollower,
    stop: CancellationToken,
}

impl CopyIndex {
    /// Opens or rebuilds the index. It follows the views passed to [`CopyIndex::follow`].
    pub async fn start(parts: SearchParts, view: Arc<View>, tasks: &Tasks) -> Result<Self, Error> {
        let (views, receiver) = watch::channel(view);
        let stop = tasks.shutdown().child_token();
        let follower = IndexFollower::start(parts, receiver, CatchUp::NoLog, stop.clone(), tasks).await?;
        Ok(Self { views, follower, stop })
    }

    /// Sets the view to follow.
    pub fn follow(&self, view: Arc<View>) {
        self.views.send_if_modified(|current| {
            let is_new = !Arc::ptr_eq(current, &view);
            *current = view;
            is_new
        });
    }

    /// The current searchable state; `None` until the index is ready.
    pub fn current(&self) -> Option<Arc<Searchable>> {
        self.follower.current()
    }

    /// Flushes the index to disk and closes its folder.
    pub async fn close(&self) {
        self.stop.cancel();
        self.follower.close().await;
    }
}
