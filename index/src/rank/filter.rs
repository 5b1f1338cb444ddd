//! Filters: sets of documents, made from the posting lists of codes.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;
use register::identifier::OrganisationId;

use crate::error::IndexError;
use crate::plan::Filters;
use crate::segment::terms::code;
use crate::segment::view::{ViewSegment, all_documents};
use crate::segment::{Segment, TermSource};

/// Returns the live documents of a segment that pass `filters`, except those of the organisations `without`, for which
/// another register answers; `None` if all documents of the segment do.
pub(crate) fn accepted(
    filters: &Filters,
    without: &BTreeSet<OrganisationId>,
    segment: &ViewSegment,
) -> Result<Option<FixedBitSet>, IndexError> {
    let mut accepted = AcceptedDocuments {
        set: segment.live().cloned(),
        segment: segment.segment(),
    };
    accepted.keep(&filters.organisations, code::organisation)?;
    accepted.keep(&filters.organisation_kinds, |kind| code::organisation_kind(*kind))?;
    accepted.keep(&filters.kinds, |kind| code::kind(*kind))?;
    accepted.keep(&filters.domains, code::domain)?;
    accepted.keep(&filters.competences, code::competence)?;
    accepted.keep_serving(filters)?;
    accepted.remove(without)?;
    Ok(accepted.set)
}

/// The documents that pass the filters so far.
struct AcceptedDocuments<'a> {
    segment: &'a dyn Segment,
    /// `None` if all documents pass.
    set: Option<FixedBitSet>,
}

impl AcceptedDocuments<'_> {
    /// Keeps the documents with one of these values, if there is any value.
    fn keep<T>(&mut self, values: &[T], code: impl Fn(&T) -> String) -> Result<(), IndexError> {
        if !values.is_empty() {
            let with_value = self.with(values, code)?;
            self.intersect(with_value);
        }
        Ok(())
    }

    /// Keeps the documents that serve one of the municipalities of the filters, as national officers do, if there is any.
    fn keep_serving(&mut self, filters: &Filters) -> Result<(), IndexError> {
        if !filters.municipalities.is_empty() {
            let mut serving = self.with(&filters.municipalities, code::municipality)?;
            serving.union_with(self.segment.facts().national());
            self.intersect(serving);
        }
        Ok(())
    }

    /// Removes the documents of these organisations.
    fn remove(&mut self, organisations: &BTreeSet<OrganisationId>) -> Result<(), IndexError> {
        // Nearly all of them have no officers here, and a dictionary of numbers is read faster than that of the terms.
        let known = &self.segment.facts().organisations;
        for organisation in organisations.iter().filter(|id| known.number(id).is_some()) {
            if let Some(list) = self.segment.postings(TermSource::Codes, &code::organisation(organisation))? {
                let set = self.set.get_or_insert_with(|| all_documents(self.segment.facts()));
                list.remove_from(set);
            }
        }
        Ok(())
    }

    /// Returns the documents with one of these values.
    fn with<T>(&self, values: &[T], code: impl Fn(&T) -> String) -> Result<FixedBitSet, IndexError> {
        let mut found = FixedBitSet::with_capacity(self.segment.facts().len() as usize);
        for value in values {
            if let Some(list) = self.segment.postings(TermSource::Codes, &code(value))? {
                list.insert_into(&mut found);
            }
        }
        Ok(found)
    }

    fn intersect(&mut self, other: FixedBitSet) {
        match &mut self.set {
            Some(set) => set.intersect_with(&other),
            None => self.set = Some(other),
        }
    }
}
