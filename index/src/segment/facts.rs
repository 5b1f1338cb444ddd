//! What is known of each document beside its words: what filters, counts, orders and groups.
//!
//! Codes are kept as numbers into a table of the segment, so that counting a hundred thousand matches compares no text.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use jiff::civil::Date;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OfficerName, OrganisationId};
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;

use crate::document::IndexedOfficer;
use crate::score::{Score, SortKey};

/// The facts of all documents of a segment, and the tables they point into.
///
/// What scoring looks at lies together, apart from what only ordering and counting need: a search may look at every
/// document, and memory is read by the line.
#[derive(Default)]
pub(crate) struct SegmentFacts {
    pub(crate) organisations: Table<OrganisationId>,
    pub(crate) competences: Table<CompetenceCode>,
    pub(crate) domains: Table<DomainCode>,
    pub(crate) municipalities: Table<MunicipalityCode>,
    pub(crate) titles: Table<String>,
    pub(crate) documents: Vec<Facts>,
    pub(crate) details: Vec<Details>,
    /// Words per text field.
    pub(crate) lengths: Vec<[u16; 5]>,
    pub(crate) competences_of: Lists,
    pub(crate) domains_of: Lists,
    pub(crate) area_of: Lists,
    /// The number of each document's desk among [`Self::desks`].
    pub(crate) desk_numbers: Vec<u32>,
    /// Sets of competences as one number, by which desks of municipalities are the same; 0 stands for no desk.
    pub(crate) desks: Table<u64>,
}

/// What scoring looks at of one document.
#[derive(Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) organisation: u32,
    pub(crate) organisation_kind: OrganisationKind,
    pub(crate) kind: OfficerKind,
    pub(crate) mandate: MandateLevel,
    /// Whether it serves the whole country.
    pub(crate) is_national: bool,
}

/// What is looked at of one document once it is among the best.
pub(crate) struct Details {
    pub(crate) officer: OfficerId,
    pub(crate) title: u32,
    pub(crate) verified_on: Option<Date>,
}

/// A list of numbers for each document, one after the other.
#[derive(Default)]
pub(crate) struct Lists {
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl Lists {
    fn push(&mut self, numbers: impl IntoIterator<Item = u32>) {
        self.numbers.extend(numbers);
        self.ends
            .push(u32::try_from(self.numbers.len()).expect("a segment has fewer than 2^32 codes"));
    }

    /// The list of a document.
    pub(crate) fn of(&self, doc: u32) -> &[u32] {
        let start = doc.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.numbers[start as usize..self.ends[doc as usize] as usize]
    }
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
            organisation_kind: officer.organisation.kind,
            kind: officer.kind,
            mandate: officer.mandate,
            is_national: officer.area.is_empty(),
        };
        let details = Details {
            officer: officer.name.officer.clone(),
            title: self.titles.number(&officer.function_title),
            verified_on: officer.verified_on,
        };
        let competences = officer.competences.iter().map(|code| self.competences.number(code)).collect();
        let domains = officer.domains.iter().map(|code| self.domains.number(code)).collect();
        let area = officer.area.iter().map(|code| self.municipalities.number(code)).collect();
        let desk = desk(officer.organisation.kind, officer.competences.iter());
        self.push_document(facts, details, [competences, domains, area], lengths, desk);
    }

    /// Adds a document; `lists` are its competences, domains and municipalities.
    pub(super) fn push_document(&mut self, facts: Facts, details: Details, lists: [Vec<u32>; 3], lengths: [u16; 5], desk: u64) {
        let [competences, domains, area] = lists;
        self.documents.push(facts);
        self.details.push(details);
        self.lengths.push(lengths);
        self.competences_of.push(competences);
        self.domains_of.push(domains);
        self.area_of.push(area);
        self.desk_numbers.push(self.desks.number(&desk));
    }

    pub(crate) fn of(&self, doc: u32) -> &Facts {
        &self.documents[doc as usize]
    }

    pub(crate) fn details(&self, doc: u32) -> &Details {
        &self.details[doc as usize]
    }

    /// The set of a document's competences as one number, by which desks of municipalities are the same; 0 for another officer.
    pub(crate) fn desk(&self, doc: u32) -> u64 {
        *self.desks.value(self.desk_numbers[doc as usize])
    }

    /// The register-wide name of a document.
    pub(crate) fn name(&self, doc: u32) -> OfficerName {
        let organisation = self.organisations.value(self.of(doc).organisation);
        OfficerName::new(organisation.clone(), self.details(doc).officer.clone())
    }

    /// The sort key of a document at some score.
    pub(crate) fn key(&self, doc: u32, score: Score) -> SortKey {
        SortKey {
            score,
            mandate: self.of(doc).mandate,
            verified_on: self.details(doc).verified_on,
            name: self.name(doc),
        }
    }

    /// What orders documents of the same score, without making a key.
    pub(crate) fn order(&self, doc: u32) -> (MandateLevel, Reverse<Option<Date>>, &OrganisationId, &OfficerId) {
        let details = self.details(doc);
        let organisation = self.organisations.value(self.of(doc).organisation);
        (
            self.of(doc).mandate,
            Reverse(details.verified_on),
            organisation,
            &details.officer,
        )
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
