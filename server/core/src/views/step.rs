//! One step of a search index, from one view of the register to another.

use std::collections::BTreeMap;
use std::sync::Arc;

use index::{Context, Index, IndexError, IndexedOfficer, IndexedOrganisation, Language};
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::Organisation;
use register::view::{View, ViewChanges};

/// One step of the index: to `view`, by applying `changes` or by a rebuild.
pub(super) struct IndexStep {
    pub(super) view: Arc<View>,
    pub(super) changes: Option<ViewChanges>,
    /// The context for questions; rebuilt when an organisation changed.
    pub(super) context: Option<Arc<Context>>,
}

impl IndexStep {
    /// Applies the step to `index`.
    pub(super) fn apply(mut self, index: &Index, language: Arc<Language>) -> Result<Self, IndexError> {
        let view = &*self.view;
        let position = view.position();
        let organisations_changed = self.changes.as_ref().is_none_or(|changes| !changes.organisations.is_empty());
        match &self.changes {
            Some(changes) => {
                let (upserts, withdrawals) = index_changes(view, changes);
                index.apply(position, upserts, &withdrawals)?;
            }
            None => {
                let mut names = IndexedOrganisations::default();
                let shown = view.entries().filter_map(|entry| names.indexed(view, entry));
                let count = index.rebuild(position, shown)?;
                tracing::info!(
                    count,
                    revision = position.revision.0,
                    "search index built with {count} officers"
                );
            }
        }
        if self.context.is_none() || organisations_changed {
            let organisations = view.organisations().map(AsRef::as_ref);
            self.context = Some(Arc::new(Context::new(language, organisations)));
        }
        self.changes = None;
        Ok(self)
    }
}

/// The officers to put into the index and to remove. When an organisation changes, its officers change too: they carry its
/// names, and are hidden while it is suspended.
fn index_changes(view: &View, changes: &ViewChanges) -> (Vec<IndexedOfficer>, Vec<OfficerName>) {
    let of_organisations = changes
        .organisations
        .iter()
        .flat_map(|organisation| view.entries_of(&organisation.id));
    let touched: BTreeMap<OfficerName, &Arc<Entry>> = changes
        .entries
        .iter()
        .chain(of_organisations)
        .map(|entry| (entry.officer_name(), entry))
        .collect();
    let mut names = IndexedOrganisations::default();
    let mut upserts = Vec::with_capacity(touched.len());
    let mut withdrawals = changes.withdrawn.clone();
    for (name, entry) in touched {
        match names.indexed(view, entry) {
            Some(officer) => upserts.push(officer),
            None => withdrawals.push(name),
        }
    }
    (upserts, withdrawals)
}

/// The indexed form of each organisation, shared by its officers.
#[derive(Default)]
struct IndexedOrganisations(BTreeMap<OrganisationId, Arc<IndexedOrganisation>>);

impl IndexedOrganisations {
    /// The indexed form of an entry; `None` if it is hidden.
    fn indexed(&mut self, view: &View, entry: &Entry) -> Option<IndexedOfficer> {
        let id = &entry.officer.organisation;
        let organisation: &Arc<Organisation> = view.organisation(id).filter(|organisation| organisation.is_visible())?;
        let known = self.0.entry(id.clone());
        let known = known.or_insert_with(|| Arc::new(IndexedOrganisation::from(organisation.as_ref())));
        Some(IndexedOfficer::new(entry, Arc::clone(known)))
    }
}
