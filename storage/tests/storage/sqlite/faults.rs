//! Tests of a full and of a read-only disk. They start their own binary in a mount namespace with a small disk, and are skipped
//! with a message where that is not permitted.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use register::change::Actor;
use register::position::Revision;
use storage::{Address, Storage, StorageError};

use super::{RERUN, rerun_folder};
use crate::fixture::{random, register_id};
use crate::sample::{moment, person, put, put_organisation};

/// Runs the test `name` of this file in an empty folder on a disk of 3 MiB.
fn on_a_small_disk(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"mount -t tmpfs -o size=3m tmpfs "$1" || exit 77; exec "$2" --exact "sqlite::faults::$3" --nocapture"#;
    let exe = std::env::current_exe().unwrap();
    let run = Command::new("unshare")
        .args(["-Urm", "sh", "-c", script, "sh"])
        .args([folder.path(), &exe, Path::new(name)])
        .env(RERUN, folder.path())
        .output();
    match run {
        Ok(output) if output.status.success() => {}
        Ok(output) if output.status.code() == Some(77) || output.stderr.starts_with(b"unshare:") => {
            skip(name, "this account may not mount a disk of its own");
        }
        Ok(output) => panic!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => skip(name, &error.to_string()),
    }
}

/// Reports that `test` cannot run here, in the file named by `SKIPPED_TESTS`, which `make test` prints at its end. Fails where
/// `CI` is set. The same as `tests::skip`, on which this package cannot depend.
fn skip(test: &str, reason: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{test} cannot run here, and must run in CI: {reason}"
    );
    eprintln!("SKIPPED: {test}: {reason}");
    if let Some(path) = std::env::var_os("SKIPPED_TESTS") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        file.write_all(format!("{test}: {reason}\n").as_bytes()).unwrap();
    }
}

async fn add(storage: &dyn Storage, number: u32) -> Result<Revision, StorageError> {
    let mut transaction = storage.begin().await?;
    let officers = (0..20).map(|part| put(person("gm9901", &format!("o{number}-{part}"), "Noor Voorbeeld")));
    let mutations = std::iter::once(put_organisation("gm9901")).chain(officers).collect();
    transaction.append(moment(0), Actor::node(), mutations).await?;
    Ok(transaction.commit().await?.revision)
}

#[test]
fn a_full_disk_refuses_the_write_and_keeps_the_rest() {
    on_a_small_disk("inside_a_full_disk");
}

/// The part that runs on the small disk. Does nothing when run as a test.
#[tokio::test]
async fn inside_a_full_disk() {
    let Some(folder) = rerun_folder() else { return };
    let ballast = folder.join("ballast");
    std::fs::write(&ballast, vec![7; 1 << 20]).unwrap();
    let address = Address::Sqlite(folder.join("register.db"));
    let storage = storage::create(&address, register_id(), moment(0), random(1)).await.unwrap();
    let mut last = Revision::ZERO;
    let error = loop {
        match add(&*storage, u32::try_from(last.0).unwrap()).await {
            Ok(revision) => last = revision,
            Err(error) => break error,
        }
    };
    assert_eq!(
        error.to_string(),
        "storage is unavailable: there is no space left on the disk"
    );
    assert!(last > Revision(3));

    // Exactly the acknowledged commits are stored and readable.
    let findings = storage.verify().await.unwrap();
    assert_eq!(findings.problems, Vec::<String>::new());
    assert_eq!((findings.commits, findings.entries), (last.0, 20 * last.0));
    let error = storage.backup(&folder.join("backup.db")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "storage is unavailable: there is no space left on the disk"
    );
    assert_eq!(std::fs::read_dir(&folder).unwrap().filter(is_backup).count(), 0);

    let error = storage::create(&Address::Sqlite(folder.join("other.db")), register_id(), moment(0), random(1)).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "storage is unavailable: there is no space left on the disk"
    );

    // With free space again, writing continues without a gap.
    std::fs::remove_file(&ballast).unwrap();
    assert_eq!(add(&*storage, 1_000_000).await.unwrap(), last.next());
    storage.close().await.unwrap();
    let storage = storage::open(&address, random(2)).await.unwrap();
    assert_eq!(storage.verify().await.unwrap().problems, Vec::<String>::new());
}

fn is_backup(file: &std::io::Result<std::fs::DirEntry>) -> bool {
    file.as_ref().unwrap().file_name().to_string_lossy().starts_with("backup")
}

#[test]
fn a_read_only_disk_is_named() {
    on_a_small_disk("inside_a_read_only_disk");
}

/// The part that runs on the small disk. Does nothing when run as a test.
#[tokio::test]
async fn inside_a_read_only_disk() {
    let Some(folder) = rerun_folder() else { return };
    let address = Address::Sqlite(folder.join("register.db"));
    let storage = storage::create(&address, register_id(), moment(0), random(1)).await.unwrap();
    add(&*storage, 1).await.unwrap();
    let backup = folder.join("backup.db");
    storage.backup(&backup).await.unwrap();
    storage.close().await.unwrap();
    let status = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(&folder)
        .status()
        .unwrap();
    assert!(status.success());

    let error = storage::open(&address, random(1)).await.unwrap_err();
    assert!(matches!(error, StorageError::Unavailable(..)), "{error}");
    assert!(error.to_string().ends_with("register.db` is read-only"), "{error}");
    let other = Address::Sqlite(folder.join("other.db"));
    let error = storage::create(&other, register_id(), moment(0), random(1))
        .await
        .unwrap_err();
    assert!(error.to_string().ends_with("is on a read-only file system"), "{error}");
    // A backup on the read-only disk can be restored elsewhere.
    let elsewhere = tempfile::tempdir().unwrap();
    let restored = Address::Sqlite(elsewhere.path().join("register.db"));
    storage::restore(&backup, &restored, moment(0), random(1)).await.unwrap();
    add(&*storage::open(&restored, random(1)).await.unwrap(), 2).await.unwrap();
}
