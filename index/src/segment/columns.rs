//! Reads the facts of a committed segment from its columns.

use std::sync::Arc;

use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OrganisationId};
use tantivy::SegmentReader;
use tantivy::columnar::StrColumn;

use super::competence_sets::CompetenceSets;
use super::facts::{DocumentClass, DocumentDetails, SegmentFacts};
use super::packing::{DocumentKinds, unpack_day, unpack_lengths};
use super::postings::DocId;
use crate::error::IndexError;

/// Reads the facts of all documents of a segment, deleted ones included.
pub(super) fn read_facts(reader: &SegmentReader, sets: Arc<CompetenceSets>) -> Result<SegmentFacts, IndexError> {
    let mut facts = SegmentFacts::new(sets);
    let columns = reader.fast_fields();
    let organisations = CodeColumn::open(reader, "organisation_id", OrganisationId::parse)?;
    let officers = CodeColumn::open(reader, "officer", OfficerId::parse)?;
    let titles = CodeColumn::open(reader, "title", |title| Ok::<_, std::convert::Infallible>(title.to_owned()))?;
    let competences = CodeColumn::open(reader, "competences", CompetenceCode::parse)?;
    let domains = CodeColumn::open(reader, "domains", DomainCode::parse)?;
    let areas = CodeColumn::open(reader, "area", MunicipalityCode::parse)?;
    let kinds = columns.u64("ranks")?;
    let verified = columns.i64("verified_on")?;
    let lengths = columns.u64("lengths")?;
    let organisation_numbers: Vec<u32> = organisations.values.iter().map(|id| facts.organisations.intern(id)).collect();
    let competence_numbers: Vec<u32> = competences.values.iter().map(|code| facts.competences.intern(code)).collect();
    let domain_numbers: Vec<u32> = domains.values.iter().map(|code| facts.domains.intern(code)).collect();
    let area_numbers: Vec<u32> = areas.values.iter().map(|code| facts.municipalities.intern(code)).collect();
    let title_numbers: Vec<u32> = titles.values.iter().map(|title| facts.titles.intern(title)).collect();
    let mut officer_places = Vec::with_capacity(reader.max_doc() as usize);
    let untitled = facts.titles.intern(&String::new());
    for doc in 0..reader.max_doc() {
        let organisation = organisations.first(doc).map(|place| organisation_numbers[place]);
        let organisation = organisation.ok_or_else(|| IndexError::Damaged("a document has no organisation".into()))?;
        let officer_place = officers.first(doc);
        let officer_place = officer_place.ok_or_else(|| IndexError::Damaged("a document has no officer".into()))?;
        // The values of a column are in order.
        officer_places.push(u32::try_from(officer_place).expect("a segment has fewer than 2^32 values"));
        let kinds = DocumentKinds::unpack(kinds.first(doc).unwrap_or_default());
        let class = DocumentClass {
            organisation,
            organisation_kind: kinds.organisation_kind,
            kind: kinds.kind,
        };
        let details = DocumentDetails {
            officer: officers.values[officer_place].clone(),
            title: titles.first(doc).map_or(untitled, |place| title_numbers[place]),
            mandate: kinds.mandate,
            verified_on: verified.first(doc).and_then(unpack_day),
        };
        let lists = [
            competences.places(doc).map(|place| competence_numbers[place]).collect(),
            domains.places(doc).map(|place| domain_numbers[place]).collect(),
            areas.places(doc).map(|place| area_numbers[place]).collect(),
        ];
        let lengths = unpack_lengths(lengths.first(doc).unwrap_or_default());
        facts.push_document(class, details, lists, lengths);
    }
    facts.order(&officer_places);
    Ok(facts)
}

/// A column of codes, with its dictionary parsed.
struct CodeColumn<T> {
    column: Option<StrColumn>,
    values: Vec<T>,
}

impl<T> CodeColumn<T> {
    fn open<E: std::fmt::Display>(
        reader: &SegmentReader,
        name: &str,
        parse: fn(&str) -> Result<T, E>,
    ) -> Result<Self, IndexError> {
        let column = reader.fast_fields().str(name)?;
        let mut values = Vec::new();
        if let Some(column) = &column {
            // In one pass: looking up a single value reads all values before it in its block.
            let mut terms = column.dictionary().stream()?;
            while terms.advance() {
                let text = std::str::from_utf8(terms.key()).map_err(|error| IndexError::Damaged(error.to_string()))?;
                values.push(parse(text).map_err(|error| IndexError::Damaged(error.to_string()))?);
            }
        }
        Ok(Self { column, values })
    }

    /// Returns the places of a document's codes among the values.
    fn places(&self, doc: DocId) -> impl Iterator<Item = usize> {
        let ords = self.column.iter().flat_map(move |column| column.term_ords(doc));
        ords.map(|ord| usize::try_from(ord).expect("a segment has fewer than 2^32 values"))
    }

    /// Returns the place of a document's first code.
    fn first(&self, doc: DocId) -> Option<usize> {
        self.places(doc).next()
    }
}
