//! Snapshots to send, whole or damaged in one way.

use std::time::Duration;

use proto::digest::SnapshotDigest;
use proto::v1::sync_officers_request::Message;
use proto::v1::{Officer, SyncBegin, SyncCommit, SyncOfficersRequest, SyncReport};
use tonic::{Request, Status};

use crate::caller::{Caller, new_request_id};

/// The deadline of a snapshot: ten thousand officers in a debug build on a busy machine. Only guards against hanging.
const DEADLINE: Duration = Duration::from_secs(480);

/// An organisation's whole set. The fields are open, so that a test can spoil one.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The first message.
    pub begin: Option<SyncBegin>,
    /// The officers.
    pub entries: Vec<Officer>,
    /// The last message.
    pub commit: Option<SyncCommit>,
}

impl Snapshot {
    /// A right one: `officers` of the organisation with this id.
    pub fn of(organisation: &str, officers: Vec<Officer>) -> Self {
        let mut digest = SnapshotDigest::new();
        officers.iter().for_each(|officer| digest.push(officer));
        let (count, sha256) = digest.finish();
        Self {
            begin: Some(SyncBegin {
                organisation: format!("organisations/{organisation}"),
                request_id: new_request_id(),
                ..Default::default()
            }),
            entries: officers,
            commit: Some(SyncCommit {
                count,
                sha256: sha256.to_vec(),
            }),
        }
    }

    /// The same with another beginning.
    #[must_use]
    pub fn beginning(mut self, change: impl FnOnce(&mut SyncBegin)) -> Self {
        self.begin.as_mut().map(change);
        self
    }

    /// The same under a name by which a repetition is recognised.
    #[must_use]
    pub fn named(self, request_id: &str) -> Self {
        self.beginning(|begin| request_id.clone_into(&mut begin.request_id))
    }

    /// The same with a number of withdrawals confirmed.
    #[must_use]
    pub fn confirming(self, count: u32) -> Self {
        self.beginning(|begin| begin.confirm_withdrawals = Some(count))
    }

    /// The same, only to be validated.
    #[must_use]
    pub fn only_validated(self) -> Self {
        self.beginning(|begin| begin.validate_only = true)
    }

    /// The messages in order.
    pub fn messages(self) -> impl Iterator<Item = SyncOfficersRequest> + Send + use<> {
        let begin = self.begin.map(Message::Begin);
        let entries = self.entries.into_iter().map(Message::Entry);
        let commit = self.commit.map(Message::Commit);
        let messages = begin.into_iter().chain(entries).chain(commit);
        messages.map(|message| SyncOfficersRequest { message: Some(message) })
    }

    /// Sends it.
    pub async fn send(self, caller: &Caller) -> Result<SyncReport, Status> {
        let messages: Vec<_> = self.messages().collect();
        let mut request = Request::new(tokio_stream::iter(messages));
        request.set_timeout(DEADLINE);
        let answer = caller.sync.clone().sync_officers(request).await?;
        Ok(answer.into_inner().report.unwrap_or_default())
    }
}
