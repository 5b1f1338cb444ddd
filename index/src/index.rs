//! The index of one register: a folder on disk, the newest changes in memory, and the view that searches read.
//!
//! There is one writer at a time, behind a lock, and any number of searches, each of which reads the view that is current
//! when it begins. An index is derived data: a folder that cannot be resumed is removed, and the caller rebuilds the index
//! from the register. All calls block, so an asynchronous caller makes them on a thread for blocking work.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use register::identifier::{OfficerName, OrganisationId};
use register::position::{Position, Revision};

use crate::analyse::{Context, Language, Versions};
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::federate::{Share, merge};
use crate::plan::Plan;
use crate::rank::{Hit, Paging, RankedResult, Results, ShareRequest, present_alone};
use crate::score::ResolvedPlan;
use crate::search;
use crate::segment::MemorySegment;
use crate::segment::checkpoint::{CannotResume, RebuildReason, inspect};
use crate::segment::view::{Changes, View};
use crate::segment::writer::SegmentWriter;
use crate::sort_key::Score;
use crate::suggest::{Offer, OfficerCounts, SuggestShare, Suggestion, SuggestionTarget};

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

/// A view, with counts that are made on first use.
struct Snapshot {
    view: View,
    counts: OnceLock<OfficerCounts>,
}

impl Snapshot {
    fn new(view: View) -> Self {
        Self {
            view,
            counts: OnceLock::new(),
        }
    }

    fn counts(&self) -> &OfficerCounts {
        self.counts.get_or_init(|| OfficerCounts::of(&self.view, &BTreeSet::new()))
    }
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
            language,
            snapshot: ArcSwap::from_pointee(Snapshot::new(view)),
            writer: Mutex::new(writer),
        }
    }

    /// Returns the position that a search shows if it begins now.
    pub fn position(&self) -> Position {
        self.snapshot.load().view.position
    }

    /// Returns the number of officers.
    pub fn len(&self) -> usize {
        self.snapshot.load().view.len()
    }

    /// Whether it holds no officers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the versions that it was made with. Plans of other versions are refused.
    pub fn versions(&self) -> &Versions {
        self.language.versions()
    }

    /// Returns one page of the results for `plan`, from one consistent snapshot.
    ///
    /// A single register answers in the same way as several: by merging its share.
    pub fn search(&self, plan: &Plan, paging: &Paging) -> Result<Results, IndexError> {
        self.check_versions(plan)?;
        let snapshot = self.snapshot.load_full();
        let view = &snapshot.view;
        let mut request = ShareRequest {
            limit: paging.limit,
            after: paging.after.clone(),
            no_facets: !paging.facets,
            is_alone: true,
            ..ShareRequest::default()
        };
        let resolved = search::resolve(view, plan)?;
        let merged = loop {
            let share = search::share(view, plan, &resolved, &request);
            let mut merged = merge(plan, paging, &[(&share, &request)]);
            match merged.missing.pop() {
                Some((_, more)) => request = more,
                None => break merged,
            }
        };
        Ok(Results {
            position: view.position,
            hits: search::present(view, plan, &resolved, merged.page, &self.language, paging.explain)?,
            total: merged.total,
            results: merged.results,
            facets: merged.facets,
            next: merged.next,
        })
    }

    /// Returns the contribution of this register to the results for `plan`. [`merge`] combines those of all registers.
    pub fn share(&self, plan: &Plan, request: &ShareRequest) -> Result<Share, IndexError> {
        self.check_versions(plan)?;
        let snapshot = self.snapshot.load_full();
        let mut share = search::share(&snapshot.view, plan, &search::resolve(&snapshot.view, plan)?, request);
        // The same register gives the same answer to the same question, byte for byte.
        share.others.sort_unstable_by_key(|other| other.competence_set);
        Ok(share)
    }

    /// Returns the indexed officer of this name.
    pub fn officer(&self, name: &OfficerName) -> Result<Option<IndexedOfficer>, IndexError> {
        self.snapshot.load_full().view.officer(name)
    }

    /// Whether `plan` matches an officer, without regard to filters.
    pub fn is_match(plan: &Plan, officer: &IndexedOfficer, language: &Language) -> Result<bool, IndexError> {
        let alone = MemorySegment::alone(officer.clone(), &language.analyser);
        let mut is_match = false;
        ResolvedPlan::new(plan, &alone)?.score(|_| true, |_, score| is_match |= score >= Score(1) || plan.is_browse);
        Ok(is_match)
    }

    /// Presents a result of [`merge`] as a hit. `officer` is the entry of the register that returned it.
    pub fn present(
        plan: &Plan,
        ranked: RankedResult,
        officer: IndexedOfficer,
        language: &Language,
        explain: bool,
    ) -> Result<Hit, IndexError> {
        present_alone(plan, ranked, officer, language, explain)
    }

    /// Returns at most `limit` suggestions for a text that is being typed, best first.
    pub fn suggest(&self, prefix: &str, limit: usize, context: &Context) -> Vec<Suggestion> {
        let offer = Offer::new(prefix, context);
        let share = self.snapshot.load_full().counts().share(prefix, &offer.targets(), limit);
        offer.suggestions(&[share], limit)
    }

    /// Returns the contribution of this register to suggestions for `prefix`: the number of officers for each of `targets`,
    /// and the first `limit` functions. Officers of the organisations `without` do not count.
    pub fn suggest_share(
        &self,
        prefix: &str,
        targets: &[SuggestionTarget],
        limit: usize,
        without: &BTreeSet<OrganisationId>,
    ) -> SuggestShare {
        let snapshot = self.snapshot.load_full();
        if without.is_empty() {
            return snapshot.counts().share(prefix, targets, limit);
        }
        OfficerCounts::of(&snapshot.view, without).share(prefix, targets, limit)
    }

    /// Applies the changes that lead to `position`. They are visible when this returns, and on disk later, or after
    /// [`Index::flush`].
    pub fn apply(&self, position: Position, upserts: Vec<IndexedOfficer>, withdrawals: &[OfficerName]) -> Result<(), IndexError> {
        let mut writer = self.lock();
        let snapshot = self.snapshot.load_full();
        let held = snapshot.view.position;
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
            self.publish(snapshot.view.with_changes(position, &changes, &self.language.analyser)?);
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
        let position = self.position();
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
        self.publish(writer.commit(position, &self.language.analyser, self.versions())?);
        Ok(())
    }

    fn publish(&self, view: View) {
        self.snapshot.store(Arc::new(Snapshot::new(view)));
    }

    fn lock(&self) -> MutexGuard<'_, SegmentWriter> {
        // A panic while writing leaves at worst uncommitted documents, which the next commit replaces.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses a plan whose scores would not be comparable here.
    fn check_versions(&self, plan: &Plan) -> Result<(), IndexError> {
        if plan.versions == *self.versions() {
            return Ok(());
        }
        Err(IndexError::OtherVersions {
            plan: plan.versions.to_string(),
            index: self.versions().to_string(),
        })
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
