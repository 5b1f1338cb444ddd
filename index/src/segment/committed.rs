//! A committed segment: tantivy's postings and columns, read through [`Segment`].
//!
//! The facts are read from the columns once per segment and kept as long as the segment lives; segments never change,
//! apart from deletions, which are looked up in tantivy.

use std::sync::Arc;

use jiff::civil::Date;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerId, OrganisationId};
use register::officer::{MandateLevel, OfficerKind};
use register::organisation::OrganisationKind;
use tantivy::columnar::StrColumn;
use tantivy::index::InvertedIndexReader;
use tantivy::schema::Value;
use tantivy::store::StoreReader;
use tantivy::{SegmentReader, TantivyDocument};

use super::facts::{Details, Facts, desk};
use super::{Doc, PostingList, Segment, SegmentFacts, Source};
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::results::TextField;
use crate::schema::Fields;

/// A segment of the tantivy index.
pub(crate) struct CommittedSegment {
    reader: SegmentReader,
    fields: Fields,
    facts: Arc<SegmentFacts>,
    /// The terms of the text fields, by [`TextField`], and of the codes.
    texts: [Arc<InvertedIndexReader>; 5],
    codes: Arc<InvertedIndexReader>,
    store: StoreReader,
}

/// Blocks of stored documents that are kept unpacked, of 16 kB each: those of the hits of the last few searches.
const STORE_CACHE_BLOCKS: usize = 32;

impl CommittedSegment {
    /// The segment of `reader`; `known` are its facts, if they have been read before.
    pub(crate) fn open(reader: SegmentReader, fields: Fields, known: Option<Arc<SegmentFacts>>) -> Result<Self, IndexError> {
        let facts = match known {
            Some(facts) => facts,
            None => Arc::new(read_facts(&reader)?),
        };
        let [title, description, mandate, organisation, person] = fields.texts.map(|field| reader.inverted_index(field));
        Ok(Self {
            texts: [title?, description?, mandate?, organisation?, person?],
            codes: reader.inverted_index(fields.codes)?,
            store: reader.get_store_reader(STORE_CACHE_BLOCKS)?,
            reader,
            fields,
            facts,
        })
    }

    /// The facts, to keep for as long as the segment is part of the index.
    pub(crate) fn shared_facts(&self) -> Arc<SegmentFacts> {
        self.facts.clone()
    }

    /// How many documents are not deleted.
    pub(crate) fn live_documents(&self) -> usize {
        self.reader.num_docs() as usize
    }
}

impl Segment for CommittedSegment {
    fn facts(&self) -> &SegmentFacts {
        &self.facts
    }

    fn find(&self, source: Source, term: &str) -> Result<Option<PostingList<'_>>, IndexError> {
        let inverted = match source {
            Source::Text(field) => &self.texts[field as usize],
            Source::Codes => &self.codes,
        };
        let found = inverted.terms().get(term.as_bytes())?;
        Ok(found.map(|term| PostingList::Committed { inverted, term }))
    }

    fn terms(&self, field: TextField, prefix: &str, visit: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
        let mut terms = self.texts[field as usize]
            .terms()
            .range()
            .ge(prefix.as_bytes())
            .into_stream()?;
        while terms.advance() {
            if !terms.key().starts_with(prefix.as_bytes()) {
                break;
            }
            if let Ok(term) = std::str::from_utf8(terms.key()) {
                visit(term);
            }
        }
        Ok(())
    }

    fn document(&self, doc: Doc) -> Result<IndexedOfficer, IndexError> {
        let stored: TantivyDocument = self.store.get(doc)?;
        let source = stored.get_first(self.fields.source).and_then(|value| value.as_bytes());
        let source = source.ok_or_else(|| IndexError::Damaged("a document has no source".into()))?;
        serde_json::from_slice(source).map_err(|error| IndexError::Damaged(format!("a document's source: {error}")))
    }

    fn has_deletions(&self) -> bool {
        self.reader.has_deletes()
    }

    fn is_deleted(&self, doc: Doc) -> bool {
        self.reader.is_deleted(doc)
    }
}

fn read_facts(reader: &SegmentReader) -> Result<SegmentFacts, IndexError> {
    let mut facts = SegmentFacts::default();
    let columns = reader.fast_fields();
    let organisations = Codes::open(reader, "organisation_id", OrganisationId::parse)?;
    let officers = columns.str("officer")?;
    let titles = Codes::open(reader, "title", |title| Ok::<_, std::convert::Infallible>(title.to_owned()))?;
    let competences = Codes::open(reader, "competences", CompetenceCode::parse)?;
    let domains = Codes::open(reader, "domains", DomainCode::parse)?;
    let areas = Codes::open(reader, "area", MunicipalityCode::parse)?;
    let ranks = columns.u64("ranks")?;
    let verified = columns.i64("verified_on")?;
    let lengths = columns.u64("lengths")?;
    // Numbers of a column's dictionary are the numbers of the table, because it is filled in their order.
    let organisation_numbers: Vec<u32> = organisations.values.iter().map(|id| facts.organisations.number(id)).collect();
    let competence_numbers: Vec<u32> = competences.values.iter().map(|code| facts.competences.number(code)).collect();
    let domain_numbers: Vec<u32> = domains.values.iter().map(|code| facts.domains.number(code)).collect();
    let area_numbers: Vec<u32> = areas.values.iter().map(|code| facts.municipalities.number(code)).collect();
    let title_numbers: Vec<u32> = titles.values.iter().map(|title| facts.titles.number(title)).collect();
    let untitled = facts.titles.number(&String::new());
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
        let ranks = Ranks::unpack(ranks.first(doc).unwrap_or_default());
        let competences = numbers(&competence_numbers, competences.ords(doc));
        let set = competences.iter().map(|number| facts.competences.value(*number));
        let desk = desk(ranks.organisation_kind, set);
        let area = numbers(&area_numbers, areas.ords(doc));
        let document = Facts {
            organisation,
            organisation_kind: ranks.organisation_kind,
            kind: ranks.kind,
            mandate: ranks.mandate,
            is_national: area.is_empty(),
        };
        let details = Details {
            officer: OfficerId::parse(&id).map_err(|error| IndexError::Damaged(error.to_string()))?,
            title: titles.ords(doc).first().map_or(untitled, |ord| title_numbers[*ord as usize]),
            verified_on: verified.first(doc).and_then(day),
        };
        let lists = [competences, numbers(&domain_numbers, domains.ords(doc)), area];
        facts.push_document(
            document,
            details,
            lists,
            unpack_lengths(lengths.first(doc).unwrap_or_default()),
            desk,
        );
    }
    Ok(facts)
}

/// A column of codes with its dictionary, read.
struct Codes<T> {
    column: Option<StrColumn>,
    values: Vec<T>,
}

impl<T> Codes<T> {
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

    fn ords(&self, doc: Doc) -> Vec<u64> {
        self.column
            .as_ref()
            .map(|column| column.term_ords(doc).collect())
            .unwrap_or_default()
    }
}

/// Three small enumerations in one column.
pub(crate) struct Ranks {
    pub(crate) organisation_kind: OrganisationKind,
    pub(crate) kind: OfficerKind,
    pub(crate) mandate: MandateLevel,
}

impl Ranks {
    /// As one number.
    pub(crate) fn pack(&self) -> u64 {
        let place = |at: Option<usize>| at.expect("ALL holds every kind") as u64;
        place(OrganisationKind::ALL.iter().position(|kind| *kind == self.organisation_kind))
            | place(OfficerKind::ALL.iter().position(|kind| *kind == self.kind)) << 8
            | place(MandateLevel::ALL.iter().position(|level| *level == self.mandate)) << 16
    }

    fn unpack(packed: u64) -> Self {
        let at = |shift: u32| (packed >> shift & 0xff) as usize;
        Self {
            organisation_kind: OrganisationKind::ALL.get(at(0)).copied().unwrap_or(OrganisationKind::Overig),
            kind: OfficerKind::ALL.get(at(8)).copied().unwrap_or_default(),
            mandate: MandateLevel::ALL.get(at(16)).copied().unwrap_or(MandateLevel::Refer),
        }
    }
}

/// Words per field in one column, twelve bits each.
pub(crate) fn pack_lengths(lengths: [u16; 5]) -> u64 {
    lengths
        .iter()
        .rev()
        .fold(0, |packed, length| packed << 12 | u64::from((*length).min(LONGEST_FIELD)))
}

fn unpack_lengths(packed: u64) -> [u16; 5] {
    std::array::from_fn(|field| (packed >> (12 * field) & 0xfff) as u16)
}

/// What a column can hold of a field's length; a longer field scores as one of this length.
pub(crate) const LONGEST_FIELD: u16 = 0xfff;

/// A day as a number: years, months and days as decimal digits.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

fn day(number: i64) -> Option<Date> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
