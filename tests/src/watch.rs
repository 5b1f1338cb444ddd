//! Reads the messages of `WatchChanges` one at a time.

use std::time::Duration;

use proto::v1::watch_changes_response::Message;
use proto::v1::{ChangeSet, Position, WatchChangesRequest, WatchChangesResponse, change};
use tonic::{Status, Streaming};

use crate::caller::Caller;

/// The limit for the next message of a watch. Only guards against hanging: longer than the 30 seconds within which a watch whose
/// grant was revoked must end.
const PATIENCE: Duration = Duration::from_secs(120);

/// An open watch.
#[derive(Debug)]
pub struct Watch(Streaming<WatchChangesResponse>);

impl Watch {
    /// Opens a watch, or returns the refusal.
    pub async fn open(caller: &Caller, request: WatchChangesRequest) -> Result<Self, Status> {
        let stream = caller.sync.clone().watch_changes(request).await?;
        Ok(Self(stream.into_inner()))
    }

    /// Opens a watch of the changes after `position`.
    pub async fn after(caller: &Caller, position: &Position) -> Self {
        let request = WatchChangesRequest {
            position: Some(position.clone()),
            ..Default::default()
        };
        Self::open(caller, request)
            .await
            .expect("the caller may watch from this position")
    }

    /// Returns the next message, or the status with which the watch ended.
    pub async fn message(&mut self) -> Result<Message, Status> {
        let next = tokio::time::timeout(PATIENCE, self.0.message()).await;
        let next = next.expect("a watch sends progress messages")?;
        let next = next.expect("a watch does not end without a status");
        Ok(next.message.expect("every message has content"))
    }

    /// Returns the next changes, skipping progress messages.
    pub async fn changes(&mut self) -> ChangeSet {
        loop {
            match self.message().await.expect("the watch continues") {
                Message::Changes(set) => return set,
                Message::Progress(_) => {}
                other => panic!("unexpected message: {other:?}"),
            }
        }
    }

    /// Returns the status with which the watch ends, skipping progress messages.
    pub async fn end(&mut self) -> Status {
        loop {
            match self.message().await {
                Ok(Message::Progress(_)) => {}
                Ok(other) => panic!("unexpected message: {other:?}"),
                Err(status) => return status,
            }
        }
    }

    /// Reads a whole snapshot, and returns the names in it and its position.
    pub async fn snapshot(&mut self) -> (Vec<String>, Position) {
        let begin = self.message().await.expect("the watch continues");
        assert!(matches!(begin, Message::SnapshotBegin(_)), "{begin:?}");
        let mut names = Vec::new();
        loop {
            match self.message().await.expect("the watch continues") {
                Message::Changes(set) => names.extend(self::names(&set)),
                Message::SnapshotEnd(end) => {
                    assert_eq!(names.len(), (end.organisations + end.entries) as usize);
                    return (names, end.position.expect("a snapshot has a position"));
                }
                other => panic!("not expected in a snapshot: {other:?}"),
            }
        }
    }
}

/// Returns the names in a set of changes. A withdrawn one has a `-` before it.
pub fn names(set: &ChangeSet) -> Vec<String> {
    let name = |change: &proto::v1::Change| match change.change.clone().expect("a change has content") {
        change::Change::Organisation(organisation) => organisation.name,
        change::Change::Entry(entry) => entry.officer.expect("an entry is of an officer").name,
        change::Change::Withdrawal(withdrawal) => format!("-{}", withdrawal.officer),
    };
    set.changes.iter().map(name).collect()
}
