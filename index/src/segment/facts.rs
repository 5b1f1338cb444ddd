//! What is known of each document beside its words: what filters, counts, orders and groups.
//!
//! Codes are kept as numbers into a table of the segment, so that counting a hundred thousand matches compares no text.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::civil::Date;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OfficerName, OrganisationId};
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;

use crate::document::IndexedOfficer;
use crate::score::{Score, SortKey};

/// The facts of all documents of a segment, and the tables they point into.
#[derive(Default)]
pub(crate) struct SegmentFacts {
    pub(crate) organisations: Table<OrganisationId>,
    pub(crate) competences: Table<CompetenceCode>,
    pub(crate) domains: Table<DomainCode>,
    pub(crate) municipalities: Table<MunicipalityCode>,
    pub(crate) titles: Table<String>,
    pub(crate) documents: Vec<Facts>,
}

/// The facts of one document.
pub(crate) struct Facts {
    pub(crate) organisation: u32,
    pub(crate) officer: OfficerId,
    pub(crate) title: u32,
    pub(crate) organisation_kind: OrganisationKind,
    pub(crate) kind: OfficerKind,
    pub(crate) mandate: MandateLevel,
    pub(crate) verified_on: Option<Date>,
    pub(crate) competences: Box<[u32]>,
    pub(crate) domains: Box<[u32]>,
    pub(crate) area: Box<[u32]>,
    /// Words per text field.
    pub(crate) lengths: [u16; 5],
    /// The set of its competences as one number, by which desks of municipalities are the same; 0 for another officer.
    pub(crate) desk: u64,
}

/// Distinct values and their numbers.
pub(crate) struct Table<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Table<T> {
    /// The number of `value`, a new one if it has none yet.
    pub(crate) fn number(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).expect("a segment has fewer than 2^32 codes");
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }

    /// The number of `value`, if any document has it.
    pub(crate) fn find(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// The value of a number that this table gave out.
    pub(crate) fn value(&self, number: u32) -> &T {
        &self.values[number as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

impl SegmentFacts {
    /// Adds the facts of `officer`; its number is the number of documents before it.
    pub(crate) fn push(&mut self, officer: &IndexedOfficer, lengths: [u16; 5]) {
        let facts = Facts {
            organisation: self.organisations.number(&officer.organisation.id),
            officer: officer.name.officer.clone(),
            title: self.titles.number(&officer.function_title),
            organisation_kind: officer.organisation.kind,
            kind: officer.kind,
            mandate: officer.mandate,
            verified_on: officer.verified_on,
            competences: officer.competences.iter().map(|code| self.competences.number(code)).collect(),
            domains: officer.domains.iter().map(|code| self.domains.number(code)).collect(),
            area: officer.area.iter().map(|code| self.municipalities.number(code)).collect(),
            lengths,
            desk: desk(officer.organisation.kind, officer.competences.iter()),
        };
        self.documents.push(facts);
    }

    pub(crate) fn of(&self, doc: u32) -> &Facts {
        &self.documents[doc as usize]
    }

    /// The register-wide name of a document.
    pub(crate) fn name(&self, facts: &Facts) -> OfficerName {
        OfficerName::new(self.organisations.value(facts.organisation).clone(), facts.officer.clone())
    }

    /// The sort key of a document at some score.
    pub(crate) fn key(&self, facts: &Facts, score: Score) -> SortKey {
        SortKey {
            score,
            mandate: facts.mandate,
            verified_on: facts.verified_on,
            name: self.name(facts),
        }
    }
}

/// The same number for the same set of competences at municipalities (FNV-1a); 0 where there is nothing to group.
pub(crate) fn desk<'a>(kind: OrganisationKind, competences: impl Iterator<Item = &'a CompetenceCode>) -> u64 {
    let mut codes: Vec<&str> = competences.map(CompetenceCode::as_str).collect();
    if kind != OrganisationKind::Gemeente || codes.is_empty() {
        return 0;
    }
    codes.sort_unstable();
    codes.dedup();
    let bytes = codes.iter().flat_map(|code| code.bytes().chain([b'|']));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.max(1)
}
