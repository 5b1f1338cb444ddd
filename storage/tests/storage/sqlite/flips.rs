//! Flipped bits in the file of a register that was not closed, so that it has no digest of the whole file.

use std::collections::BTreeMap;
use std::path::Path;

use register::change::Mutation;
use register::position::Revision;
use register::report::{Asker, ReportReason};
use register::verification::Verification;
use storage::{Address, Storage, StorageError};

use crate::fixture::{Fixture, SqliteFixture, random};
use crate::sample::{
    absent, answer, day, grant, mailbox, name, organisation_id, peer, person, put, put_organisation, request, withdraw,
};

/// One byte in this many of those that are not zero has a flipped bit: in all more than five hundred.
const EVERY: usize = 29;

/// A register with rows in every table.
async fn filled() -> SqliteFixture {
    let register = SqliteFixture::create().await;
    let mut mutations = vec![
        put_organisation("gm9901"),
        Mutation::PutGrant(grant(1, "gm9901")),
        Mutation::PutPeer(peer("regio", 7)),
        put(mailbox("gm9901", "post")),
    ];
    mutations.extend((0..6).map(|number| put(person("gm9901", &format!("o{number}"), "Noor Voorbeeld"))));
    register.commit(mutations).await;
    let (first, second) = (name("gm9901", "o1"), name("gm9901", "o2"));
    let overlays = vec![
        Mutation::SetPresence {
            name: first.clone(),
            presence: absent(3),
        },
        Mutation::VerifyOfficer {
            name: first.clone(),
            verification: Verification::new(day("2026-03-02"), None),
        },
        Mutation::EndName { name: second },
    ];
    register.commit_at(5, overlays).await;
    let report = Mutation::ReportOfficer {
        name: first,
        reason: ReportReason::Left,
        asker: Asker::of(&organisation_id("gm9902"), None),
    };
    register.commit_at(10, vec![report]).await;
    register.commit_at(15, vec![withdraw(&name("gm9901", "o3"))]).await;
    let mut transaction = register.storage().begin().await.unwrap();
    transaction.put_answer(&request("r"), answer(1, 10)).await.unwrap();
    transaction.commit().await.unwrap();
    register
}

/// Copies an open register as a killed node leaves it, and writes its log into the file as the next start does.
fn killed(register: &SqliteFixture, target: &Path) {
    let with = |path: &Path, end: &str| format!("{}{end}", path.display());
    for end in ["", "-wal"] {
        std::fs::copy(with(register.path(), end), with(target, end)).unwrap();
    }
    let connection = rusqlite::Connection::open(target).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    connection.close().unwrap();
    assert!(!std::fs::exists(with(target, "-wal")).unwrap());
}

/// Everything that can be read, as text.
async fn content(storage: &dyn Storage) -> Result<String, StorageError> {
    let mut snapshot = storage.snapshot().await?;
    let all = usize::MAX;
    let identity = snapshot.identity().await?;
    let entries = snapshot.entries(None, None, all).await?;
    let commits = snapshot.commits(Revision::ZERO, all).await?;
    let ended = snapshot.ended_names(day("2030-01-01"), all).await?;
    let answer = snapshot.answer(&request("r")).await?;
    let reports: Vec<_> = entries.iter().map(|entry| entry.reports.open()).collect();
    let others = format!(
        "{identity:?} {:?} {reports:?} {ended:?} {answer:?} {:?} {:?} {:?} {:?}",
        identity.secret.0,
        snapshot.organisations(None, all).await?,
        snapshot.grants().await?,
        snapshot.peers().await?,
        snapshot.tombstones(None).await?,
    );
    // As JSON, because debug output hides personal data.
    let shown = serde_json::to_string(&(&entries, &commits)).unwrap();
    Ok(shown + &others)
}

/// What became of a flipped bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Found,
    /// Verification finds nothing, and nothing that is read has changed.
    Harmless,
    Missed,
}

async fn outcome(path: &Path, sound: &str) -> Outcome {
    let Ok(storage) = storage::open(&Address::Sqlite(path.to_owned()), random(1)).await else {
        return Outcome::Found;
    };
    let verified = storage.verify().await;
    if !verified.is_ok_and(|findings| findings.problems.is_empty()) {
        return Outcome::Found;
    }
    match content(&*storage).await {
        Ok(read) if read == sound => Outcome::Harmless,
        _ => Outcome::Missed,
    }
}

#[tokio::test]
async fn no_flipped_bit_of_a_killed_node_changes_what_is_read_unnoticed() {
    let register = filled().await;
    let sound = content(&*register.storage()).await.unwrap();
    let path = register.folder().join("killed.db");
    killed(&register, &path);
    let whole = std::fs::read(&path).unwrap();
    let used: Vec<usize> = (0..whole.len()).filter(|place| whole[*place] != 0).collect();
    let mut outcomes = BTreeMap::new();
    let mut missed = Vec::new();
    for (number, place) in used.into_iter().step_by(EVERY).enumerate() {
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << (number % 8);
        for end in ["", "-wal", "-shm", ".sha256"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        std::fs::write(&path, &flipped).unwrap();
        let outcome = outcome(&path, &sound).await;
        *outcomes.entry(outcome).or_insert(0) += 1;
        if outcome == Outcome::Missed {
            missed.push((place, number % 8));
        }
    }
    assert_eq!(missed, Vec::new(), "{outcomes:?}");
    assert!(outcomes[&Outcome::Found] > 500, "{outcomes:?}");
}
