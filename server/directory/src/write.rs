//! The one path of every write: begin, look, decide, append, commit, and only then the views.
//!
//! Writers take turns. In its turn a writer decides on the routing view, after the transaction has said that the view stands
//! where the log stands; so comparing and writing is one step, on this node and, later, among several. A write runs to its
//! end in a task of the node even when the caller goes away: half of it, durable but not in the views, must not be possible.
//! Committing only what was decided before, it can be lost before the commit, and is kept after it. The answer then waits a
//! moment for the search index, so that what was acknowledged can be found.

use std::sync::Arc;
use std::time::Duration;

use register::change::{Actor, Mutation};
use register::identifier::{OrganisationId, RequestId};
use register::position::Position;
use register::view::View;
use serde::{Serialize, de::DeserializeOwned};
use server_core::error::{Error, Reason};
use server_core::identity::Principal;
use server_core::views::Consistency;
use sha2::{Digest as _, Sha256};
use storage::{RequestKey, StoredAnswer, Transaction};
use tracing::Instrument as _;

use super::Directory;

/// How long an answer to a write waits for the index: three times what a snapshot of a hundred thousand officers takes.
const SEARCHABLE_WITHIN: Duration = Duration::from_secs(30);

/// What a write does, as decided on the newest state.
#[derive(Debug)]
pub(crate) struct Decision<A> {
    /// Who does it.
    pub(crate) actor: Actor,
    /// What to commit; nothing makes no revision.
    pub(crate) mutations: Vec<Mutation>,
    /// What to answer.
    pub(crate) answer: A,
}

/// The answer to a write. It is kept under the request id, so it must hold no personal data.
pub(crate) trait Answer: Serialize + DeserializeOwned + Send + 'static {
    /// Says the position after the write.
    fn settle(&mut self, position: Position);

    /// Says that the answer was given before.
    fn replay(&mut self) {}

    /// Whether a repetition must get this answer again. What did nothing may be asked again with another outcome.
    fn is_kept(&self) -> bool {
        true
    }
}

/// A write that can be repeated: its name, and what it asks.
#[derive(Clone, Debug)]
pub(crate) struct Repeatable {
    key: RequestKey,
    digest: [u8; 32],
}

impl Repeatable {
    /// The request `request_id` of the caller `acting` to `method`, with everything that it asks as `body`.
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
    /// Carries out what `decide` decides on the newest state, or answers as before if the request is a repetition. When it
    /// answers, what was written can be searched on this node.
    pub(super) async fn write<A, D>(self: &Arc<Self>, request: Option<Repeatable>, decide: D) -> Result<A, Error>
    where
        A: Answer,
        D: FnOnce(&View) -> Result<Decision<A>, Error> + Send + 'static,
    {
        let directory = Arc::clone(self);
        let work = async move { directory.write_in_turn(request, decide).await };
        let answer = self.tasks.spawn(work.in_current_span()).await.map_err(Error::internal)??;
        self.become_searchable().await;
        Ok(answer)
    }

    /// Waits, outside the writer's turn, until search has come as far as the register is now. Never for long: the write is
    /// durable, and an index that is being built anew is no reason to keep a writer waiting.
    async fn become_searchable(&self) {
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
                tracing::warn!(revision = position.revision.0, "a committed write is not searchable yet");
            },
            () = self.tasks.shutdown().cancelled() => {}
        }
    }

    async fn write_in_turn<A, D>(&self, request: Option<Repeatable>, decide: D) -> Result<A, Error>
    where
        A: Answer,
        D: FnOnce(&View) -> Result<Decision<A>, Error> + Send + 'static,
    {
        let _turn = self.turn.acquire().await.map_err(|_| stopping())?;
        let mut transaction = self.storage.begin().await?;
        if let Some(request) = &request
            && let Some(answer) = previous_answer(&mut *transaction, request).await?
        {
            return Ok(answer);
        }
        let view = self.newest_view(&mut *transaction).await?;
        let Decision {
            actor,
            mutations,
            mut answer,
        } = self.tasks.blocking(move || decide(&view)).await??;
        let is_kept = request.is_some() && answer.is_kept();
        if mutations.is_empty() && !is_kept {
            return Ok(answer);
        }

        let now = self.clock.now();
        let applied = if mutations.is_empty() {
            None
        } else {
            let applied = transaction.append(now, actor, mutations).await?;
            answer.settle(applied.position);
            Some(applied)
        };
        if let Some(request) = request.filter(|_| is_kept) {
            let stored = StoredAnswer {
                request_digest: request.digest,
                answer: serde_json::to_vec(&answer).map_err(Error::internal)?,
                time: now,
            };
            transaction.put_answer(&request.key, stored).await?;
        }
        transaction.commit().await?;
        if let Some(applied) = applied {
            // It is durable from here on, whatever happens to the views.
            if let Err(problem) = self.views.follow(applied, &*self.storage).await {
                tracing::error!(%problem, "a committed write is not in the views yet");
            }
        }
        Ok(answer)
    }

    /// The view at the position of the log: the one that is there, or, if another node has written, one that is loaded anew.
    async fn newest_view(&self, transaction: &mut dyn Transaction) -> Result<Arc<View>, Error> {
        let view = self.views.current();
        if transaction.identity().await?.position == view.position() {
            return Ok(view);
        }
        tracing::warn!(
            revision = view.position().revision.0,
            "the views are behind the log and are loaded anew"
        );
        self.views.reload(transaction).await
    }
}

/// The answer that was given to the same request before. The same name for another request is a mistake of the caller's.
async fn previous_answer<A: Answer>(transaction: &mut dyn Transaction, request: &Repeatable) -> Result<Option<A>, Error> {
    let Some(stored) = transaction.answer(&request.key).await? else {
        return Ok(None);
    };
    if stored.request_digest != request.digest {
        let message = "the request id was used for another request; a new request needs a new id";
        return Err(Error::new(Reason::RequestIdReused, message).with("request_id", &request.key.request_id));
    }
    let mut answer: A = serde_json::from_slice(&stored.answer).map_err(Error::internal)?;
    answer.replay();
    Ok(Some(answer))
}

fn stopping() -> Error {
    Error::new(Reason::ShuttingDown, "the node is stopping and takes no writes")
}
