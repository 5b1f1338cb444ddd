//! The facts of documents besides their words, by which results are filtered, counted, ordered and grouped.
//!
//! Codes are dictionary-encoded per segment, so that counting a hundred thousand matches compares no text.

use std::cmp::{Ordering, Reverse};
use std::hash::{BuildHasher as _, Hash};
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use jiff::civil::Date;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OfficerName, OrganisationId};
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;

use super::competence_sets::{CompetenceSets, GroupNumber};
use super::postings::DocId;
use crate::document::IndexedOfficer;
use crate::hash::HashMap;
use crate::sort_key::{Score, SortKey};

/// The facts of all documents of a segment, with their dictionaries.
///
/// The facts that scoring and ranking read of every match are numbers, each kind in a list of its own, because the processor
/// reads memory by cache line.
pub(crate) struct SegmentFacts {
    pub(crate) organisations: Dictionary<OrganisationId>,
    pub(crate) competences: Dictionary<CompetenceCode>,
    pub(crate) domains: Dictionary<DomainCode>,
    pub(crate) municipalities: Dictionary<MunicipalityCode>,
    pub(crate) titles: Dictionary<String>,
    classes: Dictionary<DocumentClass>,
    /// The number of each document's class in [`Self::classes`].
    class_of: Vec<u32>,
    /// The documents that serve the whole country.
    national: FixedBitSet,
    /// The length of each text field, in words.
    pub(super) lengths: Vec<[u16; 5]>,
    pub(crate) competences_of: CodeSets,
    pub(crate) domains_of: CodeSets,
    pub(crate) area_of: CodeSets,
    groups: Vec<GroupNumber>,
    competence_sets: Arc<CompetenceSets>,
    details: Vec<DocumentDetails>,
    /// The documents in the order of those of equal score.
    in_order: Vec<DocId>,
    /// The place of each document in [`Self::in_order`].
    places: Vec<u32>,
    /// The documents by name. A name that was replaced within the segment has several, of which one is live.
    by_name: HashTable<DocId>,
    /// Names are chosen by publishers, so their hashes are seeded.
    name_hasher: RandomState,
}

/// What documents have in common that filters and multipliers distinguish. A segment has few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DocumentClass {
    /// The number of the organisation in the segment.
    pub(crate) organisation: u32,
    pub(crate) organisation_kind: OrganisationKind,
    pub(crate) kind: OfficerKind,
}

/// The facts of one document that only ordering and counting read.
pub(crate) struct DocumentDetails {
    pub(crate) officer: OfficerId,
    pub(crate) title: u32,
    pub(crate) mandate: MandateLevel,
    pub(crate) verified_on: Option<Date>,
}

/// Lists of code numbers, stored contiguously.
#[derive(Default)]
struct CodeLists {
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl CodeLists {
    fn push(&mut self, numbers: impl IntoIterator<Item = u32>) {
        self.numbers.extend(numbers);
        self.ends
            .push(u32::try_from(self.numbers.len()).expect("a segment has fewer than 2^32 codes"));
    }

    #[inline]
    fn of(&self, list: u32) -> &[u32] {
        let start = list.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.numbers[start as usize..self.ends[list as usize] as usize]
    }

    fn len(&self) -> usize {
        self.ends.len()
    }
}

/// A set of code numbers for each document. Many documents have the same set, which is stored once.
#[derive(Default)]
pub(crate) struct CodeSets {
    sets: CodeLists,
    /// The number of each document's set.
    set_of: Vec<u32>,
    /// The numbers of the sets, by their content.
    known: HashTable<u32>,
    /// Publishers choose the codes, so hashes are seeded.
    hasher: RandomState,
}

impl CodeSets {
    fn push(&mut self, numbers: &[u32]) {
        let sets = &mut self.sets;
        let hasher = &self.hasher;
        let hash = hasher.hash_one(numbers);
        let known = self.known.find(hash, |set| sets.of(*set) == numbers).copied();
        let set = known.unwrap_or_else(|| {
            let new = u32::try_from(sets.len()).expect("a segment has fewer than 2^32 documents");
            sets.push(numbers.iter().copied());
            self.known.insert_unique(hash, new, |set| hasher.hash_one(sets.of(*set)));
            new
        });
        self.set_of.push(set);
    }

    /// Returns the set of a document.
    #[inline]
    pub(crate) fn of(&self, doc: DocId) -> &[u32] {
        self.sets.of(self.set(doc))
    }

    /// Returns the number of a document's set.
    #[inline]
    pub(crate) fn set(&self, doc: DocId) -> u32 {
        self.set_of[doc as usize]
    }

    /// Returns how many sets there are.
    pub(crate) fn sets(&self) -> usize {
        self.sets.len()
    }

    /// Returns the sets in order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..).map(|set| self.sets.of(set)).take(self.sets.len())
    }

    /// Counts how many of `documents` have each of the first `numbers` numbers.
    pub(crate) fn count(&self, documents: &[DocId], numbers: usize) -> Vec<usize> {
        let mut counts = vec![0; numbers];
        if self.sets.len() > documents.len() {
            for doc in documents {
                self.of(*doc).iter().for_each(|number| counts[*number as usize] += 1);
            }
            return counts;
        }
        let mut documents_of = vec![0_usize; self.sets.len()];
        for doc in documents {
            documents_of[self.set(*doc) as usize] += 1;
        }
        for (set, documents) in self.iter().zip(documents_of).filter(|(_, documents)| *documents > 0) {
            set.iter().for_each(|number| counts[*number as usize] += documents);
        }
        counts
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
            numbers: HashMap::default(),
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
    /// Makes the facts of no documents. `competence_sets` are those of the index.
    pub(super) fn new(competence_sets: Arc<CompetenceSets>) -> Self {
        Self {
            organisations: Dictionary::default(),
            competences: Dictionary::default(),
            domains: Dictionary::default(),
            municipalities: Dictionary::default(),
            titles: Dictionary::default(),
            classes: Dictionary::default(),
            class_of: Vec::new(),
            national: FixedBitSet::new(),
            lengths: Vec::new(),
            competences_of: CodeSets::default(),
            domains_of: CodeSets::default(),
            area_of: CodeSets::default(),
            groups: Vec::new(),
            competence_sets,
            details: Vec::new(),
            in_order: Vec::new(),
            places: Vec::new(),
            by_name: HashTable::new(),
            name_hasher: RandomState::default(),
        }
    }

    /// Adds the facts of `officer` as the next document.
    pub(super) fn push(&mut self, officer: &IndexedOfficer, lengths: [u16; 5]) {
        let class = DocumentClass {
            organisation: self.organisations.intern(&officer.organisation.id),
            organisation_kind: officer.organisation.kind,
            kind: officer.kind,
        };
        let details = DocumentDetails {
            officer: officer.name.officer.clone(),
            title: self.titles.intern(&officer.function_title),
            mandate: officer.mandate,
            verified_on: officer.verified_on,
        };
        let competences = officer.competences.iter().map(|code| self.competences.intern(code)).collect();
        let domains = officer.domains.iter().map(|code| self.domains.intern(code)).collect();
        let area = officer.area.iter().map(|code| self.municipalities.intern(code)).collect();
        self.push_document(class, details, [competences, domains, area], lengths);
    }

    /// Orders the documents, when all have been added. `officer_places` are the places of the officers' ids among all ids in
    /// order, by document.
    pub(super) fn order(&mut self, officer_places: &[u32]) {
        let mut organisations: Vec<(u32, &OrganisationId)> = (0..).zip(&self.organisations.values).collect();
        organisations.sort_unstable_by_key(|(_, id)| *id);
        let mut organisation_places = vec![0; organisations.len()];
        for (place, (number, _)) in (0_u32..).zip(organisations) {
            organisation_places[number as usize] = place;
        }
        let documents = (0..self.len()).zip(&self.details).zip(officer_places);
        let mut keys: Vec<_> = documents
            .map(|((doc, details), officer_place)| {
                let organisation = organisation_places[self.class(doc).organisation as usize];
                (
                    details.mandate,
                    Reverse(details.verified_on),
                    organisation,
                    *officer_place,
                    doc,
                )
            })
            .collect();
        keys.sort_unstable();
        self.in_order = keys.into_iter().map(|(.., doc)| doc).collect();
        self.places = vec![0; self.in_order.len()];
        for (place, doc) in (0..).zip(&self.in_order) {
            self.places[*doc as usize] = place;
        }
    }

    /// Returns the place of a document in the order of those of equal score.
    #[inline]
    pub(crate) fn place(&self, doc: DocId) -> u32 {
        self.places[doc as usize]
    }

    /// Returns how many documents come before one of any segment, among those of equal score.
    pub(crate) fn count_before(&self, others: &Self, other: DocId) -> u32 {
        if std::ptr::eq(self, others) {
            return self.place(other);
        }
        let is_before = |doc: &DocId| self.compare(*doc, others, other) == Ordering::Less;
        u32::try_from(self.in_order.partition_point(is_before)).expect("a segment has fewer than 2^32 documents")
    }

    /// Returns all documents in the order of those of equal score.
    pub(crate) fn in_order(&self) -> &[DocId] {
        &self.in_order
    }

    /// Adds a document; `lists` are its competences, domains and municipalities.
    pub(super) fn push_document(
        &mut self,
        class: DocumentClass,
        details: DocumentDetails,
        lists: [Vec<u32>; 3],
        lengths: [u16; 5],
    ) {
        let [competences, domains, area] = lists;
        let doc = self.len();
        let hash = self.name_hasher.hash_one((class.organisation, &details.officer));
        self.groups.push(if class.organisation_kind == OrganisationKind::Gemeente {
            let codes = competences.iter().map(|number| self.competences.value(*number));
            self.competence_sets.group(codes)
        } else {
            GroupNumber::NOT_MUNICIPAL
        });
        self.class_of.push(self.classes.intern(&class));
        self.national.grow(doc as usize + 1);
        self.national.set(doc as usize, area.is_empty());
        self.details.push(details);
        self.lengths.push(lengths);
        self.competences_of.push(&competences);
        self.domains_of.push(&domains);
        self.area_of.push(&area);
        let hash_of = |doc: &DocId| {
            let organisation = self.classes.value(self.class_of[*doc as usize]).organisation;
            self.name_hasher
                .hash_one((organisation, &self.details[*doc as usize].officer))
        };
        self.by_name.insert_unique(hash, doc, hash_of);
    }

    /// Returns the documents of this name, of which at most one is live.
    pub(crate) fn documents_of(&self, name: &OfficerName) -> impl Iterator<Item = DocId> {
        let organisation = self.organisations.number(&name.organisation);
        let documents = organisation.map(|organisation| {
            let hash = self.name_hasher.hash_one((organisation, &name.officer));
            let is_of_name =
                move |doc: &DocId| self.class(*doc).organisation == organisation && self.details(*doc).officer == name.officer;
            self.by_name.iter_hash(hash).copied().filter(is_of_name)
        });
        documents.into_iter().flatten()
    }

    /// Returns the number of documents.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.class_of.len()).expect("a segment has fewer than 2^32 documents")
    }

    /// Returns the class of a document.
    #[inline]
    pub(crate) fn class(&self, doc: DocId) -> &DocumentClass {
        self.classes.value(self.class_number(doc))
    }

    /// Returns the number of a document's class among [`Self::classes`].
    #[inline]
    pub(crate) fn class_number(&self, doc: DocId) -> u32 {
        self.class_of[doc as usize]
    }

    /// Returns all classes, in order of their numbers.
    pub(crate) fn classes(&self) -> &[DocumentClass] {
        &self.classes.values
    }

    /// Whether a document serves the whole country.
    #[inline]
    pub(crate) fn is_national(&self, doc: DocId) -> bool {
        self.national.contains(doc as usize)
    }

    /// Returns a test of whether a document serves one of these municipalities, or the whole country.
    pub(crate) fn serves(&self, municipalities: &[MunicipalityCode]) -> impl Fn(DocId) -> bool {
        let numbers = municipalities.iter().filter_map(|code| self.municipalities.number(code));
        let numbers: Vec<u32> = numbers.collect();
        move |doc| self.is_national(doc) || self.area_of.of(doc).iter().any(|number| numbers.contains(number))
    }

    /// Returns the documents that serve the whole country.
    pub(crate) fn national(&self) -> &FixedBitSet {
        &self.national
    }

    /// Returns the facts of a document that only ordering and counting read.
    pub(crate) fn details(&self, doc: DocId) -> &DocumentDetails {
        &self.details[doc as usize]
    }

    /// Returns the group of a document, which has the same number in all segments of an index.
    #[inline]
    pub(crate) fn group(&self, doc: DocId) -> GroupNumber {
        self.groups[doc as usize]
    }

    /// Returns the register-wide name of a document.
    pub(crate) fn name(&self, doc: DocId) -> OfficerName {
        let organisation = self.organisations.value(self.class(doc).organisation);
        OfficerName::new(organisation.clone(), self.details(doc).officer.clone())
    }

    /// Makes the sort key of a document with some score.
    pub(crate) fn key(&self, doc: DocId, score: Score) -> SortKey {
        let details = self.details(doc);
        SortKey {
            score,
            mandate: details.mandate,
            verified_on: details.verified_on,
            name: self.name(doc),
        }
    }

    /// Compares a document with one of any segment by what orders those of equal score, without making keys.
    pub(crate) fn compare(&self, doc: DocId, others: &Self, other: DocId) -> Ordering {
        if std::ptr::eq(self, others) {
            return self.place(doc).cmp(&self.place(other));
        }
        let (details, other_details) = (self.details(doc), others.details(other));
        let organisation = self.organisations.value(self.class(doc).organisation);
        let other_organisation = others.organisations.value(others.class(other).organisation);
        let by_date = || other_details.verified_on.cmp(&details.verified_on);
        let by_mandate = details.mandate.cmp(&other_details.mandate);
        by_mandate
            .then_with(by_date)
            .then_with(|| organisation.cmp(other_organisation))
            .then_with(|| details.officer.cmp(&other_details.officer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_stored_once_and_counted_for_each_document() {
        let mut sets = CodeSets::default();
        let of_documents: [&[u32]; 6] = [&[0, 2], &[], &[0, 2], &[1], &[2], &[0, 2]];
        of_documents.iter().for_each(|numbers| sets.push(numbers));
        assert_eq!(sets.sets.len(), 4);
        assert_eq!([0, 1, 3].map(|doc| sets.of(doc)), [&[0, 2][..], &[], &[1]]);
        // As many sets as documents, and many more: both ways of counting.
        assert_eq!(sets.count(&[0, 1, 2, 3, 5], 3), [3, 1, 3]);
        for number in 3..20 {
            sets.push(&[number]);
        }
        assert_eq!(sets.count(&[2, 3, 4], 20)[..3], [1, 1, 2]);
        assert_eq!(sets.count(&[], 20), [0; 20]);
    }
}
