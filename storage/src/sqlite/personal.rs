//! Stores personal parts and absences in slots, each with the salt of its digest.
//!
//! A slot is a row of a fixed size that is overwritten in place and never deleted, so that erased content has no copies. SQLite
//! copies cells when it balances pages and does not clear the old ones: even with `secure_delete` on, two in a thousand
//! deleted texts could still be read in the file. A part that outgrows its slot moves to one at least twice the size; the old
//! slot is zeroed and reused.

use jiff::civil::Date;
use register::officer::PersonalPart;
use register::personal::{PersonalDigest, Salt};
use register::presence::Presence;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::value::to_json;
use crate::error::StorageError;

/// The size of the smallest slot, in bytes. Most parts are a mail address and a phone number.
const SMALLEST_SLOT: usize = 128;

/// The size of the header before the JSON: 16 bytes of salt and four of length.
const HEADER: usize = 20;

/// The end date of a slot without one, so that the column always has the same length.
const NO_END: &str = "9999-12-31";

/// The location and digest of a stored part.
#[derive(Clone, Debug)]
pub(super) struct SealedPart {
    pub(super) slot: i64,
    pub(super) salt: Salt,
    pub(super) digest: PersonalDigest,
}

/// Personal data that is stored in a slot and represented by a digest in the log.
pub(super) trait PersonalContent: Serialize + DeserializeOwned {
    fn digest(&self, salt: &Salt) -> PersonalDigest;

    /// The last day on which a name in it is shown.
    fn name_until(&self) -> Option<Date>;
}

impl PersonalContent for PersonalPart {
    fn digest(&self, salt: &Salt) -> PersonalDigest {
        self.digest(salt)
    }

    fn name_until(&self) -> Option<Date> {
        self.name_until
    }
}

impl PersonalContent for Presence {
    fn digest(&self, salt: &Salt) -> PersonalDigest {
        self.digest(salt)
    }

    fn name_until(&self) -> Option<Date> {
        None
    }
}

/// Writes `part` with a new salt into the slot `current`, or into another slot if it does not fit or there is none.
pub(super) fn seal(
    connection: &Connection,
    current: Option<i64>,
    part: &impl PersonalContent,
    salt: Salt,
) -> Result<SealedPart, StorageError> {
    let content = encode(&salt, part);
    let name_until = name_until_text(part);
    let slot = match current {
        Some(slot) if size_of(connection, slot)? == content.len() => Some(slot),
        Some(slot) => {
            vacate(connection, slot)?;
            vacant(connection, content.len())?
        }
        None => vacant(connection, content.len())?,
    };
    let slot = match slot {
        Some(slot) => {
            connection
                .prepare_cached("UPDATE personal SET taken = 1, name_until = ?2, content = ?3 WHERE slot = ?1")?
                .execute((slot, name_until, content))?;
            slot
        }
        None => connection
            .prepare_cached("INSERT INTO personal (size, taken, name_until, content) VALUES (length(?2), 1, ?1, ?2)")?
            .insert((name_until, content))?,
    };
    Ok(SealedPart {
        slot,
        digest: part.digest(&salt),
        salt,
    })
}

/// Erases the content of `slot` and marks it vacant.
pub(super) fn vacate(connection: &Connection, slot: i64) -> Result<(), StorageError> {
    connection
        .prepare_cached("UPDATE personal SET taken = 0, name_until = ?2, content = zeroblob(size) WHERE slot = ?1")?
        .execute((slot, NO_END))?;
    Ok(())
}

/// Decodes the content of a slot. None if it is damaged.
pub(super) fn decode<T: PersonalContent>(content: &[u8]) -> Option<(Salt, T)> {
    let (salt, rest) = content.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let part = serde_json::from_slice(rest.get(..length)?).ok()?;
    Some((Salt(*salt), part))
}

/// Whether the columns beside the content of a slot agree with it, and nothing follows the content.
pub(super) fn is_as_written(connection: &Connection, slot: i64, part: &impl PersonalContent) -> Result<bool, StorageError> {
    let mut statement = connection.prepare_cached("SELECT name_until, content FROM personal WHERE slot = ?1")?;
    let (name_until, content): (String, Vec<u8>) = statement.query_row([slot], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let length = content
        .get(16..HEADER)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_be_bytes);
    let used = length
        .and_then(|length| usize::try_from(length).ok())
        .map(|length| HEADER + length);
    let is_padded = used
        .and_then(|used| content.get(used..))
        .is_some_and(|rest| rest.iter().all(|byte| *byte == 0));
    Ok(is_padded && name_until == name_until_text(part))
}

/// The last day of a name as stored.
fn name_until_text(part: &impl PersonalContent) -> String {
    part.name_until().map_or(NO_END.to_owned(), |day| day.to_string())
}

fn encode(salt: &Salt, part: &impl PersonalContent) -> Vec<u8> {
    let json = to_json(part);
    let length = u32::try_from(json.len()).expect("a personal part is far below four gigabytes: messages are limited");
    let used = HEADER + json.len();
    let mut content = Vec::with_capacity(used.next_power_of_two().max(SMALLEST_SLOT));
    content.extend_from_slice(&salt.0);
    content.extend_from_slice(&length.to_be_bytes());
    content.extend_from_slice(json.as_bytes());
    content.resize(used.next_power_of_two().max(SMALLEST_SLOT), 0);
    content
}

fn size_of(connection: &Connection, slot: i64) -> Result<usize, StorageError> {
    let mut statement = connection.prepare_cached("SELECT size FROM personal WHERE slot = ?1")?;
    let size: Option<i64> = statement.query_row([slot], |row| row.get(0)).optional()?;
    size.and_then(|size| usize::try_from(size).ok())
        .ok_or_else(|| StorageError::Corrupt {
            table: "personal",
            column: "size",
            row: slot.to_string(),
        })
}

fn vacant(connection: &Connection, size: usize) -> Result<Option<i64>, StorageError> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached("SELECT slot FROM personal WHERE taken = 0 AND size = ?1 LIMIT 1")?;
    Ok(statement.query_row([size], |row| row.get(0)).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_round_trips_through_its_slot() {
        let part = PersonalPart {
            name: Some("Noor Voorbeeld".repeat(20)),
            ..PersonalPart::default()
        };
        let content = encode(&Salt([7; 16]), &part);
        assert_eq!(content.len(), 512);
        assert_eq!(decode(&content), Some((Salt([7; 16]), part)));
    }

    #[test]
    fn damaged_content_is_not_decoded() {
        assert_eq!(decode::<PersonalPart>(&[]), None);
        assert_eq!(decode::<PersonalPart>(&[0; 128]), None);
        assert_eq!(decode::<PersonalPart>(&[0xff; 128]), None);
    }
}
