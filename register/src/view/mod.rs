//! The routing view: all organisations, grants and entries of one position in memory, with the indexes that reads need.
//!
//! A view is a value. Its maps are persistent, so a copy is a few pointers and a reader keeps the position it began with
//! while the node applies the next commit to a copy. It is derived data: [`View::load`] makes it from storage,
//! [`View::apply`] follows a commit, and both lead to the same view. It shows nothing to anybody by itself: what may be
//! seen goes through [`visible`] and the `shown` getters.

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

/// Everything that the register holds at one position. Cheap to copy.
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
    /// A view of nothing, at the position of a register without commits or whatever `position` says.
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

    /// The view of what storage holds at `position`, read in one snapshot. The order of the parts does not matter.
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

    /// Where in the register's history it stands.
    pub fn position(&self) -> Position {
        self.position
    }

    /// How much it holds.
    pub fn counts(&self) -> Counts {
        Counts {
            organisations: self.organisations.len(),
            grants: self.grants.len(),
            entries: self.entries.len(),
        }
    }
}

// A view holds the whole register: a debug print says how much, and of which position.
impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({}, {:?})", self.position.revision, self.counts())
    }
}

/// How much a view holds, what is not shown included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Organisations, in every state.
    pub organisations: usize,
    /// Grants, ended ones included.
    pub grants: usize,
    /// Officers, those of suspended organisations included.
    pub entries: usize,
}
