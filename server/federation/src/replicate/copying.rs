//! A copy that is kept: its store, what it shows, and the index beside it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::position::Position;
use register::view::View;
use server_core::error::Error;
use server_core::lifecycle::Tasks;
use server_core::views::{CopyIndex, SearchParts};
use storage::{Replica, ReplicaState, ReplicaStep, Replicas};
use tokio::sync::{OnceCell, watch};
use tokio_util::sync::CancellationToken;

use super::{Copied, Refused};

/// Rows read at a time.
const PAGE: usize = 2_000;

/// A copy of a peer.
pub struct Copying {
    register: RegisterId,
    /// What is shown; nothing while there was never a whole state.
    shown: Mutex<Option<Shown>>,
    store: Mutex<Option<Arc<dyn Replica>>>,
    index: OnceCell<CopyIndex>,
    refused: Mutex<Vec<Refused>>,
    closed: CancellationToken,
    shows: Arc<watch::Sender<u64>>,
}

#[derive(Clone)]
struct Shown {
    view: Arc<View>,
    fetched_at: Timestamp,
}

/// A copy that was read and is not shown yet.
pub(super) struct Opened {
    store: Arc<dyn Replica>,
    shown: Option<Shown>,
}

impl Opened {
    /// The organisations in it.
    pub(super) fn organisations(&self) -> impl Iterator<Item = &Organisation> {
        let view = self.shown.iter().map(|shown| &shown.view);
        view.flat_map(|view| view.organisations()).map(Arc::as_ref)
    }
}

/// Where a copy is kept, and what it is indexed with.
pub(super) struct Place {
    pub(super) replicas: Arc<dyn Replicas>,
    pub(super) index: SearchParts,
    pub(super) tasks: Tasks,
}

impl Copying {
    pub(super) fn new(register: RegisterId, shows: Arc<watch::Sender<u64>>) -> Arc<Self> {
        Arc::new(Self {
            register,
            shown: Mutex::default(),
            store: Mutex::default(),
            index: OnceCell::new(),
            refused: Mutex::default(),
            closed: CancellationToken::new(),
            shows,
        })
    }

    /// What can be answered from, once there is something.
    pub fn copied(&self) -> Option<Arc<Copied>> {
        let shown = self.lock().clone()?;
        Some(Arc::new(Copied {
            register: self.register.clone(),
            view: shown.view,
            fetched_at: shown.fetched_at,
            searchable: self.index.get().and_then(CopyIndex::current),
        }))
    }

    /// Organisations that the peer holds and does not speak for.
    pub fn refused(&self) -> Vec<Refused> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_refused(&self, refused: Vec<Refused>) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
    }

    /// Where it stands; none while it was never whole.
    pub(super) fn position(&self) -> Option<Position> {
        self.lock().as_ref().map(|shown| shown.view.position())
    }

    /// What it shows.
    pub(super) fn view(&self) -> Option<Arc<View>> {
        self.lock().as_ref().map(|shown| Arc::clone(&shown.view))
    }

    pub(super) fn fetched_at(&self) -> Option<Timestamp> {
        self.lock().as_ref().map(|shown| shown.fetched_at)
    }

    /// Opens the store and reads what is in it.
    pub(super) async fn open(&self, place: &Place) -> Result<Opened, Error> {
        let store = place.replicas.open(&self.register).await?;
        let shown = match store.state().await? {
            Some(ReplicaState { position, fetched_at }) => {
                let view = load(&*store, position, &place.tasks).await?;
                Some(Shown { view, fetched_at })
            }
            None => None,
        };
        Ok(Opened { store, shown })
    }

    /// Shows what was opened, and goes on with it.
    pub(super) async fn begin(&self, opened: Opened, place: &Place) -> Result<(), Error> {
        if let Some(Shown { view, fetched_at }) = opened.shown {
            self.show(view, fetched_at, place).await?;
        }
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened.store);
        Ok(())
    }

    /// Takes a step in the store, and shows `next` afterwards.
    pub(super) async fn take(&self, step: ReplicaStep, next: View, place: &Place) -> Result<(), Error> {
        let fetched_at = step.state.fetched_at;
        if let Some(store) = self.store() {
            store.apply(step).await?;
        }
        self.show(Arc::new(next), fetched_at, place).await
    }

    /// Notes that the peer has confirmed the position just now.
    pub(super) async fn confirmed(&self, state: ReplicaState, is_kept: bool) -> Result<(), Error> {
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
        self.gauges();
        if is_kept && let Some(store) = self.store() {
            store.apply(ReplicaStep::to(state)).await?;
        }
        Ok(())
    }

    async fn show(&self, view: Arc<View>, fetched_at: Timestamp, place: &Place) -> Result<(), Error> {
        *self.lock() = Some(Shown {
            view: Arc::clone(&view),
            fetched_at,
        });
        let index = self
            .index
            .get_or_try_init(|| CopyIndex::start(place.index.clone(), Arc::clone(&view), &place.tasks))
            .await?;
        index.follow(view);
        self.gauges();
        self.shows.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Closes store and index. Nothing is shown of it any more.
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

    /// Waits until it is closed.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    // A gauge is a float; counts, revisions and seconds are far below what one holds exactly.
    #[allow(clippy::cast_precision_loss)]
    fn gauges(&self) {
        let Some(shown) = self.lock().clone() else { return };
        let peer = self.register.to_string();
        metrics::gauge!("mwr_replica_revision", "peer" => peer.clone()).set(shown.view.position().revision.0 as f64);
        metrics::gauge!("mwr_replica_entries", "peer" => peer.clone()).set(shown.view.counts().entries as f64);
        metrics::gauge!("mwr_replica_fetched_timestamp_seconds", "peer" => peer).set(shown.fetched_at.as_second() as f64);
    }

    fn store(&self) -> Option<Arc<dyn Replica>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn load(store: &dyn Replica, position: Position, tasks: &Tasks) -> Result<Arc<View>, Error> {
    let mut organisations: Vec<Organisation> = Vec::new();
    loop {
        let after: Option<OrganisationId> = organisations.last().map(|last| last.id.clone());
        let mut page = store.organisations(after.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        organisations.append(&mut page);
        if is_last {
            break;
        }
    }
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after: Option<OfficerName> = entries.last().map(Entry::officer_name);
        let mut page = store.entries(after.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        entries.append(&mut page);
        if is_last {
            break;
        }
    }
    tasks
        .blocking(move || Arc::new(View::load(position, organisations, [], entries)))
        .await
}
