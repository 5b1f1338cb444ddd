//! The path of every write: begin, check, decide, append, commit, and only then update the views.
//!
//! One writer at a time holds the write lock. It decides on the routing view after the transaction has confirmed that the view
//! is at the position of the log, so comparing and writing are one step, on this node and, later, across nodes. A write runs
//! in a task of the node and finishes even if the caller disconnects: otherwise a change could be durable but missing from
//! the views. A crash before the commit loses the write; a crash after it does not. The response then waits briefly for the
//! search index, so that a reader finds what was acknowledged.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use register::change::{Actor, Mutation};
use register::identifier::{OrganisationId, RequestId};
use register::position::Position;
use register::view::View;
use serde::{Serialize, de::DeserializeOwned};
use server_core::error::{Error, Reason};
use server_core::identity::Principal;
use server_core::views::Consistency;
use sha2::{Digest as _, Sha256};
use storage::{RequestKey, Snapshot, StoredAnswer, Transaction};
use tracing::Instrument as _;

use super::Directory;
use super::refusal::no_more_writes;

/// How long the response to a write waits for the index: three times what a snapshot of 100,000 officers takes.
const SEARCHABLE_WITHIN: Duration = Duration::from_secs(30);

/// The outcome of deciding a write on the newest state.
#[derive(Debug)]
pub(crate) struct Decision<R> {
    /// The actor to record in the log.
    pub(crate) actor: Actor,
    /// The mutations to commit. An empty list creates no revision.
    pub(crate) mutations: Vec<Mutation>,
    /// The response to the caller.
    pub(crate) response: R,
}

/// The response to a write. The node stores it under the request id, so it must not contain personal data.
pub(crate) trait WriteResponse: Serialize + DeserializeOwned + Send + 'static {
    /// Sets the position after the write.
    fn set_position(&mut self, position: Position);

    /// Marks the response as a repetition of an earlier one.
    fn mark_replayed(&mut self) {}

    /// Returns whether a retry must get this response again. A request that did nothing may have another outcome later.
    fn is_stored(&self) -> bool {
        true
    }
}

/// The identity of a write that the caller may retry: its key, and a digest of its content.
#[derive(Clone, Debug)]
pub(crate) struct RetryKey {
    key: RequestKey,
    digest: [u8; 32],
}

impl RetryKey {
    /// Identifies the request `request_id` of the caller `acting` to `method`. `body` is the whole content of the request.
    pub(crate) fn new(
        method: &'static str,
        acting: &Principal,
        organisation: Option<&OrganisationId>,
        request_id: &RequestId,
        body: &impl Serialize,
    ) -> Self {
        let body = serde_json::to_vec(body).expect("a request is plain data, which JSON can always hold");
        Self {
            key: RequestKey {
                oin: acting.oin().clone(),
                organisation: organisation.cloned(),
                method,
                request_id: request_id.clone(),
            },
            digest: Sha256::digest(body).into(),
        }
    }
}

impl Directory {
    /// Commits what `decide` decides on the newest state, or returns the stored response if `request` is a retry. When it
    /// returns, search on this node finds what was written.
    pub(super) async fn write<R, D>(self: &Arc<Self>, request: Option<RetryKey>, decide: D) -> Result<R, Error>
    where
        R: WriteResponse,
        D: FnOnce(&View) -> Result<Decision<R>, Error> + Send + 'static,
    {
        self.write_with(request, None, move |view, _| decide(view)).await
    }

    /// Does the same for a write that may withdraw officers of `organisation`. `decide` also gets the number of officers that
    /// were withdrawn within the window of the guard, read from the transaction: another node's writes count too.
    pub(super) async fn write_guarded<R, D>(
        self: &Arc<Self>,
        request: Option<RetryKey>,
        organisation: OrganisationId,
        decide: D,
    ) -> Result<R, Error>
    where
        R: WriteResponse,
        D: FnOnce(&View, usize) -> Result<Decision<R>, Error> + Send + 'static,
    {
        self.write_with(request, Some(organisation), decide).await
    }

    /// Returns the number of officers of `organisation` that were withdrawn within the window of the guard and not put again.
    pub(super) async fn withdrawn_lately(
        &self,
        snapshot: &mut (impl Snapshot + ?Sized),
        organisation: &OrganisationId,
    ) -> Result<usize, Error> {
        let window = SignedDuration::try_from(self.limits.withdrawal_window).unwrap_or(SignedDuration::MAX);
        let since = self.clock.now().checked_sub(window).unwrap_or(Timestamp::MIN);
        Ok(snapshot.withdrawn_since(organisation, since).await?)
    }

    async fn write_with<R, D>(
        self: &Arc<Self>,
        request: Option<RetryKey>,
        guarded: Option<OrganisationId>,
        decide: D,
    ) -> Result<R, Error>
    where
        R: WriteResponse,
        D: FnOnce(&View, usize) -> Result<Decision<R>, Error> + Send + 'static,
    {
        let directory = Arc::clone(self);
        let work = async move { directory.write_locked(request, guarded, decide).await };
        let response = self.tasks.spawn(work.in_current_span()).await.map_err(Error::internal)??;
        self.wait_until_searchable().await;
        Ok(response)
    }

    /// Waits, without the write lock, until the index has reached the position of the register. The wait is bounded: the write
    /// is durable already, and a writer need not wait for an index that is being rebuilt.
    async fn wait_until_searchable(&self) {
        let position = self.position();
        let is_there = self
            .views
            .searchable()
            .is_none_or(|searchable| searchable.view().position() == position);
        if is_there {
            return;
        }
        let consistency = Consistency::at_least(Some(position), SEARCHABLE_WITHIN);
        tokio::select! {
            reached = self.views.searching(&consistency) => if reached.is_err() {
                tracing::warn!(revision = position.revision.0, "search does not show a committed write yet");
            },
            () = self.tasks.shutdown().cancelled() => {}
        }
    }

    async fn write_locked<R, D>(&self, request: Option<RetryKey>, guarded: Option<OrganisationId>, decide: D) -> Result<R, Error>
    where
        R: WriteResponse,
        D: FnOnce(&View, usize) -> Result<Decision<R>, Error> + Send + 'static,
    {
        let _lock = self.write_lock.acquire().await.map_err(|_| no_more_writes())?;
        let mut transaction = self.storage.begin().await?;
        if let Some(request) = &request
            && let Some(response) = stored_response(&mut *transaction, request).await?
        {
            return Ok(response);
        }
        let view = self.newest_view(&mut *transaction).await?;
        let withdrawn = match &guarded {
            Some(organisation) => self.withdrawn_lately(&mut *transaction, organisation).await?,
            None => 0,
        };
        let Decision {
            actor,
            mutations,
            mut response,
        } = self.tasks.blocking(move || decide(&view, withdrawn)).await??;
        let is_stored = request.is_some() && response.is_stored();
        if mutations.is_empty() && !is_stored {
            return Ok(response);
        }

        let now = self.clock.now();
        let applied = if mutations.is_empty() {
            None
        } else {
            let applied = transaction.append(now, actor, mutations).await?;
            response.set_position(applied.position);
            Some(applied)
        };
        if let Some(request) = request.filter(|_| is_stored) {
            let stored = StoredAnswer {
                request_digest: request.digest,
                answer: serde_json::to_vec(&response).map_err(Error::internal)?,
                time: now,
            };
            transaction.put_answer(&request.key, stored).await?;
        }
        transaction.commit().await?;
        if let Some(applied) = applied {
            // The write is durable from here on, whatever happens to the views.
            if let Err(problem) = self.views.follow(applied, &*self.storage).await {
                tracing::error!(%problem, "the views do not show a committed write yet");
            }
        }
        Ok(response)
    }

    /// Returns the view at the position of the log: the current one, or a reloaded one if another node has written.
    async fn newest_view(&self, transaction: &mut dyn Transaction) -> Result<Arc<View>, Error> {
        let view = self.views.current();
        if transaction.identity().await?.position == view.position() {
            return Ok(view);
        }
        tracing::warn!(
            revision = view.position().revision.0,
            "the views are behind the log; reloading them"
        );
        self.views.reload(transaction).await
    }
}

/// Returns the stored response to `request`, if any. Fails if the caller used the same request id for another request.
async fn stored_response<R: WriteResponse>(transaction: &mut dyn Transaction, request: &RetryKey) -> Result<Option<R>, Error> {
    let Some(stored) = transaction.answer(&request.key).await? else {
        return Ok(None);
    };
    if stored.request_digest != request.digest {
        let message = "the request id was used for another request; a new request needs a new id";
        return Err(Error::new(Reason::RequestIdReused, message).with("request_id", &request.key.request_id));
    }
    let mut response: R = serde_json::from_slice(&stored.answer).map_err(Error::internal)?;
    response.mark_replayed();
    Ok(Some(response))
}
