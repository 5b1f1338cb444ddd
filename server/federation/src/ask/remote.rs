//! Queries one peer over the network, within its budget, and validates its answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use index::{PLAN_FORM, Plan, Share, ShareRequest};
use proto::{v1, v1alpha};
use register::entry::Entry;
use register::identifier::OfficerName;
use register::position::Position;
use tokio::time::Instant;

use super::registers::LivePeer;
use super::wire;
use crate::peers::{PeerProblem, PeerProblemKind};

/// The percentage of the remaining time that a peer may use; the rest is for merging and answering.
const PERCENT_OF_TIME: u32 = 80;
/// A peer is not asked with less time than this.
pub(super) const MIN_BUDGET: Duration = Duration::from_millis(2);

/// The outcome of a query to one peer.
pub(super) enum PeerReply<T> {
    /// The peer answered.
    Answered(T),
    /// Its holdings differ from its description: repeat the whole search.
    HoldingsChanged,
    /// The query failed.
    Failed(PeerProblem),
}

/// A share, the request that it answers, and the entries sent with it.
pub(crate) struct ShareAnswer {
    pub(crate) share: Share,
    pub(crate) wanted: ShareRequest,
    pub(crate) entries: BTreeMap<OfficerName, Arc<Entry>>,
}

/// The time that a peer may use of what remains until `deadline`: at most its own budget.
pub(super) fn budget(live: &LivePeer, deadline: Instant) -> Duration {
    let remaining = deadline.saturating_duration_since(Instant::now());
    live.peer.budget().min(remaining * PERCENT_OF_TIME / 100)
}

/// Requests a share. The result is reported to the peer's circuit.
pub(super) async fn share(
    live: &LivePeer,
    plan: &Plan,
    wanted: &ShareRequest,
    entries: &[OfficerName],
    allowed: Duration,
) -> PeerReply<ShareAnswer> {
    let request = v1alpha::SearchLocalRequest {
        plan: Some(super::plan::plan(plan)),
        plan_form: PLAN_FORM,
        versions: Some(wire::versions(&plan.versions)),
        limit: u32::try_from(wanted.limit).unwrap_or(u32::MAX),
        after: wanted.after.as_ref().map(wire::place),
        without: wanted.without.iter().map(ToString::to_string).collect(),
        groups: wanted.groups.clone(),
        entries: entries.iter().map(ToString::to_string).collect(),
        without_facets: wanted.no_facets,
        organisations_hash: live.description.organisations_hash.clone(),
    };
    let answered = live.client.search_local(request, allowed).await;
    live.peer.report(answered.as_ref().map(|_| ()), allowed);
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => return PeerReply::Failed(PeerProblem::of(&error)),
    };
    let position = position_of(answer.position.as_ref());
    let is_same = position.as_ref().is_none_or(|position| live.description.is_at(position));
    if answer.organisations_hash != live.description.organisations_hash || !is_same {
        return refresh_description(live, allowed).await;
    }
    match read(live, answer, wanted) {
        Ok(answer) => PeerReply::Answered(answer),
        Err(wire::Unreadable(what)) => PeerReply::Failed(PeerProblem::new(PeerProblemKind::BadAnswer, what)),
    }
}

/// Fetches the description of a peer whose answer does not match the known one.
pub(super) async fn refresh_description<T>(live: &LivePeer, allowed: Duration) -> PeerReply<T> {
    match live.peer.refresh_description(&live.client, allowed).await {
        Ok(()) => PeerReply::HoldingsChanged,
        Err(problem) => PeerReply::Failed(problem),
    }
}

/// The position that an answer was made from, if it contains a valid one.
pub(super) fn position_of(position: Option<&v1::Position>) -> Option<Position> {
    position.and_then(|position| Position::try_from(position).ok())
}

fn read(live: &LivePeer, answer: v1alpha::SearchLocalResponse, wanted: &ShareRequest) -> Result<ShareAnswer, wire::Unreadable> {
    let position = position_of(answer.position.as_ref()).ok_or(wire::Unreadable("its answer has no position"))?;
    let share = answer.share.ok_or(wire::Unreadable("its answer has no share"))?;
    let may_count = |id: &_| live.authorities.is_of_peer(id, live.peer.register());
    let share = wire::read_share(&share, position, may_count)?;
    let mut entries = BTreeMap::new();
    for entry in answer.entries {
        let entry = Entry::try_from(entry).map_err(|_| wire::Unreadable("its answer has a malformed entry"))?;
        if !may_count(&entry.officer.organisation) {
            return Err(wire::Unreadable("it sends officers of another register"));
        }
        entries.insert(entry.officer_name(), Arc::new(entry));
    }
    Ok(ShareAnswer {
        share,
        wanted: wanted.clone(),
        entries,
    })
}
