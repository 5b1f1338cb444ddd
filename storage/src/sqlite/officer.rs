//! Stores officers with their overlays.

use jiff::civil::Date;
use register::entry::{Entry, Etag};
use register::identifier::{OfficerId, OfficerName, OrganisationId};
use register::officer::{Officer, PersonalPart};
use register::oin::Oin;
use register::personal::{PersonalDigest, Salt};
use register::presence::Presence;
use register::verification::Verification;
use rusqlite::{Connection, Row};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as DigestError;

use super::personal::{PersonalContent, SealedPart, decode};
use super::row::{Columns, all, first};
use super::value::{revision_number, row_limit, time_text, to_json};
use super::{personal, report};
use crate::error::StorageError;

/// An entry and the location of its personal data.
#[derive(Debug)]
pub(super) struct StoredEntry {
    pub(super) entry: Entry,
    pub(super) personal: SealedPart,
    pub(super) presence: Option<SealedPart>,
}

macro_rules! select_entries {
    ($rest:literal) => {
        concat!(
            "SELECT o.organisation, o.id, o.content, o.etag, o.revision, o.updated_at,
                    o.personal_slot, o.personal_digest, p.content AS personal,
                    r.slot AS presence_slot, r.digest AS presence_digest, a.content AS absences,
                    v.verified_on, v.verified_by, v.verify_by,
                    (SELECT json_group_array(json_object('number', t.number, 'reason', t.reason, 'reported_at', t.reported_at,
                                                         'salt', t.asker_salt, 'digest', t.asker_digest))
                     FROM report t WHERE t.organisation = o.organisation AND t.officer = o.id) AS reports
             FROM officer o
             LEFT JOIN personal p ON p.slot = o.personal_slot
             LEFT JOIN presence r ON r.organisation = o.organisation AND r.officer = o.id
             LEFT JOIN personal a ON a.slot = r.slot
             LEFT JOIN verification v ON v.organisation = o.organisation AND v.officer = o.id ",
            $rest
        )
    };
}

/// One entry with the location of its personal data.
#[tracing::instrument(level = "debug", name = "storage.officer.get", skip_all)]
pub(super) fn get(connection: &Connection, name: &OfficerName) -> Result<Option<StoredEntry>, StorageError> {
    first(
        connection,
        select_entries!("WHERE o.organisation = ?1 AND o.id = ?2"),
        (name.organisation.as_str(), name.officer.as_str()),
        read,
    )
}

/// Entries in order of name, starting after `after`, of one organisation or of all.
#[tracing::instrument(level = "debug", name = "storage.officer.list", skip_all)]
pub(super) fn list(
    connection: &Connection,
    organisation: Option<&OrganisationId>,
    after: Option<&OfficerName>,
    limit: usize,
) -> Result<Vec<Entry>, StorageError> {
    let limit = row_limit(limit);
    let entry = |row: &Row<'_>| Ok(read(row)?.entry);
    // No id is empty, so the empty id comes before all.
    match organisation {
        None => all(
            connection,
            select_entries!("WHERE (o.organisation, o.id) > (?1, ?2) ORDER BY o.organisation, o.id LIMIT ?3"),
            after.map_or(("", "", limit), |name| {
                (name.organisation.as_str(), name.officer.as_str(), limit)
            }),
            entry,
        ),
        Some(organisation) => {
            let after = match after {
                Some(name) if name.organisation == *organisation => name.officer.as_str(),
                Some(name) if name.organisation > *organisation => return Ok(Vec::new()),
                _ => "",
            };
            all(
                connection,
                select_entries!("WHERE o.organisation = ?1 AND o.id > ?2 ORDER BY o.id LIMIT ?3"),
                (organisation.as_str(), after, limit),
                entry,
            )
        }
    }
}

/// Whether an officer with this name exists.
pub(super) fn is_known(connection: &Connection, name: &OfficerName) -> Result<bool, StorageError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM officer WHERE organisation = ?1 AND id = ?2")?;
    Ok(statement.exists((name.organisation.as_str(), name.officer.as_str()))?)
}

/// The organisations that have officers.
pub(super) fn organisations(connection: &Connection) -> Result<Vec<OrganisationId>, StorageError> {
    all(connection, "SELECT DISTINCT organisation FROM officer", [], |row| {
        Columns::new(row, "officer", 1).parse("organisation", OrganisationId::parse)
    })
}

/// The names of all officers of an organisation.
pub(super) fn names(connection: &Connection, organisation: &OrganisationId) -> Result<Vec<OfficerName>, StorageError> {
    all(
        connection,
        "SELECT organisation, id FROM officer WHERE organisation = ?1",
        [organisation.as_str()],
        |row| read_name(&Columns::new(row, "officer", 2)),
    )
}

/// Reads every entry and passes each result to `visit`, including errors for damaged ones.
pub(super) fn scan(
    connection: &Connection,
    mut visit: impl FnMut(Result<StoredEntry, StorageError>) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let mut statement = connection.prepare(select_entries!("ORDER BY o.organisation, o.id"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(read(row))?;
    }
    Ok(())
}

/// Names of entries whose personal name expired before `day`.
#[tracing::instrument(level = "debug", name = "storage.officer.list_ended_names", skip_all)]
pub(super) fn ended_names(connection: &Connection, day: Date, limit: usize) -> Result<Vec<OfficerName>, StorageError> {
    all(
        connection,
        "SELECT o.organisation, o.id FROM personal p JOIN officer o ON o.personal_slot = p.slot
         WHERE p.name_until < ?1 AND p.name_until < '9999-12-31' ORDER BY p.name_until, o.organisation, o.id LIMIT ?2",
        (day.to_string(), row_limit(limit)),
        |row| read_name(&Columns::new(row, "officer", 2)),
    )
}

/// The personal part of an officer, if it still has this digest.
pub(super) fn personal_part(
    connection: &Connection,
    name: &OfficerName,
    digest: &PersonalDigest,
) -> Result<Option<PersonalPart>, StorageError> {
    first(
        connection,
        "SELECT o.organisation, o.id, p.content AS personal FROM officer o JOIN personal p ON p.slot = o.personal_slot
         WHERE o.organisation = ?1 AND o.id = ?2 AND o.personal_digest = ?3",
        (name.organisation.as_str(), name.officer.as_str(), digest.as_str()),
        |row| Ok(open(&Columns::new(row, "officer", 2), "personal")?.1),
    )
}

/// Writes the content of an officer. Its personal part is already in its slot; its overlays stay.
#[tracing::instrument(level = "debug", name = "storage.officer.put", skip_all)]
pub(super) fn put(connection: &Connection, stored: &StoredEntry, public: &Officer) -> Result<(), StorageError> {
    let StoredEntry { entry, personal, .. } = stored;
    connection
        .prepare_cached(
            "INSERT INTO officer (organisation, id, content, etag, revision, updated_at, personal_slot, personal_digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (organisation, id) DO UPDATE
             SET content = excluded.content, etag = excluded.etag, revision = excluded.revision,
                 updated_at = excluded.updated_at, personal_slot = excluded.personal_slot,
                 personal_digest = excluded.personal_digest",
        )?
        .execute((
            public.organisation.as_str(),
            public.id.as_str(),
            to_json(public),
            entry.etag.as_str(),
            revision_number(entry.revision),
            time_text(entry.updated_at),
            personal.slot,
            personal.digest.as_str(),
        ))?;
    Ok(())
}

/// Records that an overlay of an entry changed.
pub(super) fn touch(connection: &Connection, entry: &Entry) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE officer SET revision = ?3, updated_at = ?4 WHERE organisation = ?1 AND id = ?2")?
        .execute((
            entry.officer.organisation.as_str(),
            entry.officer.id.as_str(),
            revision_number(entry.revision),
            time_text(entry.updated_at),
        ))?;
    Ok(())
}

/// Deletes an officer with its overlays and all of its personal data.
#[tracing::instrument(level = "debug", name = "storage.officer.withdraw", skip_all)]
pub(super) fn withdraw(connection: &Connection, stored: &StoredEntry) -> Result<(), StorageError> {
    let officer = &stored.entry.officer;
    connection
        .prepare_cached("DELETE FROM officer WHERE organisation = ?1 AND id = ?2")?
        .execute((officer.organisation.as_str(), officer.id.as_str()))?;
    personal::vacate(connection, stored.personal.slot)?;
    if let Some(presence) = &stored.presence {
        personal::vacate(connection, presence.slot)?;
    }
    Ok(())
}

/// Writes the slot of an officer's absences.
#[tracing::instrument(level = "debug", name = "storage.presence.put", skip_all)]
pub(super) fn put_presence(connection: &Connection, name: &OfficerName, presence: &SealedPart) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO presence (organisation, officer, slot, digest) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (organisation, officer) DO UPDATE SET slot = excluded.slot, digest = excluded.digest",
        )?
        .execute((
            name.organisation.as_str(),
            name.officer.as_str(),
            presence.slot,
            presence.digest.as_str(),
        ))?;
    Ok(())
}

/// Writes the last verification of an entry.
#[tracing::instrument(level = "debug", name = "storage.verification.put", skip_all)]
pub(super) fn put_verification(
    connection: &Connection,
    name: &OfficerName,
    verification: &Verification,
) -> Result<(), StorageError> {
    connection
        .prepare_cached(
            "INSERT INTO verification (organisation, officer, verified_on, verified_by, verify_by) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (organisation, officer) DO UPDATE
             SET verified_on = excluded.verified_on, verified_by = excluded.verified_by, verify_by = excluded.verify_by",
        )?
        .execute((
            name.organisation.as_str(),
            name.officer.as_str(),
            verification.verified_on.to_string(),
            verification.verified_by.as_ref().map(Oin::as_str),
            verification.verify_by.to_string(),
        ))?;
    Ok(())
}

/// The name from the columns `organisation` and `id`.
pub(super) fn read_name(columns: &Columns<'_, '_>) -> Result<OfficerName, StorageError> {
    Ok(OfficerName::new(
        columns.parse("organisation", OrganisationId::parse)?,
        columns.parse("id", OfficerId::parse)?,
    ))
}

fn read(row: &Row<'_>) -> Result<StoredEntry, StorageError> {
    let columns = Columns::new(row, "officer", 2);
    let mut officer: Officer = columns.json("content")?;
    if officer.officer_name() != read_name(&columns)? || !officer.take_personal().is_empty() {
        return Err(columns.corrupt("content"));
    }
    let (salt, part) = open(&columns, "personal")?;
    officer.put_personal(part);
    let personal = SealedPart {
        slot: columns.get("personal_slot")?,
        salt,
        digest: columns.parse("personal_digest", read_digest)?,
    };
    let (presence, absences) = match columns.get("presence_slot")? {
        Some(slot) => {
            let (salt, absences) = open(&columns, "absences")?;
            let digest = columns.parse("presence_digest", read_digest)?;
            (Some(SealedPart { slot, salt, digest }), absences)
        }
        None => (None, Presence::default()),
    };
    let entry = Entry {
        officer,
        presence: absences,
        verification: read_verification(&columns)?,
        reports: report::read(&columns)?,
        etag: columns.parse("etag", Etag::parse)?,
        revision: columns.revision("revision")?,
        updated_at: columns.time("updated_at")?,
    };
    Ok(StoredEntry {
        entry,
        personal,
        presence,
    })
}

fn read_verification(columns: &Columns<'_, '_>) -> Result<Option<Verification>, StorageError> {
    let Some(verified_on) = columns.optional("verified_on", str::parse)? else {
        return Ok(None);
    };
    Ok(Some(Verification {
        verified_on,
        verified_by: columns.optional("verified_by", Oin::parse)?,
        verify_by: columns.day("verify_by")?,
    }))
}

fn read_digest(text: &str) -> Result<PersonalDigest, DigestError> {
    PersonalDigest::deserialize(text.into_deserializer())
}

fn open<T: PersonalContent>(columns: &Columns<'_, '_>, column: &'static str) -> Result<(Salt, T), StorageError> {
    let content: Option<Vec<u8>> = columns.get(column)?;
    content.as_deref().and_then(decode).ok_or_else(|| columns.corrupt(column))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::sqlite::{connection, row_digest, schema};

    #[test]
    fn an_entry_is_read_without_preparing_the_statement_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.db");
        let mut fresh = Connection::open(&path).unwrap();
        row_digest::add_function(&fresh).unwrap();
        schema::install(&mut fresh).unwrap();
        drop(fresh);
        let connection = connection::writer(&path).unwrap();
        for id in ["a", "b", "c"] {
            let name = OfficerName::parse(&format!("organisations/gm0363/officers/{id}")).unwrap();
            assert!(get(&connection, &name).unwrap().is_none());
        }
        let statement = connection.prepare_cached(select_entries!("WHERE o.organisation = ?1 AND o.id = ?2"));
        let statement = statement.unwrap();
        assert_eq!(statement.get_status(StatementStatus::Run), 3, "it is the cached one");
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
