//! Measures replication: the first copy, the lag, and catching up.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures::{StreamExt as _, TryStreamExt as _};
use hdrhistogram::Histogram;
use proto::v1::change_operation::Operation;
use proto::v1::{ApplyChangesRequest, ChangeOperation, Officer, PeerMode, Position, SearchOfficersRequest};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tests::caller::{Caller, hit_name, new_request_id};
use tests::eventually::eventually;
use tests::proxy::Proxy;

use super::asking::{cpu, micros};
use super::fleet::Member;
use super::wire::passed;
use crate::load::histogram;
use crate::register::{PATIENCE, SEED, id_of};

/// Changes per revision while the replica is away, as an organisation sends the changes of its list.
const PER_REVISION: usize = 10;

/// How many revisions are written concurrently.
const AT_ONCE: usize = 8;

/// The result of the first copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Copied {
    /// Officers in all replicas.
    pub(super) officers: usize,
    /// From configuring the peers to a search that covers all of them.
    pub(super) took: Duration,
    /// Bytes on the wire in both directions.
    pub(super) bytes: u64,
}

/// The cost of following single changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Followed {
    /// Processor time of the replicating register per change.
    pub(super) asker: Option<Duration>,
    /// Processor time of the origin per change, for accepting and sending it.
    pub(super) origin: Option<Duration>,
}

/// The result of catching up.
#[derive(Clone, Copy, Debug)]
pub(super) struct CaughtUp {
    /// The number of changes to catch up with.
    pub(super) changes: usize,
    /// From the start of the register to a search that shows all of them.
    pub(super) took: Duration,
    /// From the start to its ready file, which is part of `took`.
    pub(super) started: Duration,
    /// Processor time of the replicating register per change, without that of its start.
    pub(super) asker: Option<Duration>,
}

/// Starts to replicate `peers` through `proxies`.
pub(super) async fn copy(asker: &Member, peers: &[Member], proxies: &[Proxy]) -> anyhow::Result<Copied> {
    let officers = peers.iter().map(|peer| peer.holding.len()).sum();
    let before = passed(proxies);
    let begin = Instant::now();
    for (peer, proxy) in peers.iter().zip(proxies) {
        asker.put_peer(peer, &proxy.address, PeerMode::Replicate).await?;
    }
    asker.answers(asker.holding.len() + officers).await;
    let took = begin.elapsed();
    let after = passed(proxies);
    Ok(Copied {
        officers,
        took,
        bytes: after.to_caller + after.to_peer - before.to_caller - before.to_peer,
    })
}

/// Measures the lag of at most `writes` single changes: from the acknowledgement at the origin until a search at the replica shows it.
pub(super) async fn lag(asker: &Member, origin: &Member, writes: usize) -> anyhow::Result<Histogram<u64>> {
    let reader = asker.node.professional();
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut latency = histogram();
    for mut officer in origin.holding.officers(writes) {
        let word = word(&mut random);
        officer.description.push_str(&format!(" Ook voor {word}."));
        let name = officer.name.clone();
        apply(&origin.publisher, vec![officer]).await?;
        let acknowledged = Instant::now();
        loop {
            let request = SearchOfficersRequest {
                query: word.clone(),
                page_size: 1,
                ..Default::default()
            };
            let answer = reader.search(request).await?;
            if answer.hits.first().map(hit_name).as_ref() == Some(&name) {
                break;
            }
            ensure!(acknowledged.elapsed() < PATIENCE, "the copy does not show {name}");
        }
        latency.record(micros(acknowledged.elapsed()))?;
    }
    Ok(latency)
}

/// Measures the processor time of following at most `writes` changes, each a revision, without questions.
pub(super) async fn follow(asker: &Member, origin: &Member, writes: usize) -> anyhow::Result<Followed> {
    let officers = origin.holding.officers(writes);
    let writes = officers.len();
    let before = (cpu(&asker.node), cpu(&origin.node));
    let mut last = 0;
    for mut officer in officers {
        officer.description.push_str(" Belt zo nodig terug.");
        last = apply(&origin.publisher, vec![officer]).await?.revision;
    }
    shows(asker, origin, last).await;
    let after = (cpu(&asker.node), cpu(&origin.node));
    let each = |before: Option<Duration>, after: Option<Duration>| Some(after?.checked_sub(before?)?.div_f64(writes as f64));
    Ok(Followed {
        asker: each(before.0, after.0),
        origin: each(before.1, after.1),
    })
}

/// Waits until a search at `asker` shows the replica of `origin` at this revision.
async fn shows(asker: &Member, origin: &Member, revision: u64) {
    let reader = asker.node.professional();
    eventually(PATIENCE, "the copy has caught up", async || {
        let answer = reader.search(SearchOfficersRequest {
            query: "briefadres".to_owned(),
            page_size: 1,
            ..Default::default()
        });
        let answer = answer.await.map_err(|status| format!("{status:?}"))?;
        let status = answer.registers.iter().find(|status| status.register == origin.id);
        match status.and_then(|status| status.position.as_ref()) {
            Some(position) if position.revision >= revision => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
}

/// Makes at most `changes` changes at the origin while the replica is away, and measures how it catches up.
pub(super) async fn catch_up(asker: &mut Member, origin: &Member, changes: usize) -> anyhow::Result<CaughtUp> {
    let mut all = origin.holding.officers(changes);
    let changes = all.len();
    // Sorted by name, so that the officers of an organisation are together.
    all.sort_by(|a, b| a.name.cmp(&b.name));
    ensure!(
        asker.node.stop().await.success(),
        "the node ended badly: {}",
        asker.node.log()
    );
    let lists = all.chunk_by(|a, b| id_of(&a.name) == id_of(&b.name));
    let revisions = lists.flat_map(|officers| officers.chunks(PER_REVISION)).map(|officers| {
        let changed = officers.iter().cloned().map(|mut officer| {
            officer.description.push_str(" Sinds kort ook op vrijdag.");
            officer
        });
        apply(&origin.publisher, changed.collect())
    });
    let positions: Vec<Position> = futures::stream::iter(revisions)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let last = positions.iter().map(|position| position.revision).max();
    let last = last.context("there is something to catch up with")?;

    let begin = Instant::now();
    asker.node.start_again().await;
    let started = begin.elapsed();
    let before = cpu(&asker.node);
    shows(asker, origin, last).await;
    let took = begin.elapsed();
    let spent = cpu(&asker.node)
        .zip(before)
        .and_then(|(after, before)| after.checked_sub(before));
    Ok(CaughtUp {
        changes,
        took,
        started,
        asker: spent.map(|spent| spent.div_f64(changes as f64)),
    })
}

/// Writes the officers of one organisation in one revision at the origin, and returns its position.
async fn apply(publisher: &Caller, officers: Vec<Officer>) -> anyhow::Result<Position> {
    let organisation = officers.first().map(|officer| id_of(&officer.name));
    let organisation = format!("organisations/{}", organisation.context("a revision has officers")?);
    let operations = officers.into_iter().map(|officer| ChangeOperation {
        operation: Some(Operation::Upsert(officer)),
        etag: String::new(),
    });
    let mut request = tonic::Request::new(ApplyChangesRequest {
        organisation,
        operations: operations.collect(),
        request_id: new_request_id(),
        ..Default::default()
    });
    request.set_timeout(PATIENCE);
    let answer = publisher.sync.clone().apply_changes(request).await?;
    let report = answer.into_inner().report.unwrap_or_default();
    ensure!(report.applied, "a change was refused: {:?}", report.violations);
    report.position.context("a report says where the register stands")
}

/// Makes a word that occurs nowhere else and resembles no other.
fn word(random: &mut ChaCha8Rng) -> String {
    let mut pick = |letters: &[u8]| char::from(letters[random.random_range(0..letters.len())]);
    (0..7).flat_map(|_| [pick(b"bdfgklmnprstvz"), pick(b"aeiou")]).collect()
}
