//! Calls to write an organisation's officers: `SyncService`, except watching.

use std::ops::Range;
use std::sync::Arc;

use proto::digest::SnapshotDigest;
use proto::v1;
use proto::v1::sync_officers_request::Message;
use proto::v1::sync_service_client::SyncServiceClient;
use register::identifier::OrganisationId;
use tonic::Request;
use tonic::transport::Channel;

use crate::call::{Client, MAX_RESPONSE_BYTES};
use crate::error::Error;
use crate::retry::Idempotency;

/// An organisation's complete set of officers, which the register compares with its own.
#[derive(Clone, Debug)]
pub struct OfficerSnapshot {
    /// The first message; an empty request id is filled in.
    pub begin: v1::SyncBegin,
    /// The officers, in any order that stays the same on a retry.
    pub entries: Arc<[v1::Officer]>,
}

/// Called with the number of entries handed to the connection so far.
pub type ProgressCallback = Arc<dyn Fn(usize) + Send + Sync>;

pub(crate) fn service(channel: Channel) -> SyncServiceClient<Channel> {
    SyncServiceClient::new(channel).max_decoding_message_size(MAX_RESPONSE_BYTES)
}

impl Client {
    /// Sends a snapshot. If the report lists violations, nothing was applied.
    pub async fn sync_officers(
        &self,
        mut snapshot: OfficerSnapshot,
        progress: Option<ProgressCallback>,
    ) -> Result<v1::SyncReport, Error> {
        self.request_id_or_new(&mut snapshot.begin.request_id);
        let answer: v1::SyncOfficersResponse = self
            .with_retry(Idempotency::Idempotent, self.sync_timeout(), |remaining| {
                let messages = SnapshotMessages::new(&snapshot, progress.clone());
                let mut request = Request::new(tokio_stream::iter(messages));
                request.set_timeout(remaining);
                let mut service = service(self.channel());
                async move { service.sync_officers(request).await }
            })
            .await?;
        require_report(answer.report)
    }

    /// Sends upserts and withdrawals, all or nothing. The report lists violations.
    pub async fn apply_changes(&self, mut request: v1::ApplyChangesRequest) -> Result<v1::SyncReport, Error> {
        self.request_id_or_new(&mut request.request_id);
        let answer = self
            .unary(request, |channel, request| async move {
                service(channel).apply_changes(request).await
            })
            .await?;
        require_report(answer.report)
    }

    /// Replaces an officer's absences.
    pub async fn set_presence(&self, mut request: v1::SetPresenceRequest) -> Result<v1::SetPresenceResponse, Error> {
        self.request_id_or_new(&mut request.request_id);
        self.unary(request, |channel, request| async move {
            service(channel).set_presence(request).await
        })
        .await
    }

    /// Sets what other registers may do with an organisation's officers. Idempotent.
    pub async fn set_sharing(
        &self,
        organisation: &OrganisationId,
        sharing: v1::Sharing,
    ) -> Result<v1::SetSharingResponse, Error> {
        let request = v1::SetSharingRequest {
            organisation: organisation.resource_name(),
            sharing: Some(sharing),
        };
        self.unary(request, |channel, request| async move {
            service(channel).set_sharing(request).await
        })
        .await
    }

    /// Records that entries were verified today.
    pub async fn verify_officers(&self, mut request: v1::VerifyOfficersRequest) -> Result<v1::VerifyOfficersResponse, Error> {
        self.request_id_or_new(&mut request.request_id);
        self.unary(request, |channel, request| async move {
            service(channel).verify_officers(request).await
        })
        .await
    }
}

fn require_report(report: Option<v1::SyncReport>) -> Result<v1::SyncReport, Error> {
    report.ok_or_else(|| Error::BadAnswer("the response has no report".to_owned()))
}

/// The messages of a snapshot: Begin, the entries, and a Commit with the count and digest of the entries.
struct SnapshotMessages {
    begin: Option<v1::SyncBegin>,
    places: Range<usize>,
    all: Arc<[v1::Officer]>,
    digest: Option<SnapshotDigest>,
    progress: Option<ProgressCallback>,
}

impl SnapshotMessages {
    fn new(snapshot: &OfficerSnapshot, progress: Option<ProgressCallback>) -> Self {
        Self {
            begin: Some(snapshot.begin.clone()),
            places: 0..snapshot.entries.len(),
            all: Arc::clone(&snapshot.entries),
            digest: Some(SnapshotDigest::new()),
            progress,
        }
    }

    fn next_message(&mut self) -> Option<Message> {
        if let Some(begin) = self.begin.take() {
            return Some(Message::Begin(begin));
        }
        let digest = self.digest.as_mut()?;
        if let Some(entry) = self.places.next().and_then(|place| self.all.get(place)) {
            digest.push(entry);
            if let Some(progress) = &self.progress {
                progress(digest.count() as usize);
            }
            return Some(Message::Entry(entry.clone()));
        }
        let (count, sha256) = self.digest.take()?.finish();
        Some(Message::Commit(v1::SyncCommit {
            count,
            sha256: sha256.to_vec(),
        }))
    }
}

impl Iterator for SnapshotMessages {
    type Item = v1::SyncOfficersRequest;

    fn next(&mut self) -> Option<Self::Item> {
        let message = self.next_message()?;
        Some(v1::SyncOfficersRequest { message: Some(message) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_begin_entries_commit_and_repeatable() {
        let officer = |id: &str| v1::Officer {
            name: format!("organisations/lmm/officers/{id}"),
            ..v1::Officer::default()
        };
        let snapshot = OfficerSnapshot {
            begin: v1::SyncBegin::default(),
            entries: Arc::new([officer("a"), officer("b")]),
        };
        let messages: Vec<_> = SnapshotMessages::new(&snapshot, None)
            .filter_map(|request| request.message)
            .collect();
        let [
            Message::Begin(_),
            Message::Entry(first),
            Message::Entry(_),
            Message::Commit(commit),
        ] = &messages[..]
        else {
            panic!("{messages:?}");
        };
        let mut digest = SnapshotDigest::new();
        snapshot.entries.iter().for_each(|entry| digest.push(entry));
        assert_eq!(first, &officer("a"));
        assert_eq!((commit.count, commit.sha256.as_slice()), (2, digest.finish().1.as_slice()));
        assert_eq!(SnapshotMessages::new(&snapshot, None).count(), 4);
    }
}
