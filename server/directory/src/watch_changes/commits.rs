//! From commits of the log to messages: each entry once per revision, as it is since, and nothing that may not be seen.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use register::change::{Change, Commit};
use register::clock::dutch_date;
use register::entry::{Entry, Etag};
use register::identifier::{OfficerName, OrganisationId};
use register::officer::Officer;
use register::organisation::Organisation;
use register::position::Position;
use register::view::{View, visible};
use server_core::error::{Error, Reason};
use server_core::lifecycle::Tasks;
use storage::Snapshot;

use super::{Filter, PER_MESSAGE, WatchMessage, WatchedChange};

/// Commits read at a time.
const COMMITS: usize = 100;

/// More changes than this are put together off the runtime's threads.
const INLINE_CHANGES: usize = 32;

/// A page of the log that is to be read.
pub(super) struct Page {
    pub(super) after: Position,
    pub(super) filter: Filter,
    pub(super) today: Date,
    pub(super) tasks: Tasks,
}

impl Page {
    /// The messages of the commits after [`Self::after`], up to the position of `view`, and the position reached by them.
    pub(super) async fn read(self, snapshot: &mut dyn Snapshot, view: Arc<View>) -> Result<(Vec<WatchMessage>, Position), Error> {
        let mut commits = snapshot.commits(self.after.revision, COMMITS).await?;
        // Storage may be ahead of the view; what it has more comes when the view has it too.
        commits.retain(|commit| commit.revision <= view.position().revision);
        self.check_order(&commits)?;
        let reached = commits.last().map_or(self.after.revision, |last| last.revision);
        let reached = Position::new(self.after.epoch, reached);
        let changes: usize = commits.iter().map(|commit| commit.changes.len()).sum();
        let messages = if changes <= INLINE_CHANGES {
            self.messages(&commits, &view)
        } else {
            self.tasks.clone().blocking(move || self.messages(&commits, &view)).await?
        };
        Ok((messages, reached))
    }

    /// A consumer relies on getting every revision: a gap must end the watch and not go unnoticed.
    fn check_order(&self, commits: &[Commit]) -> Result<(), Error> {
        let mut expected = self.after.revision.next();
        for commit in commits {
            if commit.revision != expected {
                return Err(Error::internal(format!(
                    "the log goes from before {expected} to {}",
                    commit.revision
                )));
            }
            expected = expected.next();
        }
        if commits.is_empty() {
            let message = "what came after this position is no longer kept; reload";
            return Err(Error::new(Reason::PositionCompacted, message));
        }
        Ok(())
    }

    fn messages(&self, commits: &[Commit], view: &View) -> Vec<WatchMessage> {
        let mut messages = Vec::new();
        for commit in commits {
            let changes = self.changes(commit, view);
            let position = Position::new(self.after.epoch, commit.revision);
            let mut rest = changes.into_iter().peekable();
            while rest.peek().is_some() {
                let changes: Vec<WatchedChange> = rest.by_ref().take(PER_MESSAGE).collect();
                messages.push(WatchMessage::Changes {
                    position: Some(position),
                    changes,
                    more: rest.peek().is_some(),
                });
            }
        }
        messages
    }

    /// What one commit changed, as far as this watch may see it and wants to.
    fn changes(&self, commit: &Commit, view: &View) -> Vec<WatchedChange> {
        let mut told: BTreeSet<OfficerName> = BTreeSet::new();
        let mut told_organisations: BTreeSet<OrganisationId> = BTreeSet::new();
        let mut changes = Vec::new();
        // From the last to the first, since the last one says how it is after the commit.
        for change in commit.changes.iter().rev() {
            if !change
                .organisation()
                .is_some_and(|organisation| self.filter.includes(organisation))
            {
                continue;
            }
            match change {
                Change::GrantPut { .. } | Change::GrantRevoked { .. } | Change::PeerPut { .. } | Change::PeerRemoved { .. } => {}
                Change::OrganisationPut { organisation } => {
                    if told_organisations.insert(organisation.id.clone()) {
                        changes.extend(self.taken_back(organisation, view));
                        changes.push(WatchedChange::Organisation(Arc::new(organisation.clone())));
                    }
                }
                Change::OfficerWithdrawn { name, replaced_by } => {
                    if told.insert(name.clone()) {
                        changes.push(WatchedChange::Withdrawal {
                            officer: name.clone(),
                            replaced_by: replaced_by.clone(),
                        });
                    }
                }
                Change::OfficerPut { .. }
                | Change::PresenceSet { .. }
                | Change::OfficerVerified { .. }
                | Change::OfficerReported { .. }
                | Change::ReportSettled { .. }
                | Change::NameEnded { .. } => {
                    let Some(name) = change.officer_name() else { continue };
                    if told.insert(name.clone()) {
                        changes.extend(self.entry(&name, commit, view).map(WatchedChange::Entry));
                    }
                }
            }
        }
        changes.reverse();
        changes
    }

    /// The withdrawals of what a register may have copied before, and may not any more.
    fn taken_back(&self, organisation: &Organisation, view: &View) -> Vec<WatchedChange> {
        if self.filter.may_have_officers_of(organisation) {
            return Vec::new();
        }
        let held = view.entries_of(&organisation.id);
        let withdrawals = held.map(|entry| WatchedChange::Withdrawal {
            officer: entry.officer_name(),
            replaced_by: None,
        });
        withdrawals.collect()
    }

    /// The entry as it was after the commit; none if it may not be seen, or if it is gone and the log does not have it.
    fn entry(&self, name: &OfficerName, commit: &Commit, view: &View) -> Option<Arc<Entry>> {
        let organisation = view.organisation(&name.organisation)?;
        if !organisation.is_visible() || !self.filter.may_have_officers_of(organisation) {
            return None;
        }
        let held = view.entry(name);
        if let Some(entry) = held.filter(|entry| entry.revision == commit.revision) {
            return Some(visible(entry, self.today));
        }
        // It has changed again since. What the commit put stands in the log; an overlay alone is shown on what is held now.
        let put = commit.changes.iter().rev().find_map(|change| match change {
            Change::OfficerPut { officer, .. } if is(officer, name) => Some(officer.clone()),
            _ => None,
        });
        let officer = put.or_else(|| held.map(|entry| entry.officer.clone()))?;
        let made_on = dutch_date(commit.time);
        let verification = held.and_then(|entry| entry.verification.clone());
        let entry = Entry {
            etag: Etag::of(&officer),
            officer,
            presence: held.map(|entry| entry.presence.clone()).unwrap_or_default(),
            verification: verification.filter(|verification| verification.verified_on <= made_on),
            // As it is now: a doubt that has come or gone since is told again with the change that brought it.
            reports: held.map(|entry| entry.reports.clone()).unwrap_or_default(),
            revision: commit.revision,
            updated_at: commit.time,
        };
        Some(visible(&Arc::new(entry), self.today))
    }
}

fn is(officer: &Officer, name: &OfficerName) -> bool {
    officer.id == name.officer && officer.organisation == name.organisation
}
