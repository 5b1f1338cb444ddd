//! The newest commits of the log, for an operator who wants to know what happened.

use register::change::Commit;
use register::position::Revision;
use server_core::error::Error;
use server_core::identity::Caller;

use super::Directory;

/// Commits that are given.
const MOST: u64 = 20;

impl Directory {
    /// The newest commits, newest first. Names and contacts that the log still stands for are left out: what was done is told,
    /// not to whom.
    pub async fn recent_changes(&self, caller: &Caller) -> Result<Vec<Commit>, Error> {
        self.may_operate(&self.views.current(), caller)?;
        let mut snapshot = self.storage.snapshot().await?;
        let identity = snapshot.identity().await?;
        let after = Revision(identity.position.revision.0.saturating_sub(MOST)).max(identity.compacted);
        let mut commits = snapshot.commits(after, usize::try_from(MOST).unwrap_or(usize::MAX)).await?;
        commits.reverse();
        Ok(commits)
    }
}
