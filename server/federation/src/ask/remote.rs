//! One peer asked over the network: at most once for a question, within its budget, and read with care.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use index::{PLAN_FORM, Plan, Share, Wanted};
use proto::{v1, v1alpha};
use register::entry::Entry;
use register::identifier::OfficerName;
use register::position::Position;
use tokio::time::Instant;

use super::registers::Live;
use super::wire;
use crate::peers::{Trouble, TroubleKind};

/// What is left of the caller's time for a peer, in parts of a hundred.
const SHARE_OF_TIME: u32 = 80;
/// With less time than this a peer is not asked.
pub(super) const LEAST_BUDGET: Duration = Duration::from_millis(2);

/// What came of asking a peer.
pub(super) enum Outcome<T> {
    /// It has answered.
    Answered(T),
    /// It holds other organisations than was known: the question must be understood and divided anew.
    Moved,
    /// It has not.
    Failed(Trouble),
}

/// A share, with the entries that came along.
pub(crate) struct Answer {
    pub(crate) share: Share,
    pub(crate) wanted: Wanted,
    pub(crate) entries: BTreeMap<OfficerName, Arc<Entry>>,
}

/// How long a peer may take of what is left until `deadline`.
pub(super) fn budget(live: &Live, deadline: Instant) -> Duration {
    let remaining = deadline.saturating_duration_since(Instant::now());
    live.peer.budget().min(remaining * SHARE_OF_TIME / 100)
}

/// Asks for a share.
pub(super) async fn share(
    live: &Live,
    plan: &Plan,
    wanted: &Wanted,
    entries: &[OfficerName],
    allowed: Duration,
) -> Outcome<Answer> {
    let request = v1alpha::SearchLocalRequest {
        plan: plan.to_wire(),
        plan_form: PLAN_FORM,
        versions: Some(wire::versions(&plan.versions)),
        limit: u32::try_from(wanted.limit).unwrap_or(u32::MAX),
        after: wanted.after.as_ref().map(wire::place),
        without: wanted.without.iter().map(ToString::to_string).collect(),
        groups: wanted.groups.clone(),
        entries: entries.iter().map(ToString::to_string).collect(),
        without_facets: wanted.no_facets,
        organisations_hash: live.described.organisations_hash.clone(),
    };
    let answered = live.client.search_local(request, allowed).await;
    live.peer.report(answered.as_ref().map(|_| ()), allowed);
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => return Outcome::Failed(Trouble::of(&error)),
    };
    let position = position_of(answer.position.as_ref());
    let is_same = position.as_ref().is_none_or(|position| live.described.is_at(position));
    if answer.organisations_hash != live.described.organisations_hash || !is_same {
        return learn(live, allowed).await;
    }
    match read(live, answer, wanted) {
        Ok(answer) => Outcome::Answered(answer),
        Err(wire::Unreadable(what)) => Outcome::Failed(Trouble::new(TroubleKind::BadAnswer, what)),
    }
}

/// Asks a peer that is not as it was known.
pub(super) async fn learn<T>(live: &Live, allowed: Duration) -> Outcome<T> {
    match live.peer.describe_anew(&live.client, allowed).await {
        Ok(()) => Outcome::Moved,
        Err(trouble) => Outcome::Failed(trouble),
    }
}

/// From which position an answer is, if it says so.
pub(super) fn position_of(position: Option<&v1::Position>) -> Option<Position> {
    position.and_then(|position| Position::try_from(position).ok())
}

fn read(live: &Live, answer: v1alpha::SearchLocalResponse, wanted: &Wanted) -> Result<Answer, wire::Unreadable> {
    let position =
        position_of(answer.position.as_ref()).ok_or(wire::Unreadable("it does not say from which position it answers"))?;
    let share = answer.share.ok_or(wire::Unreadable("it has no share"))?;
    let may_count = |id: &_| live.authorities.is_of_peer(id, live.peer.register());
    let share = wire::read_share(&share, position, may_count)?;
    let mut entries = BTreeMap::new();
    for entry in answer.entries {
        let entry = Entry::try_from(entry).map_err(|_| wire::Unreadable("an entry cannot be read"))?;
        if !may_count(&entry.officer.organisation) {
            return Err(wire::Unreadable("it sends officers for whom another register speaks"));
        }
        entries.insert(entry.officer_name(), Arc::new(entry));
    }
    Ok(Answer {
        share,
        wanted: wanted.clone(),
        entries,
    })
}
