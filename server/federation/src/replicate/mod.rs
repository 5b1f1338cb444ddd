//! Copies of peers: their organisations and officers in a store, view and index of their own, which follow the peer's changes.
//!
//! A copy begins with the full state of the peer and continues with its changes. Each step is one transaction of the copy's
//! store, including the position after it, and is shown once committed. While a full state arrives, on disk, the former one is shown.
//! Only officers of organisations for which the peer is authoritative are taken; others are refused and listed. When the peer
//! is away, the copy still answers, and gives the time of its data.

mod arriving;
mod follow;
mod holdings;
mod keeper;
mod step;

use std::sync::Arc;

use jiff::Timestamp;
use register::identifier::{OrganisationId, RegisterId};
use register::position::Position;
use register::view::View;
use server_core::views::Searchable;

pub use keeper::CopyKeeper;

/// The origin of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The register that is authoritative for the organisation.
    pub register: RegisterId,
    /// The position of that register at which the entry was read.
    pub position: Position,
    /// The time at which that register last confirmed this position.
    pub fetched_at: Timestamp,
}

/// A copy of a peer at one moment.
#[derive(Clone, Debug)]
pub struct PeerCopy {
    register: RegisterId,
    view: Arc<View>,
    fetched_at: Timestamp,
    searchable: Option<Arc<Searchable>>,
}

impl PeerCopy {
    /// The register that was copied.
    pub fn register(&self) -> &RegisterId {
        &self.register
    }

    /// The organisations and officers for which that register is authoritative, at its position.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view)
    }

    /// The time at which that register last confirmed the copy's position.
    pub fn fetched_at(&self) -> Timestamp {
        self.fetched_at
    }

    /// The search index, once it is built.
    pub fn searchable(&self) -> Option<&Arc<Searchable>> {
        self.searchable.as_ref()
    }

    /// The provenance of its entries.
    pub fn provenance(&self) -> Provenance {
        Provenance {
            register: self.register.clone(),
            position: self.view.position(),
            fetched_at: self.fetched_at,
        }
    }
}

/// An organisation that a peer holds without being authoritative for it, so that its officers were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedOrganisation {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The authoritative register, if there is one.
    pub authority: Option<RegisterId>,
    /// The number of refused officers.
    pub officers: usize,
}
