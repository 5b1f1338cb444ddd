//! An entry: an officer with its overlays, as the register holds and shows it.

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

/// An officer with its overlays and where it stands in history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What the organisation published.
    #[serde(flatten)]
    pub officer: Officer,
    /// Known absences.
    #[serde(flatten)]
    pub presence: Presence,
    /// The last verification, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none", flatten)]
    pub verification: Option<Verification>,
    /// What callers found wrong with it and nobody settled. The exchange form says no more than whether it is doubted.
    #[serde(default, rename = "doubted", skip_serializing_if = "Reports::raise_no_doubt")]
    pub reports: Reports,
    /// The hash of the officer's content, for "change it only if it is still this".
    pub etag: Etag,
    /// The revision that last changed anything of it.
    pub revision: Revision,
    /// When that was.
    pub updated_at: Timestamp,
}

impl Entry {
    /// The register-wide name.
    pub fn officer_name(&self) -> OfficerName {
        self.officer.officer_name()
    }

    /// Whether it is the entry of this name.
    pub fn is(&self, name: &OfficerName) -> bool {
        self.officer.id == name.officer && self.officer.organisation == name.organisation
    }

    /// Whether its verification no longer counts on `day`, or there never was one.
    pub fn is_stale_on(&self, day: Date) -> bool {
        self.verification
            .as_ref()
            .is_none_or(|verification| verification.is_stale_on(day))
    }

    /// From when it answers: `moment` itself if it does then, else the next opening at which it is not absent. None if that is
    /// not known.
    pub fn reachable_from(&self, moment: Timestamp) -> Option<Timestamp> {
        let mut from = next_open(&self.officer.hours, moment)?;
        // Absences are in order: each can put it off once.
        for absence in &self.presence.absences {
            if absence.from <= from && from < absence.until {
                from = next_open(&self.officer.hours, absence.until)?;
            }
        }
        Some(from)
    }

    /// Whether enough callers found it wrong to say so in every answer.
    pub fn is_doubted(&self) -> bool {
        self.reports.raise_doubt()
    }

    /// The day of its last verification.
    pub fn verified_on(&self) -> Option<Date> {
        self.verification.as_ref().map(|verification| verification.verified_on)
    }
}

/// The hash of an officer's content, overlays apart. The same content has the same etag everywhere, and a write that
/// changes nothing does not change it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Etag(String);

impl Etag {
    /// The etag of `officer`.
    pub fn of(officer: &Officer) -> Self {
        let json = serde_json::to_vec(officer).expect("an officer is plain data, which JSON can always hold");
        Self(hex::encode(&Sha256::digest(json)[..16]))
    }

    /// Takes an etag that was handed out back in.
    pub fn parse(text: &str) -> Result<Self, ParseIdentifierError> {
        let well_formed = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseIdentifierError {
                what: "etag",
                problem: "it is what an entry carries as etag: 32 hexadecimal digits",
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
