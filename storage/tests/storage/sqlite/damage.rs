//! Tests of files that are not a register, have another schema, or are damaged.

use std::path::{Path, PathBuf};

use storage::{Address, StorageError, WholeFile};

use crate::fixture::{Fixture, SqliteFixture, random, register_id};
use crate::sample::{moment, name, person, put, put_organisation};

async fn open(path: &Path) -> StorageError {
    storage::open(&Address::Sqlite(path.to_owned()), random(1)).await.unwrap_err()
}

/// A closed register with a few hundred officers.
async fn closed() -> SqliteFixture {
    closed_with(300).await
}

/// A closed register with this number of officers.
async fn closed_with(officers: u32) -> SqliteFixture {
    let register = SqliteFixture::create().await;
    let mut mutations = vec![put_organisation("gm9901")];
    mutations.extend((0..officers).map(|number| put(person("gm9901", &format!("o{number}"), "Noor Voorbeeld"))));
    register.commit(mutations).await;
    register.storage().close().await.unwrap();
    register
}

/// Changes the file directly, bypassing storage.
fn tamper(path: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(&format!("PRAGMA foreign_keys = off; {sql}"))
        .unwrap();
}

/// The digest beside a file.
fn digest(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.sha256", path.display()))
}

/// Opens the file, verifies it and closes it. An error of opening is a problem too.
async fn problems(path: &Path) -> Vec<String> {
    let storage = match storage::open(&Address::Sqlite(path.to_owned()), random(1)).await {
        Ok(storage) => storage,
        Err(error) => return vec![error.to_string()],
    };
    let problems = match storage.verify().await {
        Ok(findings) => findings.problems,
        Err(error) => vec![error.to_string()],
    };
    let _ = storage.close().await;
    problems
}

/// Bits spread over the whole file: in each page some of its header, its cells and its unused space.
fn spread(length: usize) -> impl Iterator<Item = (usize, u8)> {
    (0..length)
        .step_by(997)
        .enumerate()
        .map(|(number, place)| (place, 1 << (number % 8)))
}

#[tokio::test]
async fn every_flipped_bit_of_a_closed_register_is_found() {
    let register = closed_with(20).await;
    let whole = std::fs::read(register.path()).unwrap();
    let sealed = std::fs::read(digest(register.path())).unwrap();
    let pages: std::collections::BTreeSet<usize> = spread(whole.len()).map(|(place, _)| place / 4096).collect();
    assert_eq!(pages.len(), whole.len() / 4096, "every page has a flipped bit");
    for (number, (place, bit)) in spread(whole.len()).enumerate() {
        let mut flipped = whole.clone();
        flipped[place] ^= bit;
        std::fs::write(register.path(), &flipped).unwrap();
        std::fs::write(digest(register.path()), &sealed).unwrap();
        assert!(!problems(register.path()).await.is_empty(), "byte {place}, bit {bit}");
        if number % 8 == 0 {
            // Closing never gives a damaged file a new digest.
            assert!(!problems(register.path()).await.is_empty(), "again: byte {place}, bit {bit}");
        }
    }
    std::fs::write(register.path(), &whole).unwrap();
    let storage = storage::open(&Address::Sqlite(register.path().to_owned()), random(1))
        .await
        .unwrap();
    let findings = storage.verify().await.unwrap();
    assert_eq!((findings.whole_file, findings.problems), (WholeFile::Same, Vec::new()));
}

#[tokio::test]
async fn no_flipped_bit_of_a_backup_is_restored() {
    let register = closed().await;
    let storage = storage::open(&Address::Sqlite(register.path().to_owned()), random(1))
        .await
        .unwrap();
    let backup = register.folder().join("backup.db");
    storage.backup(&backup).await.unwrap();
    storage.close().await.unwrap();
    let whole = std::fs::read(&backup).unwrap();
    let target = register.folder().join("restored.db");
    let restore = || async { storage::restore(&backup, &Address::Sqlite(target.clone()), moment(0), random(1)).await };
    for (place, bit) in spread(whole.len()).step_by(7) {
        let mut flipped = whole.clone();
        flipped[place] ^= bit;
        std::fs::write(&backup, &flipped).unwrap();
        let error = restore().await.unwrap_err();
        assert!(
            matches!(error, StorageError::Corrupt { .. }),
            "byte {place}, bit {bit}: {error}"
        );
        assert!(!target.try_exists().unwrap(), "nothing is left behind");
    }

    // Without its digest, the content decides.
    std::fs::remove_file(digest(&backup)).unwrap();
    std::fs::write(&backup, &whole).unwrap();
    tamper(
        &backup,
        "UPDATE officer SET content = replace(content, 'BBZ', 'PW') WHERE id = 'o7'",
    );
    let error = restore().await.unwrap_err().to_string();
    assert!(error.contains("the etag of `organisations/gm9901/officers/o7`"), "{error}");
    std::fs::write(&backup, &whole).unwrap();
    let restored = restore().await.unwrap();
    assert_eq!(restored.findings.whole_file, WholeFile::NoDigest);
    assert_eq!(restored.findings.entries, 300);
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    std::fs::write(&path, "geen databank, maar een brief ".repeat(100)).unwrap();
    let error = open(&path).await;
    assert!(matches!(error, StorageError::Corrupt { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "stored data is damaged: table `database`, column `file`, row `it is not a database`"
    );
}

#[tokio::test]
async fn a_truncated_file_is_damaged() {
    let register = closed().await;
    let whole = std::fs::read(register.path()).unwrap();
    for length in [whole.len() / 2, whole.len() - 4096, 4096, 1000] {
        std::fs::write(register.path(), &whole[..length]).unwrap();
        let error = open(register.path()).await;
        assert!(matches!(error, StorageError::Corrupt { .. }), "{length}: {error}");
    }
}

#[tokio::test]
async fn a_missing_or_empty_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = open(&folder.path().join("register.db")).await;
    assert!(error.to_string().ends_with("register.db` does not exist"), "{error}");
    let error = open(&folder.path().join("no/such/register.db")).await;
    assert!(matches!(error, StorageError::Unavailable(..)), "{error}");
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    assert!(matches!(open(&empty).await, StorageError::Schema { .. }));
    assert_eq!(std::fs::read(&empty).unwrap(), b"");
}

#[tokio::test]
async fn another_database_is_refused_and_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    tamper(&path, "CREATE TABLE letter (text TEXT)");
    let before = std::fs::read(&path).unwrap();
    let error = open(&path).await;
    assert_eq!(
        error.to_string(),
        "the database has schema of no register, this version knows V4"
    );
    let address = Address::Sqlite(path.clone());
    let error = storage::open_or_create(&address, register_id(), moment(0), random(1))
        .await
        .unwrap_err();
    assert!(matches!(error, StorageError::Schema { .. }), "{error}");
    let error = storage::create(&address, register_id(), moment(0), random(1))
        .await
        .unwrap_err();
    assert!(matches!(error, StorageError::AlreadyExists { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn the_first_schema_version_is_migrated() {
    let register = closed().await;
    let back_to_first = "DROP TABLE report; DROP TABLE peer; DELETE FROM refinery_schema_history WHERE version > 1;";
    let sealed = "meta log change organisation grant officer presence verification tombstone answer";
    let without_digests: String = sealed
        .split(' ')
        .map(|table| format!("ALTER TABLE \"{table}\" DROP COLUMN row_digest;"))
        .collect();
    tamper(register.path(), &format!("{back_to_first}{without_digests}"));
    // The version of that schema wrote no digests.
    std::fs::remove_file(digest(register.path())).unwrap();
    let storage = storage::open(&Address::Sqlite(register.path().to_owned()), random(2))
        .await
        .unwrap();
    assert_eq!(storage.verify().await.unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn a_newer_or_changed_schema_is_refused() {
    let register = closed().await;
    std::fs::remove_file(digest(register.path())).unwrap();
    let newer = "INSERT INTO refinery_schema_history VALUES (9, 'later', '2030-01-01T00:00:00Z', '1')";
    tamper(register.path(), newer);
    let error = open(register.path()).await;
    assert_eq!(error.to_string(), "the database has schema V9, this version knows V4");
    let target = register.folder().join("restored.db");
    let error = storage::restore(register.path(), &Address::Sqlite(target.clone()), moment(0), random(1))
        .await
        .unwrap_err();
    assert!(matches!(error, StorageError::Schema { .. }), "{error}");
    assert!(!target.try_exists().unwrap());

    tamper(register.path(), "DELETE FROM refinery_schema_history WHERE version = 2");
    tamper(register.path(), "UPDATE refinery_schema_history SET checksum = '1'");
    assert!(matches!(open(register.path()).await, StorageError::Schema { .. }));
}

#[tokio::test]
async fn a_register_with_another_id_is_refused() {
    let register = closed().await;
    let address = Address::Sqlite(register.path().to_owned());
    let other = register::identifier::RegisterId::parse("ander").unwrap();
    let error = storage::open_or_create(&address, other, moment(0), random(1))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "expected the register `ander`, found `proef`");
    storage::open_or_create(&address, register_id(), moment(0), random(1))
        .await
        .unwrap();
}

#[tokio::test]
async fn verify_names_damaged_rows() {
    let cases = [
        (
            "UPDATE officer SET content = '{' WHERE id = 'o7'",
            "column `content`, row `gm9901/o7`",
        ),
        (
            "UPDATE officer SET updated_at = 'Noor' WHERE id = 'o7'",
            "column `updated_at`, row `gm9901/o7`",
        ),
        (
            "UPDATE officer SET content = replace(content, 'BBZ', 'PW') WHERE id = 'o7'",
            "the etag of `organisations/gm9901/officers/o7`",
        ),
        (
            "UPDATE officer SET revision = 3 WHERE id = 'o7'",
            "`organisations/gm9901/officers/o7` differs from the log",
        ),
        (
            "UPDATE personal SET content = zeroblob(size) WHERE slot = 8",
            "column `personal`, row `gm9901/o7`",
        ),
        (
            "UPDATE personal SET content = (SELECT content FROM personal WHERE slot = 9) WHERE slot = 8",
            "the personal part of `organisations/gm9901/officers/o7` does not match its digest",
        ),
        (
            "UPDATE personal SET taken = 0 WHERE slot = 8",
            "slot 8 of `personal` is vacant but not empty",
        ),
        (
            "DELETE FROM officer WHERE id = 'o7'",
            "slot 8 of `personal` is marked differently from its use",
        ),
        (
            "DELETE FROM officer WHERE id = 'o7'",
            "is in the log at revision 1 and cannot be read",
        ),
        (
            "DELETE FROM organisation",
            "300 rows of `officer` refer to missing rows of `organisation`",
        ),
        (
            "DELETE FROM change WHERE ordinal = 300",
            "table `log`, column `changes`, row `1`",
        ),
        (
            "UPDATE change SET content = '[]' WHERE ordinal = 0",
            "table `change`, column `content`, row `1/0`",
        ),
        (
            "UPDATE log SET revision = 2; UPDATE change SET revision = 2",
            "revision 2 follows revision 0 in the log",
        ),
        ("UPDATE log SET time = 'gisteren'", "table `log`, column `time`, row `1`"),
        (
            "UPDATE meta SET revision = 4",
            "the log ends at revision 1, the register is at 4",
        ),
    ];
    for (sql, problem) in cases {
        let register = closed().await;
        tamper(register.path(), sql);
        let storage = storage::open(&Address::Sqlite(register.path().to_owned()), random(1))
            .await
            .unwrap();
        let problems = storage.verify().await.unwrap().problems;
        assert!(problems.iter().any(|text| text.contains(problem)), "{sql}: {problems:?}");
        assert!(problems.iter().all(|text| !text.contains("Noor")), "{sql}: {problems:?}");
        // Other entries can still be read.
        let others = storage.snapshot().await.unwrap().entry(&name("gm9901", "o8")).await.unwrap();
        assert!(others.is_some(), "{sql}");
    }
}

#[tokio::test]
async fn a_damaged_page_is_found() {
    let register = closed().await;
    let mut bytes = std::fs::read(register.path()).unwrap();
    let middle = bytes.len() / 4096 / 2 * 4096;
    bytes[middle..middle + 4096].fill(0x5a);
    std::fs::write(register.path(), bytes).unwrap();
    let storage = storage::open(&Address::Sqlite(register.path().to_owned()), random(1))
        .await
        .unwrap();
    assert!(!storage.verify().await.unwrap().problems.is_empty());
    // A damaged file cannot be restored either.
    let target = Address::Sqlite(register.folder().join("restored.db"));
    storage.close().await.unwrap();
    let error = storage::restore(register.path(), &target, moment(0), random(1))
        .await
        .unwrap_err();
    assert!(matches!(error, StorageError::Corrupt { .. }), "{error}");
}
