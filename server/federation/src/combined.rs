//! This register and all copies as one view, for resolving.
//!
//! The view is kept between requests and updated with what changed since. A request after a write sees that write, and costs
//! no more than the write did.

use std::collections::BTreeMap;
use std::sync::Arc;

use register::authority::{Authorities, Authority};
use register::identifier::{OrganisationId, RegisterId};
use register::view::View;

use super::{PeerCopy, Provenance};

/// A combined view of one moment, with the provenance of its organisations.
#[derive(Clone, Debug)]
pub struct CombinedView {
    view: Arc<View>,
    copies: Vec<Arc<PeerCopy>>,
    authorities: Arc<Authorities>,
}

/// The provenance of organisations. Those that are missing are this register's own.
pub type OrganisationSources = BTreeMap<OrganisationId, Provenance>;

impl CombinedView {
    pub(super) fn new(view: Arc<View>, copies: Vec<Arc<PeerCopy>>, authorities: Arc<Authorities>) -> Self {
        Self {
            view,
            copies,
            authorities,
        }
    }

    /// The combined view. Its position is this register's.
    pub fn view(&self) -> &Arc<View> {
        &self.view
    }

    /// The authorities by which the views were combined.
    pub fn authorities(&self) -> &Arc<Authorities> {
        &self.authorities
    }

    /// The copies in the view.
    pub fn copies(&self) -> &[Arc<PeerCopy>] {
        &self.copies
    }

    /// The provenance of those of `organisations` that come from a copy.
    pub fn sources<'a>(&self, organisations: impl IntoIterator<Item = &'a OrganisationId>) -> OrganisationSources {
        let mut sources = OrganisationSources::new();
        if self.copies.is_empty() {
            return sources;
        }
        for organisation in organisations {
            if sources.contains_key(organisation) {
                continue;
            }
            let Authority::Peer(register) = self.authorities.of(organisation) else {
                continue;
            };
            if let Some(copy) = self.copies.iter().find(|copy| *copy.register() == register) {
                sources.insert(organisation.clone(), copy.provenance());
            }
        }
        sources
    }
}

/// The last combined view, for reuse.
#[derive(Default)]
pub(super) struct CombinedCache(Option<CombinedState>);

struct CombinedState {
    own: Arc<View>,
    copies: Vec<(RegisterId, Arc<View>)>,
    authorities: Arc<Authorities>,
    view: Arc<View>,
}

impl CombinedCache {
    /// The combined view of `own` and `copies`, updated from the last one where possible.
    pub(super) fn at(&mut self, own: &Arc<View>, copies: &[Arc<PeerCopy>], authorities: &Arc<Authorities>) -> Arc<View> {
        let copies: Vec<(RegisterId, Arc<View>)> = copies.iter().map(|copy| (copy.register().clone(), copy.view())).collect();
        let state = match self.0.take() {
            Some(state) if state.can_follow(own, &copies, authorities) => state.updated(own, copies),
            _ => CombinedState::build(own, copies, authorities),
        };
        let view = Arc::clone(&state.view);
        self.0 = Some(state);
        view
    }
}

impl CombinedState {
    fn build(own: &Arc<View>, copies: Vec<(RegisterId, Arc<View>)>, authorities: &Arc<Authorities>) -> Self {
        let mut view = View::clone(own);
        for (organisation, _) in authorities.of_peers() {
            view.forget_officers_of(organisation);
        }
        for (_, copy) in &copies {
            view.absorb_all(copy);
        }
        Self {
            own: Arc::clone(own),
            copies,
            authorities: Arc::clone(authorities),
            view: Arc::new(view),
        }
    }

    /// Whether the view can be updated: the registers, their epochs and the authorities are the same.
    fn can_follow(&self, own: &View, copies: &[(RegisterId, Arc<View>)], authorities: &Authorities) -> bool {
        let same = |one: &(RegisterId, Arc<View>), other: &(RegisterId, Arc<View>)| {
            one.0 == other.0 && one.1.position().epoch == other.1.position().epoch
        };
        self.own.position().epoch == own.position().epoch
            && self.own.position().revision <= own.position().revision
            && *self.authorities == *authorities
            && self.copies.len() == copies.len()
            && self.copies.iter().zip(copies).all(|(one, other)| same(one, other))
    }

    /// The view updated with what changed since.
    fn updated(self, own: &Arc<View>, copies: Vec<(RegisterId, Arc<View>)>) -> Self {
        let is_same = Arc::ptr_eq(&self.own, own)
            && self
                .copies
                .iter()
                .zip(&copies)
                .all(|(one, other)| Arc::ptr_eq(&one.1, &other.1));
        if is_same {
            return self;
        }
        let mut changes = own.changes_since(&self.own);
        // For organisations of peers, the peer's data counts and not ours.
        changes
            .organisations
            .retain(|organisation| self.authorities.is_own(&organisation.id));
        changes
            .entries
            .retain(|entry| self.authorities.is_own(&entry.officer.organisation));
        changes.withdrawn.retain(|name| self.authorities.is_own(&name.organisation));
        let mut view = View::clone(&self.view).at(own);
        view.absorb(&changes);
        for ((_, older), (_, newer)) in self.copies.iter().zip(&copies) {
            view.absorb(&newer.changes_since(older));
        }
        Self {
            own: Arc::clone(own),
            copies,
            view: Arc::new(view),
            ..self
        }
    }
}
