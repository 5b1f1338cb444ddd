//! Applies commits to the view.

use std::sync::Arc;

use super::{ApplyError, View};
use crate::change::{Applied, Change};

impl View {
    /// Applies one commit. A commit that the view already includes changes nothing, so repeated delivery is harmless. A commit
    /// after a gap or of another epoch is refused and changes nothing.
    pub fn apply(&mut self, applied: &Applied) -> Result<(), ApplyError> {
        if applied.position.epoch != self.position.epoch {
            return Err(ApplyError::OtherEpoch {
                at: self.position,
                found: applied.position,
            });
        }
        if applied.position.revision <= self.position.revision {
            return Ok(());
        }
        if applied.position.revision != self.position.revision.next() {
            return Err(ApplyError::Gap {
                at: self.position.revision,
                found: applied.position.revision,
            });
        }
        for change in &applied.commit.changes {
            self.apply_change(change);
        }
        // An officer that one commit withdrew and wrote again is among the entries, so withdrawals come first.
        for entry in &applied.entries {
            self.put_entry(Arc::new(entry.clone()));
        }
        self.position = applied.position;
        Ok(())
    }

    fn apply_change(&mut self, change: &Change) {
        match change {
            Change::OrganisationPut { organisation } => self.put_organisation(Arc::new(organisation.clone())),
            Change::GrantPut { grant } => self.put_grant(Arc::new(grant.clone())),
            Change::GrantRevoked { oin, organisation } => self.remove_grant(oin, organisation),
            Change::PeerPut { peer } => self.put_peer(Arc::new(peer.clone())),
            Change::PeerRemoved { register } => self.remove_peer(register),
            Change::OfficerWithdrawn { name, .. } => self.remove_entry(name),
            // The entries of the commit include the effect of these.
            Change::OfficerPut { .. }
            | Change::PresenceSet { .. }
            | Change::OfficerVerified { .. }
            | Change::OfficerReported { .. }
            | Change::ReportSettled { .. }
            | Change::NameEnded { .. } => {}
        }
    }
}
