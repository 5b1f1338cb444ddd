//! Verifies a whole file. Damage becomes a finding, so that one run reports all of it.

use std::collections::BTreeMap;

use register::change::{Change, Commit};
use register::entry::Etag;
use register::identifier::OfficerName;
use register::personal::PersonalDigest;
use register::position::Revision;
use rusqlite::{Connection, Row};

use super::officer::StoredEntry;
use super::{answer, grant, log, meta, officer, organisation, peer, personal, row_digest, schema, tombstone};
use crate::error::StorageError;
use crate::findings::Findings;

/// The number of problems listed. A file with more is not repaired row by row.
const MOST_PROBLEMS: usize = 200;

/// Verifies everything in the file at one position.
#[tracing::instrument(level = "debug", name = "storage.register.verify", skip_all)]
pub(super) fn verify(connection: &mut Connection) -> Result<Findings, StorageError> {
    let snapshot = connection.transaction()?;
    let mut verifier = Verifier {
        connection: &snapshot,
        findings: Findings::default(),
        logged: BTreeMap::new(),
        unlisted: 0,
    };
    // The log comes before the entries, because it tells what they should be.
    verifier.part(Verifier::pages)?;
    verifier.part(Verifier::references)?;
    verifier.part(Verifier::schema)?;
    verifier.part(Verifier::slots)?;
    verifier.part(Verifier::log)?;
    verifier.part(Verifier::entries)?;
    verifier.withdrawn();
    verifier.part(Verifier::other_rows)?;
    // The other parts describe the damage better.
    verifier.part(Verifier::rows_as_written)?;
    if verifier.unlisted > 0 {
        verifier.findings.problems.push(format!("and {} more", verifier.unlisted));
    }
    Ok(verifier.findings)
}

/// The state of an officer by its last change in the log.
#[derive(Default)]
struct LoggedOfficer {
    revision: Revision,
    is_withdrawn: bool,
    personal: Option<PersonalDigest>,
    presence: Option<PersonalDigest>,
}

struct Verifier<'a> {
    connection: &'a Connection,
    findings: Findings,
    logged: BTreeMap<OfficerName, LoggedOfficer>,
    unlisted: usize,
}

impl Verifier<'_> {
    fn pages(&mut self) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        for text in statement.query_map([], |row| row.get::<_, String>(0))? {
            let text = text?;
            if text != "ok" {
                self.problem(format!("pages: {text}"));
            }
        }
        Ok(())
    }

    fn references(&mut self) -> Result<(), StorageError> {
        let mut statement = self
            .connection
            .prepare(r#"SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2"#)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, parent, count): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.problem(format!("{count} rows of `{table}` refer to missing rows of `{parent}`"));
        }
        Ok(())
    }

    fn schema(&mut self) -> Result<(), StorageError> {
        for name in schema::differing_definitions(self.connection)? {
            self.problem(format!("the definition of `{name}` is not that of this version"));
        }
        Ok(())
    }

    fn rows_as_written(&mut self) -> Result<(), StorageError> {
        let connection = self.connection;
        for table in row_digest::SEALED {
            row_digest::scan(connection, table, |key| {
                self.problem(format!("row `{key}` of `{table}` is not as it was written"));
            })?;
        }
        Ok(())
    }

    /// Finds personal data without an owner, and vacant slots with content.
    fn slots(&mut self) -> Result<(), StorageError> {
        let unowned = "SELECT slot FROM personal
             WHERE taken <> (slot IN (SELECT personal_slot FROM officer UNION ALL SELECT slot FROM presence))";
        let unerased = "SELECT slot FROM personal WHERE taken = 0 AND (content <> zeroblob(size) OR name_until <> '9999-12-31')";
        for (query, text) in [
            (unowned, "is marked differently from its use"),
            (unerased, "is vacant but not empty"),
        ] {
            let mut statement = self.connection.prepare(query)?;
            for slot in statement.query_map([], |row| row.get::<_, i64>(0))? {
                let slot = slot?;
                self.problem(format!("slot {slot} of `personal` {text}"));
            }
        }
        Ok(())
    }

    fn log(&mut self) -> Result<(), StorageError> {
        let identity = meta::get(self.connection)?;
        let mut last = identity.compacted;
        log::scan(self.connection, |commit| match commit {
            Ok(commit) => {
                if commit.revision != last.next() {
                    self.problem(format!("revision {} follows revision {last} in the log", commit.revision));
                }
                last = commit.revision;
                self.commit(commit);
            }
            Err(error) => {
                // The error reports the damaged commit. Do not report the gap as a second problem.
                last = last.next();
                self.problem(error.to_string());
            }
        })?;
        if last != identity.position.revision {
            self.problem(format!(
                "the log ends at revision {last}, the register is at {}",
                identity.position.revision
            ));
        }
        Ok(())
    }

    fn commit(&mut self, commit: Commit) {
        self.findings.commits += 1;
        for change in commit.changes {
            let Some(name) = change.officer_name() else { continue };
            if let Change::OfficerPut { officer, .. } = &change
                && !officer.personal_part().is_empty()
            {
                self.problem(format!("revision {} holds personal data of `{name}`", commit.revision));
            }
            let logged = self.logged.entry(name).or_default();
            logged.revision = commit.revision;
            match change {
                Change::OfficerPut { personal, .. } => {
                    logged.is_withdrawn = false;
                    logged.personal = Some(personal);
                }
                Change::NameEnded { personal, .. } => logged.personal = Some(personal),
                Change::PresenceSet { personal, .. } => logged.presence = Some(personal),
                Change::OfficerWithdrawn { .. } => {
                    *logged = LoggedOfficer {
                        revision: commit.revision,
                        is_withdrawn: true,
                        ..LoggedOfficer::default()
                    }
                }
                _ => {}
            }
        }
    }

    fn entries(&mut self) -> Result<(), StorageError> {
        officer::scan(self.connection, |stored| {
            let outcome = stored.and_then(|stored| self.entry(&stored));
            self.part(|_| outcome)
        })
    }

    fn entry(&mut self, stored: &StoredEntry) -> Result<(), StorageError> {
        let entry = &stored.entry;
        let name = entry.officer_name();
        self.findings.entries += 1;
        if Etag::of(&entry.officer) != entry.etag {
            self.problem(format!("the etag of `{name}` does not match its content"));
        }
        self.findings.digests += 1;
        if entry.officer.personal_part().digest(&stored.personal.salt) != stored.personal.digest {
            self.problem(format!("the personal part of `{name}` does not match its digest"));
        }
        if let Some(presence) = &stored.presence {
            self.findings.digests += 1;
            if entry.presence.digest(&presence.salt) != presence.digest {
                self.problem(format!("the absences of `{name}` do not match their digest"));
            }
        }
        let is_as_written = personal::is_as_written(self.connection, stored.personal.slot, &entry.officer.personal_part())?
            && stored.presence.as_ref().map_or(Ok(true), |presence| {
                personal::is_as_written(self.connection, presence.slot, &entry.presence)
            })?;
        if !is_as_written {
            self.problem(format!("a slot of `{name}` is not as it was written"));
        }
        let Some(logged) = self.logged.remove(&name) else {
            return Ok(());
        };
        let presence = stored.presence.as_ref().map(|presence| &presence.digest);
        let agrees = !logged.is_withdrawn
            && logged.revision == entry.revision
            && logged.personal.is_none_or(|digest| digest == stored.personal.digest)
            && logged.presence.is_none_or(|digest| Some(&digest) == presence);
        if !agrees {
            self.problem(format!("`{name}` differs from the log since revision {}", logged.revision));
        }
        Ok(())
    }

    /// Checks that officers in the log without an entry were withdrawn. Runs after the entries.
    fn withdrawn(&mut self) {
        for (name, logged) in std::mem::take(&mut self.logged) {
            if !logged.is_withdrawn {
                self.problem(format!(
                    "`{name}` is in the log at revision {} and cannot be read",
                    logged.revision
                ));
            }
        }
    }

    fn other_rows(&mut self) -> Result<(), StorageError> {
        self.rows("SELECT id, content FROM organisation", organisation::read)?;
        self.rows(
            r#"SELECT oin, organisation, roles, from_day, until_day, basis FROM "grant""#,
            grant::read,
        )?;
        self.rows("SELECT register, content FROM peer", peer::read)?;
        self.rows(
            "SELECT revision, ordinal, organisation, officer, time, replaced_by FROM tombstone",
            tombstone::read,
        )?;
        self.rows(
            "SELECT oin, organisation, method, request_id, request_digest, answer, time FROM answer",
            answer::read,
        )
    }

    fn rows<T>(&mut self, query: &str, read: fn(&Row<'_>) -> Result<T, StorageError>) -> Result<(), StorageError> {
        let mut statement = self.connection.prepare(query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let outcome = read(row).map(drop);
            self.part(|_| outcome)?;
        }
        Ok(())
    }

    /// Runs a part of the check. Damage becomes a finding; other errors abort the check.
    fn part(&mut self, part: impl FnOnce(&mut Self) -> Result<(), StorageError>) -> Result<(), StorageError> {
        match part(self) {
            Err(error @ StorageError::Corrupt { .. }) => {
                self.problem(error.to_string());
                Ok(())
            }
            outcome => outcome,
        }
    }

    fn problem(&mut self, text: String) {
        if self.findings.problems.len() < MOST_PROBLEMS {
            self.findings.problems.push(text);
        } else {
            self.unlisted += 1;
        }
    }
}
