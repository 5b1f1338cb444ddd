//! Receives a snapshot: Begin, any number of entries, Commit, and then the end of the stream.
//!
//! Nothing is handed on that did not arrive whole: the Commit must agree in count and digest with what came. The caller's right
//! to publish is asked as soon as Begin says for whom, so that nobody else gets to send a hundred thousand entries.

use directory::{Directory, SyncOfficers};
use futures::{Stream, StreamExt as _};
use proto::digest::SnapshotDigest;
use proto::v1::sync_officers_request::Message;
use proto::v1::{SyncBegin, SyncCommit, SyncOfficersRequest};
use register::draft::OfficerDraft;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use tonic::Status;

use super::parse::Reader;
use super::request::Context;

/// The snapshot that `messages` brings, or why it did not arrive.
pub(super) async fn receive<S>(
    mut messages: S,
    directory: &Directory,
    caller: &Caller,
    context: &Context,
) -> Result<SyncOfficers, Status>
where
    S: Stream<Item = Result<SyncOfficersRequest, Status>> + Unpin + Send,
{
    let Some(Message::Begin(begin)) = next(&mut messages).await? else {
        return Err(incomplete("the first message of a snapshot is Begin").into());
    };
    let mut snapshot = begun(&begin)?;
    context.note_organisation(&snapshot.organisation);
    directory.may_publish(caller, &snapshot.organisation)?;

    let most = directory.limits().snapshot_entries;
    let mut digest = SnapshotDigest::new();
    let commit = loop {
        match next(&mut messages).await? {
            Some(Message::Entry(officer)) if snapshot.officers.len() < most => {
                digest.push(&officer);
                snapshot.officers.push(OfficerDraft::from(officer));
            }
            Some(Message::Entry(_)) => return Err(too_many(most).into()),
            Some(Message::Commit(commit)) => break commit,
            Some(Message::Begin(_)) => return Err(incomplete("a snapshot has one Begin").into()),
            None => return Err(incomplete("the stream ended before Commit, so nothing was applied").into()),
        }
    };
    if next(&mut messages).await?.is_some() {
        return Err(incomplete("nothing comes after Commit").into());
    }
    snapshot.digest = agreed(&commit, digest)?;
    Ok(snapshot)
}

/// The content of the next message; nothing at the end of the stream. An empty message is in nobody's place.
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

fn begun(begin: &SyncBegin) -> Result<SyncOfficers, Error> {
    let mut reader = Reader::default();
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
    })
}

/// The digest of what came, if it is what was sent.
fn agreed(commit: &SyncCommit, digest: SnapshotDigest) -> Result<[u8; 32], Error> {
    let (count, sha256) = digest.finish();
    if commit.count != count {
        let message = format!(
            "{count} entries came and Commit says {}, so nothing was applied",
            commit.count
        );
        let error = incomplete(&message);
        return Err(error.with("received", count).with("announced", commit.count));
    }
    if commit.sha256 != sha256 {
        let message = "the digest of what came is not the one in Commit, so nothing was applied; see docs/samples/digests.json";
        return Err(Error::new(Reason::SnapshotDigestMismatch, message).with("received", count));
    }
    Ok(sha256)
}

fn incomplete(what: &str) -> Error {
    Error::new(Reason::SnapshotIncomplete, what.to_owned())
}

fn too_many(most: usize) -> Error {
    let message = format!("a snapshot has at most {most} entries");
    Error::new(Reason::TooManyEntries, message).with("most", most)
}
