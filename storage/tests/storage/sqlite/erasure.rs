//! Tests that erased data leaves no trace: not in the file, its log or later backups.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use register::change::{Actor, Mutation};
use serde_json::json;

use crate::fixture::{Fixture, SqliteFixture};
use crate::sample::{absent, mailbox, moment, name, officer_with, person, put, put_organisation, withdraw};

const CANARIES: [&str; 3] = ["Kanarie Voorbeeld", "kanarie.voorbeeld@gemeente.example", "+31 6 0000 1234"];

/// The bytes of the files of the register and of `backup`.
fn bytes_of(register: &SqliteFixture, backup: Option<&Path>) -> Vec<Vec<u8>> {
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", register.path().display()));
    let files = [beside(""), beside("-wal"), beside("-shm")];
    let there = files
        .iter()
        .map(PathBuf::as_path)
        .chain(backup)
        .filter(|path| path.try_exists().unwrap());
    there.map(|path| std::fs::read(path).unwrap()).collect()
}

/// The `texts` that occur in these files.
fn found_in(register: &SqliteFixture, backup: Option<&Path>, texts: &[String]) -> Vec<String> {
    let bytes = bytes_of(register, backup);
    let is_somewhere = |text: &&String| bytes.iter().any(|bytes| places(bytes, text).next().is_some());
    texts.iter().filter(is_somewhere).cloned().collect()
}

/// The offsets of `text` in `bytes`.
fn places(bytes: &[u8], text: &str) -> impl Iterator<Item = usize> {
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == text.as_bytes()[0]);
    starts
        .map(|(place, _)| place)
        .filter(|place| bytes[*place..].starts_with(text.as_bytes()))
}

/// A register with one person to look for, among others.
async fn with_a_canary() -> SqliteFixture {
    let register = SqliteFixture::create().await;
    let mut mutations = vec![put_organisation("gm9901"), put(person("gm9901", "kanarie", CANARIES[0]))];
    mutations.extend((0..50).map(|number| put(mailbox("gm9901", &format!("o{number}")))));
    register.commit(mutations).await;
    assert_eq!(found_in(&register, None, &CANARIES.map(String::from)), CANARIES);
    register
}

async fn assert_gone(register: &SqliteFixture) {
    let canaries = CANARIES.map(String::from);
    assert!(found_in(register, None, &canaries).is_empty());
    let backup = register.folder().join("afterwards.db");
    register.storage().backup(&backup).await.unwrap();
    assert!(found_in(register, Some(&backup), &canaries).is_empty());
    register.assert_sound().await;
}

#[tokio::test]
async fn withdrawal_leaves_no_trace() {
    let register = with_a_canary().await;
    register.commit(vec![withdraw(&name("gm9901", "kanarie"))]).await;
    assert_gone(&register).await;
}

#[tokio::test]
async fn an_expired_name_leaves_no_trace() {
    let register = with_a_canary().await;
    register
        .commit(vec![Mutation::EndName {
            name: name("gm9901", "kanarie"),
        }])
        .await;
    assert_gone(&register).await;
}

#[tokio::test]
async fn a_replacement_leaves_no_trace() {
    let longer = json!({"name": "Langere Naam ".repeat(40), "name_until": "2026-05-31"});
    for replacement in [mailbox("gm9901", "kanarie"), officer_with("gm9901", "kanarie", &longer)] {
        let register = with_a_canary().await;
        register.commit(vec![put(replacement)]).await;
        assert_gone(&register).await;
    }
}

#[tokio::test]
async fn replaced_absences_leave_no_trace() {
    let register = SqliteFixture::create().await;
    let set = |hour| Mutation::SetPresence {
        name: name("gm9901", "a"),
        presence: absent(hour),
    };
    register
        .commit(vec![put_organisation("gm9901"), put(mailbox("gm9901", "a")), set(5)])
        .await;
    let absence = [absent(5).absences[0].from.to_string()];
    assert_eq!(found_in(&register, None, &absence), absence);
    register.commit(vec![set(30)]).await;
    assert!(found_in(&register, None, &absence).is_empty());
}

#[tokio::test]
async fn an_abandoned_write_leaves_no_trace() {
    let register = SqliteFixture::create().await;
    register.commit(vec![put_organisation("gm9901")]).await;
    let mut transaction = register.storage().begin().await.unwrap();
    // More than the cache holds, so that pages reach the log before the commit.
    let officers = (0..5_000).map(|number| put(person("gm9901", &format!("o{number}"), CANARIES[0])));
    transaction
        .append(moment(1), Actor::node(), officers.collect())
        .await
        .unwrap();
    drop(transaction);
    drop(register.storage().begin().await.unwrap());
    assert_gone(&register).await;
}

#[tokio::test]
async fn an_open_snapshot_only_delays_erasure() {
    let register = with_a_canary().await;
    let mut snapshot = register.storage().snapshot().await.unwrap();
    register.commit(vec![withdraw(&name("gm9901", "kanarie"))]).await;
    // The snapshot does not change.
    assert!(snapshot.entry(&name("gm9901", "kanarie")).await.unwrap().is_some());
    drop(snapshot);
    let is_done = async {
        while !found_in(&register, None, &CANARIES.map(String::from)).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), is_done).await.unwrap();
    assert_gone(&register).await;
}

#[tokio::test]
async fn erased_data_left_by_a_crash_is_removed_at_start() {
    let register = with_a_canary().await;
    let holdout = register.storage().snapshot().await.unwrap();
    register.commit(vec![withdraw(&name("gm9901", "kanarie"))]).await;
    // Copy the files as a crash would leave them now, with a log that is not truncated.
    let crashed = SqliteFixture::create().await;
    crashed.storage().close().await.unwrap();
    // A register that was open has no digest.
    std::fs::remove_file(format!("{}.sha256", crashed.path().display())).unwrap();
    for suffix in ["", "-wal"] {
        let path = |fixture: &SqliteFixture| PathBuf::from(format!("{}{suffix}", fixture.path().display()));
        std::fs::copy(path(&register), path(&crashed)).unwrap();
    }
    drop(holdout);
    let mut crashed = crashed;
    assert!(!found_in(&crashed, None, &CANARIES.map(String::from)).is_empty());
    crashed.reopen().await;
    assert_gone(&crashed).await;
}

/// SQLite leaves copies of rows when it balances pages. A long random history shows whether copies of our data remain.
#[tokio::test]
async fn a_long_random_history_leaves_no_trace() {
    let register = SqliteFixture::create().await;
    register
        .commit(vec![put_organisation("gm9901"), put_organisation("gm9902")])
        .await;
    let mut random = StdRng::seed_from_u64(11);
    let mut living: Vec<(String, register::identifier::OfficerName)> = Vec::new();
    let mut gone = Vec::new();
    for round in 0..60 {
        let mut mutations = Vec::new();
        for number in 0..50 {
            let canary = format!("Kanarie{round:02}x{number:02}");
            let organisation = *["gm9901", "gm9902"].choose(&mut random).unwrap();
            let officer = name(organisation, &format!("o{}", random.random_range(0..800)));
            if let Some(place) = living.iter().position(|(_, living)| *living == officer) {
                gone.push(living.swap_remove(place).0);
                if random.random_bool(0.4) {
                    mutations.push(withdraw(&officer));
                    continue;
                }
            }
            let filler = "en zo verder ".repeat(random.random_range(0..30));
            let fields = json!({"name": format!("{canary} {filler}"), "name_until": "2026-05-31"});
            mutations.push(put(officer_with(organisation, officer.officer.as_str(), &fields)));
            living.push((canary, officer));
        }
        register.commit(mutations).await;
    }
    assert!(gone.len() > 1_000, "{}", gone.len());
    let backup = register.folder().join("afterwards.db");
    register.storage().backup(&backup).await.unwrap();
    let mut found = BTreeSet::new();
    for bytes in bytes_of(&register, Some(&backup)) {
        let canaries = places(&bytes, "Kanarie").map(|place| String::from_utf8_lossy(&bytes[place..place + 12]).into_owned());
        found.extend(canaries);
    }
    let living: BTreeSet<_> = living.into_iter().map(|(canary, _)| canary).collect();
    assert_eq!(found, living);
    register.assert_sound().await;
}
