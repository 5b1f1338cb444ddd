//! Keeps a copy: its store, the view that is shown, and the index.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::position::Position;
use register::view::{View, ViewChanges};
use server_core::error::Error;
use server_core::lifecycle::Tasks;
use server_core::views::{CopyIndex, SearchParts};
use storage::{Replica, ReplicaArrival, ReplicaState, ReplicaStep, Replicas};
use tokio::sync::{OnceCell, watch};
use tokio_util::sync::CancellationToken;

use super::{PeerCopy, RefusedOrganisation};

/// Rows read at a time.
const PAGE: usize = 2_000;

/// The store, view and index of a copy.
pub struct CopyKeeper {
    register: RegisterId,
    /// The shown state; `None` until there was a full one.
    shown: Mutex<Option<CopyState>>,
    store: Mutex<Option<Arc<dyn Replica>>>,
    index: OnceCell<CopyIndex>,
    refused: Mutex<Vec<RefusedOrganisation>>,
    closed: CancellationToken,
    shown_changes: Arc<watch::Sender<u64>>,
}

#[derive(Clone)]
struct CopyState {
    view: Arc<View>,
    fetched_at: Timestamp,
}

/// A copy that was read from its store and is not shown yet.
pub(super) struct OpenedCopy {
    store: Arc<dyn Replica>,
    shown: Option<CopyState>,
}

impl OpenedCopy {
    /// Its content; `None` if there was never a full state.
    pub(super) fn view(&self) -> Option<Arc<View>> {
        self.shown.as_ref().map(|shown| Arc::clone(&shown.view))
    }
}

/// The store and index settings of a copy.
pub(super) struct CopyResources {
    pub(super) replicas: Arc<dyn Replicas>,
    pub(super) index: SearchParts,
    pub(super) tasks: Tasks,
}

impl CopyKeeper {
    pub(super) fn new(register: RegisterId, shown_changes: Arc<watch::Sender<u64>>) -> Arc<Self> {
        Arc::new(Self {
            register,
            shown: Mutex::default(),
            store: Mutex::default(),
            index: OnceCell::new(),
            refused: Mutex::default(),
            closed: CancellationToken::new(),
            shown_changes,
        })
    }

    /// The copy to answer from, once it has a full state.
    pub fn copy(&self) -> Option<Arc<PeerCopy>> {
        let shown = self.lock().clone()?;
        Some(Arc::new(PeerCopy {
            register: self.register.clone(),
            view: shown.view,
            fetched_at: shown.fetched_at,
            searchable: self.index.get().and_then(CopyIndex::current),
        }))
    }

    /// Organisations that the peer holds and is not authoritative for.
    pub fn refused(&self) -> Vec<RefusedOrganisation> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_refused(&self, refused: Vec<RefusedOrganisation>) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
    }

    /// The position of the shown state; `None` until there was a full one.
    pub(super) fn position(&self) -> Option<Position> {
        self.lock().as_ref().map(|shown| shown.view.position())
    }

    /// The shown view.
    pub(super) fn view(&self) -> Option<Arc<View>> {
        self.lock().as_ref().map(|shown| Arc::clone(&shown.view))
    }

    pub(super) fn fetched_at(&self) -> Option<Timestamp> {
        self.lock().as_ref().map(|shown| shown.fetched_at)
    }

    /// Opens the store and reads its content.
    pub(super) async fn open(&self, resources: &CopyResources) -> Result<OpenedCopy, Error> {
        let store = resources.replicas.open(&self.register).await?;
        let shown = match store.state().await? {
            Some(ReplicaState { position, fetched_at }) => {
                let view = load(&*store, position, &resources.tasks).await?;
                Some(CopyState { view, fetched_at })
            }
            None => None,
        };
        Ok(OpenedCopy { store, shown })
    }

    /// Shows the opened state, and uses its store from now on.
    pub(super) async fn show_opened(&self, opened: OpenedCopy, resources: &CopyResources) -> Result<(), Error> {
        if let Some(CopyState { view, fetched_at }) = opened.shown {
            self.show(view, fetched_at, resources).await?;
        }
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened.store);
        Ok(())
    }

    /// Applies a step to the store, and then shown_changes `next`.
    pub(super) async fn apply(&self, step: ReplicaStep, next: View, resources: &CopyResources) -> Result<(), Error> {
        let fetched_at = step.state.fetched_at;
        if let Some(store) = self.store() {
            store.apply(step).await?;
        }
        self.show(Arc::new(next), fetched_at, resources).await
    }

    /// Begins to receive a full state.
    pub(super) async fn begin_arrival(&self) -> Result<Box<dyn ReplicaArrival>, Error> {
        let store = self.store().ok_or_else(closed)?;
        Ok(store.begin_arrival().await?)
    }

    /// Replaces the copy by the organisations in `kept` of a full state, and shows it. Returns the names of the other entries.
    pub(super) async fn replace(
        &self,
        arrival: Box<dyn ReplicaArrival>,
        state: ReplicaState,
        kept: BTreeSet<OrganisationId>,
        resources: &CopyResources,
    ) -> Result<Vec<OfficerName>, Error> {
        let store = self.store().ok_or_else(closed)?;
        let refused = arrival.finish(state, kept).await?;
        let view = load(&*store, state.position, &resources.tasks).await?;
        self.show(view, state.fetched_at, resources).await?;
        Ok(refused)
    }

    /// Records that the peer has confirmed `state`, and writes it to the store if `must_store`.
    pub(super) async fn confirm(&self, state: ReplicaState, must_store: bool) -> Result<(), Error> {
        {
            let mut shown = self.lock();
            let Some(shown) = shown.as_mut() else { return Ok(()) };
            shown.fetched_at = state.fetched_at;
            if shown.view.position() != state.position {
                shown.view = Arc::new(View::clone(&shown.view).moved_to(state.position));
            }
        }
        if let Some(index) = self.index.get()
            && let Some(view) = self.view()
        {
            index.follow(view);
        }
        self.update_gauges();
        if must_store && let Some(store) = self.store() {
            store.apply(ReplicaStep::to(state)).await?;
        }
        Ok(())
    }

    async fn show(&self, view: Arc<View>, fetched_at: Timestamp, resources: &CopyResources) -> Result<(), Error> {
        *self.lock() = Some(CopyState {
            view: Arc::clone(&view),
            fetched_at,
        });
        let index = self
            .index
            .get_or_try_init(|| CopyIndex::start(resources.index.clone(), Arc::clone(&view), &resources.tasks))
            .await?;
        index.follow(view);
        self.update_gauges();
        self.shown_changes.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Closes store and index. The copy shown_changes nothing from then on.
    pub(super) async fn close(&self) {
        if let Some(index) = self.index.get() {
            index.close().await;
        }
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(store) = store {
            store.close().await;
        }
        self.lock().take();
        self.closed.cancel();
    }

    /// Waits until the copy is closed.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    // Counts, revisions and seconds are exact in a float.
    #[allow(clippy::cast_precision_loss)]
    fn update_gauges(&self) {
        let Some(shown) = self.lock().clone() else { return };
        let peer = self.register.to_string();
        metrics::gauge!("mwr_replica_revision", "peer" => peer.clone()).set(shown.view.position().revision.0 as f64);
        metrics::gauge!("mwr_replica_entries", "peer" => peer.clone()).set(shown.view.counts().entries as f64);
        metrics::gauge!("mwr_replica_fetched_timestamp_seconds", "peer" => peer).set(shown.fetched_at.as_second() as f64);
    }

    fn store(&self) -> Option<Arc<dyn Replica>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<CopyState>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed() -> Error {
    Error::internal(std::io::Error::other("the copy is closed"))
}

/// Reads the view page by page: memory holds it once.
async fn load(store: &dyn Replica, position: Position, tasks: &Tasks) -> Result<Arc<View>, Error> {
    let mut view = View::empty(position);
    let mut after: Option<OrganisationId> = None;
    loop {
        let page = store.organisations(after.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        after = page.last().map(|last| last.id.clone());
        let organisations = page.into_iter().map(Arc::new).collect();
        let changes = ViewChanges {
            organisations,
            ..ViewChanges::default()
        };
        view = tasks.blocking(move || with(view, &changes)).await?;
        if is_last {
            break;
        }
    }
    let mut after: Option<OfficerName> = None;
    loop {
        let page = store.entries(after.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        after = page.last().map(Entry::officer_name);
        let entries = page.into_iter().map(Arc::new).collect();
        let changes = ViewChanges {
            entries,
            ..ViewChanges::default()
        };
        view = tasks.blocking(move || with(view, &changes)).await?;
        if is_last {
            return Ok(Arc::new(view));
        }
    }
}

fn with(mut view: View, changes: &ViewChanges) -> View {
    view.absorb(changes);
    view
}
