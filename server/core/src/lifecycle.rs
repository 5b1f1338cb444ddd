//! The life cycle of the node: its tasks, signals and shutdown.
//!
//! All tasks are spawned here, so that shutdown can wait for them. There are two tokens: the *soft* one asks tasks to finish,
//! the *hard* one aborts them. A vital task that ends before shutdown stops the node with a failing exit code. `App::run` of
//! the binary has the order of shutdown.

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

/// The node's tasks. A cheap handle: each background component holds one.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    soft: CancellationToken,
    hard: CancellationToken,
    failed: Arc<OnceLock<&'static str>>,
}

impl Tasks {
    /// Starts without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Spawns a task that may end at any time. Shutdown waits for it, so a long one must watch [`Tasks::shutdown`].
    // The only place that spawns tasks.
    #[allow(clippy::disallowed_methods)]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.tracker.spawn(future)
    }

    /// Spawns a task that the node cannot run without: if it ends or panics before shutdown, the node stops with a failure.
    pub fn spawn_vital<F>(&self, name: &'static str, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.spawn_until(name, self.soft.clone(), future);
    }

    /// As [`Tasks::spawn_vital`], for a task that may end once `until` is cancelled, possibly before shutdown.
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

    /// Runs blocking work on a thread of its own; shutdown waits for it.
    pub fn spawn_blocking<F, T>(&self, work: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.tracker.spawn_blocking(work)
    }

    /// Runs `work` that takes longer than a fraction of a millisecond on a blocking thread, within the current span, and waits
    /// for it.
    ///
    /// Shutdown waits for it too. A panic in `work` becomes an internal error.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let span = tracing::Span::current();
        let work = self.spawn_blocking(move || span.in_scope(work));
        work.await.map_err(Error::internal)
    }

    /// Cancelled when shutdown begins. Pass it on as a parameter named `shutdown`.
    pub fn shutdown(&self) -> &CancellationToken {
        &self.soft
    }

    /// Cancelled when the time for shutdown is over: stop at once.
    pub fn hard_shutdown(&self) -> &CancellationToken {
        &self.hard
    }

    /// Begins shutdown because the component `name` has failed.
    pub fn fail(&self, name: &'static str) {
        let _ = self.failed.set(name);
        self.soft.cancel();
    }

    /// The component that failed first, if any.
    pub fn failure(&self) -> Option<&'static str> {
        self.failed.get().copied()
    }

    /// Waits until all tasks have ended or the hard token is cancelled. Returns whether all have ended.
    pub async fn ended(&self) -> bool {
        self.tracker.close();
        tokio::select! {
            () = self.tracker.wait() => true,
            () = self.hard.cancelled() => false,
        }
    }

    /// Cancels the hard token when `grace` has passed since the soft one was cancelled.
    pub fn limit_shutdown(&self, grace: Duration) {
        let tasks = self.clone();
        // Untracked: shutdown must not wait for this task.
        #[allow(clippy::disallowed_methods)]
        tokio::spawn(async move {
            tasks.soft.cancelled().await;
            tokio::time::sleep(grace).await;
            if !tasks.tracker.is_empty() {
                tracing::warn!(
                    grace_ms = grace.as_millis(),
                    "shutdown took too long, remaining tasks are cut off"
                );
            }
            tasks.hard.cancel();
        });
    }

    /// Handles SIGTERM and SIGINT: the first begins shutdown, the second stops at once.
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
                tracing::info!(signal = name, "{name} received, shutting down");
                tasks.soft.cancel();
            }
        });
        Ok(())
    }

    /// Begins shutdown when standard input, a pipe, is closed. The system closes it even when the process at the other end was
    /// killed.
    pub fn listen_to_stdin(&self) -> std::io::Result<()> {
        self.listen_to_pipe(std::io::stdin().as_fd().try_clone_to_owned()?)
    }

    fn listen_to_pipe(&self, pipe: OwnedFd) -> std::io::Result<()> {
        let mut pipe = pipe::Receiver::from_owned_fd(pipe)?;
        let soft = self.soft.clone();
        // Untracked: shutdown must not wait for this task.
        #[allow(clippy::disallowed_methods)]
        tokio::spawn(async move {
            let mut ignored = [0; 64];
            while matches!(pipe.read(&mut ignored).await, Ok(1..)) {}
            tracing::info!("standard input was closed, shutting down");
            soft.cancel();
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ended_vital_task_stops_the_node() {
        let tasks = Tasks::new();
        tasks.spawn_vital("gone", async {});
        tasks.shutdown().cancelled().await;
        assert!(tasks.ended().await);
        assert_eq!(tasks.failure(), Some("gone"));
    }

    #[tokio::test]
    async fn panicked_vital_task_stops_the_node() {
        let tasks = Tasks::new();
        tasks.spawn_vital("panicking", async { panic!("intended by the test") });
        tasks.shutdown().cancelled().await;
        assert_eq!(tasks.failure(), Some("panicking"));
    }

    #[tokio::test]
    async fn vital_task_may_end_on_shutdown() {
        let tasks = Tasks::new();
        let shutdown = tasks.shutdown().clone();
        tasks.spawn_vital("obedient", async move { shutdown.cancelled().await });
        tasks.shutdown().cancel();
        assert!(tasks.ended().await);
        assert_eq!(tasks.failure(), None);
    }

    #[tokio::test]
    async fn unresponsive_task_is_cut_off_after_the_grace() {
        let tasks = Tasks::new();
        tasks.limit_shutdown(Duration::from_millis(1));
        tasks.spawn(std::future::pending::<()>());
        tasks.shutdown().cancel();
        assert!(!tasks.ended().await);
        assert!(tasks.hard_shutdown().is_cancelled());
    }

    #[tokio::test]
    async fn closed_pipe_begins_shutdown() {
        let (pipe, other_end) = std::io::pipe().unwrap();
        let tasks = Tasks::new();
        tasks.listen_to_pipe(pipe.into()).unwrap();
        assert!(!tasks.shutdown().is_cancelled());
        drop(other_end);
        tasks.shutdown().cancelled().await;
        assert_eq!(tasks.failure(), None);
    }
}
