//! Searches several registers concurrently and merges their shares into one page.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use index::{Hit, Index, IndexedOfficer, IndexedOrganisation, Language, MergedPage, Paging, Plan, Share, ShareRequest, merge};
use jiff::{Timestamp, civil::Date};
use register::entry::Entry;
use register::identifier::{OfficerName, RegisterId};
use register::oin::Oin;
use server_core::error::{Error, Reason};
use tokio::time::Instant;

use super::policy::{Policy, UnmetRequirement};
use super::registers::{PartSource, RegisterPart, Registers};
use super::remote::{self, MIN_BUDGET, PeerReply, ShareAnswer};
use super::status::{RegisterState, RegisterStatus};
use crate::Provenance;
use crate::peers::{PeerProblem, PeerProblemKind};

/// Rounds after which a register whose shares contradict each other is given up.
const MAX_ROUNDS: usize = 8;

/// A federated search.
pub struct Inquiry {
    /// Who asks, for fair turns.
    pub caller: Oin,
    /// The compiled plan.
    pub plan: Arc<Plan>,
    /// The requested page.
    pub paging: Paging,
    /// Whether to count facets.
    pub facets: bool,
    /// The registers to ask, and which of them must answer.
    pub policy: Policy,
    /// The time at which the answer must be complete.
    pub deadline: Instant,
    /// The time of the request.
    pub now: Timestamp,
    /// The date of the request, in the Netherlands.
    pub today: Date,
    /// The analyser and the vocabulary.
    pub language: Arc<Language>,
    /// Whether the question is not repeated when a register's organisations have changed: the register is left out instead.
    pub is_last: bool,
}

/// A page of merged results.
pub struct FederatedPage {
    /// Totals, facets and groups.
    pub merged: MergedPage,
    /// The hits of the page, best first.
    pub hits: Vec<FederatedHit>,
    /// The status of each register: this one first, then by id.
    pub registers: Vec<RegisterStatus>,
}

/// A hit with the entry to show.
pub struct FederatedHit {
    /// The hit with its explanation and snippets.
    pub hit: Hit,
    /// The entry.
    pub entry: Arc<Entry>,
    /// Whether a name that has expired was removed from the entry.
    pub has_ended_name: bool,
    /// The register that the entry comes from; `None` for this one.
    pub provenance: Option<Provenance>,
}

/// Why there is no page.
pub enum GatherError {
    /// A register's holdings changed: repeat the search with its new description.
    HoldingsChanged,
    /// The search failed.
    Failed(Error),
}

impl From<Error> for GatherError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Runs `inquiry` on `registers`, in as many rounds as the page needs (mostly one or two).
pub async fn gather(registers: &Registers, inquiry: &Inquiry) -> Result<FederatedPage, GatherError> {
    let mut round = GatherRound {
        registers,
        inquiry,
        answers: BTreeMap::new(),
        statuses: BTreeMap::new(),
    };
    let first = |part: &RegisterPart| ShareRequest {
        limit: inquiry.paging.limit,
        after: inquiry.paging.after.clone(),
        groups: Vec::new(),
        no_facets: !inquiry.facets,
        is_alone: false,
        without: part.without.clone(),
    };
    let mut wanted: BTreeMap<usize, (ShareRequest, Vec<OfficerName>)> = BTreeMap::new();
    for (number, part) in registers.parts.iter().enumerate() {
        wanted.insert(number, (first(part), Vec::new()));
    }
    for _ in 0..MAX_ROUNDS {
        round.ask(wanted).await?;
        let merged = round.merged();
        wanted = round.missing(&merged);
        if wanted.is_empty() {
            return round.finish(merged).await;
        }
    }
    for number in wanted.into_keys() {
        let problem = PeerProblem::new(PeerProblemKind::BadAnswer, "its shares contradict each other");
        round.record_failure(number, &problem, Duration::ZERO)?;
    }
    let merged = round.merged();
    round.finish(merged).await
}

/// The answers collected so far.
struct GatherRound<'a> {
    registers: &'a Registers,
    inquiry: &'a Inquiry,
    /// By index into `registers.parts`, as all numbers below.
    answers: BTreeMap<usize, ShareAnswer>,
    statuses: BTreeMap<usize, RegisterStatus>,
}

type PartResult = (usize, Duration, Result<PeerReply<ShareAnswer>, Error>);

impl GatherRound<'_> {
    /// Asks all registers in `wanted` concurrently. Returns when each has answered or failed, or the policy is unsatisfiable.
    async fn ask(&mut self, wanted: BTreeMap<usize, (ShareRequest, Vec<OfficerName>)>) -> Result<(), GatherError> {
        let registers = self.registers;
        let mut pending: Vec<usize> = wanted.keys().copied().collect();
        let inquiry = self.inquiry;
        let mut asked: FuturesUnordered<BoxFuture<'_, PartResult>> = FuturesUnordered::new();
        for (number, (wanted, entries)) in wanted {
            asked.push(Box::pin(ask_part(registers, number, inquiry, wanted, entries)));
        }
        self.check_policy(&pending)?;
        let mut holdings_changed = false;
        while let Some((number, took, outcome)) = asked.next().await {
            pending.retain(|waiting| *waiting != number);
            match outcome? {
                PeerReply::Answered(answer) => self.record_answer(number, answer, took),
                PeerReply::HoldingsChanged if inquiry.is_last => self.record_failure(number, &remote::keeps_changing(), took)?,
                PeerReply::HoldingsChanged => holdings_changed = true,
                PeerReply::Failed(problem) => self.record_failure(number, &problem, took)?,
            }
            self.check_policy(&pending)?;
        }
        if holdings_changed {
            Err(GatherError::HoldingsChanged)
        } else {
            Ok(())
        }
    }

    fn record_answer(&mut self, number: usize, answer: ShareAnswer, took: Duration) {
        let part = &self.registers.parts[number];
        let known = self.statuses.remove(&number);
        let status = RegisterStatus {
            took: took + known.map_or(Duration::ZERO, |known| known.took),
            hits: answer.share.total,
            ..part.answered(answer.share.position, self.inquiry.now)
        };
        self.statuses.insert(number, status);
        match self.answers.get_mut(&number) {
            Some(known) => {
                known.share = answer.share;
                known.wanted = answer.wanted;
                known.entries.extend(answer.entries);
            }
            None => drop(self.answers.insert(number, answer)),
        }
    }

    /// Discards everything that a failed register sent.
    fn record_failure(&mut self, number: usize, problem: &PeerProblem, took: Duration) -> Result<(), GatherError> {
        self.answers.remove(&number);
        let register = self.registers.parts[number].register.clone();
        self.statuses.insert(number, RegisterStatus::failed(register, problem, took));
        self.check_policy(&[])
    }

    /// Fails as soon as the pending registers can no longer satisfy the policy.
    fn check_policy(&self, pending: &[usize]) -> Result<(), GatherError> {
        let known: Vec<RegisterStatus> = self.statuses.values().chain(&self.registers.skipped).cloned().collect();
        let waiting =
            (0..self.registers.parts.len()).filter(|number| pending.contains(number) || !self.statuses.contains_key(number));
        let waiting: Vec<RegisterId> = waiting.map(|number| self.registers.parts[number].register.clone()).collect();
        match self.inquiry.policy.unmet_requirement(&known, &waiting) {
            None => Ok(()),
            Some(unmet) => Err(incomplete(&unmet).into()),
        }
    }

    fn merged(&self) -> MergedPage {
        let shares: Vec<(&Share, &ShareRequest)> = self.answers.values().map(|answer| (&answer.share, &answer.wanted)).collect();
        merge(&self.inquiry.plan, &self.inquiry.paging, &shares)
    }

    /// What each register must still send to complete the page.
    fn missing(&self, merged: &MergedPage) -> BTreeMap<usize, (ShareRequest, Vec<OfficerName>)> {
        let numbers: Vec<usize> = self.answers.keys().copied().collect();
        let mut missing: BTreeMap<usize, (ShareRequest, Vec<OfficerName>)> = merged
            .missing
            .iter()
            .map(|(share, wanted)| (numbers[*share], (wanted.clone(), Vec::new())))
            .collect();
        for ranked in &merged.page {
            let number = numbers[ranked.share];
            let answer = &self.answers[&number];
            let is_live = matches!(self.registers.parts[number].source, PartSource::Live(_));
            if is_live && !answer.entries.contains_key(&ranked.key.name) {
                let more = missing.entry(number).or_insert_with(|| (answer.wanted.clone(), Vec::new()));
                more.1.push(ranked.key.name.clone());
            }
        }
        missing
    }

    async fn finish(self, mut merged: MergedPage) -> Result<FederatedPage, GatherError> {
        let others_failed = {
            let others = self
                .statuses
                .iter()
                .filter(|(number, _)| **number > 0)
                .map(|(_, status)| status);
            let mut others = others.chain(&self.registers.skipped).peekable();
            others.peek().is_some() && others.all(|status| status.state != RegisterState::Ok)
        };
        if others_failed && merged.total == 0 {
            // Nothing was found here and no other register answered: that must not look like an empty result.
            let failed = self.statuses.values().chain(&self.registers.skipped);
            let failed = failed.filter(|status| status.state != RegisterState::Ok);
            let unmet = UnmetRequirement {
                required: failed.map(|status| status.register.clone()).collect(),
                possible: 1,
                needed: 2,
            };
            return Err(incomplete(&unmet).into());
        }
        let numbers: Vec<usize> = self.answers.keys().copied().collect();
        let mut hits = Vec::with_capacity(merged.page.len());
        let mut by_part: BTreeMap<usize, Vec<(usize, index::RankedResult)>> = BTreeMap::new();
        for (place, ranked) in std::mem::take(&mut merged.page).into_iter().enumerate() {
            by_part.entry(numbers[ranked.share]).or_default().push((place, ranked));
        }
        let shown = by_part.into_iter().map(|(number, ranked)| self.hits_of(number, ranked));
        for hits_of_part in futures::future::join_all(shown).await {
            hits.extend(hits_of_part?);
        }
        hits.sort_by_key(|(place, _)| *place);
        Ok(FederatedPage {
            merged,
            hits: hits.into_iter().map(|(_, shown)| shown).collect(),
            registers: in_order(self.statuses, &self.registers.skipped),
        })
    }

    /// Turns the results of one register into hits.
    async fn hits_of(
        &self,
        number: usize,
        ranked: Vec<(usize, index::RankedResult)>,
    ) -> Result<Vec<(usize, FederatedHit)>, Error> {
        let part = &self.registers.parts[number];
        let answer = &self.answers[&number];
        let plan = Arc::clone(&self.inquiry.plan);
        let language = Arc::clone(&self.inquiry.language);
        let (explain, today) = (self.inquiry.paging.explain, self.inquiry.today);
        let position = answer.share.position;
        match &part.source {
            PartSource::Own(searchable) | PartSource::Copy(_, searchable) => {
                let provenance = match &part.source {
                    PartSource::Copy(copy, _) => Some(copy.provenance()),
                    PartSource::Own(_) | PartSource::Live(_) => None,
                };
                let searchable = Arc::clone(searchable);
                self.registers
                    .tasks
                    .computing(&self.inquiry.caller, move || {
                        let view = searchable.view();
                        let places = ranked.iter().map(|(place, ranked)| (ranked.key.name.clone(), *place));
                        let places: HashMap<OfficerName, usize> = places.collect();
                        let page = ranked.into_iter().map(|(_, ranked)| ranked).collect();
                        let hits = searchable.snapshot().present(&plan, page, &searchable.texts(), explain);
                        let mut shown = Vec::with_capacity(places.len());
                        for hit in hits.map_err(Error::internal)? {
                            let Some(entry) = view.shown(&hit.name, today) else {
                                continue;
                            };
                            let held = view.entry(&hit.name);
                            let has_ended_name = held.is_some_and(|held| held.officer.has_ended_name_on(today));
                            shown.push((
                                places[&hit.name],
                                FederatedHit {
                                    hit,
                                    entry,
                                    has_ended_name,
                                    provenance: provenance.clone(),
                                },
                            ));
                        }
                        Ok(shown)
                    })
                    .await?
            }
            PartSource::Live(_) => {
                let provenance = Provenance {
                    register: part.register.clone(),
                    position,
                    fetched_at: self.inquiry.now,
                };
                let mut parts = Vec::with_capacity(ranked.len());
                for (place, ranked) in ranked {
                    let entry = answer.entries.get(&ranked.key.name).cloned();
                    let organisation = self.registers.organisation(&ranked.key.name.organisation);
                    parts.extend(
                        entry
                            .zip(organisation)
                            .map(|(entry, organisation)| (place, ranked, entry, organisation)),
                    );
                }
                self.registers
                    .tasks
                    .computing(&self.inquiry.caller, move || {
                        let mut shown = Vec::with_capacity(parts.len());
                        for (place, ranked, entry, organisation) in parts {
                            let organisation = Arc::new(IndexedOrganisation::from(organisation.as_ref()));
                            let officer = Arc::new(IndexedOfficer::new(&entry, organisation));
                            // The peer has removed an expired name; drop hits that matched only on it.
                            if !Index::is_match(&plan, &officer, &language).map_err(Error::internal)? {
                                continue;
                            }
                            let hit = Index::present(&plan, ranked, &officer, &language, explain).map_err(Error::internal)?;
                            shown.push((
                                place,
                                FederatedHit {
                                    hit,
                                    has_ended_name: entry.officer.has_ended_name_on(today),
                                    entry: register::view::visible(&entry, today),
                                    provenance: Some(provenance.clone()),
                                },
                            ));
                        }
                        Ok(shown)
                    })
                    .await?
            }
        }
    }
}

async fn ask_part(
    registers: &Registers,
    number: usize,
    inquiry: &Inquiry,
    wanted: ShareRequest,
    entries: Vec<OfficerName>,
) -> PartResult {
    let part = &registers.parts[number];
    let begin = Instant::now();
    let outcome = match &part.source {
        PartSource::Own(searchable) | PartSource::Copy(_, searchable) => {
            let (searchable, plan) = (Arc::clone(searchable), Arc::clone(&inquiry.plan));
            registers
                .tasks
                .computing(&inquiry.caller, move || {
                    let share = searchable.snapshot().share(&plan, &wanted).map_err(Error::internal)?;
                    Ok(PeerReply::Answered(ShareAnswer {
                        share,
                        wanted,
                        entries: BTreeMap::new(),
                    }))
                })
                .await
                .and_then(|outcome| outcome)
        }
        PartSource::Live(live) => {
            let allowed = remote::budget(live, inquiry.deadline);
            Ok(if allowed < MIN_BUDGET {
                PeerReply::Failed(PeerProblem::new(
                    PeerProblemKind::TimedOut,
                    "there was no time left to ask it",
                ))
            } else {
                let share = remote::share(live, &inquiry.plan, wanted, entries, allowed);
                remote::within(live, allowed, share).await
            })
        }
    };
    (number, begin.elapsed(), outcome)
}

/// Orders statuses: this register (the first part), then the others by id.
pub(super) fn in_order(statuses: BTreeMap<usize, RegisterStatus>, skipped: &[RegisterStatus]) -> Vec<RegisterStatus> {
    let mut statuses: Vec<RegisterStatus> = statuses.into_values().collect();
    let mut others = statuses.split_off(1.min(statuses.len()));
    others.extend(skipped.iter().cloned());
    others.sort_by(|one, other| one.register.cmp(&other.register));
    statuses.extend(others);
    statuses
}

/// The most missing registers that an error names. Its details travel in a header, and many clients accept 8 KiB of headers.
const NAMED_MISSING: usize = 20;

/// The error for an answer that does not satisfy its policy.
pub(super) fn incomplete(unmet: &UnmetRequirement) -> Error {
    let names = unmet.required.iter().take(NAMED_MISSING).map(ToString::to_string);
    let names: Vec<String> = names.collect();
    let message = match unmet.required.len() {
        0 => format!("{} registers must answer, and at most {} can", unmet.needed, unmet.possible),
        1..=NAMED_MISSING => format!("required registers do not answer: {}", names.join(", ")),
        missing => format!("{missing} required registers do not answer, among them {}", names.join(", ")),
    };
    Error::new(Reason::FederationIncomplete, message)
        .with("missing", names.join(","))
        .with("missing_total", unmet.required.len())
        .with("answered_at_most", unmet.possible)
        .with("needed", unmet.needed)
        .retry_after(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_names_the_first_missing_registers_and_counts_all() {
        let longest = |number: usize| RegisterId::parse(&format!("register-{number:03}-van-een-regio-met-naam")).unwrap();
        let unmet = UnmetRequirement {
            required: (0..150).map(longest).collect(),
            possible: 1,
            needed: 1,
        };
        let error = incomplete(&unmet);
        assert!(error.to_string().len() < 1_500, "{error}");
        assert!(
            error
                .to_string()
                .starts_with("150 required registers do not answer, among them register-000")
        );
    }
}
