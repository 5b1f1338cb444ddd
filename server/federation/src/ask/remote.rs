//! Queries one peer over the network, within its budget, and validates its answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use index::{PLAN_FORM, Plan, Share, ShareRequest, SortKey};
use proto::{v1, v1alpha};
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::position::Position;
use tokio::time::Instant;

use super::registers::LivePeer;
use super::wire;
use crate::peers::PeerProblem;
use crate::received::{BadAnswer, PeerReader};

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

/// Runs a request to a peer within `allowed`, whatever it consists of.
pub(super) async fn within<T>(live: &LivePeer, allowed: Duration, request: impl Future<Output = PeerReply<T>>) -> PeerReply<T> {
    let reply = live.peer.within(allowed, async { Ok(request.await) }).await;
    reply.unwrap_or_else(PeerReply::Failed)
}

/// Requests a share. The result is reported to the peer's circuit.
pub(super) async fn share(
    live: &LivePeer,
    plan: &Arc<Plan>,
    wanted: ShareRequest,
    entries: Vec<OfficerName>,
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
    let answered = live.client.search_local(request, live.peer.answer_limits(), allowed).await;
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
    let (plan, register, authorities) = (Arc::clone(plan), live.peer.register().clone(), Arc::clone(&live.authorities));
    let requested = RequestedShare { plan, wanted, entries };
    let read = move |reader: &PeerReader| requested.read(answer, reader, |id| authorities.is_of_peer(id, &register));
    match live.peer.read(read).await {
        Ok(answer) => PeerReply::Answered(answer),
        Err(fault) => PeerReply::Failed(live.peer.report_bad(fault)),
    }
}

/// Fetches the description of a peer whose answer does not match the known one.
pub(super) async fn refresh_description<T>(live: &LivePeer, allowed: Duration) -> PeerReply<T> {
    match live.peer.refresh_description(&live.client, allowed).await {
        Ok(()) => PeerReply::HoldingsChanged,
        Err(problem) => PeerReply::Failed(problem),
    }
}

/// The problem of a peer whose organisations were other ones at each attempt.
pub(super) fn keeps_changing() -> PeerProblem {
    BadAnswer::new("its organisations changed at each attempt").into()
}

/// The position that an answer was made from, if it contains a valid one.
pub(super) fn position_of(position: Option<&v1::Position>) -> Option<Position> {
    position.and_then(|position| Position::try_from(position).ok())
}

/// A share as it was requested, to compare the answer with.
struct RequestedShare {
    plan: Arc<Plan>,
    wanted: ShareRequest,
    entries: Vec<OfficerName>,
}

impl RequestedShare {
    /// Reads the answer. `may_count` tells whether the peer is authoritative for an organisation.
    fn read(
        self,
        answer: v1alpha::SearchLocalResponse,
        reader: &PeerReader,
        may_count: impl Fn(&OrganisationId) -> bool,
    ) -> Result<ShareAnswer, BadAnswer> {
        let position = position_of(answer.position.as_ref()).ok_or(BadAnswer::new("its answer has no position"))?;
        let share = answer.share.ok_or(BadAnswer::new("its answer has no share"))?;
        let share = wire::read_share(&share, position, &may_count)?;
        share.check(&self.plan, &self.wanted).map_err(BadAnswer::new)?;
        let entries = reader.entries(answer.entries)?;
        let mut sent = BTreeMap::new();
        let places = places_in(&share);
        for entry in entries {
            let name = entry.officer_name();
            if !may_count(&name.organisation) {
                return Err(BadAnswer::new("it sends officers of another register"));
            }
            match places.get(&name) {
                Some(key) => check_place(key, &entry)?,
                // The place of a requested entry is in an earlier share.
                None if self.entries.contains(&name) => {}
                None => return Err(BadAnswer::new("it sends officers that are not in its share")),
            }
            sent.insert(name, entry);
        }
        Ok(ShareAnswer {
            share,
            wanted: self.wanted,
            entries: sent,
        })
    }
}

/// The place of each officer in a share.
fn places_in(share: &Share) -> BTreeMap<&OfficerName, &SortKey> {
    let ranked = share.ranked.iter().map(|officer| &officer.key);
    let leaders = share.municipal.iter().map(|group| &group.leader);
    let members = share.municipal.iter().flat_map(|group| &group.members);
    let best = share.best_for_needs.iter().map(|best| &best.key);
    let places = best.chain(ranked).chain(leaders).chain(members);
    places.map(|key| (&key.name, key)).collect()
}

/// Checks that an entry has the mandate and the verification by which its share ranks it.
fn check_place(key: &SortKey, entry: &Entry) -> Result<(), BadAnswer> {
    if key.mandate == entry.officer.highest_mandate() && key.verified_on == entry.verified_on() {
        Ok(())
    } else {
        Err(BadAnswer::new("an officer is another one than its share ranks"))
    }
}
