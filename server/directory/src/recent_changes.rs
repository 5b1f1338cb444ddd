//! Returns the newest commits of the log to an operator.

use register::change::Commit;
use register::position::Revision;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

/// Maximum number of commits returned.
const MAX_COMMITS: u64 = 20;

impl Directory {
    /// Returns the newest commits, newest first, without names and contact details.
    pub async fn recent_changes(&self, caller: &Caller) -> Result<Vec<Commit>, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let mut snapshot = self.storage.snapshot().await?;
        let identity = snapshot.identity().await?;
        let after = Revision(identity.position.revision.0.saturating_sub(MAX_COMMITS)).max(identity.compacted);
        let mut commits = snapshot
            .commits(after, usize::try_from(MAX_COMMITS).unwrap_or(usize::MAX))
            .await?;
        commits.reverse();
        Ok(commits)
    }
}
