//! The simulation itself: events in order of time, registers with so many cores, and questions that wait for the last answer.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hdrhistogram::Histogram;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::costs::{Costs, World};
use super::topology::Topology;
use crate::load::histogram;

/// Time in nanoseconds since the beginning.
type Time = u64;

/// What a run came to.
#[derive(Debug)]
pub(super) struct Outcome {
    /// How long questions took, in microseconds.
    pub(super) latency: Histogram<u64>,
    /// The part of the answers that covers every register.
    pub(super) complete: f64,
    /// How busy the busiest register was, of all its cores.
    pub(super) busiest: f64,
}

/// How long and how hard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Questions in a second, in all.
    pub(super) rate: f64,
    /// Cores of each register.
    pub(super) cores: usize,
    /// Seconds that are simulated; questions of the first tenth are not counted.
    pub(super) seconds: f64,
    /// The same seed gives the same run.
    pub(super) seed: u64,
}

/// Simulates questions to a topology.
pub(super) fn simulate(topology: &Topology, costs: &Costs, world: &World, run: Run) -> Outcome {
    let mut simulation = Simulation {
        topology,
        costs,
        world,
        registers: (0..topology.registers).map(|_| Register::new(run.cores)).collect(),
        questions: Vec::new(),
        events: BinaryHeap::new(),
        sequence: 0,
        random: ChaCha8Rng::seed_from_u64(run.seed),
    };
    simulation.questions_come(run);
    simulation.go();
    simulation.outcome(run)
}

/// One core after the other becomes free; who comes first is served first.
struct Register {
    free: BinaryHeap<Reverse<Time>>,
    busy: Time,
}

impl Register {
    fn new(cores: usize) -> Self {
        Self {
            free: (0..cores).map(|_| Reverse(0)).collect(),
            busy: 0,
        }
    }

    /// Takes on work that comes at `now`, and tells when it is done. Called in order of time. No work waits for nobody.
    fn work(&mut self, now: Time, takes: Time) -> Time {
        if takes == 0 {
            return now;
        }
        let Reverse(free) = self.free.pop().unwrap_or(Reverse(now));
        let done = free.max(now) + takes;
        self.free.push(Reverse(done));
        self.busy += takes;
        done
    }
}

struct Question {
    asked: Time,
    asker: usize,
    /// Peers that have not answered yet.
    waiting: usize,
    /// When the last of what is known so far is done.
    done: Time,
    is_partial: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A professional asks.
    Asked(usize),
    /// The register that was asked knows what is meant.
    Understood(usize),
    /// A peer is asked: which question, which peer.
    AtPeer(usize, usize),
    /// An answer comes back.
    Back(usize),
}

struct Simulation<'a> {
    topology: &'a Topology,
    costs: &'a Costs,
    world: &'a World,
    registers: Vec<Register>,
    questions: Vec<Question>,
    /// By time, then in the order in which they were thought of.
    events: BinaryHeap<Reverse<(Time, u64, Event)>>,
    sequence: u64,
    random: ChaCha8Rng,
}

impl Simulation<'_> {
    fn questions_come(&mut self, run: Run) {
        let mut now = 0.0;
        loop {
            now += -self.random.random::<f64>().max(f64::MIN_POSITIVE).ln() / run.rate;
            if now >= run.seconds {
                return;
            }
            let askers = &self.topology.askers;
            let asker = self.random.random_range(0..askers.len());
            let asked = nanos(now * 1e3);
            self.questions.push(Question {
                asked,
                asker,
                waiting: askers[asker].asked.len(),
                done: asked,
                is_partial: false,
            });
            self.at(asked, Event::Asked(self.questions.len() - 1));
        }
    }

    fn at(&mut self, time: Time, event: Event) {
        self.sequence += 1;
        self.events.push(Reverse((time, self.sequence, event)));
    }

    fn go(&mut self) {
        while let Some(Reverse((now, _, event))) = self.events.pop() {
            match event {
                Event::Asked(question) => {
                    let register = self.asker(question);
                    let done = self.work(register, now, self.costs.front);
                    self.at(done, Event::Understood(question));
                }
                Event::Understood(question) => self.understood(now, question),
                Event::AtPeer(question, peer) => {
                    let takes = self.costs.answer + self.score(1.0, self.topology.officers);
                    let done = self.work(peer, now, takes);
                    let back = done + self.way();
                    self.at(back, Event::Back(question));
                }
                Event::Back(question) => {
                    let deadline = self.questions[question].asked + nanos(self.world.budget);
                    let register = self.asker(question);
                    let done = self.work(register, now, self.costs.ask);
                    self.answered(question, done.min(deadline.max(now)), now > deadline);
                }
            }
        }
    }

    /// Its own officers and its copies are scored, and its peers asked, all at once.
    fn understood(&mut self, now: Time, question: usize) {
        let register = self.asker(question);
        let topology = self.topology;
        let asker = &topology.askers[self.questions[question].asker];
        for _ in 0..=asker.copies {
            let takes = self.score(1.0, topology.officers);
            let done = self.work(register, now, takes);
            let known = &mut self.questions[question];
            known.done = known.done.max(done);
        }
        for peer in &asker.asked {
            if self.random.random_bool(1.0 - self.world.availability) {
                // Its circuit is open: nobody waits for it.
                self.answered(question, now, true);
            } else {
                let there = now + self.way();
                self.at(there, Event::AtPeer(question, *peer));
            }
        }
    }

    fn answered(&mut self, question: usize, done: Time, is_missing: bool) {
        let known = &mut self.questions[question];
        known.waiting -= 1;
        known.done = known.done.max(done);
        known.is_partial |= is_missing;
    }

    fn asker(&self, question: usize) -> usize {
        self.topology.askers[self.questions[question].asker].register
    }

    fn score(&self, registers: f64, officers: f64) -> f64 {
        registers * self.costs.score + officers / 1e3 * self.costs.score_thousand
    }

    /// Lets a register work for about so many milliseconds.
    fn work(&mut self, register: usize, now: Time, takes: f64) -> Time {
        // The mean of a lognormal is moved by its spread; work must not grow with it.
        let spread = self.world.spread;
        let takes = takes * (spread * self.normal() - spread * spread / 2.0).exp();
        self.registers[register].work(now, nanos(takes))
    }

    /// One way between two registers.
    fn way(&mut self) -> Time {
        let lost = self.random.random_bool(self.world.loss);
        let delay = self.world.round_trip / 2.0 * (0.3 * self.normal()).exp();
        nanos(if lost { delay + self.world.loss_delay } else { delay })
    }

    /// A standard normal number, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.random.random::<f64>().max(f64::MIN_POSITIVE).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.random.random::<f64>()).cos()
    }

    fn outcome(self, run: Run) -> Outcome {
        let mut latency = histogram();
        let mut complete = 0;
        let counted = self
            .questions
            .iter()
            .filter(|question| question.asked >= nanos(run.seconds * 1e2));
        for question in counted {
            latency.saturating_record((question.done - question.asked) / 1_000);
            complete += u64::from(!question.is_partial);
        }
        let busiest = self.registers.iter().map(|register| register.busy).max();
        Outcome {
            complete: complete as f64 / latency.len().max(1) as f64,
            busiest: busiest.unwrap_or_default() as f64 / (run.seconds * 1e9 * run.cores as f64),
            latency,
        }
    }
}

/// Milliseconds as nanoseconds.
fn nanos(millis: f64) -> Time {
    (millis.max(0.0) * 1e6) as Time
}

#[cfg(test)]
mod tests {
    use super::super::costs::MEASURED;
    use super::super::topology::Asker;
    use super::*;

    const WORLD: World = World {
        round_trip: 10.0,
        loss: 0.0,
        loss_delay: 0.0,
        availability: 1.0,
        spread: 0.0,
        budget: 2_000.0,
    };

    const RUN: Run = Run {
        rate: 500.0,
        cores: 1,
        seconds: 200.0,
        seed: 7,
    };

    fn alone() -> Topology {
        Topology {
            name: "alone".to_owned(),
            registers: 1,
            officers: 0.0,
            askers: vec![Asker {
                register: 0,
                copies: 0,
                asked: Vec::new(),
            }],
        }
    }

    #[test]
    fn a_queue_at_half_its_strength_waits_as_long_as_theory_says() {
        // Constant service of 1 ms, 500 a second, one core: Pollaczek and Khinchine give a mean of 1.5 ms.
        let costs = Costs {
            front: 1.0,
            score: 0.0,
            ..MEASURED
        };
        let outcome = simulate(&alone(), &costs, &WORLD, RUN);
        let mean = outcome.latency.mean() / 1e3;
        assert!((1.45..1.55).contains(&mean), "{mean}");
        assert!((0.48..0.52).contains(&outcome.busiest), "{}", outcome.busiest);
    }

    #[test]
    fn the_same_seed_gives_the_same_run() {
        let run = || simulate(&alone(), &MEASURED, &WORLD, Run { seconds: 5.0, ..RUN });
        assert_eq!(run().latency, run().latency);
    }

    #[test]
    fn each_peer_that_may_be_away_makes_a_whole_answer_less_likely() {
        let peers = 10;
        let topology = Topology {
            registers: peers + 1,
            askers: vec![Asker {
                register: 0,
                copies: 0,
                asked: (1..=peers).collect(),
            }],
            ..alone()
        };
        let world = World {
            availability: 0.99,
            ..WORLD
        };
        let run = Run { rate: 50.0, ..RUN };
        let complete = simulate(&topology, &MEASURED, &world, run).complete;
        let expected = 0.99_f64.powi(10);
        assert!((complete - expected).abs() < 0.01, "{complete} and {expected}");
    }
}
