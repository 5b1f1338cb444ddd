//! Tests that acknowledged commits survive `kill -9` at any point.
//!
//! The test starts its own binary as a writer that commits under load and prints each commit, kills it, and checks the file.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use register::change::{Actor, Mutation};
use register::identifier::RequestId;
use register::position::Revision;
use storage::{Address, Storage};
use tokio::task::JoinSet;

use super::rerun;
use crate::fixture::{random, register_id};
use crate::sample::{absent, moment, name, person, put, put_organisation, withdraw};

const ROUNDS: u64 = 10;
const WRITERS: u64 = 3;

#[test]
fn every_acknowledged_commit_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::Sqlite(folder.path().join("register.db"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let storage = storage::create(&address, register_id(), moment(0), random(1)).await.unwrap();
        storage.close().await.unwrap();
    });
    let mut chance = StdRng::seed_from_u64(5);
    let mut acknowledged = BTreeMap::new();
    for _ in 0..ROUNDS {
        acknowledged.extend(kill_a_writer(folder.path(), &mut chance));
        runtime.block_on(check(&address, &acknowledged));
    }
    assert!(acknowledged.len() as u64 > ROUNDS);
}

/// Runs a writer, kills it, and returns the acknowledged revisions with their requests.
fn kill_a_writer(folder: &Path, chance: &mut StdRng) -> BTreeMap<u64, String> {
    let mut writer = rerun("crash::write_until_killed", folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut acknowledged = BTreeMap::new();
    let patience = chance.random_range(1..60);
    for line in lines {
        // A truncated last line is not an acknowledgement.
        let line = line.unwrap();
        if let Some((revision, request)) = line.strip_prefix("acknowledged ").and_then(|rest| rest.split_once(' '))
            && let Some(request) = request.strip_suffix('.')
        {
            acknowledged.insert(revision.parse().unwrap(), request.to_owned());
        }
        if acknowledged.len() == patience {
            // Kill it at a random point. Its remaining output is still read.
            (0..chance.random_range(0..200_000)).for_each(|_| std::hint::spin_loop());
            writer.kill().unwrap();
        }
    }
    assert!(!writer.wait().unwrap().success());
    acknowledged
}

async fn check(address: &Address, acknowledged: &BTreeMap<u64, String>) {
    let storage = storage::open(address, random(2)).await.unwrap();
    let findings = storage.verify().await.unwrap();
    assert_eq!(findings.problems, Vec::<String>::new());
    let mut snapshot = storage.snapshot().await.unwrap();
    let commits = snapshot.commits(Revision::ZERO, usize::MAX).await.unwrap();
    for (revision, request) in acknowledged {
        let commit = &commits[usize::try_from(*revision).unwrap() - 1];
        assert_eq!(commit.revision, Revision(*revision));
        assert_eq!(commit.actor.request_id.as_ref().unwrap().as_str(), request);
    }
    drop(snapshot);
    storage.close().await.unwrap();
}

/// The writer to be killed. Does nothing when run as a test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_until_killed() {
    let Some(folder) = super::rerun_folder() else { return };
    let address = Address::Sqlite(folder.join("register.db"));
    let storage = storage::open(&address, random(u64::from(std::process::id()))).await.unwrap();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(Arc::clone(&storage), writer));
    }
    writers.join_all().await;
}

async fn write(storage: Arc<dyn Storage>, writer: u64) {
    let process = std::process::id();
    let officer = |number: u64| name("gm9901", &format!("o{process}-{writer}-{number}"));
    for number in 0.. {
        let mut mutations = vec![put_organisation("gm9901")];
        // Some commits are large, and some erase data.
        let size = if number % 10 == 3 { 40 } else { 2 };
        mutations.extend((0..size).map(|part| {
            let id = format!(
                "o{process}-{writer}-{number}{}",
                if part == 0 { String::new() } else { format!("-{part}") }
            );
            put(person("gm9901", &id, "Noor Voorbeeld"))
        }));
        mutations.push(Mutation::SetPresence {
            name: officer(number),
            presence: absent(1),
        });
        if number >= 5 {
            mutations.push(withdraw(&officer(number - 5)));
        }
        let request = format!("{process}-{writer}-{number}");
        let mut actor = Actor::node();
        actor.request_id = Some(RequestId::parse(&request).unwrap());
        let mut transaction = storage.begin().await.unwrap();
        transaction.append(moment(0), actor, mutations).await.unwrap();
        let position = transaction.commit().await.unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "acknowledged {} {request}.", position.revision).unwrap();
        out.flush().unwrap();
    }
}
