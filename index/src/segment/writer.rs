//! The writer of an index: changes that are not yet on disk, commits, and the views of committed segments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use register::position::Position;
use tantivy::index::SegmentId;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyError, Term};

use super::checkpoint::Checkpoint;
use super::committed::{CommittedSegment, SegmentContent};
use super::competence_sets::CompetenceSets;
use super::purge::purge;
use super::schema::{SchemaFields, schema};
use super::terms::code;
use super::view::{Changes, View, ViewSegment};
use crate::analyse::{Analyser, Versions};
use crate::document::{IndexedOfficer, TextField};
use crate::error::IndexError;
use crate::hash::HashMap;

/// The memory that tantivy may use for documents that are not yet in a segment, in bytes.
const WRITER_MEMORY: usize = 64 << 20;
/// The number of changed officers from which a commit is due.
const MAX_PENDING: usize = 1024;

/// Writes the segments of one folder. Only one exists per folder: tantivy locks it.
pub(crate) struct SegmentWriter {
    folder: PathBuf,
    fields: SchemaFields,
    index: tantivy::Index,
    tantivy: WriterState,
    reader: IndexReader,
    /// The position of the last commit.
    committed: Position,
    /// The changes since the last commit. A failed commit keeps them.
    pending: Changes,
    /// The content of the committed segments.
    contents: HashMap<SegmentId, Arc<SegmentContent>>,
    competence_sets: Arc<CompetenceSets>,
}

/// The writer of tantivy. Its threads end with the first error, so a failed one is replaced before the next attempt.
enum WriterState {
    Open(Box<IndexWriter>),
    Failed,
    /// The folder was given up, because another writer may hold it now.
    Released,
}

impl SegmentWriter {
    /// Opens the index in `folder`, or creates an empty one, and returns a view of it at `position`.
    pub(crate) fn open(folder: &Path, position: Position) -> Result<(Self, View), IndexError> {
        let (schema, fields) = schema();
        let directory = tantivy::directory::MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let index = tantivy::Index::open_or_create(directory, schema)?;
        let tantivy = WriterState::Open(Box::new(index.writer_with_num_threads(1, WRITER_MEMORY)?));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let mut writer = Self {
            folder: folder.to_owned(),
            fields,
            index,
            tantivy,
            reader,
            committed: position,
            pending: BTreeMap::new(),
            contents: HashMap::default(),
            competence_sets: Arc::default(),
        };
        let view = writer.view(position)?;
        Ok((writer, view))
    }

    /// The position of the last commit.
    pub(crate) fn committed(&self) -> Position {
        self.committed
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
        let fields = self.fields;
        self.attempt(|tantivy| {
            tantivy.delete_all_documents()?;
            let mut count = 0;
            for officer in officers {
                tantivy.add_document(fields.document(&officer, analyser))?;
                count += 1;
            }
            Ok(count)
        })
    }

    /// Commits the changes as `position`, and returns a view of the committed segments. After an error nothing is committed,
    /// and the changes are part of the next commit.
    pub(crate) fn commit(&mut self, position: Position, analyser: &Analyser, versions: &Versions) -> Result<View, IndexError> {
        let payload = Checkpoint::new(position, versions).to_json();
        let (fields, pending) = (self.fields, std::mem::take(&mut self.pending));
        let committed = self.attempt(|tantivy| {
            write_pending(tantivy, fields, &pending, analyser);
            let mut commit = tantivy.prepare_commit()?;
            commit.set_payload(&payload);
            commit.commit()?;
            Ok(())
        });
        if let Err(error) = committed {
            self.pending = pending;
            return Err(error);
        }
        self.committed = position;
        self.reader.reload()?;
        tracing::debug!(revision = position.revision.0, folder = %self.folder.display(), "index committed");
        self.view(position)
    }

    /// Rewrites segments that hold erased names. Returns a new view if there were any.
    pub(crate) fn purge(&mut self, position: Position) -> Result<Option<View>, IndexError> {
        let names = self.fields.texts[TextField::Person as usize];
        let reader = self.reader.clone();
        if self.attempt(|tantivy| purge(tantivy, &reader, names))? {
            return self.view(position).map(Some);
        }
        Ok(None)
    }

    /// Removes files that are no longer read. The next commit removes those of searches in progress.
    pub(crate) fn collect_garbage(&mut self) -> Result<(), IndexError> {
        self.attempt(|tantivy| {
            tantivy.garbage_collect_files().wait()?;
            Ok(())
        })
    }

    /// Gives up the folder, so that it can be opened again while searches still read the committed segments.
    pub(crate) fn release(&mut self) {
        self.tantivy = WriterState::Released;
    }

    /// Runs `work` with the writer of tantivy, which is opened again if the last attempt failed.
    fn attempt<T>(&mut self, work: impl FnOnce(&mut IndexWriter) -> Result<T, IndexError>) -> Result<T, IndexError> {
        let mut tantivy = match std::mem::replace(&mut self.tantivy, WriterState::Failed) {
            WriterState::Open(tantivy) => tantivy,
            WriterState::Failed => Box::new(self.index.writer_with_num_threads(1, WRITER_MEMORY)?),
            WriterState::Released => {
                self.tantivy = WriterState::Released;
                let released = std::io::Error::other("it was opened again elsewhere");
                return Err(IndexError::Unavailable(released));
            }
        };
        let outcome = work(&mut tantivy)?;
        self.tantivy = WriterState::Open(tantivy);
        Ok(outcome)
    }

    /// Makes a view of the committed segments, reusing the content of known ones.
    fn view(&mut self, position: Position) -> Result<View, IndexError> {
        let mut contents = HashMap::default();
        let mut segments = Vec::new();
        for reader in self.reader.searcher().segment_readers() {
            let id = reader.segment_id();
            let (known, sets) = (self.contents.get(&id).cloned(), self.competence_sets.clone());
            let segment = CommittedSegment::open(reader.clone(), self.fields, known, sets)?;
            contents.insert(id, segment.shared_content());
            segments.push(ViewSegment::committed(segment));
        }
        self.contents = contents;
        Ok(View {
            position,
            segments,
            competence_sets: self.competence_sets.clone(),
        })
    }
}

fn write_pending(tantivy: &IndexWriter, fields: SchemaFields, pending: &Changes, analyser: &Analyser) {
    for (name, officer) in pending {
        tantivy.delete_term(Term::from_field_text(fields.codes, &code::name(name)));
        if let Some(officer) = officer {
            let document = fields.document(officer, analyser);
            // It fails only if the writer's thread has ended, which the commit that follows reports.
            let _ = tantivy.add_document(document);
        }
    }
}
