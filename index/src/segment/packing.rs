//! Packs small values of a document into single columns, and unpacks them.

use jiff::civil::Date;
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;

use super::terms::FieldTerms;

/// The longest field, in words, that a column can hold. Longer fields score as this long.
const MAX_FIELD_LENGTH: u16 = 0xfff;

/// Three small enumerations of a document.
pub(super) struct DocumentKinds {
    pub(super) organisation_kind: OrganisationKind,
    pub(super) kind: OfficerKind,
    pub(super) mandate: MandateLevel,
}

impl DocumentKinds {
    /// Packs them into one number, eight bits each.
    pub(super) fn pack(&self) -> u64 {
        let place = |at: Option<usize>| at.expect("ALL holds every kind") as u64;
        place(OrganisationKind::ALL.iter().position(|kind| *kind == self.organisation_kind))
            | place(OfficerKind::ALL.iter().position(|kind| *kind == self.kind)) << 8
            | place(MandateLevel::ALL.iter().position(|level| *level == self.mandate)) << 16
    }

    /// Unpacks them. Unknown numbers give the most general kind.
    pub(super) fn unpack(packed: u64) -> Self {
        let at = |shift: u32| (packed >> shift & 0xff) as usize;
        Self {
            organisation_kind: OrganisationKind::ALL.get(at(0)).copied().unwrap_or(OrganisationKind::Overig),
            kind: OfficerKind::ALL.get(at(8)).copied().unwrap_or_default(),
            mandate: MandateLevel::ALL.get(at(16)).copied().unwrap_or(MandateLevel::Refer),
        }
    }
}

/// Returns the lengths of the fields in words, as far as a column can hold them.
pub(super) fn field_lengths(fields: &[FieldTerms; 5]) -> [u16; 5] {
    fields
        .each_ref()
        .map(|field| u16::try_from(field.length).unwrap_or(u16::MAX).min(MAX_FIELD_LENGTH))
}

/// Packs field lengths into one number, twelve bits each.
pub(super) fn pack_lengths(lengths: [u16; 5]) -> u64 {
    lengths
        .iter()
        .rev()
        .fold(0, |packed, length| packed << 12 | u64::from((*length).min(MAX_FIELD_LENGTH)))
}

/// Unpacks field lengths.
pub(super) fn unpack_lengths(packed: u64) -> [u16; 5] {
    std::array::from_fn(|field| (packed >> (12 * field) & 0xfff) as u16)
}

/// Packs a day into a number whose decimal digits are year, month and day.
pub(super) fn pack_day(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// Unpacks a day; `None` if the number is not a day.
pub(super) fn unpack_day(number: i64) -> Option<Date> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
