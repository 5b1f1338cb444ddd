//! The facts of documents besides their words, by which results are filtered, counted, ordered and grouped.
//!
//! Codes are dictionary-encoded per segment, so that counting a hundred thousand matches compares no text.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use jiff::civil::Date;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OfficerName, OrganisationId};
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;

use crate::document::IndexedOfficer;
use crate::sort_key::{Score, SortKey};

/// The facts of all documents of a segment, with their dictionaries.
///
/// The facts that scoring reads are stored apart from those for ordering and counting, because a search can read those of
/// every document and the processor reads memory by cache line.
#[derive(Default)]
pub(crate) struct SegmentFacts {
    pub(crate) organisations: Dictionary<OrganisationId>,
    pub(crate) competences: Dictionary<CompetenceCode>,
    pub(crate) domains: Dictionary<DomainCode>,
    pub(crate) municipalities: Dictionary<MunicipalityCode>,
    pub(crate) titles: Dictionary<String>,
    pub(crate) documents: Vec<DocumentFacts>,
    pub(crate) details: Vec<DocumentDetails>,
    /// The length of each text field, in words.
    pub(crate) lengths: Vec<[u16; 5]>,
    pub(crate) competences_of: CodeLists,
    pub(crate) domains_of: CodeLists,
    pub(crate) area_of: CodeLists,
    /// The number of each document's competence set in [`Self::competence_sets`].
    pub(crate) competence_set_numbers: Vec<u32>,
    /// The hashes of competence sets, by which municipal officers are grouped; 0 stands for no group.
    pub(crate) competence_sets: Dictionary<u64>,
}

/// The facts of one document that scoring reads.
#[derive(Clone, Copy)]
pub(crate) struct DocumentFacts {
    pub(crate) organisation: u32,
    pub(crate) organisation_kind: OrganisationKind,
    pub(crate) kind: OfficerKind,
    pub(crate) mandate: MandateLevel,
    /// Whether it serves the whole country.
    pub(crate) is_national: bool,
}

/// The facts of one document that only ordering and counting read.
pub(crate) struct DocumentDetails {
    pub(crate) officer: OfficerId,
    pub(crate) title: u32,
    pub(crate) verified_on: Option<Date>,
}

/// A list of code numbers for each document, stored contiguously.
#[derive(Default)]
pub(crate) struct CodeLists {
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl CodeLists {
    fn push(&mut self, numbers: impl IntoIterator<Item = u32>) {
        self.numbers.extend(numbers);
        self.ends
            .push(u32::try_from(self.numbers.len()).expect("a segment has fewer than 2^32 codes"));
    }

    /// Returns the list of a document.
    pub(crate) fn of(&self, doc: u32) -> &[u32] {
        let start = doc.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.numbers[start as usize..self.ends[doc as usize] as usize]
    }
}

/// Distinct values, numbered in order of insertion.
pub(crate) struct Dictionary<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Dictionary<T> {
    /// Returns the number of `value`, and adds it if it is new.
    pub(crate) fn intern(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).expect("a segment has fewer than 2^32 codes");
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }

    /// Returns the number of `value`, if a document has it.
    pub(crate) fn number(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// Returns the value of a number of this dictionary.
    pub(crate) fn value(&self, number: u32) -> &T {
        &self.values[number as usize]
    }

    /// Returns how many distinct values there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

impl SegmentFacts {
    /// Adds the facts of `officer` as the next document.
    pub(crate) fn push(&mut self, officer: &IndexedOfficer, lengths: [u16; 5]) {
        let facts = DocumentFacts {
            organisation: self.organisations.intern(&officer.organisation.id),
            organisation_kind: officer.organisation.kind,
            kind: officer.kind,
            mandate: officer.mandate,
            is_national: officer.area.is_empty(),
        };
        let details = DocumentDetails {
            officer: officer.name.officer.clone(),
            title: self.titles.intern(&officer.function_title),
            verified_on: officer.verified_on,
        };
        let competences = officer.competences.iter().map(|code| self.competences.intern(code)).collect();
        let domains = officer.domains.iter().map(|code| self.domains.intern(code)).collect();
        let area = officer.area.iter().map(|code| self.municipalities.intern(code)).collect();
        let competence_set = competence_set(officer.organisation.kind, officer.competences.iter());
        self.push_document(facts, details, [competences, domains, area], lengths, competence_set);
    }

    /// Adds a document; `lists` are its competences, domains and municipalities.
    pub(super) fn push_document(
        &mut self,
        facts: DocumentFacts,
        details: DocumentDetails,
        lists: [Vec<u32>; 3],
        lengths: [u16; 5],
        competence_set: u64,
    ) {
        let [competences, domains, area] = lists;
        self.documents.push(facts);
        self.details.push(details);
        self.lengths.push(lengths);
        self.competences_of.push(competences);
        self.domains_of.push(domains);
        self.area_of.push(area);
        self.competence_set_numbers.push(self.competence_sets.intern(&competence_set));
    }

    /// Returns the facts of a document that scoring reads.
    pub(crate) fn of(&self, doc: u32) -> &DocumentFacts {
        &self.documents[doc as usize]
    }

    /// Returns the other facts of a document.
    pub(crate) fn details(&self, doc: u32) -> &DocumentDetails {
        &self.details[doc as usize]
    }

    /// Returns the competence set hash of a municipal officer; 0 for others.
    pub(crate) fn competence_set(&self, doc: u32) -> u64 {
        *self.competence_sets.value(self.competence_set_numbers[doc as usize])
    }

    /// Returns the register-wide name of a document.
    pub(crate) fn name(&self, doc: u32) -> OfficerName {
        let organisation = self.organisations.value(self.of(doc).organisation);
        OfficerName::new(organisation.clone(), self.details(doc).officer.clone())
    }

    /// Makes the sort key of a document with some score.
    pub(crate) fn key(&self, doc: u32, score: Score) -> SortKey {
        SortKey {
            score,
            mandate: self.of(doc).mandate,
            verified_on: self.details(doc).verified_on,
            name: self.name(doc),
        }
    }

    /// Returns what orders documents of equal score, without making a key.
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

/// Hashes the set of competences of a municipal officer (FNV-1a, part of the contract between registers); 0 for officers
/// that are not grouped.
pub(super) fn competence_set<'a>(kind: OrganisationKind, competences: impl Iterator<Item = &'a CompetenceCode>) -> u64 {
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
