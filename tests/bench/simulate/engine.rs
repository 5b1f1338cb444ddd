//! Simulates registers with several cores, and questions that wait for the last response, as events in order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hdrhistogram::Histogram;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::costs::{Costs, World};
use super::topology::Topology;
use crate::load::histogram;

/// Time in nanoseconds since the start.
type Time = u64;

/// The result of a run.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Latency of questions, in microseconds.
    pub(super) latency: Histogram<u64>,
    /// The share of responses that cover every register.
    pub(super) complete: f64,
    /// The utilisation of the busiest register, over all its cores.
    pub(super) busiest: f64,
}

/// The load and the duration of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Questions per second, of all registers together.
    pub(super) rate: f64,
    /// Cores of each register.
    pub(super) cores: usize,
    /// Simulated seconds. Questions of the first tenth are not counted.
    pub(super) seconds: f64,
    /// The seed: the same seed gives the same run.
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

/// The cores of a register, with first come, first served.
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

    /// Adds work that arrives at `now`, and returns when it is done. Called in order of time. Work of no duration does not wait.
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
    /// The number of peers that have not responded yet.
    waiting: usize,
    /// The latest end of the work known so far.
    done: Time,
    is_partial: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A professional asks.
    Asked(usize),
    /// The asking register has understood the question.
    Understood(usize),
    /// A peer is asked: the question and the peer.
    AtPeer(usize, usize),
    /// A response arrives.
    Back(usize),
}

struct Simulation<'a> {
    topology: &'a Topology,
    costs: &'a Costs,
    world: &'a World,
    registers: Vec<Register>,
    questions: Vec<Question>,
    /// By time, then in order of creation.
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

    /// Scores its own officers and its replicas and asks its peers, all concurrently.
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
                // Its circuit is open: the question does not wait for it.
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

    /// Lets a register work for about `mean` milliseconds.
    fn work(&mut self, register: usize, now: Time, takes: f64) -> Time {
        // The mean of a lognormal grows with its spread. Correct for that, so that the work stays the same.
        let spread = self.world.spread;
        let takes = takes * (spread * self.normal() - spread * spread / 2.0).exp();
        self.registers[register].work(now, nanos(takes))
    }

    /// The one-way delay between two registers.
    fn way(&mut self) -> Time {
        let lost = self.random.random_bool(self.world.loss);
        let delay = self.world.round_trip / 2.0 * (0.3 * self.normal()).exp();
        nanos(if lost { delay + self.world.loss_delay } else { delay })
    }

    /// A standard normal number, by the Box-Muller transform.
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
    fn a_queue_at_half_load_agrees_with_theory() {
        // Constant service of 1 ms, 500 per second, one core: the Pollaczek–Khinchine formula gives a mean of 1.5 ms.
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
    fn more_peers_make_a_complete_response_less_likely() {
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
