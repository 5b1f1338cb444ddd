//! Sends snapshots, valid or damaged in one way.

use std::time::Duration;

use proto::digest::SnapshotDigest;
use proto::v1::sync_officers_request::Message;
use proto::v1::{Officer, SyncBegin, SyncCommit, SyncOfficersRequest, SyncReport};
use tonic::{Request, Status};

use crate::caller::{Caller, new_request_id};

/// The deadline of a snapshot: ten thousand officers in a debug build on a busy machine. Only guards against hanging.
const DEADLINE: Duration = Duration::from_secs(480);

/// The complete set of an organisation. Its fields are public so that a test can damage one.
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
    /// Creates a valid snapshot of `officers` of the organisation with this id.
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

    /// Changes the first message.
    #[must_use]
    pub fn beginning(mut self, change: impl FnOnce(&mut SyncBegin)) -> Self {
        self.begin.as_mut().map(change);
        self
    }

    /// Sets the request id, by which a node recognises a repetition.
    #[must_use]
    pub fn named(self, request_id: &str) -> Self {
        self.beginning(|begin| request_id.clone_into(&mut begin.request_id))
    }

    /// Confirms this number of withdrawals.
    #[must_use]
    pub fn confirming(self, count: u32) -> Self {
        self.beginning(|begin| begin.confirm_withdrawals = Some(count))
    }

    /// Asks for validation only.
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

    /// Sends the snapshot.
    pub async fn send(self, caller: &Caller) -> Result<SyncReport, Status> {
        let messages: Vec<_> = self.messages().collect();
        let mut request = Request::new(tokio_stream::iter(messages));
        request.set_timeout(DEADLINE);
        let answer = caller.sync.clone().sync_officers(request).await?;
        Ok(answer.into_inner().report.unwrap_or_default())
    }
}

impl Caller {
    /// Publishes `officers` as the whole set of `organisation`.
    pub async fn publish(&self, organisation: &str, officers: Vec<Officer>) -> Result<SyncReport, Status> {
        Snapshot::of(organisation, officers).send(self).await
    }
}
