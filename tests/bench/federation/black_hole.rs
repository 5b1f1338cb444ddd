//! Measures a peer that becomes a black hole: the latency of the first question, which detects it, and of later ones.

use anyhow::ensure;
use hdrhistogram::Histogram;
use proto::v1::{Completeness, RegisterState};
use tests::caller::Caller;
use tests::eventually::eventually;
use tests::proxy::{Fault, Proxy};

use super::asking::{in_turn, micros, questions, timed};
use super::fleet::{KNOWN_WITHIN, Member};
use crate::load::histogram;

/// The number of questions before and after the fault in each round.
const EACH: usize = 50;

/// Latencies in microseconds.
#[derive(Debug)]
pub(super) struct Hole {
    /// While all registers were reachable.
    pub(super) healthy: Histogram<u64>,
    /// The first question after the fault.
    pub(super) first: Histogram<u64>,
    /// Later questions: the circuit is open.
    pub(super) later: Histogram<u64>,
}

/// Makes the peer behind `proxy` a black hole, `rounds` times.
pub(super) async fn measure(asker: &Member, proxy: &Proxy, rounds: usize) -> anyhow::Result<Hole> {
    let caller = asker.node.professional();
    let questions = questions();
    let mut hole = Hole {
        healthy: histogram(),
        first: histogram(),
        later: histogram(),
    };
    for round in 0..rounds {
        hole.healthy.add(in_turn(&caller, &questions, EACH).await?)?;
        proxy.set(Fault::BlackHole);
        let (answer, took) = timed(&caller, &questions[round % questions.len()]).await?;
        // Usually the peer timed out; sometimes the probe noticed first.
        let missing = answer
            .registers
            .iter()
            .filter(|status| status.state() != RegisterState::Ok)
            .count();
        ensure!(missing == 1, "one register is a black hole: {:?}", answer.registers);
        hole.first.record(micros(took))?;
        for query in questions.iter().cycle().skip(round).take(EACH) {
            let (answer, took) = timed(&caller, query).await?;
            let is_partial = answer.completeness() == Completeness::Partial;
            ensure!(is_partial, "the answer hides a black hole: {:?}", answer.registers);
            hole.later.record(micros(took))?;
        }
        proxy.set(Fault::None);
        is_whole(&caller).await;
    }
    Ok(hole)
}

/// Waits until all registers answer again.
async fn is_whole(caller: &Caller) {
    eventually(KNOWN_WITHIN, "the peer is asked again", async || {
        match timed(caller, "briefadres").await {
            Ok((answer, _)) if answer.completeness() == Completeness::Complete => Ok(()),
            Ok((answer, _)) => Err(format!("{:?}", answer.registers)),
            Err(status) => Err(format!("{status:?}")),
        }
    })
    .await;
}
