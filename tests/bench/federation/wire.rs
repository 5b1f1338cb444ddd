//! Measures the bytes between registers, with proxies in front of the peers, and the cost of an idle exchange.

use std::time::Duration;

use tests::proxy::{Passed, Proxy};

use super::asking::{all_cpu, cpu, in_turn, questions};
use super::fleet::Member;
use crate::memory::{self, Memory};
use crate::usage::{self, Usage};

/// Bytes on the wire per question and peer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traffic {
    /// Bytes to the peer, TLS included.
    pub(super) to_peer: f64,
    /// Bytes of its response.
    pub(super) to_asker: f64,
}

/// The cost per second and peer of an exchange without questions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Idle {
    /// Bytes in both directions.
    pub(super) bytes: f64,
    /// Processor time of the asking register.
    pub(super) asker: Option<Duration>,
    /// Processor time of the peer.
    pub(super) peer: Option<Duration>,
    /// Memory of the asking register, once the threads that only work on questions have ended.
    pub(super) memory: Option<Memory>,
    /// Threads and open files of the asking register.
    pub(super) usage: Option<Usage>,
}

/// Adds up the bytes of all proxies.
pub(super) fn passed(proxies: &[Proxy]) -> Passed {
    let add = |sum: Passed, passed: Passed| Passed {
        to_peer: sum.to_peer + passed.to_peer,
        to_caller: sum.to_caller + passed.to_caller,
    };
    proxies.iter().map(Proxy::passed).fold(Passed::default(), add)
}

/// Measures the bytes per question and peer, with `count` questions.
pub(super) async fn traffic(asker: &Member, proxies: &[Proxy], count: usize) -> anyhow::Result<Traffic> {
    let before = passed(proxies);
    in_turn(&asker.node.professional(), &questions(), count).await?;
    let after = passed(proxies);
    let each = |before: u64, after: u64| (after - before) as f64 / (count * proxies.len()) as f64;
    Ok(Traffic {
        to_peer: each(before.to_peer, after.to_peer),
        to_asker: each(before.to_caller, after.to_caller),
    })
}

/// Measures an exchange without questions for the duration `long`.
pub(super) async fn idle(asker: &Member, peers: &[Member], proxies: &[Proxy], long: Duration) -> Idle {
    let look = || (passed(proxies), cpu(&asker.node), all_cpu(peers));
    let before = look();
    tokio::time::sleep(long).await;
    let after = look();
    let parts = long.as_secs_f64() * proxies.len() as f64;
    let both = |passed: Passed| passed.to_peer + passed.to_caller;
    let each = |before: Option<Duration>, after: Option<Duration>| Some(after?.checked_sub(before?)?.div_f64(parts));
    Idle {
        bytes: (both(after.0) - both(before.0)) as f64 / parts,
        asker: each(before.1, after.1),
        peer: each(before.2, after.2),
        memory: memory::of(asker.node.ready.pid),
        usage: usage::of(asker.node.ready.pid),
    }
}
