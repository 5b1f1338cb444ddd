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
    let officers = columns.str("officer")?;
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
    let untitled = facts.titles.intern(&String::new());
    let mut id = String::new();
    for doc in 0..reader.max_doc() {
        let numbers = |codes: &[u32], ords: Vec<u64>| ords.into_iter().map(|ord| codes[ord as usize]).collect::<Vec<u32>>();
        let organisation = organisations.ords(doc).first().map(|ord| organisation_numbers[*ord as usize]);
        let organisation = organisation.ok_or_else(|| IndexError::Damaged("a document has no organisation".into()))?;
        id.clear();
        let officer = officers
            .as_ref()
            .and_then(|column| Some((column, column.term_ords(doc).next()?)));
        if let Some((column, ord)) = officer {
            column.ord_to_str(ord, &mut id)?;
        }
        let kinds = DocumentKinds::unpack(kinds.first(doc).unwrap_or_default());
        let competences = numbers(&competence_numbers, competences.ords(doc));
        let area = numbers(&area_numbers, areas.ords(doc));
        let class = DocumentClass {
            organisation,
            organisation_kind: kinds.organisation_kind,
            kind: kinds.kind,
        };
        let details = DocumentDetails {
            officer: OfficerId::parse(&id).map_err(|error| IndexError::Damaged(error.to_string()))?,
            title: titles.ords(doc).first().map_or(untitled, |ord| title_numbers[*ord as usize]),
            mandate: kinds.mandate,
            verified_on: verified.first(doc).and_then(unpack_day),
        };
        let lists = [competences, numbers(&domain_numbers, domains.ords(doc)), area];
        let lengths = unpack_lengths(lengths.first(doc).unwrap_or_default());
        facts.push_document(class, details, lists, lengths);
    }
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
            let mut text = String::new();
            for ord in 0..column.num_terms() as u64 {
                text.clear();
                column.ord_to_str(ord, &mut text)?;
                values.push(parse(&text).map_err(|error| IndexError::Damaged(error.to_string()))?);
            }
        }
        Ok(Self { column, values })
    }

    fn ords(&self, doc: DocId) -> Vec<u64> {
        self.column
            .as_ref()
            .map(|column| column.term_ords(doc).collect())
            .unwrap_or_default()
    }
}
