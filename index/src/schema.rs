//! The tantivy schema, and an officer as a document of it.
//!
//! Text fields hold the terms that our analyser made (tantivy tokenises nothing), columns hold the facts, and the source
//! is stored whole for highlights. To add a field: here, in [`crate::segment::terms`] and in
//! [`crate::segment::committed`], and raise [`SCHEMA_VERSION`].

use tantivy::TantivyDocument;
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};

use crate::analyser::Analyser;
use crate::document::IndexedOfficer;
use crate::results::TextField;
use crate::segment::committed::{Ranks, day_number, pack_lengths};
use crate::segment::memory::lengths;
use crate::segment::terms::DocumentTerms;

/// Raised whenever documents are laid out otherwise: an index of another layout is rebuilt.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The fields of the schema.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    /// By [`TextField`], in its order.
    pub(crate) texts: [Field; 5],
    /// Holds the register-wide name too, by which a document is replaced.
    pub(crate) codes: Field,
    pub(crate) source: Field,
    organisation: Field,
    officer: Field,
    title: Field,
    competences: Field,
    domains: Field,
    area: Field,
    ranks: Field,
    verified_on: Field,
    lengths: Field,
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
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
    let fields = Fields {
        texts: TextField::ALL.map(|field| builder.add_text_field(field.as_str(), words.clone())),
        codes: builder.add_text_field("codes", codes),
        source: builder.add_bytes_field("source", STORED),
        organisation: builder.add_text_field("organisation_id", column.clone()),
        officer: builder.add_text_field("officer", column.clone()),
        title: builder.add_text_field("title", column.clone()),
        competences: builder.add_text_field("competences", column.clone()),
        domains: builder.add_text_field("domains", column.clone()),
        area: builder.add_text_field("area", column),
        ranks: builder.add_u64_field("ranks", FAST),
        verified_on: builder.add_i64_field("verified_on", FAST),
        lengths: builder.add_u64_field("lengths", FAST),
    };
    (builder.build(), fields)
}

impl Fields {
    /// `officer` as a document.
    pub(crate) fn document(&self, officer: &IndexedOfficer, analyser: &Analyser) -> TantivyDocument {
        let terms = DocumentTerms::of(officer, analyser);
        let lengths = lengths(&terms.fields);
        let mut document = TantivyDocument::default();
        for (field, terms) in self.texts.into_iter().zip(terms.fields) {
            let repeated = terms
                .frequencies
                .into_iter()
                .flat_map(|(term, frequency)| std::iter::repeat_n(term, frequency as usize));
            document.add_pre_tokenized_text(field, tokens(repeated));
        }
        document.add_pre_tokenized_text(self.codes, tokens(terms.codes.into_iter()));
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
        let ranks = Ranks {
            organisation_kind: officer.organisation.kind,
            kind: officer.kind,
            mandate: officer.mandate,
        };
        document.add_u64(self.ranks, ranks.pack());
        if let Some(day) = officer.verified_on {
            document.add_i64(self.verified_on, day_number(day));
        }
        document.add_u64(self.lengths, pack_lengths(lengths));
        let source = serde_json::to_vec(officer).expect("an officer is plain data, which JSON can always hold");
        document.add_bytes(self.source, &source);
        document
    }
}

/// Terms as a text that tantivy need not take apart. Positions mean nothing to us.
fn tokens(terms: impl Iterator<Item = String>) -> PreTokenizedString {
    let tokens = terms.enumerate().map(|(position, text)| Token {
        offset_from: 0,
        offset_to: 0,
        position,
        text,
        position_length: 1,
    });
    PreTokenizedString {
        text: String::new(),
        tokens: tokens.collect(),
    }
}
