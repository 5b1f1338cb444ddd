//! What registers count for suggestions, asked of all of them at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use index::{SuggestShare, SuggestionTarget};
use jiff::Timestamp;
use proto::v1alpha;
use register::position::Position;
use server_core::error::Error;
use server_core::lifecycle::Tasks;
use tokio::time::Instant;

use super::gather::{Stopped, in_order, incomplete};
use super::policy::Policy;
use super::registers::{Live, Part, Registers, Way};
use super::remote::{self, LEAST_BUDGET, Outcome};
use super::status::{RegisterStatus, ServedFrom};
use super::wire;
use crate::peers::{Trouble, TroubleKind};

/// What is counted.
pub struct Count {
    /// What was typed, as it stands.
    pub text: String,
    /// The candidates to count.
    pub targets: Arc<[SuggestionTarget]>,
    /// Suggestions wanted, at most.
    pub limit: usize,
    /// Which registers must answer.
    pub policy: Policy,
    /// When the answer must be there.
    pub deadline: Instant,
    /// The moment of the question.
    pub now: Timestamp,
}

/// What each register has counted, and how it went.
pub async fn count(registers: &Registers, asked: &Count) -> Result<(Vec<SuggestShare>, Vec<RegisterStatus>), Stopped> {
    let mut pending: FuturesUnordered<_> = registers
        .parts
        .iter()
        .enumerate()
        .map(|part| ask(part, asked, &registers.tasks))
        .collect();
    let mut shares = Vec::new();
    let mut statuses: BTreeMap<usize, RegisterStatus> = BTreeMap::new();
    let mut has_moved = false;
    let decide = |statuses: &BTreeMap<usize, RegisterStatus>| {
        let known: Vec<RegisterStatus> = statuses.values().chain(&registers.skipped).cloned().collect();
        let waiting = (0..registers.parts.len()).filter(|number| !statuses.contains_key(number));
        let waiting: Vec<_> = waiting.map(|number| registers.parts[number].register.clone()).collect();
        asked
            .policy
            .is_out_of_reach(&known, &waiting)
            .map_or(Ok(()), |missing| Err(incomplete(&missing)))
    };
    decide(&statuses)?;
    while let Some((number, took, outcome)) = pending.next().await {
        let part = &registers.parts[number];
        match outcome? {
            Outcome::Answered((share, position)) => {
                let (served_from, age) = match &part.way {
                    Way::Copy(copied, _) => (ServedFrom::Replica, Some(asked.now.duration_since(copied.fetched_at()))),
                    Way::Own(_) | Way::Live(_) => (ServedFrom::Live, None),
                };
                let status = RegisterStatus {
                    took,
                    position: Some(position),
                    served_from: Some(served_from),
                    age: age.map(|age| Duration::try_from(age).unwrap_or_default()),
                    message: part.trouble.as_ref().map(ToString::to_string).unwrap_or_default(),
                    problem: part.trouble.as_ref().map(|trouble| trouble.kind),
                    ..RegisterStatus::of(part.register.clone())
                };
                statuses.insert(number, status);
                shares.push(share);
            }
            Outcome::Moved => has_moved = true,
            Outcome::Failed(trouble) => {
                statuses.insert(number, RegisterStatus::failed(part.register.clone(), &trouble, took));
            }
        }
        decide(&statuses)?;
    }
    if has_moved {
        return Err(Stopped::Moved);
    }
    Ok((shares, in_order(statuses, &registers.skipped)))
}

type Came = (usize, Duration, Result<Outcome<(SuggestShare, Position)>, Error>);

async fn ask((number, part): (usize, &Part), asked: &Count, tasks: &Tasks) -> Came {
    let begin = Instant::now();
    let outcome = match &part.way {
        Way::Own(searchable) | Way::Copy(_, searchable) => {
            let (searchable, text, targets) = (Arc::clone(searchable), asked.text.clone(), Arc::clone(&asked.targets));
            let (limit, without) = (asked.limit, part.without.clone());
            tasks
                .blocking(move || {
                    // Most of what does not count here has no officers here either.
                    let view = searchable.view();
                    let without = without
                        .into_iter()
                        .filter(|id| view.entries_of(id).next().is_some())
                        .collect();
                    let share = searchable.index().suggest_share(&text, &targets, limit, &without);
                    Outcome::Answered((share, searchable.view().position()))
                })
                .await
        }
        Way::Live(live) => {
            let allowed = remote::budget(live, asked.deadline);
            Ok(if allowed < LEAST_BUDGET {
                Outcome::Failed(Trouble::new(TroubleKind::TimedOut, "there was no time left to ask it"))
            } else {
                ask_live(live, part, asked, allowed).await
            })
        }
    };
    (number, begin.elapsed(), outcome)
}

async fn ask_live(live: &Live, part: &Part, asked: &Count, allowed: Duration) -> Outcome<(SuggestShare, Position)> {
    let request = v1alpha::SuggestLocalRequest {
        text: asked.text.clone(),
        limit: u32::try_from(asked.limit).unwrap_or(u32::MAX),
        targets: asked.targets.iter().map(wire::target).collect(),
        without: part.without.iter().map(ToString::to_string).collect(),
        organisations_hash: live.described.organisations_hash.clone(),
    };
    let answered = live.client.suggest_local(request, allowed).await;
    live.peer.report(answered.as_ref().map(|_| ()), allowed);
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => return Outcome::Failed(Trouble::of(&error)),
    };
    let position = remote::position_of(answer.position.as_ref());
    let is_same = position.as_ref().is_none_or(|position| live.described.is_at(position));
    if answer.organisations_hash != live.described.organisations_hash || !is_same {
        return remote::learn(live, allowed).await;
    }
    let read = position
        .ok_or(wire::Unreadable("it does not say from which position it answers"))
        .and_then(|position| Ok((wire::read_tallied(&answer, asked.targets.len())?, position)));
    match read {
        Ok(read) => Outcome::Answered(read),
        Err(wire::Unreadable(what)) => Outcome::Failed(Trouble::new(TroubleKind::BadAnswer, what)),
    }
}
