//! Receives a snapshot: Begin, any number of entries, Commit, and then the end of the stream.
//!
//! The use case gets complete snapshots only: the count and digest in Commit must match the entries received. The right to
//! publish is checked right after Begin, so that a caller without it cannot send 100,000 entries. An entry is shortened to what
//! any entry may hold, and its memory reserved, as it arrives.

use std::sync::Arc;

use directory::{Directory, SyncOfficers};
use futures::{Stream, StreamExt as _};
use prost::Message as _;
use proto::digest::SnapshotDigest;
use proto::v1::sync_officers_request::Message;
use proto::v1::{SyncBegin, SyncCommit, SyncOfficersRequest};
use register::draft::OfficerDraft;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use tonic::Status;

use super::reader::RequestReader;
use super::request::RequestContext;

/// Reads a snapshot from `messages`. Fails if the stream is incomplete, too long or inconsistent.
pub(super) async fn receive<S>(
    mut messages: S,
    directory: &Directory,
    caller: &Caller,
    context: &RequestContext,
) -> Result<SyncOfficers, Status>
where
    S: Stream<Item = Result<SyncOfficersRequest, Status>> + Unpin + Send,
{
    let Some(Message::Begin(begin)) = next(&mut messages).await? else {
        return Err(incomplete("the first message of a snapshot is Begin").into());
    };
    let mut snapshot = parse_begin(&begin)?;
    context.note_organisation(&snapshot.organisation);
    directory.may_publish(caller, &snapshot.organisation)?;

    let mut upload = directory.begin_upload(caller);
    let max_entries = directory.limits().snapshot_entries;
    let mut digest = SnapshotDigest::new();
    let commit = loop {
        match next(&mut messages).await? {
            Some(Message::Entry(officer)) if snapshot.officers.len() < max_entries => {
                digest.push(&officer);
                let sent = officer.encoded_len();
                snapshot.officers.push(upload.take(OfficerDraft::from(officer), sent)?);
            }
            Some(Message::Entry(_)) => return Err(too_many(max_entries).into()),
            Some(Message::Commit(commit)) => break commit,
            Some(Message::Begin(_)) => return Err(incomplete("a snapshot has one Begin").into()),
            None => return Err(incomplete("the stream ended before Commit, so nothing was applied").into()),
        }
    };
    if next(&mut messages).await?.is_some() {
        return Err(incomplete("nothing comes after Commit").into());
    }
    snapshot.digest = check_commit(&commit, digest)?;
    snapshot.upload = Some(Arc::new(upload));
    Ok(snapshot)
}

/// Returns the content of the next message; `None` at the end of the stream. Fails for an empty message.
async fn next<S>(messages: &mut S) -> Result<Option<Message>, Status>
where
    S: Stream<Item = Result<SyncOfficersRequest, Status>> + Unpin,
{
    match messages.next().await {
        None => Ok(None),
        Some(Err(status)) => Err(status),
        Some(Ok(SyncOfficersRequest { message: Some(message) })) => Ok(Some(message)),
        Some(Ok(SyncOfficersRequest { message: None })) => {
            Err(incomplete("a message holds none of Begin, entry and Commit").into())
        }
    }
}

fn parse_begin(begin: &SyncBegin) -> Result<SyncOfficers, Error> {
    let mut reader = RequestReader::default();
    let organisation = reader.organisation("begin.organisation", &begin.organisation);
    let base = reader.position("begin.base", begin.base.as_ref());
    let request_id = reader.request_id(&begin.request_id);
    let (organisation, request_id) = reader.finish(organisation.zip(request_id))?;
    Ok(SyncOfficers {
        organisation,
        base,
        request_id,
        validate_only: begin.validate_only,
        confirm_withdrawals: begin.confirm_withdrawals,
        officers: Vec::new(),
        digest: [0; 32],
        upload: None,
    })
}

/// Returns the digest of the entries received, if count and digest match the Commit.
fn check_commit(commit: &SyncCommit, digest: SnapshotDigest) -> Result<[u8; 32], Error> {
    let (count, sha256) = digest.finish();
    if commit.count != count {
        let message = format!(
            "{count} entries were received and Commit states {}, so nothing was applied",
            commit.count
        );
        let error = incomplete(&message);
        return Err(error.with("received", count).with("announced", commit.count));
    }
    if commit.sha256 != sha256 {
        let message =
            "the digest of the entries received is not the one in Commit, so nothing was applied; see docs/samples/digests.json";
        return Err(Error::new(Reason::SnapshotDigestMismatch, message).with("received", count));
    }
    Ok(sha256)
}

fn incomplete(message: &str) -> Error {
    Error::new(Reason::SnapshotIncomplete, message.to_owned())
}

fn too_many(max_entries: usize) -> Error {
    let message = format!("a snapshot has at most {max_entries} entries");
    Error::new(Reason::TooManyEntries, message).with("most", max_entries)
}
