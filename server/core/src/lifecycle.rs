//! The life of the node: its tasks, its signals and the order of its end.
//!
//! All tasks are spawned here, so that the end can wait for them. There are two tokens: the *soft* one asks everybody to come
//! to an end at a good moment, the *hard* one says that time is up. A vital task that ends before it was asked to ends the
//! node, with an exit code that says so. The order of the end stands in `App::run` of the binary.

use std::future::Future;
use std::os::fd::{AsFd as _, OwnedFd};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::Error;

/// The node's tasks. A cheap handle: every part that works in the background holds one.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    soft: CancellationToken,
    hard: CancellationToken,
    failed: Arc<OnceLock<&'static str>>,
}

impl Tasks {
    /// No tasks yet, and no wish to stop.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a task whose end is no news. The end of the node waits for it, so a long one watches [`Tasks::shutdown`].
    // The one place that spawns: everybody else asks here.
    #[allow(clippy::disallowed_methods)]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.tracker.spawn(future)
    }

    /// Starts a task without which the node must not run on: when it ends or panics before shutdown was asked for, the node
    /// ends, and not with success.
    pub fn spawn_vital<F>(&self, name: &'static str, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.spawn_until(name, self.soft.clone(), future);
    }

    /// The same for a task that may end from `until` on, which may come before the end of the node.
    pub fn spawn_until<F>(&self, name: &'static str, until: CancellationToken, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let tasks = self.clone();
        self.spawn(async move {
            let ended = AssertUnwindSafe(future).catch_unwind().await;
            if until.is_cancelled() && ended.is_ok() {
                return;
            }
            tracing::error!(
                task = name,
                panicked = ended.is_err(),
                "task `{name}` ended unexpectedly, the node stops"
            );
            tasks.fail(name);
        });
    }

    /// Runs blocking work on a thread of its own; the end of the node waits for it.
    pub fn spawn_blocking<F, T>(&self, work: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.tracker.spawn_blocking(work)
    }

    /// Runs `work` of more than a fraction of a millisecond off the runtime's threads, in the current span, and waits for it.
    ///
    /// The end of the node waits for it too. A panic in `work` is an internal error.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let span = tracing::Span::current();
        let work = self.spawn_blocking(move || span.in_scope(work));
        work.await.map_err(Error::internal)
    }

    /// Cancelled when the node is asked to stop. Pass it on as a parameter named `shutdown`.
    pub fn shutdown(&self) -> &CancellationToken {
        &self.soft
    }

    /// Cancelled when time is up: drop what you are doing.
    pub fn hard_shutdown(&self) -> &CancellationToken {
        &self.hard
    }

    /// Asks the node to stop because a part of it has failed.
    pub fn fail(&self, name: &'static str) {
        let _ = self.failed.set(name);
        self.soft.cancel();
    }

    /// The part that failed first, if one did.
    pub fn failure(&self) -> Option<&'static str> {
        self.failed.get().copied()
    }

    /// Waits until all tasks have ended, at most until the hard token. Returns whether they have.
    pub async fn ended(&self) -> bool {
        self.tracker.close();
        tokio::select! {
            () = self.tracker.wait() => true,
            () = self.hard.cancelled() => false,
        }
    }

    /// Cancels the hard token once the soft one has been cancelled for `grace`.
    pub fn limit_shutdown(&self, grace: Duration) {
        let tasks = self.clone();
        // Outside the tracker: it must not be waited for.
        #[allow(clippy::disallowed_methods)]
        tokio::spawn(async move {
            tasks.soft.cancelled().await;
            tokio::time::sleep(grace).await;
            if !tasks.tracker.is_empty() {
                tracing::warn!(
                    grace_ms = grace.as_millis(),
                    "the node did not come to an end in time, cutting off"
                );
            }
            tasks.hard.cancel();
        });
    }

    /// Lets SIGTERM and SIGINT ask for the end: the first softly, the second at once.
    pub fn listen_to_signals(&self) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let tasks = self.clone();
        #[allow(clippy::disallowed_methods)]
        tokio::spawn(async move {
            loop {
                let name = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                };
                if tasks.soft.is_cancelled() {
                    tracing::warn!(signal = name, "second {name}, stopping at once");
                    tasks.hard.cancel();
                    return;
                }
                tracing::info!(signal = name, "{name} received, coming to an end");
                tasks.soft.cancel();
            }
        });
        Ok(())
    }

    /// Lets the end of standard input, a pipe, ask for the end of the node. However the process at its other end comes to its
    /// own, the pipe is closed then: one that was killed cannot tell anybody.
    pub fn listen_to_stdin(&self) -> std::io::Result<()> {
        self.listen_to_pipe(std::io::stdin().as_fd().try_clone_to_owned()?)
    }

    fn listen_to_pipe(&self, pipe: OwnedFd) -> std::io::Result<()> {
        let mut pipe = pipe::Receiver::from_owned_fd(pipe)?;
        let soft = self.soft.clone();
        // Outside the tracker: it must not be waited for.
        #[allow(clippy::disallowed_methods)]
        tokio::spawn(async move {
            let mut ignored = [0; 64];
            while matches!(pipe.read(&mut ignored).await, Ok(1..)) {}
            tracing::info!("standard input was closed, coming to an end");
            soft.cancel();
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_vital_task_that_ends_by_itself_stops_the_node() {
        let tasks = Tasks::new();
        tasks.spawn_vital("gone", async {});
        tasks.shutdown().cancelled().await;
        assert!(tasks.ended().await);
        assert_eq!(tasks.failure(), Some("gone"));
    }

    #[tokio::test]
    async fn a_vital_task_that_panics_stops_the_node() {
        let tasks = Tasks::new();
        tasks.spawn_vital("panicking", async { panic!("as the test wants") });
        tasks.shutdown().cancelled().await;
        assert_eq!(tasks.failure(), Some("panicking"));
    }

    #[tokio::test]
    async fn a_vital_task_that_ends_when_asked_is_no_failure() {
        let tasks = Tasks::new();
        let shutdown = tasks.shutdown().clone();
        tasks.spawn_vital("obedient", async move { shutdown.cancelled().await });
        tasks.shutdown().cancel();
        assert!(tasks.ended().await);
        assert_eq!(tasks.failure(), None);
    }

    #[tokio::test]
    async fn a_task_that_does_not_listen_is_cut_off_after_the_grace() {
        let tasks = Tasks::new();
        tasks.limit_shutdown(Duration::from_millis(1));
        tasks.spawn(std::future::pending::<()>());
        tasks.shutdown().cancel();
        assert!(!tasks.ended().await);
        assert!(tasks.hard_shutdown().is_cancelled());
    }

    #[tokio::test]
    async fn whoever_holds_the_other_end_of_the_pipe_keeps_the_node() {
        let (pipe, other_end) = std::io::pipe().unwrap();
        let tasks = Tasks::new();
        tasks.listen_to_pipe(pipe.into()).unwrap();
        assert!(!tasks.shutdown().is_cancelled());
        drop(other_end);
        tasks.shutdown().cancelled().await;
        assert_eq!(tasks.failure(), None);
    }
}
