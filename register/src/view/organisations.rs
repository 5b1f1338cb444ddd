//! Organisations in the view: by id, by kind, by municipality and by whom they serve.

use std::ops::Bound;
use std::sync::Arc;

use super::View;
use crate::identifier::{MunicipalityCode, OrganisationId};
use crate::organisation::{Organisation, OrganisationKind};

impl View {
    /// One organisation, whatever its state.
    pub fn organisation(&self, id: &OrganisationId) -> Option<&Arc<Organisation>> {
        self.organisations.get(id)
    }

    /// All organisations, whatever their state, in order of id.
    pub fn organisations(&self) -> impl DoubleEndedIterator<Item = &Arc<Organisation>> {
        self.organisations.values()
    }

    /// The organisations after `after` in order of id, from the first if it is absent: for listing by page.
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

    /// The organisations that carry the code of this municipality: one, or several around a change of name.
    pub fn municipality_organisations<'a>(
        &'a self,
        code: &MunicipalityCode,
    ) -> impl Iterator<Item = &'a Arc<Organisation>> + use<'a> {
        self.municipality_organisations.get(code)
    }

    /// The municipality of this code. Should several organisations carry it, the one that began last, then the first by
    /// id.
    pub fn municipality_organisation(&self, code: &MunicipalityCode) -> Option<&Arc<Organisation>> {
        self.municipality_organisations
            .get(code)
            .max_by(|one, other| one.valid_from.cmp(&other.valid_from).then_with(|| other.id.cmp(&one.id)))
    }

    /// The joint bodies and centre municipalities that act, have acted or will act for a municipality, in order of id.
    pub fn serving<'a>(&'a self, code: &MunicipalityCode) -> impl Iterator<Item = &'a Arc<Organisation>> + use<'a> {
        self.serving.get(code)
    }

    /// The LMM: where a route ends when nobody else fits. With several desks of the kind, the one called `lmm`, then the
    /// first by id; a suspended one is none.
    pub fn loket(&self) -> Option<&Arc<Organisation>> {
        self.fallback(OrganisationKind::Loket, "lmm")
    }

    /// The LET, which stands behind the LMM. Chosen as [`View::loket`] is.
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
