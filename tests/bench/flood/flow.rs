//! What runs beside the honest caller: the flood itself, and the watch over the node's memory.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::memory;

/// How often memory is read. Reading it takes the kernel some milliseconds.
const SAMPLE: Duration = Duration::from_millis(200);

/// A flood that runs. It ends when this is dropped.
#[derive(Default)]
pub(super) struct Flow {
    requests: JoinSet<()>,
    held: Vec<Box<dyn Any + Send>>,
}

impl Flow {
    /// Adds a connection with its requests.
    pub(super) fn spawn(&mut self, requests: impl Future<Output = ()> + Send + 'static) {
        self.requests.spawn(requests);
    }

    /// Adds something that stays open.
    pub(super) fn hold(&mut self, open: impl Send + 'static) {
        self.held.push(Box::new(open));
    }
}

/// Reads the resident memory of a process again and again, and keeps the most.
pub(super) struct MemoryWatch {
    most: Arc<AtomicU64>,
    reader: JoinSet<()>,
}

impl MemoryWatch {
    pub(super) fn start(process: u32) -> Self {
        let most = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&most);
        let mut reader = JoinSet::new();
        reader.spawn(async move {
            while let Some(memory) = memory::of(process) {
                seen.fetch_max(memory.rss, Ordering::Relaxed);
                sleep(SAMPLE).await;
            }
        });
        Self { most, reader }
    }

    /// Returns the most that was seen, in megabytes.
    pub(super) fn finish(mut self) -> u64 {
        self.reader.abort_all();
        self.most.load(Ordering::Relaxed)
    }
}
