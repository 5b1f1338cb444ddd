//! Counts the officers behind suggestions, in all registers concurrently.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use index::{SuggestShare, SuggestionTarget};
use jiff::Timestamp;
use proto::v1alpha;
use register::oin::Oin;
use register::position::Position;
use server_core::error::Error;
use server_core::lifecycle::Tasks;
use tokio::time::Instant;

use super::gather::{GatherError, in_order, incomplete};
use super::policy::Policy;
use super::registers::{LivePeer, PartSource, RegisterPart, Registers};
use super::remote::{self, MIN_BUDGET, PeerReply};
use super::status::RegisterStatus;
use super::suggest_wire;
use crate::peers::{PeerProblem, PeerProblemKind};
use crate::received::{BadAnswer, PeerReader};

/// A federated count of suggestion candidates.
pub struct SuggestInquiry {
    /// Who asks, for fair turns.
    pub caller: Oin,
    /// The text as typed.
    pub text: String,
    /// The candidates to count.
    pub targets: Arc<[SuggestionTarget]>,
    /// The maximum number of suggestions.
    pub limit: usize,
    /// The registers to ask, and which of them must answer.
    pub policy: Policy,
    /// The time at which the answer must be complete.
    pub deadline: Instant,
    /// The time of the request.
    pub now: Timestamp,
    /// Whether the question is not repeated when a register's organisations have changed: the register is left out instead.
    pub is_last: bool,
}

/// Returns the counts of each register that answered, and the status of all.
pub async fn count_suggestions(
    registers: &Registers,
    asked: &SuggestInquiry,
) -> Result<(Vec<SuggestShare>, Vec<RegisterStatus>), GatherError> {
    let mut pending: FuturesUnordered<_> = registers
        .parts
        .iter()
        .enumerate()
        .map(|part| ask(part, asked, &registers.tasks))
        .collect();
    let mut shares = Vec::new();
    let mut statuses: BTreeMap<usize, RegisterStatus> = BTreeMap::new();
    let mut holdings_changed = false;
    let decide = |statuses: &BTreeMap<usize, RegisterStatus>| {
        let known: Vec<RegisterStatus> = statuses.values().chain(&registers.skipped).cloned().collect();
        let waiting = (0..registers.parts.len()).filter(|number| !statuses.contains_key(number));
        let waiting: Vec<_> = waiting.map(|number| registers.parts[number].register.clone()).collect();
        asked
            .policy
            .unmet_requirement(&known, &waiting)
            .map_or(Ok(()), |missing| Err(incomplete(&missing)))
    };
    decide(&statuses)?;
    while let Some((number, took, outcome)) = pending.next().await {
        let part = &registers.parts[number];
        match outcome? {
            PeerReply::Answered((share, position)) => {
                let status = RegisterStatus {
                    took,
                    ..part.answered(position, asked.now)
                };
                statuses.insert(number, status);
                shares.push(share);
            }
            PeerReply::HoldingsChanged if asked.is_last => {
                statuses.insert(
                    number,
                    RegisterStatus::failed(part.register.clone(), &remote::keeps_changing(), took),
                );
            }
            PeerReply::HoldingsChanged => holdings_changed = true,
            PeerReply::Failed(problem) => {
                statuses.insert(number, RegisterStatus::failed(part.register.clone(), &problem, took));
            }
        }
        decide(&statuses)?;
    }
    if holdings_changed {
        return Err(GatherError::HoldingsChanged);
    }
    Ok((shares, in_order(statuses, &registers.skipped)))
}

type CountResult = (usize, Duration, Result<PeerReply<(SuggestShare, Position)>, Error>);

async fn ask((number, part): (usize, &RegisterPart), asked: &SuggestInquiry, tasks: &Tasks) -> CountResult {
    let begin = Instant::now();
    let outcome = match &part.source {
        PartSource::Own(searchable) | PartSource::Copy(_, searchable) => {
            let (searchable, text, targets) = (Arc::clone(searchable), asked.text.clone(), Arc::clone(&asked.targets));
            let (limit, without) = (asked.limit, part.without.clone());
            tasks
                .computing(&asked.caller, move || {
                    // Most organisations that do not count here have no officers here either.
                    let view = searchable.view();
                    let without = without
                        .into_iter()
                        .filter(|id| view.entries_of(id).next().is_some())
                        .collect();
                    let share = searchable.snapshot().suggest_share(&text, &targets, limit, &without);
                    PeerReply::Answered((share, searchable.view().position()))
                })
                .await
        }
        PartSource::Live(live) => {
            let allowed = remote::budget(live, asked.deadline);
            Ok(if allowed < MIN_BUDGET {
                PeerReply::Failed(PeerProblem::new(
                    PeerProblemKind::TimedOut,
                    "there was no time left to ask it",
                ))
            } else {
                remote::within(live, allowed, ask_live(live, part, asked, allowed)).await
            })
        }
    };
    (number, begin.elapsed(), outcome)
}

async fn ask_live(
    live: &LivePeer,
    part: &RegisterPart,
    asked: &SuggestInquiry,
    allowed: Duration,
) -> PeerReply<(SuggestShare, Position)> {
    let request = v1alpha::SuggestLocalRequest {
        text: asked.text.clone(),
        limit: u32::try_from(asked.limit).unwrap_or(u32::MAX),
        targets: asked.targets.iter().map(suggest_wire::target).collect(),
        without: part.without.iter().map(ToString::to_string).collect(),
        organisations_hash: live.description.organisations_hash.clone(),
    };
    let answered = live.client.suggest_local(request, live.peer.answer_limits(), allowed).await;
    live.peer.report(answered.as_ref().map(|_| ()), allowed);
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => return PeerReply::Failed(PeerProblem::of(&error)),
    };
    let position = remote::position_of(answer.position.as_ref());
    let is_same = position.as_ref().is_none_or(|position| live.description.is_at(position));
    if answer.organisations_hash != live.description.organisations_hash || !is_same {
        return remote::refresh_description(live, allowed).await;
    }
    let (targets, limit) = (asked.targets.len(), asked.limit);
    let read = move |reader: &PeerReader| {
        let position = position.ok_or(BadAnswer::new("its answer has no position"))?;
        Ok((suggest_wire::read_suggest_counts(answer, targets, limit, reader)?, position))
    };
    match live.peer.read(read).await {
        Ok(read) => PeerReply::Answered(read),
        Err(fault) => PeerReply::Failed(live.peer.report_bad(fault)),
    }
}
