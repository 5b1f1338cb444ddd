//! A thread that owns a connection and runs what it is sent, in order.
//!
//! A connection may move between threads but not be used by two, and its calls block. So each lives on a thread of its own
//! and is spoken to by closures: nothing blocks the asynchronous runtime, and a closure that was sent runs to its end even if
//! nobody waits for it any more.

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

/// A handle on such a thread. The thread ends when it is closed or the last handle is gone.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    commands: Sender<Command>,
}

#[derive(Debug, thiserror::Error)]
#[error("the work on the database ended in a panic")]
struct WorkerPanicked;

impl Worker {
    /// Starts a thread named `name` that begins by opening its connection.
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
            .map_err(|error| StorageError::Unavailable("no thread could be started".to_owned(), Some(Box::new(error))))?;
        opened
            .await
            .unwrap_or_else(|_| Err(StorageError::Driver(Box::new(WorkerPanicked))))?;
        Ok(Self { commands })
    }

    /// Runs `work` and gives its result. The caller's span is the parent of what `work` records.
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
        // A reply that never comes means that the work panicked: the thread drops it and lives on.
        answer
            .await
            .unwrap_or_else(|_| Err(StorageError::Driver(Box::new(WorkerPanicked))))
    }

    /// Sends work that nobody waits for. Gives whether there is still a thread to do it.
    pub(super) fn post(&self, work: impl FnOnce(&mut Connection) + Send + 'static) -> bool {
        self.commands.send(Command::Run(Box::new(work))).is_ok()
    }

    /// Closes the connection after all that was sent before, and waits for it.
    pub(super) async fn close(&self) {
        let (report, closed) = oneshot::channel();
        if self.commands.send(Command::Close(report)).is_ok() {
            // An error means that the thread had ended already, which is as good.
            let _ = closed.await;
        }
    }
}

/// That nothing can be asked of storage any more.
pub(super) fn closed() -> StorageError {
    StorageError::Unavailable("it is closed".to_owned(), None)
}

fn serve(mut connection: Connection, inbox: &Receiver<Command>) {
    while let Ok(command) = inbox.recv() {
        match command {
            // A panic concerns the one who asked: a lost reply tells. A transaction that was open is rolled back on drop.
            Command::Run(job) => drop(catch_unwind(AssertUnwindSafe(|| job(&mut connection)))),
            Command::Close(report) => {
                drop(connection);
                let _ = report.send(());
                return;
            }
        }
    }
}
