//! The in-memory view: all organisations, grants and entries at one position, with the indexes that reads need.
//!
//! A view is a value. Its maps are persistent, so a copy is a few pointers: a reader keeps its position while the node applies
//! the next commit to a copy. It is derived data: [`View::load`] builds it from storage and [`View::apply`] follows a commit,
//! with the same result. Its getters return stored data; what callers may see goes through [`visible`] and [`View::shown`].

mod apply;
mod changes;
mod error;
mod grants;
mod officers;
mod organisations;
mod peers;
mod postings;
mod visible;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use imbl::OrdMap;

pub use changes::ViewChanges;
pub use error::ApplyError;
pub use visible::visible;

use crate::entry::Entry;
use crate::grant::Grant;
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerName, OrganisationId, RegisterId};
use crate::officer::OfficerKind;
use crate::oin::Oin;
use crate::organisation::{Organisation, OrganisationKind};
use crate::peer::Peer;
use crate::position::Position;
use postings::Postings;

/// Everything that the register holds at one position. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct View {
    position: Position,
    organisations: OrdMap<OrganisationId, Arc<Organisation>>,
    organisations_of_kind: Postings<OrganisationKind, OrganisationId, Arc<Organisation>>,
    municipality_organisations: Postings<MunicipalityCode, OrganisationId, Arc<Organisation>>,
    serving: Postings<MunicipalityCode, OrganisationId, Arc<Organisation>>,
    grants: OrdMap<(Oin, OrganisationId), Arc<Grant>>,
    grants_of: Postings<Oin, OrganisationId, Arc<Grant>>,
    grants_for: Postings<OrganisationId, Oin, Arc<Grant>>,
    peers: OrdMap<RegisterId, Arc<Peer>>,
    entries: OrdMap<OfficerName, Arc<Entry>>,
    with_competence: Postings<CompetenceCode, OfficerName, Arc<Entry>>,
    national_with_competence: Postings<CompetenceCode, OfficerName, Arc<Entry>>,
    with_domain: Postings<DomainCode, OfficerName, Arc<Entry>>,
    national_with_domain: Postings<DomainCode, OfficerName, Arc<Entry>>,
    with_area: Postings<MunicipalityCode, OfficerName, Arc<Entry>>,
    with_kind: Postings<OfficerKind, OfficerName, Arc<Entry>>,
}

impl View {
    /// An empty view at `position`.
    pub fn empty(position: Position) -> Self {
        Self {
            position,
            organisations: OrdMap::new(),
            organisations_of_kind: Postings::default(),
            municipality_organisations: Postings::default(),
            serving: Postings::default(),
            grants: OrdMap::new(),
            grants_of: Postings::default(),
            grants_for: Postings::default(),
            peers: OrdMap::new(),
            entries: OrdMap::new(),
            with_competence: Postings::default(),
            national_with_competence: Postings::default(),
            with_domain: Postings::default(),
            national_with_domain: Postings::default(),
            with_area: Postings::default(),
            with_kind: Postings::default(),
        }
    }

    /// Builds a view from the contents of one storage snapshot at `position`, in any order.
    pub fn load(
        position: Position,
        organisations: impl IntoIterator<Item = Organisation>,
        grants: impl IntoIterator<Item = Grant>,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Self {
        let mut view = Self::empty(position);
        for organisation in organisations {
            view.put_organisation(Arc::new(organisation));
        }
        for grant in grants {
            view.put_grant(Arc::new(grant));
        }
        for entry in entries {
            view.put_entry(Arc::new(entry));
        }
        view
    }

    /// Its position in the register's history.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The number of items in it.
    pub fn counts(&self) -> Counts {
        Counts {
            organisations: self.organisations.len(),
            grants: self.grants.len(),
            entries: self.entries.len(),
        }
    }
}

// A view holds the whole register, so debug output is limited to its size and position.
impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({}, {:?})", self.position.revision, self.counts())
    }
}

/// The number of items in a view, hidden ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Organisations, of any status.
    pub organisations: usize,
    /// Grants, expired ones included.
    pub grants: usize,
    /// Entries, those of suspended organisations included.
    pub entries: usize,
}
