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
use register::oin::Oin;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admission::{Admission, Places};
use crate::error::{Error, Reason};

/// How long a computation waits for a core before the request is refused. A caller that hears sooner can ask another node.
const CORE_WITHIN: Duration = Duration::from_secs(5);

/// Computations of one caller that may wait for a core. The layer in front of the services admits fewer requests.
const CORE_QUEUE: usize = 4_096;

/// The node's tasks. A cheap handle: each background component holds one.
#[derive(Clone, Debug)]
pub struct Tasks {
    tracker: TaskTracker,
    soft: CancellationToken,
    hard: CancellationToken,
    failed: Arc<OnceLock<&'static str>>,
    /// As many places as the machine has cores.
    cores: Admission<Oin>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            tracker: TaskTracker::new(),
            soft: CancellationToken::new(),
            hard: CancellationToken::new(),
            failed: Arc::default(),
            cores: Admission::new(Places {
                total: std::thread::available_parallelism().map_or(1, usize::from),
                per_caller: 0,
                queue: CORE_QUEUE,
            }),
        }
    }
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

    /// As [`Tasks::blocking`], for work that keeps a core busy on behalf of `caller`. No more of it runs at once than there are
    /// cores, and callers take turns: a thousand searches of one delay a search of another by one turn only.
    ///
    /// Fails with `RATE_LIMITED` if there is no turn within five seconds.
    pub async fn computing<T: Send + 'static>(
        &self,
        caller: &Oin,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let place = self.cores.admit(caller, CORE_WITHIN).await.map_err(|_| {
            let message = "the node has more to compute than its cores can, try again";
            Error::new(Reason::RateLimited, message).retry_after(Duration::from_secs(1))
        })?;
        let work = move || {
            let result = work();
            drop(place);
            result
        };
        self.blocking(work).await
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
    async fn computations_leave_their_place_to_the_next_even_when_they_panic() {
        let tasks = Tasks::new();
        let caller = Oin::parse("00000099000000001000").unwrap();
        let cores = tasks.cores.places().total;
        for _ in 0..=cores {
            let panicked: Result<(), Error> = tasks.computing(&caller, || panic!("intended by the test")).await;
            assert!(panicked.is_err());
        }
        assert_eq!(tasks.computing(&caller, || 7).await.unwrap(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn a_computation_without_a_turn_is_refused_with_a_time_to_retry() {
        let tasks = Tasks::new();
        let [flood, caller] = ["00000099000000001000", "00000099000000002000"].map(|oin| Oin::parse(oin).unwrap());
        let held: Vec<_> = (0..tasks.cores.places().total)
            .map(|_| tasks.cores.try_admit(&flood).unwrap())
            .collect();
        let refused = tasks.computing(&caller, || ()).await.unwrap_err();
        assert_eq!(refused.reason(), Reason::RateLimited);
        assert!(refused.delay().is_some());
        drop(held);
        tasks.computing(&caller, || ()).await.unwrap();
    }

    #[tokio::test]
    async fn no_more_is_computed_at_once_than_there_are_cores() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let tasks = Tasks::new();
        let caller = Oin::parse("00000099000000001000").unwrap();
        let cores = tasks.cores.places().total;
        let work = || {
            MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(5));
            NOW.fetch_sub(1, Ordering::SeqCst);
        };
        let all = (0..8 * cores).map(|_| tasks.computing(&caller, work));
        futures::future::try_join_all(all).await.unwrap();
        assert!((1..=cores).contains(&MOST.load(Ordering::SeqCst)));
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
