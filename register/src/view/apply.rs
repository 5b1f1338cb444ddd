//! Following a commit.

use std::sync::Arc;

use super::{ApplyError, View};
use crate::change::{Applied, Change};

impl View {
    /// Follows one commit. A commit that it shows already changes nothing, so a repeated delivery does no harm; one that
    /// leaves a gap, or is of another epoch, is refused and changes nothing either.
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
        // An officer that was withdrawn and put again in one commit is among the entries, so withdrawals come first.
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
            // What these did shows in the entries that come with the commit.
            Change::OfficerPut { .. }
            | Change::PresenceSet { .. }
            | Change::OfficerVerified { .. }
            | Change::OfficerReported { .. }
            | Change::ReportSettled { .. }
            | Change::NameEnded { .. } => {}
        }
    }
}
