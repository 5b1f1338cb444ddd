//! Following the register in a story: the messages of `WatchChanges`, one at a time.

use std::time::Duration;

use proto::v1::watch_changes_response::Message;
use proto::v1::{ChangeSet, Position, WatchChangesRequest, WatchChangesResponse, change};
use tonic::{Status, Streaming};

use crate::caller::Caller;

/// The limit for the next message of a watch. Only guards against hanging: longer than the 30 seconds within which a watch whose
/// grant was revoked must end.
const PATIENCE: Duration = Duration::from_secs(120);

/// A watch under way.
#[derive(Debug)]
pub struct Watch(Streaming<WatchChangesResponse>);

impl Watch {
    /// Opens one, or tells how it was refused.
    pub async fn open(caller: &Caller, request: WatchChangesRequest) -> Result<Self, Status> {
        let stream = caller.sync.clone().watch_changes(request).await?;
        Ok(Self(stream.into_inner()))
    }

    /// From after `position` on.
    pub async fn after(caller: &Caller, position: &Position) -> Self {
        let request = WatchChangesRequest {
            position: Some(position.clone()),
            ..Default::default()
        };
        Self::open(caller, request).await.expect("the caller may follow from here")
    }

    /// The next message, or how the watch ended.
    pub async fn message(&mut self) -> Result<Message, Status> {
        let next = tokio::time::timeout(PATIENCE, self.0.message()).await;
        let next = next.expect("a watch says something now and then")?;
        let next = next.expect("a watch goes on until it fails");
        Ok(next.message.expect("every message says something"))
    }

    /// The next changes; progress is passed over.
    pub async fn changes(&mut self) -> ChangeSet {
        loop {
            match self.message().await.expect("the watch goes on") {
                Message::Changes(set) => return set,
                Message::Progress(_) => {}
                other => panic!("not expected here: {other:?}"),
            }
        }
    }

    /// How it ends, when nothing else is to come; progress is passed over.
    pub async fn end(&mut self) -> Status {
        loop {
            match self.message().await {
                Ok(Message::Progress(_)) => {}
                Ok(other) => panic!("not expected here: {other:?}"),
                Err(status) => return status,
            }
        }
    }

    /// A whole snapshot: the names in it, and its position.
    pub async fn snapshot(&mut self) -> (Vec<String>, Position) {
        let begin = self.message().await.expect("the watch goes on");
        assert!(matches!(begin, Message::SnapshotBegin(_)), "{begin:?}");
        let mut names = Vec::new();
        loop {
            match self.message().await.expect("the watch goes on") {
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

/// The names in a set of changes; a withdrawn one with `-` before it.
pub fn names(set: &ChangeSet) -> Vec<String> {
    let name = |change: &proto::v1::Change| match change.change.clone().expect("a change is one of something") {
        change::Change::Organisation(organisation) => organisation.name,
        change::Change::Entry(entry) => entry.officer.expect("an entry is of an officer").name,
        change::Change::Withdrawal(withdrawal) => format!("-{}", withdrawal.officer),
    };
    set.changes.iter().map(name).collect()
}
