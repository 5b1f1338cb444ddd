//! Entry and verification ↔ their messages.

use register::entry::{Entry, Etag};
use register::officer::Officer;
use register::oin::Oin;
use register::position::Revision;
use register::report::Reports;
use register::verification::Verification;

use super::error::ConvertError;
use super::presence::{from_periods, to_periods};
use super::text::{or_empty, parse_optional, parse_required, to_date};
use super::time::{to_timestamp, to_wire_timestamp};
use crate::v1;

impl From<&Entry> for v1::Entry {
    fn from(entry: &Entry) -> Self {
        Self {
            officer: Some(v1::Officer::from(&entry.officer)),
            absences: to_periods(&entry.presence),
            verification: entry.verification.as_ref().map(v1::Verification::from),
            etag: entry.etag.as_str().to_owned(),
            revision: entry.revision.0,
            update_time: Some(to_wire_timestamp(entry.updated_at)),
            // The provenance is not part of the entry; the answering node adds it.
            provenance: None,
            doubted: entry.is_doubted(),
        }
    }
}

impl From<&Verification> for v1::Verification {
    fn from(verification: &Verification) -> Self {
        Self {
            verified_on: verification.verified_on.to_string(),
            verified_by: or_empty(verification.verified_by.as_ref().map(Oin::as_str)),
            verify_by: verification.verify_by.to_string(),
        }
    }
}

impl TryFrom<v1::Entry> for Entry {
    type Error = ConvertError;

    fn try_from(message: v1::Entry) -> Result<Self, Self::Error> {
        let officer = message.officer.ok_or_else(|| ConvertError::missing("officer"))?;
        let updated_at = message.update_time.ok_or_else(|| ConvertError::missing("update_time"))?;
        Ok(Self {
            officer: Officer::try_from(officer)?,
            presence: from_periods(message.absences)?,
            verification: message.verification.map(Verification::try_from).transpose()?,
            reports: Reports::doubted_elsewhere(message.doubted),
            etag: parse_required("etag", &message.etag, Etag::parse)?,
            revision: Revision(message.revision),
            updated_at: to_timestamp("update_time", &updated_at)?,
        })
    }
}

impl TryFrom<v1::Verification> for Verification {
    type Error = ConvertError;

    fn try_from(message: v1::Verification) -> Result<Self, Self::Error> {
        let day = |field: &str, text: &str| to_date(field, text)?.ok_or_else(|| ConvertError::missing(field));
        Ok(Self {
            verified_on: day("verification.verified_on", &message.verified_on)?,
            verified_by: parse_optional("verification.verified_by", &message.verified_by, Oin::parse)?,
            verify_by: day("verification.verify_by", &message.verify_by)?,
        })
    }
}
