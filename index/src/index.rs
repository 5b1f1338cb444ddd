//! The index of one register: a folder on disk, the newest changes in memory, and the view that searches read.
//!
//! There is one writer at a time, behind a lock, and any number of searches, each of which reads a [`Snapshot`]. An index is derived data: a folder that cannot be resumed is removed, and the caller rebuilds the index
//! from the register. All calls block, so an asynchronous caller makes them on a thread for blocking work.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use register::identifier::OfficerName;
use register::position::{Position, Revision};

use crate::analyse::Language;
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::plan::Plan;
use crate::rank::{Hit, RankedResult, present_alone};
use crate::score::ResolvedPlan;
use crate::segment::MemorySegment;
use crate::segment::checkpoint::{CannotResume, RebuildReason, inspect};
use crate::segment::view::{Changes, View};
use crate::segment::writer::SegmentWriter;
use crate::snapshot::Snapshot;
use crate::sort_key::Score;

/// The number of changed officers from which they are committed at once, as in the snapshot of a large organisation.
const DIRECT_COMMIT: usize = 512;

/// The index of a register.
pub struct Index {
    language: Arc<Language>,
    snapshot: ArcSwap<Snapshot>,
    writer: Mutex<SegmentWriter>,
}

/// How an index was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It holds the register up to a position; the caller applies later changes.
    Resumed {
        /// The position of the index.
        position: Position,
    },
    /// It is empty; the caller fills it with [`Index::rebuild`].
    Rebuild {
        /// The reason why it could not be resumed.
        reason: RebuildReason,
    },
}

impl Index {
    /// Opens the index in `folder` for a register at `register`, or creates an empty one.
    pub fn open(folder: &Path, language: Arc<Language>, register: Position) -> Result<(Self, Opened), IndexError> {
        let position = match inspect(folder, &language, register) {
            Ok(position) => position,
            Err(CannotResume::Rebuild(reason)) => return Self::open_empty(folder, language, register, reason),
            Err(CannotResume::Error(error)) => return Err(error),
        };
        match SegmentWriter::open(folder, position) {
            Ok((writer, view)) => Ok((Self::new(language, writer, view), Opened::Resumed { position })),
            Err(IndexError::Damaged(problem)) => Self::open_empty(folder, language, register, RebuildReason::Damaged(problem)),
            Err(error) => Err(error),
        }
    }

    fn open_empty(
        folder: &Path,
        language: Arc<Language>,
        register: Position,
        reason: RebuildReason,
    ) -> Result<(Self, Opened), IndexError> {
        std::fs::create_dir_all(folder)?;
        remove_content(folder)?;
        // An empty index is at the position of an empty register.
        let position = Position::new(register.epoch, Revision::ZERO);
        let (writer, view) = SegmentWriter::open(folder, position)?;
        tracing::info!(reason = ?reason, "index is empty and must be rebuilt");
        Ok((Self::new(language, writer, view), Opened::Rebuild { reason }))
    }

    fn new(language: Arc<Language>, writer: SegmentWriter, view: View) -> Self {
        Self {
            snapshot: ArcSwap::from_pointee(Snapshot::new(language.clone(), view)),
            writer: Mutex::new(writer),
            language,
        }
    }

    /// Returns the newest snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Returns the position from which the folder can be resumed.
    pub fn position_on_disk(&self) -> Position {
        self.lock().committed()
    }

    /// Whether `plan` matches an officer, without regard to filters.
    pub fn is_match(plan: &Plan, officer: &Arc<IndexedOfficer>, language: &Language) -> Result<bool, IndexError> {
        let alone = MemorySegment::alone(Arc::clone(officer), &language.analyser);
        let mut is_match = plan.is_browse;
        ResolvedPlan::new(plan, &alone)?.score(None, |_, score| is_match |= score >= Score(1));
        Ok(is_match)
    }

    /// Presents a result of [`merge`](crate::merge) as a hit. `officer` is the entry of the register that returned it.
    pub fn present(
        plan: &Plan,
        ranked: RankedResult,
        officer: &Arc<IndexedOfficer>,
        language: &Language,
        explain: bool,
    ) -> Result<Hit, IndexError> {
        present_alone(plan, ranked, officer, language, explain)
    }

    /// Applies the changes that lead to `position`. Snapshots have them when this returns, and the disk later, or after
    /// [`Index::flush`].
    pub fn apply(&self, position: Position, upserts: Vec<IndexedOfficer>, withdrawals: &[OfficerName]) -> Result<(), IndexError> {
        let mut writer = self.lock();
        let snapshot = self.snapshot();
        let held = snapshot.position();
        if position.epoch != held.epoch || position.revision < held.revision {
            return Err(IndexError::OutOfOrder { held, offered: position });
        }
        let mut changes: Changes = withdrawals.iter().map(|name| (name.clone(), None)).collect();
        changes.extend(
            upserts
                .into_iter()
                .map(|officer| (officer.name.clone(), Some(Arc::new(officer)))),
        );
        let is_large = changes.len() > DIRECT_COMMIT;
        if !is_large {
            self.publish(snapshot.view().with_changes(position, &changes, &self.language.analyser));
        }
        writer.add(changes);
        if is_large || writer.is_commit_due() {
            self.commit(&mut writer, position)?;
        }
        Ok(())
    }

    /// Replaces all officers by `officers`, which are those of the register at `position`. Returns how many there are.
    pub fn rebuild(&self, position: Position, officers: impl IntoIterator<Item = IndexedOfficer>) -> Result<usize, IndexError> {
        let mut writer = self.lock();
        let count = writer.replace_all(officers, &self.language.analyser)?;
        self.commit(&mut writer, position)?;
        Ok(count)
    }

    /// Writes all applied changes to disk, and removes erased names from it.
    pub fn flush(&self) -> Result<(), IndexError> {
        let mut writer = self.lock();
        let position = self.snapshot().position();
        self.commit(&mut writer, position)?;
        if let Some(view) = writer.purge(position)? {
            self.publish(view);
            writer.collect_garbage()?;
        }
        Ok(())
    }

    /// Gives up the folder after an error, so that it can be opened again. Searches go on from the last state; writes fail.
    pub fn release(&self) {
        self.lock().release();
    }

    /// Commits pending changes as `position`, and publishes a view of them.
    fn commit(&self, writer: &mut SegmentWriter, position: Position) -> Result<(), IndexError> {
        self.publish(writer.commit(position, &self.language.analyser, self.language.versions())?);
        Ok(())
    }

    fn publish(&self, view: View) {
        self.snapshot.store(Arc::new(Snapshot::new(self.language.clone(), view)));
    }

    fn lock(&self) -> MutexGuard<'_, SegmentWriter> {
        // A panic while writing leaves at worst uncommitted documents, which the next commit replaces.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes everything in `folder`. The folder itself stays: it may be a file system of its own.
fn remove_content(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
