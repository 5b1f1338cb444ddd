//! An entry: an officer with its overlays, as the register stores and shows it.

use std::fmt;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::calendar::next_open;
use crate::identifier::{OfficerName, ParseIdentifierError};
use crate::officer::Officer;
use crate::position::Revision;
use crate::presence::Presence;
use crate::report::Reports;
use crate::verification::Verification;

/// An officer with its overlays and its place in history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The content that the organisation published.
    #[serde(flatten)]
    pub officer: Officer,
    /// Known absences.
    #[serde(flatten)]
    pub presence: Presence,
    /// The last verification, if any.
    #[serde(default, skip_serializing_if = "Option::is_none", flatten)]
    pub verification: Option<Verification>,
    /// Open reports of callers who found it wrong. The exchange form contains only whether the entry is doubted.
    #[serde(default, rename = "doubted", skip_serializing_if = "Reports::raise_no_doubt")]
    pub reports: Reports,
    /// The hash of the officer's content, for conditional writes.
    pub etag: Etag,
    /// The revision of its last change, overlays included.
    pub revision: Revision,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Entry {
    /// The register-wide name.
    pub fn officer_name(&self) -> OfficerName {
        self.officer.officer_name()
    }

    /// Whether the entry has this name.
    pub fn is(&self, name: &OfficerName) -> bool {
        self.officer.id == name.officer && self.officer.organisation == name.organisation
    }

    /// Whether the entry was never verified, or its verification has expired on `day`.
    pub fn is_stale_on(&self, day: Date) -> bool {
        self.verification
            .as_ref()
            .is_none_or(|verification| verification.is_stale_on(day))
    }

    /// The first moment, `moment` or later, at which the officer is open and not absent. None if that is not known.
    pub fn reachable_from(&self, moment: Timestamp) -> Option<Timestamp> {
        let mut from = next_open(&self.officer.hours, moment)?;
        // Absences are in order, so each can postpone the moment once.
        for absence in &self.presence.absences {
            if absence.from <= from && from < absence.until {
                from = next_open(&self.officer.hours, absence.until)?;
            }
        }
        Some(from)
    }

    /// Whether enough callers reported it for every answer to say so.
    pub fn is_doubted(&self) -> bool {
        self.reports.raise_doubt()
    }

    /// The day of its last verification.
    pub fn verified_on(&self) -> Option<Date> {
        self.verification.as_ref().map(|verification| verification.verified_on)
    }
}

/// The hash of an officer's content without overlays. Equal content has the same etag in every register, so a write that changes
/// nothing keeps it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Etag(String);

impl Etag {
    /// Computes the etag of `officer`.
    pub fn of(officer: &Officer) -> Self {
        let json = serde_json::to_vec(officer).expect("an officer is plain data, which JSON can always represent");
        Self(hex::encode(&Sha256::digest(json)[..16]))
    }

    /// Parses an etag.
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let well_formed = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseIdentifierError {
                what: "etag",
                problem: "an etag is 32 hexadecimal digits, as an entry shows it",
            })
        }
    }

    /// The etag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
