//! A thread that owns a connection and runs closures in order.
//!
//! A connection cannot be shared between threads, and its calls block. Each connection therefore has its own thread, which
//! receives closures: nothing blocks the asynchronous runtime, and a closure runs to its end even if its caller is cancelled.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;
use tracing::Span;

use crate::error::StorageError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

enum Command {
    Run(Job),
    Close(oneshot::Sender<()>),
}

/// A handle to a worker thread. The thread ends when closed or when the last handle is dropped.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    commands: Sender<Command>,
}

#[derive(Debug, thiserror::Error)]
#[error("work on the database panicked")]
struct WorkerPanicked;

impl Worker {
    /// Starts a thread named `name`, which first opens its connection.
    pub(super) async fn start(
        name: &str,
        open: impl FnOnce() -> Result<Connection, StorageError> + Send + 'static,
    ) -> Result<Self, StorageError> {
        let (commands, inbox) = channel();
        let (report, opened) = oneshot::channel();
        let body = move || match open() {
            Ok(connection) => {
                let _ = report.send(Ok(()));
                serve(connection, &inbox);
            }
            Err(error) => {
                let _ = report.send(Err(error));
            }
        };
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(body)
            .map_err(|error| StorageError::Unavailable("failed to start a thread".to_owned(), Some(Box::new(error))))?;
        opened
            .await
            .unwrap_or_else(|_| Err(StorageError::Driver(Box::new(WorkerPanicked))))?;
        Ok(Self { commands })
    }

    /// Runs `work` and returns its result, in the caller's tracing span.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (reply, answer) = oneshot::channel();
        let span = Span::current();
        let posted = self.post(move |connection| {
            let _ = reply.send(span.in_scope(|| work(connection)));
        });
        if !posted {
            return Err(closed());
        }
        // A dropped reply means that the work panicked. The thread continues.
        answer
            .await
            .unwrap_or_else(|_| Err(StorageError::Driver(Box::new(WorkerPanicked))))
    }

    /// Sends work without waiting for it. Returns whether the thread still runs.
    pub(super) fn post(&self, work: impl FnOnce(&mut Connection) + Send + 'static) -> bool {
        self.commands.send(Command::Run(Box::new(work))).is_ok()
    }

    /// Closes the connection after all work sent before, and waits for that.
    pub(super) async fn close(&self) {
        let (report, closed) = oneshot::channel();
        if self.commands.send(Command::Close(report)).is_ok() {
            // An error means that the thread has already ended.
            let _ = closed.await;
        }
    }
}

/// The error for closed storage.
pub(super) fn closed() -> StorageError {
    StorageError::Unavailable("it is closed".to_owned(), None)
}

fn serve(mut connection: Connection, inbox: &Receiver<Command>) {
    while let Ok(command) = inbox.recv() {
        match command {
            // A panic only affects its caller, which sees the dropped reply. Dropping an open transaction rolls it back.
            Command::Run(job) => drop(catch_unwind(AssertUnwindSafe(|| job(&mut connection)))),
            Command::Close(report) => {
                drop(connection);
                let _ = report.send(());
                return;
            }
        }
    }
}
