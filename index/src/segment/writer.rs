//! The writer of an index: changes that are not yet on disk, commits, and the views of committed segments.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use register::position::Position;
use tantivy::index::SegmentId;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use super::checkpoint::Checkpoint;
use super::committed::CommittedSegment;
use super::facts::SegmentFacts;
use super::purge::purge;
use super::schema::{SchemaFields, schema};
use super::terms::code;
use super::view::{Changes, View, ViewSegment};
use crate::analyse::{Analyser, Versions};
use crate::document::{IndexedOfficer, TextField};
use crate::error::IndexError;

/// The memory that tantivy may use for documents that are not yet in a segment, in bytes.
const WRITER_MEMORY: usize = 64 << 20;
/// The number of changed officers from which a commit is due.
const MAX_PENDING: usize = 1024;

/// Writes the segments of one folder. Only one exists per folder: tantivy locks it.
pub(crate) struct SegmentWriter {
    folder: PathBuf,
    fields: SchemaFields,
    tantivy: IndexWriter,
    reader: IndexReader,
    /// The changes since the last commit.
    pending: Changes,
    /// The facts of the committed segments.
    facts: HashMap<SegmentId, Arc<SegmentFacts>>,
}

impl SegmentWriter {
    /// Opens the index in `folder`, or creates an empty one, and returns a view of it at `position`.
    pub(crate) fn open(folder: &Path, position: Position) -> Result<(Self, View), IndexError> {
        let (schema, fields) = schema();
        let directory = tantivy::directory::MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let index = tantivy::Index::open_or_create(directory, schema)?;
        let tantivy: IndexWriter<TantivyDocument> = index.writer_with_num_threads(1, WRITER_MEMORY)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let mut writer = Self {
            folder: folder.to_owned(),
            fields,
            tantivy,
            reader,
            pending: BTreeMap::new(),
            facts: HashMap::new(),
        };
        let view = writer.view(position)?;
        Ok((writer, view))
    }

    /// Adds changes to the next commit.
    pub(crate) fn add(&mut self, changes: Changes) {
        self.pending.extend(changes);
    }

    /// Whether there are so many changes that they should be committed.
    pub(crate) fn is_commit_due(&self) -> bool {
        self.pending.len() > MAX_PENDING
    }

    /// Replaces all documents by `officers` in the next commit. Returns how many there are.
    pub(crate) fn replace_all(
        &mut self,
        officers: impl IntoIterator<Item = IndexedOfficer>,
        analyser: &Analyser,
    ) -> Result<usize, IndexError> {
        self.pending.clear();
        self.tantivy.delete_all_documents()?;
        let mut count = 0;
        for officer in officers {
            self.tantivy.add_document(self.fields.document(&officer, analyser))?;
            count += 1;
        }
        Ok(count)
    }

    /// Commits the changes as `position`, and returns a view of the committed segments.
    pub(crate) fn commit(&mut self, position: Position, analyser: &Analyser, versions: &Versions) -> Result<View, IndexError> {
        self.write_pending(analyser);
        let payload = Checkpoint::new(position, versions).to_json();
        let mut commit = self.tantivy.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        self.reader.reload()?;
        tracing::debug!(revision = position.revision.0, folder = %self.folder.display(), "index committed");
        let view = self.view(position)?;
        self.pending.clear();
        Ok(view)
    }

    fn write_pending(&mut self, analyser: &Analyser) {
        for (name, officer) in &self.pending {
            self.tantivy
                .delete_term(Term::from_field_text(self.fields.codes, &code::name(name)));
            if let Some(officer) = officer {
                let document = self.fields.document(officer, analyser);
                // It fails only if the writer's thread has ended, which the commit that follows reports.
                let _ = self.tantivy.add_document(document);
            }
        }
    }

    /// Rewrites segments that hold erased names. Returns a new view if there were any.
    pub(crate) fn purge(&mut self, position: Position) -> Result<Option<View>, IndexError> {
        let names = self.fields.texts[TextField::Person as usize];
        if purge(&mut self.tantivy, &self.reader, names)? {
            return self.view(position).map(Some);
        }
        Ok(None)
    }

    /// Removes files that are no longer read. The next commit removes those of searches in progress.
    pub(crate) fn collect_garbage(&self) -> Result<(), IndexError> {
        self.tantivy.garbage_collect_files().wait()?;
        Ok(())
    }

    /// Makes a view of the committed segments, reusing the facts of known ones.
    fn view(&mut self, position: Position) -> Result<View, IndexError> {
        let mut facts = HashMap::new();
        let mut segments = Vec::new();
        for reader in self.reader.searcher().segment_readers() {
            let id = reader.segment_id();
            let segment = CommittedSegment::open(reader.clone(), self.fields, self.facts.get(&id).cloned())?;
            facts.insert(id, segment.shared_facts());
            segments.push(ViewSegment::committed(segment));
        }
        self.facts = facts;
        Ok(View { position, segments })
    }
}
