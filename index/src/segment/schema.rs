//! The tantivy schema, and the conversion of officers to documents.
//!
//! Text fields hold the terms of our analyser, each as a value of its own: tantivy tokenises nothing, and carries a text that is
//! already tokenised through JSON. Columns hold the facts. Texts are not stored: the register has them. To add a field: add it here, in `terms` and in `columns`, and raise [`SCHEMA_VERSION`].

use tantivy::TantivyDocument;
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::packing::{DocumentKinds, field_lengths, pack_day, pack_lengths};
use super::terms::DocumentTerms;
use crate::analyse::Analyser;
use crate::document::{IndexedOfficer, TextField};

/// The version of the layout, to be raised with any change. An index of another version is rebuilt.
pub(super) const SCHEMA_VERSION: u32 = 2;

/// The fields of the schema.
#[derive(Clone, Copy)]
pub(super) struct SchemaFields {
    /// The text fields, in the order of [`TextField`].
    pub(super) texts: [Field; 5],
    /// The codes, including the register-wide name by which a document is replaced.
    pub(super) codes: Field,
    organisation: Field,
    officer: Field,
    title: Field,
    competences: Field,
    domains: Field,
    area: Field,
    kinds: Field,
    verified_on: Field,
    lengths: Field,
}

/// Returns the schema and its fields.
pub(super) fn schema() -> (Schema, SchemaFields) {
    let mut builder = Schema::builder();
    let indexing = |option| {
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(option)
    };
    let words = TextOptions::default().set_indexing_options(indexing(IndexRecordOption::WithFreqs));
    let codes = TextOptions::default().set_indexing_options(indexing(IndexRecordOption::Basic));
    let column = TextOptions::default().set_fast("raw");
    let fields = SchemaFields {
        texts: TextField::ALL.map(|field| builder.add_text_field(field.as_str(), words.clone())),
        codes: builder.add_text_field("codes", codes),
        organisation: builder.add_text_field("organisation_id", column.clone()),
        officer: builder.add_text_field("officer", column.clone()),
        title: builder.add_text_field("title", column.clone()),
        competences: builder.add_text_field("competences", column.clone()),
        domains: builder.add_text_field("domains", column.clone()),
        area: builder.add_text_field("area", column),
        kinds: builder.add_u64_field("ranks", FAST),
        verified_on: builder.add_i64_field("verified_on", FAST),
        lengths: builder.add_u64_field("lengths", FAST),
    };
    (builder.build(), fields)
}

impl SchemaFields {
    /// Converts `officer` to a document.
    pub(super) fn document(&self, officer: &IndexedOfficer, analyser: &Analyser) -> TantivyDocument {
        let terms = DocumentTerms::of(officer, analyser);
        let lengths = field_lengths(&terms.fields);
        let mut document = TantivyDocument::default();
        for (field, terms) in self.texts.into_iter().zip(terms.fields) {
            for (term, frequency) in &terms.frequencies {
                (0..*frequency).for_each(|_| document.add_text(field, term));
            }
        }
        for code in &terms.codes {
            document.add_text(self.codes, code);
        }
        document.add_text(self.organisation, officer.organisation.id.as_str());
        document.add_text(self.officer, officer.name.officer.as_str());
        document.add_text(self.title, &officer.function_title);
        for code in &officer.competences {
            document.add_text(self.competences, code.as_str());
        }
        for code in &officer.domains {
            document.add_text(self.domains, code.as_str());
        }
        for code in &officer.area {
            document.add_text(self.area, code.as_str());
        }
        let kinds = DocumentKinds {
            organisation_kind: officer.organisation.kind,
            kind: officer.kind,
            mandate: officer.mandate,
        };
        document.add_u64(self.kinds, kinds.pack());
        if let Some(day) = officer.verified_on {
            document.add_i64(self.verified_on, pack_day(day));
        }
        document.add_u64(self.lengths, pack_lengths(lengths));
        document
    }
}
