//! Organisations in the view: by id, kind, municipality and served municipality.

use std::ops::Bound;
use std::sync::Arc;

use super::View;
use crate::identifier::{MunicipalityCode, OrganisationId};
use crate::organisation::{Organisation, OrganisationKind};

impl View {
    /// One organisation, of any status.
    pub fn organisation(&self, id: &OrganisationId) -> Option<&Arc<Organisation>> {
        self.organisations.get(id)
    }

    /// All organisations, of any status, in order of id.
    pub fn organisations(&self) -> impl DoubleEndedIterator<Item = &Arc<Organisation>> {
        self.organisations.values()
    }

    /// The organisations after `after` in order of id, or all without it. For paging.
    pub fn organisations_after<'a>(
        &'a self,
        after: Option<&OrganisationId>,
    ) -> impl Iterator<Item = &'a Arc<Organisation>> + use<'a> {
        let from = after.map_or(Bound::Unbounded, |id| Bound::Excluded(id.clone()));
        self.organisations
            .range((from, Bound::Unbounded))
            .map(|(_, organisation)| organisation)
    }

    /// The organisations of one kind, in order of id.
    pub fn organisations_of_kind<'a>(&'a self, kind: OrganisationKind) -> impl Iterator<Item = &'a Arc<Organisation>> + use<'a> {
        self.organisations_of_kind.get(&kind)
    }

    /// The organisations with this municipality code: one, or several around a renaming.
    pub fn municipality_organisations<'a>(
        &'a self,
        code: &MunicipalityCode,
    ) -> impl Iterator<Item = &'a Arc<Organisation>> + use<'a> {
        self.municipality_organisations.get(code)
    }

    /// The municipality with this code. Of several organisations, the one with the latest first day, then the first by id.
    pub fn municipality_organisation(&self, code: &MunicipalityCode) -> Option<&Arc<Organisation>> {
        self.municipality_organisations
            .get(code)
            .max_by(|one, other| one.valid_from.cmp(&other.valid_from).then_with(|| other.id.cmp(&one.id)))
    }

    /// The joint bodies and centre municipalities that act for a municipality, in past, present or future, in order of id.
    pub fn serving<'a>(&'a self, code: &MunicipalityCode) -> impl Iterator<Item = &'a Arc<Organisation>> + use<'a> {
        self.serving.get(code)
    }

    /// The LMM, the last resort of a route. Of several such desks, the one with id `lmm`, then the first by id. Ignores suspended
    /// ones.
    pub fn loket(&self) -> Option<&Arc<Organisation>> {
        self.fallback(OrganisationKind::Loket, "lmm")
    }

    /// The LET, which backs the LMM. Chosen like [`View::loket`].
    pub fn escalation_team(&self) -> Option<&Arc<Organisation>> {
        self.fallback(OrganisationKind::Escalatieteam, "let")
    }

    fn fallback(&self, kind: OrganisationKind, usual_id: &str) -> Option<&Arc<Organisation>> {
        self.organisations_of_kind(kind)
            .filter(|organisation| organisation.is_visible())
            .min_by_key(|organisation| organisation.id.as_str() != usual_id)
    }

    pub(super) fn put_organisation(&mut self, organisation: Arc<Organisation>) {
        if let Some(old) = self.organisations.get(&organisation.id).cloned() {
            self.unindex_organisation(&old);
        }
        let id = &organisation.id;
        self.organisations_of_kind.put(&organisation.kind, id, &organisation);
        if let Some(code) = &organisation.municipality_code {
            self.municipality_organisations.put(code, id, &organisation);
        }
        for service in &organisation.serves {
            self.serving.put(&service.municipality, id, &organisation);
        }
        self.organisations.insert(id.clone(), organisation);
    }

    pub(super) fn remove_organisation(&mut self, id: &OrganisationId) {
        if let Some(old) = self.organisations.remove(id) {
            self.unindex_organisation(&old);
        }
    }

    fn unindex_organisation(&mut self, old: &Organisation) {
        self.organisations_of_kind.remove(&old.kind, &old.id);
        if let Some(code) = &old.municipality_code {
            self.municipality_organisations.remove(code, &old.id);
        }
        for service in &old.serves {
            self.serving.remove(&service.municipality, &old.id);
        }
    }
}
