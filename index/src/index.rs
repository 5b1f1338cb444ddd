//! The index of one register: a folder on disk, the newest changes in memory, and the views that searches read.
//!
//! One writer at a time (a lock), any number of searchers (they read the view that is current when they begin). An index
//! is derived data: whatever is wrong with a folder, it is removed and the caller builds the index anew from the register.
//! All calls block; an asynchronous caller makes them on a thread for blocking work.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use register::identifier::{OfficerName, OrganisationId};
use register::position::{Position, Revision};
use tantivy::index::SegmentId;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use crate::context::Context;
use crate::document::IndexedOfficer;
use crate::error::IndexError;
use crate::folder::{Payload, RebuildReason, Refusal, inspect};
use crate::language::{Language, Versions};
use crate::merge::{Ranked, merge};
use crate::plan::Plan;
use crate::present::present_alone;
use crate::purge::purge;
use crate::results::{Hit, Paging, Results, TextField};
use crate::schema::{Fields, schema};
use crate::score::Score;
use crate::scorer::{Resolved, WordWeights};
use crate::segment::committed::CommittedSegment;
use crate::segment::memory::MemorySegment;
use crate::segment::terms::code;
use crate::segment::{Doc, SegmentFacts, Source};
use crate::share::{Share, Wanted};
use crate::suggest::{SuggestShare, Suggestion, SuggestionTarget, Tally, suggest};
use crate::view::{Part, PartSegment, View, check_versions};

/// What tantivy may use for documents that are not yet in a segment.
const WRITER_MEMORY: usize = 64 << 20;
/// A change of more officers goes to disk at once: a snapshot of a large organisation, a replica that catches up.
const DIRECT_COMMIT: usize = 512;
/// When so many officers have changed, they are committed.
const MOST_PENDING: usize = 1024;
/// When there are so many segments in memory, they are folded into one.
const MOST_MEMORY_SEGMENTS: usize = 8;

/// The index of a register.
pub struct Index {
    language: Arc<Language>,
    view: ArcSwap<View>,
    writer: Mutex<Writer>,
}

/// How an index was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It holds everything up to here; the caller applies what came after.
    Resumed {
        /// Where it stands.
        position: Position,
    },
    /// It is empty; the caller fills it with [`Index::rebuild`].
    Rebuild {
        /// Why.
        reason: RebuildReason,
    },
}

struct Writer {
    folder: PathBuf,
    fields: Fields,
    tantivy: IndexWriter,
    reader: IndexReader,
    /// What has changed since the last commit: the officer as it is now, or none when it was withdrawn.
    pending: BTreeMap<OfficerName, Option<Arc<IndexedOfficer>>>,
    /// The facts of the committed segments.
    facts: HashMap<SegmentId, Arc<SegmentFacts>>,
}

impl Index {
    /// Opens the index in `folder` for a register that stands at `register`, or makes an empty one.
    pub fn open(folder: &Path, language: Arc<Language>, register: Position) -> Result<(Self, Opened), IndexError> {
        let (kept, reason) = match inspect(folder, &language, register) {
            Ok(position) => (Some(position), RebuildReason::New),
            Err(Refusal::Rebuild(reason)) => (None, reason),
            Err(Refusal::Error(error)) => return Err(error),
        };
        if kept.is_none() && folder.try_exists()? {
            std::fs::remove_dir_all(folder)?;
        }
        let (writer, view) = match kept {
            Some(position) => match Writer::open(folder, position) {
                Err(IndexError::Damaged(what)) => {
                    std::fs::remove_dir_all(folder)?;
                    return Self::empty(folder, language, register, RebuildReason::Damaged(what));
                }
                opened => opened?,
            },
            None => return Self::empty(folder, language, register, reason),
        };
        let opened = Opened::Resumed { position: view.position };
        Ok((
            Self {
                language,
                view: ArcSwap::from_pointee(view),
                writer: Mutex::new(writer),
            },
            opened,
        ))
    }

    fn empty(
        folder: &Path,
        language: Arc<Language>,
        register: Position,
        reason: RebuildReason,
    ) -> Result<(Self, Opened), IndexError> {
        std::fs::create_dir_all(folder)?;
        // Before the first commit a register is empty, and so is this.
        let position = Position::new(register.epoch, Revision::ZERO);
        let (writer, view) = Writer::open(folder, position)?;
        tracing::info!(reason = ?reason, "index is empty and must be rebuilt");
        let index = Self {
            language,
            view: ArcSwap::from_pointee(view),
            writer: Mutex::new(writer),
        };
        Ok((index, Opened::Rebuild { reason }))
    }

    /// Where the index stands: what a search that begins now shows.
    pub fn position(&self) -> Position {
        self.view.load().position
    }

    /// How many officers it holds.
    pub fn len(&self) -> usize {
        self.view.load().len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it was made with. A plan of other versions is refused.
    pub fn versions(&self) -> &Versions {
        self.language.versions()
    }

    /// One page of the answer to `plan`, from one consistent snapshot.
    pub fn search(&self, plan: &Plan, paging: &Paging) -> Result<Results, IndexError> {
        check_versions(plan, self.language.versions())?;
        self.search_weighed(&self.view.load_full(), plan, paging, &WordWeights::Static)
    }

    /// The same answer with words weighed by their rarity in this collection, as BM25 does: the yardstick for
    /// measurements. Its scores depend on all that the register happens to hold.
    pub fn search_by_collection(&self, plan: &Plan, paging: &Paging) -> Result<Results, IndexError> {
        check_versions(plan, self.language.versions())?;
        let view = self.view.load_full();
        self.search_weighed(&view, plan, paging, &view.collection_weights(plan)?)
    }

    /// An answer of one share: the same way as one of many registers.
    fn search_weighed(&self, view: &View, plan: &Plan, paging: &Paging, weights: &WordWeights) -> Result<Results, IndexError> {
        let mut wanted = Wanted {
            limit: paging.limit,
            after: paging.after.clone(),
            no_facets: !paging.facets,
            ..Wanted::default()
        };
        let resolved = view.resolve(plan, weights)?;
        let merged = loop {
            let share = view.share(plan, &resolved, &wanted)?;
            let mut merged = merge(plan, paging, &[(&share, &wanted)]);
            match merged.missing.pop() {
                Some((_, more)) => wanted = more,
                None => break merged,
            }
        };
        Ok(Results {
            position: view.position,
            hits: view.present(plan, &resolved, merged.page, &self.language, paging.explain)?,
            total: merged.total,
            results: merged.results,
            facets: merged.facets,
            next: merged.next,
        })
    }

    /// What this register contributes to the answer to `plan`; [`merge`] makes the answer of the shares of all registers.
    pub fn share(&self, plan: &Plan, wanted: &Wanted) -> Result<Share, IndexError> {
        check_versions(plan, self.language.versions())?;
        let view = self.view.load_full();
        view.share(plan, &view.resolve(plan, &WordWeights::Static)?, wanted)
    }

    /// What the index holds of the officer of this name.
    pub fn officer(&self, name: &OfficerName) -> Result<Option<IndexedOfficer>, IndexError> {
        self.view.load_full().officer(name)
    }

    /// Whether `plan` matches an officer at all, filters apart.
    pub fn is_match(plan: &Plan, officer: &IndexedOfficer, language: &Language) -> Result<bool, IndexError> {
        let alone = MemorySegment::new(vec![Arc::new(officer.clone())], &language.analyser);
        Ok(!Resolved::new(plan, &alone, &WordWeights::Static)?.score(Score(1))?.is_empty())
    }

    /// A result of [`merge`] as a hit. `officer` is what the register holds that it came from.
    pub fn present(
        plan: &Plan,
        ranked: Ranked,
        officer: IndexedOfficer,
        language: &Language,
        explain: bool,
    ) -> Result<Hit, IndexError> {
        present_alone(plan, ranked, officer, language, explain)
    }

    /// What may be meant by what has been typed so far.
    pub fn suggest(&self, prefix: &str, limit: usize, context: &Context) -> Vec<Suggestion> {
        suggest(&self.view.load_full(), prefix, limit, context)
    }

    /// What this register contributes to suggestions for `prefix`: officers for each of `targets`, and the first `limit`
    /// functions. Officers of the organisations `without` do not count.
    pub fn suggest_share(
        &self,
        prefix: &str,
        targets: &[SuggestionTarget],
        limit: usize,
        without: &BTreeSet<OrganisationId>,
    ) -> SuggestShare {
        let view = self.view.load_full();
        if without.is_empty() {
            return view.tally().share(prefix, targets, limit);
        }
        Tally::of(&view, without).share(prefix, targets, limit)
    }

    /// Applies the changes that lead to `position`. They are visible when this returns, and on disk some time later, or
    /// after [`Index::flush`].
    pub fn apply(&self, position: Position, upserts: Vec<IndexedOfficer>, withdrawals: &[OfficerName]) -> Result<(), IndexError> {
        let mut writer = self.lock();
        let view = self.view.load_full();
        if position.epoch != view.position.epoch || position.revision < view.position.revision {
            return Err(IndexError::OutOfOrder {
                held: view.position,
                offered: position,
            });
        }
        let mut changes: BTreeMap<OfficerName, Option<Arc<IndexedOfficer>>> =
            withdrawals.iter().map(|name| (name.clone(), None)).collect();
        changes.extend(
            upserts
                .into_iter()
                .map(|officer| (officer.name.clone(), Some(Arc::new(officer)))),
        );
        let is_large = changes.len() > DIRECT_COMMIT;
        if !is_large {
            self.view
                .store(Arc::new(overlaid(&view, position, &changes, &self.language)?));
        }
        writer.pending.extend(changes);
        if is_large || writer.pending.len() > MOST_PENDING {
            self.commit(&mut writer, position)?;
        }
        Ok(())
    }

    /// Replaces all it holds by `officers`, which are the register at `position`. Returns how many they are.
    pub fn rebuild(&self, position: Position, officers: impl IntoIterator<Item = IndexedOfficer>) -> Result<usize, IndexError> {
        let mut writer = self.lock();
        writer.pending.clear();
        writer.tantivy.delete_all_documents()?;
        let mut count = 0;
        for officer in officers {
            let document = writer.fields.document(&officer, &self.language.analyser);
            writer.tantivy.add_document(document)?;
            count += 1;
        }
        self.commit(&mut writer, position)?;
        Ok(count)
    }

    /// Writes everything applied so far to disk, and takes off the disk the names that were erased.
    pub fn flush(&self) -> Result<(), IndexError> {
        let mut writer = self.lock();
        let position = self.view.load().position;
        self.commit(&mut writer, position)?;
        if writer.purge()? {
            self.view.store(Arc::new(writer.view(position)?));
            writer.collect_garbage()?;
        }
        Ok(())
    }

    /// Commits what is pending as `position`, and publishes a view of it.
    fn commit(&self, writer: &mut Writer, position: Position) -> Result<(), IndexError> {
        writer.write_pending(&self.language);
        writer.commit(position, self.language.versions())?;
        let view = writer.view(position)?;
        writer.pending.clear();
        self.view.store(Arc::new(view));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        // A panic in a writer leaves at worst uncommitted documents, which the next commit replaces.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    fn open(folder: &Path, position: Position) -> Result<(Self, View), IndexError> {
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

    fn write_pending(&mut self, language: &Language) {
        for (name, officer) in &self.pending {
            self.tantivy
                .delete_term(Term::from_field_text(self.fields.codes, &code::name(name)));
            if let Some(officer) = officer {
                let document = self.fields.document(officer, &language.analyser);
                // The only error is that the writer's thread has ended, which the commit that follows reports.
                let _ = self.tantivy.add_document(document);
            }
        }
    }

    fn commit(&mut self, position: Position, versions: &Versions) -> Result<(), IndexError> {
        let payload = Payload::new(position, versions).to_json();
        let mut commit = self.tantivy.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        self.reader.reload()?;
        tracing::debug!(revision = position.revision.0, folder = %self.folder.display(), "index committed");
        Ok(())
    }

    /// Rewrites segments that hold erased names. Gives whether there were any.
    fn purge(&mut self) -> Result<bool, IndexError> {
        purge(&mut self.tantivy, &self.reader, self.fields.texts[TextField::Person as usize])
    }

    /// Removes the files that nobody reads any more. Those of a search under way go with the next commit.
    fn collect_garbage(&self) -> Result<(), IndexError> {
        self.tantivy.garbage_collect_files().wait()?;
        Ok(())
    }

    /// A view of the committed segments; facts of segments that are known already are kept.
    fn view(&mut self, position: Position) -> Result<View, IndexError> {
        let mut facts = HashMap::new();
        let mut parts = Vec::new();
        for reader in self.reader.searcher().segment_readers() {
            let id = reader.segment_id();
            let segment = CommittedSegment::open(reader.clone(), self.fields, self.facts.get(&id).cloned())?;
            facts.insert(id, segment.shared_facts());
            parts.push(Part::new(PartSegment::Committed(Arc::new(segment))));
        }
        self.facts = facts;
        Ok(View::new(position, parts))
    }
}

/// `view` with newer changes on top.
fn overlaid(
    view: &View,
    position: Position,
    changes: &BTreeMap<OfficerName, Option<Arc<IndexedOfficer>>>,
    language: &Language,
) -> Result<View, IndexError> {
    let mut parts = Vec::with_capacity(view.parts.len() + 1);
    for part in &view.parts {
        let mut newly_hidden: Vec<Doc> = Vec::new();
        let segment = part.segment.as_segment();
        for name in changes.keys() {
            if let Some(list) = segment.find(Source::Codes, &code::name(name))? {
                let hide = |doc, _| newly_hidden.extend(part.is_live(doc).then_some(doc));
                list.open()?.until(Doc::MAX, hide);
            }
        }
        let hidden = if newly_hidden.is_empty() {
            part.hidden.clone()
        } else {
            newly_hidden.extend(part.hidden.iter());
            newly_hidden.sort_unstable();
            Arc::new(newly_hidden)
        };
        parts.push(Part {
            segment: part.segment.clone(),
            hidden,
        });
    }
    let officers: Vec<Arc<IndexedOfficer>> = changes.values().flatten().cloned().collect();
    if !officers.is_empty() {
        parts.push(Part::new(PartSegment::Memory(Arc::new(MemorySegment::new(
            officers,
            &language.analyser,
        )))));
    }
    Ok(View::new(position, folded(parts, language)))
}

/// The parts, with the memory segments folded into one when there are many.
fn folded(parts: Vec<Part>, language: &Language) -> Vec<Part> {
    let is_memory = |part: &Part| matches!(part.segment, PartSegment::Memory(_));
    if parts.iter().filter(|part| is_memory(part)).count() <= MOST_MEMORY_SEGMENTS {
        return parts;
    }
    let (memory, mut kept): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(is_memory);
    let mut live = Vec::new();
    for part in memory {
        if let PartSegment::Memory(segment) = &part.segment {
            let officers = (0..).zip(segment.officers());
            live.extend(
                officers
                    .filter(|(doc, _)| part.is_live(*doc))
                    .map(|(_, officer)| officer.clone()),
            );
        }
    }
    kept.push(Part::new(PartSegment::Memory(Arc::new(MemorySegment::new(
        live,
        &language.analyser,
    )))));
    kept
}
