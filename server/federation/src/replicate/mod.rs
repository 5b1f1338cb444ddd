//! Copies of peers: their organisations and officers in a store, a view and an index of their own, following their changes.
//!
//! A copy begins with the state of the peer and goes on with its changes. Every step is one transaction of the copy's store,
//! with the position after it, and is shown afterwards; while a state is received, the former one is shown. Only what the
//! peer speaks for is taken; the rest is refused and listed. When the peer is away the copy goes on to answer, and says as of
//! when.

mod accept;
mod copying;
mod follow;
mod step;

use std::sync::Arc;

use jiff::Timestamp;
use register::identifier::{OrganisationId, RegisterId};
use register::position::Position;
use register::view::View;
use server_core::views::Searchable;

pub use copying::Copying;

/// Where an entry comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The register that speaks for the organisation.
    pub register: RegisterId,
    /// The position of that register that the entry is as of.
    pub position: Position,
    /// When that register last said so.
    pub fetched_at: Timestamp,
}

/// A copy as it can be answered from.
#[derive(Clone, Debug)]
pub struct Copied {
    register: RegisterId,
    view: Arc<View>,
    fetched_at: Timestamp,
    searchable: Option<Arc<Searchable>>,
}

impl Copied {
    /// Of which register.
    pub fn register(&self) -> &RegisterId {
        &self.register
    }

    /// What that register holds and speaks for. Its position is that register's.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view)
    }

    /// When that register last said that the copy is as it is itself.
    pub fn fetched_at(&self) -> Timestamp {
        self.fetched_at
    }

    /// Its search index, once that stands.
    pub fn searchable(&self) -> Option<&Arc<Searchable>> {
        self.searchable.as_ref()
    }

    /// Where its entries come from.
    pub fn provenance(&self) -> Provenance {
        Provenance {
            register: self.register.clone(),
            position: self.view.position(),
            fetched_at: self.fetched_at,
        }
    }
}

/// An organisation that a peer holds, and whose officers were not taken from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which.
    pub organisation: OrganisationId,
    /// The register that speaks for it; none if nobody does.
    pub authority: Option<RegisterId>,
    /// How many officers of it were not taken.
    pub officers: usize,
}
