//! One question to several registers at once, and one page of what they know together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use index::{Hit, Index, IndexedOfficer, IndexedOrganisation, Language, Merged, Paging, Plan, Share, Wanted, merge};
use jiff::{Timestamp, civil::Date};
use register::entry::Entry;
use register::identifier::{OfficerName, RegisterId};
use server_core::error::{Error, Reason};
use tokio::time::Instant;

use super::policy::{Missing, Policy};
use super::registers::{Part, Registers, Way};
use super::remote::{self, Answer, LEAST_BUDGET, Outcome};
use super::status::{RegisterState, RegisterStatus, ServedFrom};
use crate::Provenance;
use crate::peers::{Trouble, TroubleKind};

/// More rounds than this only a register needs that contradicts itself.
const MOST_ROUNDS: usize = 8;

/// A question on its way.
pub struct Inquiry {
    /// The compiled question.
    pub plan: Arc<Plan>,
    /// The page that is wanted.
    pub paging: Paging,
    /// Whether to count facets.
    pub facets: bool,
    /// Which registers must answer.
    pub policy: Policy,
    /// When the answer must be there.
    pub deadline: Instant,
    /// The moment of the question.
    pub now: Timestamp,
    /// The date of the question, in the Netherlands.
    pub today: Date,
    /// The analyser and the vocabulary.
    pub language: Arc<Language>,
}

/// What the registers know together.
pub struct Gathered {
    /// The merged result: totals, facets, groups.
    pub merged: Merged,
    /// The hits of the page.
    pub hits: Vec<Shown>,
    /// How each register has answered: this one first, then by id.
    pub registers: Vec<RegisterStatus>,
}

/// A hit with what is shown of it.
pub struct Shown {
    /// The hit as it is presented.
    pub hit: Hit,
    /// The entry it found.
    pub entry: Arc<Entry>,
    /// A name that has ended was taken away.
    pub has_ended_name: bool,
    /// From which register, if not from this one.
    pub provenance: Option<Provenance>,
}

/// Why there is no page.
pub enum Stopped {
    /// A register holds other organisations than was known: ask anew.
    Moved,
    /// It cannot be had.
    Failed(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The page of `inquiry`.
pub async fn gather(registers: &Registers, inquiry: &Inquiry) -> Result<Gathered, Stopped> {
    let mut round = Round {
        registers,
        inquiry,
        answers: BTreeMap::new(),
        statuses: BTreeMap::new(),
    };
    let first = |part: &Part| Wanted {
        limit: inquiry.paging.limit,
        after: inquiry.paging.after.clone(),
        groups: Vec::new(),
        no_facets: !inquiry.facets,
        without: part.without.clone(),
    };
    let mut wanted: BTreeMap<usize, (Wanted, Vec<OfficerName>)> = BTreeMap::new();
    for (number, part) in registers.parts.iter().enumerate() {
        wanted.insert(number, (first(part), Vec::new()));
    }
    for _ in 0..MOST_ROUNDS {
        round.ask(wanted).await?;
        let merged = round.merged();
        wanted = round.missing(&merged);
        if wanted.is_empty() {
            return round.finish(merged).await;
        }
    }
    for number in wanted.into_keys() {
        let trouble = Trouble::new(TroubleKind::BadAnswer, "its shares contradict each other");
        round.fail(number, &trouble, Duration::ZERO)?;
    }
    let merged = round.merged();
    round.finish(merged).await
}

/// Answers as they come.
struct Round<'a> {
    registers: &'a Registers,
    inquiry: &'a Inquiry,
    /// By number of the part.
    answers: BTreeMap<usize, Answer>,
    statuses: BTreeMap<usize, RegisterStatus>,
}

type Came = (usize, Duration, Result<Outcome<Answer>, Error>);

impl Round<'_> {
    /// Asks all of `wanted` at once, and goes on as soon as each has answered or failed.
    async fn ask(&mut self, wanted: BTreeMap<usize, (Wanted, Vec<OfficerName>)>) -> Result<(), Stopped> {
        let registers = self.registers;
        let mut pending: Vec<usize> = wanted.keys().copied().collect();
        let inquiry = self.inquiry;
        let mut asked: FuturesUnordered<BoxFuture<'_, Came>> = FuturesUnordered::new();
        for (number, (wanted, entries)) in wanted {
            asked.push(Box::pin(ask_part(registers, number, inquiry, wanted, entries)));
        }
        self.decide(&pending)?;
        let mut has_moved = false;
        while let Some((number, took, outcome)) = asked.next().await {
            pending.retain(|waiting| *waiting != number);
            match outcome? {
                Outcome::Answered(answer) => self.note(number, answer, took),
                Outcome::Moved => has_moved = true,
                Outcome::Failed(trouble) => self.fail(number, &trouble, took)?,
            }
            self.decide(&pending)?;
        }
        if has_moved { Err(Stopped::Moved) } else { Ok(()) }
    }

    fn note(&mut self, number: usize, answer: Answer, took: Duration) {
        let part = &self.registers.parts[number];
        let known = self.statuses.remove(&number);
        let age = |fetched_at: Timestamp| Duration::try_from(self.inquiry.now.duration_since(fetched_at)).unwrap_or_default();
        let status = RegisterStatus {
            took: took + known.map_or(Duration::ZERO, |known| known.took),
            hits: answer.share.total,
            position: Some(answer.share.position),
            served_from: Some(match part.way {
                Way::Copy(..) => ServedFrom::Replica,
                Way::Own(_) | Way::Live(_) => ServedFrom::Live,
            }),
            age: match &part.way {
                Way::Copy(copied, _) => Some(age(copied.fetched_at())),
                Way::Own(_) | Way::Live(_) => None,
            },
            message: part.trouble.as_ref().map(ToString::to_string).unwrap_or_default(),
            problem: part.trouble.as_ref().map(|trouble| trouble.kind),
            ..RegisterStatus::of(part.register.clone())
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

    /// Nothing of a register that has failed is used.
    fn fail(&mut self, number: usize, trouble: &Trouble, took: Duration) -> Result<(), Stopped> {
        self.answers.remove(&number);
        let register = self.registers.parts[number].register.clone();
        self.statuses.insert(number, RegisterStatus::failed(register, trouble, took));
        self.decide(&[])
    }

    /// Gives up as soon as what is needed is out of reach.
    fn decide(&self, pending: &[usize]) -> Result<(), Stopped> {
        let known: Vec<RegisterStatus> = self.statuses.values().chain(&self.registers.skipped).cloned().collect();
        let waiting =
            (0..self.registers.parts.len()).filter(|number| pending.contains(number) || !self.statuses.contains_key(number));
        let waiting: Vec<RegisterId> = waiting.map(|number| self.registers.parts[number].register.clone()).collect();
        match self.inquiry.policy.is_out_of_reach(&known, &waiting) {
            None => Ok(()),
            Some(missing) => Err(incomplete(&missing).into()),
        }
    }

    fn merged(&self) -> Merged {
        let shares: Vec<(&Share, &Wanted)> = self.answers.values().map(|answer| (&answer.share, &answer.wanted)).collect();
        merge(&self.inquiry.plan, &self.inquiry.paging, &shares)
    }

    /// What the page cannot be made without, by number of the part.
    fn missing(&self, merged: &Merged) -> BTreeMap<usize, (Wanted, Vec<OfficerName>)> {
        let numbers: Vec<usize> = self.answers.keys().copied().collect();
        let mut missing: BTreeMap<usize, (Wanted, Vec<OfficerName>)> = merged
            .missing
            .iter()
            .map(|(share, wanted)| (numbers[*share], (wanted.clone(), Vec::new())))
            .collect();
        for ranked in &merged.page {
            let number = numbers[ranked.share];
            let answer = &self.answers[&number];
            let is_live = matches!(self.registers.parts[number].way, Way::Live(_));
            if is_live && !answer.entries.contains_key(&ranked.key.name) {
                let more = missing.entry(number).or_insert_with(|| (answer.wanted.clone(), Vec::new()));
                more.1.push(ranked.key.name.clone());
            }
        }
        missing
    }

    async fn finish(self, mut merged: Merged) -> Result<Gathered, Stopped> {
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
            // Nothing here, and nobody to ask: that must not look like an answer.
            let failed = self.statuses.values().chain(&self.registers.skipped);
            let failed = failed.filter(|status| status.state != RegisterState::Ok);
            let missing = Missing {
                required: failed.map(|status| status.register.clone()).collect(),
                possible: 1,
                needed: 2,
            };
            return Err(incomplete(&missing).into());
        }
        let numbers: Vec<usize> = self.answers.keys().copied().collect();
        let mut hits = Vec::with_capacity(merged.page.len());
        let mut here: BTreeMap<usize, Vec<(usize, index::Ranked)>> = BTreeMap::new();
        for (place, ranked) in std::mem::take(&mut merged.page).into_iter().enumerate() {
            here.entry(numbers[ranked.share]).or_default().push((place, ranked));
        }
        let shown = here.into_iter().map(|(number, ranked)| self.show(number, ranked));
        for of_part in futures::future::join_all(shown).await {
            hits.extend(of_part?);
        }
        hits.sort_by_key(|(place, _)| *place);
        Ok(Gathered {
            merged,
            hits: hits.into_iter().map(|(_, shown)| shown).collect(),
            registers: in_order(self.statuses, &self.registers.skipped),
        })
    }

    /// Results of one part, as hits.
    async fn show(&self, number: usize, ranked: Vec<(usize, index::Ranked)>) -> Result<Vec<(usize, Shown)>, Error> {
        let part = &self.registers.parts[number];
        let answer = &self.answers[&number];
        let plan = Arc::clone(&self.inquiry.plan);
        let language = Arc::clone(&self.inquiry.language);
        let (explain, today) = (self.inquiry.paging.explain, self.inquiry.today);
        let position = answer.share.position;
        match &part.way {
            Way::Own(searchable) | Way::Copy(_, searchable) => {
                let provenance = match &part.way {
                    Way::Copy(copied, _) => Some(copied.provenance()),
                    Way::Own(_) | Way::Live(_) => None,
                };
                let searchable = Arc::clone(searchable);
                self.registers
                    .tasks
                    .blocking(move || {
                        let view = searchable.view_at(position);
                        let mut shown = Vec::with_capacity(ranked.len());
                        for (place, ranked) in ranked {
                            let name = ranked.key.name.clone();
                            let officer = searchable.index().officer(&name).map_err(Error::internal)?;
                            let (Some(officer), Some(entry)) = (officer, view.shown(&name, today)) else {
                                continue;
                            };
                            let hit = Index::present(&plan, ranked, officer, &language, explain).map_err(Error::internal)?;
                            let has_ended_name = view.entry(&name).is_some_and(|held| held.officer.has_ended_name_on(today));
                            shown.push((
                                place,
                                Shown {
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
            Way::Live(_) => {
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
                    .blocking(move || {
                        let mut shown = Vec::with_capacity(parts.len());
                        for (place, ranked, entry, organisation) in parts {
                            let organisation = Arc::new(IndexedOrganisation::from(organisation.as_ref()));
                            let officer = IndexedOfficer::new(&entry, organisation);
                            // Its register has taken away a name that has ended; who was found by that alone is no hit.
                            if !Index::is_match(&plan, &officer, &language).map_err(Error::internal)? {
                                continue;
                            }
                            let hit = Index::present(&plan, ranked, officer, &language, explain).map_err(Error::internal)?;
                            shown.push((
                                place,
                                Shown {
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

async fn ask_part(registers: &Registers, number: usize, inquiry: &Inquiry, wanted: Wanted, entries: Vec<OfficerName>) -> Came {
    let part = &registers.parts[number];
    let begin = Instant::now();
    let outcome = match &part.way {
        Way::Own(searchable) | Way::Copy(_, searchable) => {
            let (searchable, plan) = (Arc::clone(searchable), Arc::clone(&inquiry.plan));
            registers
                .tasks
                .blocking(move || {
                    let share = searchable.index().share(&plan, &wanted).map_err(Error::internal)?;
                    Ok(Outcome::Answered(Answer {
                        share,
                        wanted,
                        entries: BTreeMap::new(),
                    }))
                })
                .await
                .and_then(|outcome| outcome)
        }
        Way::Live(live) => {
            let allowed = remote::budget(live, inquiry.deadline);
            Ok(if allowed < LEAST_BUDGET {
                Outcome::Failed(Trouble::new(TroubleKind::TimedOut, "there was no time left to ask it"))
            } else {
                remote::share(live, &inquiry.plan, &wanted, &entries, allowed).await
            })
        }
    };
    (number, begin.elapsed(), outcome)
}

/// How each register has answered: this one, the first part, before the others, which are in order of id.
pub(super) fn in_order(statuses: BTreeMap<usize, RegisterStatus>, skipped: &[RegisterStatus]) -> Vec<RegisterStatus> {
    let mut statuses: Vec<RegisterStatus> = statuses.into_values().collect();
    let mut others = statuses.split_off(1.min(statuses.len()));
    others.extend(skipped.iter().cloned());
    others.sort_by(|one, other| one.register.cmp(&other.register));
    statuses.extend(others);
    statuses
}

/// The refusal of an answer that lacks what it needs.
pub(super) fn incomplete(missing: &Missing) -> Error {
    let names: Vec<String> = missing.required.iter().map(ToString::to_string).collect();
    let message = if names.is_empty() {
        format!(
            "{} registers must answer, and at most {} can",
            missing.needed, missing.possible
        )
    } else {
        format!("registers that are needed do not answer: {}", names.join(", "))
    };
    Error::new(Reason::FederationIncomplete, message)
        .with("missing", names.join(","))
        .with("answered_at_most", missing.possible)
        .with("needed", missing.needed)
        .retry_after(Duration::from_secs(1))
}
