//! Turns commits of the log into messages: each entry at most once per revision, and only what the watcher may see.

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

use super::filter::WatchFilter;
use super::message::{MAX_CHANGES_PER_MESSAGE, WatchMessage, WatchedChange};

/// Number of commits read at a time.
const COMMITS_PER_PAGE: usize = 100;

/// Up to this number of changes, messages are built on the runtime's threads.
const MAX_INLINE_CHANGES: usize = 32;

/// A page of the log to read.
pub(super) struct LogPage {
    pub(super) after: Position,
    pub(super) filter: WatchFilter,
    pub(super) today: Date,
    pub(super) tasks: Tasks,
}

impl LogPage {
    /// Reads the commits after [`Self::after`], up to the position of `view`. Returns their messages and the position reached.
    pub(super) async fn read(self, snapshot: &mut dyn Snapshot, view: Arc<View>) -> Result<(Vec<WatchMessage>, Position), Error> {
        let mut commits = snapshot.commits(self.after.revision, COMMITS_PER_PAGE).await?;
        // Storage may be ahead of the view; those commits follow with a later view.
        commits.retain(|commit| commit.revision <= view.position().revision);
        self.check_order(&commits)?;
        let reached = commits.last().map_or(self.after.revision, |last| last.revision);
        let reached = Position::new(self.after.epoch, reached);
        let changes: usize = commits.iter().map(|commit| commit.changes.len()).sum();
        let messages = if changes <= MAX_INLINE_CHANGES {
            self.messages(&commits, &view)
        } else {
            self.tasks.clone().blocking(move || self.messages(&commits, &view)).await?
        };
        Ok((messages, reached))
    }

    /// Requires consecutive revisions. Consumers rely on getting every revision, so a gap must end the watch.
    fn check_order(&self, commits: &[Commit]) -> Result<(), Error> {
        let mut expected = self.after.revision.next();
        for commit in commits {
            if commit.revision != expected {
                return Err(Error::internal(format!(
                    "the log skips from before {expected} to {}",
                    commit.revision
                )));
            }
            expected = expected.next();
        }
        if commits.is_empty() {
            let message = "the log no longer contains the changes after this position; reload";
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
                let changes: Vec<WatchedChange> = rest.by_ref().take(MAX_CHANGES_PER_MESSAGE).collect();
                messages.push(WatchMessage::Changes {
                    position: Some(position),
                    changes,
                    more: rest.peek().is_some(),
                });
            }
        }
        messages
    }

    /// Returns the changes of one commit that pass the filter.
    fn changes(&self, commit: &Commit, view: &View) -> Vec<WatchedChange> {
        let mut seen: BTreeSet<OfficerName> = BTreeSet::new();
        let mut seen_organisations: BTreeSet<OrganisationId> = BTreeSet::new();
        let mut changes = Vec::new();
        // Go from last to first: the last change of an entry has its state after the commit.
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
                    if seen_organisations.insert(organisation.id.clone()) {
                        changes.extend(self.revoked(organisation, view));
                        changes.push(WatchedChange::Organisation(Arc::new(organisation.clone())));
                    }
                }
                Change::OfficerWithdrawn { name, replaced_by } => {
                    if seen.insert(name.clone()) {
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
                    if seen.insert(name.clone()) {
                        changes.extend(self.entry(&name, commit, view).map(WatchedChange::Entry));
                    }
                }
            }
        }
        changes.reverse();
        changes
    }

    /// Returns withdrawals for the officers that a peer may have replicated before and may not any more.
    fn revoked(&self, organisation: &Organisation, view: &View) -> Vec<WatchedChange> {
        if self.filter.may_see_officers_of(organisation) {
            return Vec::new();
        }
        let held = view.entries_of(&organisation.id);
        let withdrawals = held.map(|entry| WatchedChange::Withdrawal {
            officer: entry.officer_name(),
            replaced_by: None,
        });
        withdrawals.collect()
    }

    /// Returns the entry as it was after the commit; `None` if the watcher may not see it, or if it is gone and not in the log.
    fn entry(&self, name: &OfficerName, commit: &Commit, view: &View) -> Option<Arc<Entry>> {
        let organisation = view.organisation(&name.organisation)?;
        if !organisation.is_visible() || !self.filter.may_see_officers_of(organisation) {
            return None;
        }
        let held = view.entry(name);
        if let Some(entry) = held.filter(|entry| entry.revision == commit.revision) {
            return Some(visible(entry, self.today));
        }
        // The entry has changed again. The log has the content that the commit put; an overlay is shown on the current content.
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
            // The current reports: a later change of them is sent again with its own commit.
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
