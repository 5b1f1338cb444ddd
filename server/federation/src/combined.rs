//! This register and all copies as one view, for resolving. Kept between questions, and brought up to date by what changed
//! since: so a question after a write sees it, and costs no more than the write did.

use std::collections::BTreeMap;
use std::sync::Arc;

use register::authority::{Authorities, Authority};
use register::identifier::{OrganisationId, RegisterId};
use register::view::View;

use super::{Copied, Provenance};

/// The view of one moment, and where each organisation in it comes from.
#[derive(Clone, Debug)]
pub struct CombinedView {
    view: Arc<View>,
    copies: Vec<Arc<Copied>>,
    authorities: Arc<Authorities>,
}

/// Where organisations come from; those that are not in it are this register's own.
pub type Sources = BTreeMap<OrganisationId, Provenance>;

impl CombinedView {
    pub(super) fn new(view: Arc<View>, copies: Vec<Arc<Copied>>, authorities: Arc<Authorities>) -> Self {
        Self {
            view,
            copies,
            authorities,
        }
    }

    /// The view. Its position is this register's.
    pub fn view(&self) -> &Arc<View> {
        &self.view
    }

    /// Who speaks for which organisation.
    pub fn authorities(&self) -> &Arc<Authorities> {
        &self.authorities
    }

    /// The copies that are in it.
    pub fn copies(&self) -> &[Arc<Copied>] {
        &self.copies
    }

    /// Which of `organisations` come from where.
    pub fn sources<'a>(&self, organisations: impl IntoIterator<Item = &'a OrganisationId>) -> Sources {
        let mut sources = Sources::new();
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
            if let Some(copied) = self.copies.iter().find(|copied| *copied.register() == register) {
                sources.insert(organisation.clone(), copied.provenance());
            }
        }
        sources
    }
}

/// The view, and what it was made of.
#[derive(Default)]
pub(super) struct Combined(Option<Made>);

struct Made {
    own: Arc<View>,
    copies: Vec<(RegisterId, Arc<View>)>,
    authorities: Arc<Authorities>,
    view: Arc<View>,
}

impl Combined {
    pub(super) fn at(&mut self, own: &Arc<View>, copies: &[Arc<Copied>], authorities: &Arc<Authorities>) -> Arc<View> {
        let copies: Vec<(RegisterId, Arc<View>)> = copies
            .iter()
            .map(|copied| (copied.register().clone(), copied.view()))
            .collect();
        let made = match self.0.take() {
            Some(made) if made.is_of(own, &copies, authorities) => made.followed(own, copies),
            _ => Made::anew(own, copies, authorities),
        };
        let view = Arc::clone(&made.view);
        self.0 = Some(made);
        view
    }
}

impl Made {
    fn anew(own: &Arc<View>, copies: Vec<(RegisterId, Arc<View>)>, authorities: &Arc<Authorities>) -> Self {
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

    /// Whether what changed since can be followed: the same registers in the same epochs, each counting for the same.
    fn is_of(&self, own: &View, copies: &[(RegisterId, Arc<View>)], authorities: &Authorities) -> bool {
        let same = |one: &(RegisterId, Arc<View>), other: &(RegisterId, Arc<View>)| {
            one.0 == other.0 && one.1.position().epoch == other.1.position().epoch
        };
        self.own.position().epoch == own.position().epoch
            && self.own.position().revision <= own.position().revision
            && *self.authorities == *authorities
            && self.copies.len() == copies.len()
            && self.copies.iter().zip(copies).all(|(one, other)| same(one, other))
    }

    fn followed(self, own: &Arc<View>, copies: Vec<(RegisterId, Arc<View>)>) -> Self {
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
        // What a peer speaks for is as the peer has it.
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
