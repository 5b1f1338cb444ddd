//! Finds deputies for absent officers, and the moment from which an officer can be reached.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::fit::{Fit, Tier, is_generalist};
use super::rejected::Rejection;
use super::resolver::Resolver;
use super::route::RejectionReason;
use crate::entry::Entry;
use crate::identifier::OfficerName;
use crate::validate::limits::DEPUTY_STEPS;

/// The deputy of an absent officer.
pub(super) struct StandIn {
    pub(super) entry: Arc<Entry>,
    /// Whether the deputy holds what the absent officer was selected for.
    pub(super) holds_it: bool,
}

impl Resolver<'_> {
    pub(super) fn is_absent(&self, entry: &Entry) -> bool {
        entry.presence.absence_at(self.need.moment).is_some()
    }

    /// Finds the deputy of an absent officer: the first in its chain of deputies who is present and does handle the need.
    pub(super) fn stand_in(&mut self, absent: &Arc<Entry>, fit: &Fit) -> Option<StandIn> {
        self.rejections.reject_officer(absent, RejectionReason::Absent);
        let mut at = Arc::clone(absent);
        let mut seen = BTreeSet::from([absent.officer.id.clone()]);
        for _ in 0..DEPUTY_STEPS {
            let id = at.officer.deputy.clone()?;
            if !seen.insert(id.clone()) {
                return None;
            }
            let name = OfficerName::new(at.officer.organisation.clone(), id);
            let deputy = Arc::clone(self.view.entry(&name)?);
            self.validity.note_candidate(&deputy);
            let refused = deputy
                .officer
                .not_for
                .iter()
                .find(|not_for| fit.competences.contains(&not_for.competence));
            if self.is_absent(&deputy) {
                self.rejections.reject_officer(&deputy, RejectionReason::Absent);
            } else if let Some(refused) = refused {
                let rejection = Rejection {
                    reason: RejectionReason::NotFor,
                    competence: Some(refused.competence.clone()),
                    see: refused.see.clone(),
                };
                self.rejections.reject_officer(&deputy, rejection);
            } else {
                let holds_it = holds(&deputy, fit);
                return Some(StandIn { entry: deputy, holds_it });
            }
            at = deputy;
        }
        None
    }

    /// The moment from which an officer can be reached, if later than the moment of the need.
    pub(super) fn reachable_from(&self, entry: &Entry) -> Option<Timestamp> {
        let moment = self.need.moment;
        entry.reachable_from(moment).filter(|from| *from > moment)
    }
}

/// Whether a deputy holds what the absent officer was selected for.
fn holds(deputy: &Entry, fit: &Fit) -> bool {
    let officer = &deputy.officer;
    match fit.tier {
        Tier::Competence => fit.competences.iter().any(|code| officer.competences.contains(code)),
        Tier::Domain => fit.domains.iter().any(|code| officer.domains.contains(code)),
        Tier::Generalist => officer.competences.iter().any(is_generalist),
        Tier::Organisation => true,
    }
}
