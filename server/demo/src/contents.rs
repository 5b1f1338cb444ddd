//! The contents of a register, as read from files and validated.

use std::collections::BTreeMap;

use register::grant::Grant;
use register::identifier::OrganisationId;
use register::officer::Officer;
use register::organisation::Organisation;
use register::presence::Presence;
use register::verification::Verification;

/// The valid contents of a register, with warnings about the rest.
#[derive(Debug, Default)]
pub struct RegisterContents {
    /// Organisations, in the order of the file.
    pub organisations: Vec<Organisation>,
    /// The grants for these organisations.
    pub grants: Vec<Grant>,
    /// Officers with their overlays, by organisation.
    pub officers: BTreeMap<OrganisationId, Vec<OfficerWithOverlays>>,
    /// Warnings about rows that were left out and fields that were ignored.
    pub warnings: Vec<String>,
}

/// An officer with the overlays from its row.
#[derive(Clone, Debug)]
pub struct OfficerWithOverlays {
    /// The officer, as in a sync.
    pub officer: Officer,
    /// The absences, which a register receives through SetPresence.
    pub presence: Presence,
    /// The verification, which a register receives through VerifyOfficers.
    pub verification: Option<Verification>,
}
