//! Removes expired data: stored responses to writes after a day, withdrawals and log rows after a month.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use register::position::Revision;
use server_core::error::Error;

use super::Directory;
use super::refusal::no_more_writes;

impl Directory {
    /// Compacts the log. Returns the revision up to which it is compacted now.
    pub async fn compact(&self) -> Result<Revision, Error> {
        let now = self.clock.now();
        let _lock = self.write_lock.acquire().await.map_err(|_| no_more_writes())?;
        let mut transaction = self.storage.begin().await?;
        let answers_before = before(now, self.limits.keep_answers);
        let history_before = before(now, self.limits.keep_history);
        let compacted = transaction.compact(answers_before, history_before).await?;
        transaction.commit().await?;
        Ok(compacted)
    }
}

fn before(now: Timestamp, age: Duration) -> Timestamp {
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}
