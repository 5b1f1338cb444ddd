//! What this register's own log contributes to an answer that a peer makes.
//!
//! Only its own officers: a question goes one step, so it cannot run in circles. Officers of organisations that do not share
//! with the asker are left out, as if they were not there.

use std::sync::Arc;

use index::{Plan, Share, Wanted};
use register::entry::Entry;
use register::identifier::OfficerName;
use register::position::Position;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::Directory;

/// A plan to score.
#[derive(Debug)]
pub struct SearchLocal {
    /// The compiled question.
    pub plan: Plan,
    /// What is wanted of it.
    pub wanted: Wanted,
    /// Entries that are wanted whatever else there is.
    pub entries: Vec<OfficerName>,
    /// What the asker knows that this register holds.
    pub organisations_hash: String,
    /// As long as the asker waits.
    pub consistency: Consistency,
}

/// What this register contributes.
#[derive(Debug)]
pub struct LocalShare {
    /// The position that it was made from.
    pub position: Position,
    /// The hash of what this register holds, as the asker may see it.
    pub organisations_hash: String,
    /// Its share; nothing when the asker does not know what this register holds.
    pub share: Option<Share>,
    /// Entries that the asker may have to show, as they are shown today.
    pub entries: Vec<Arc<Entry>>,
}

impl Directory {
    /// Scores a plan of the peer `caller`.
    pub async fn search_local(&self, caller: &Caller, request: SearchLocal) -> Result<LocalShare, Error> {
        let view = self.views.current();
        self.may_peer(&view, caller)?;
        let ours = self.language.versions();
        if request.plan.versions != *ours {
            let message = format!("the plan was made with {}, and this node has {ours}", request.plan.versions);
            let error = Error::new(Reason::OtherVersions, message);
            return Err(error.with("plan", &request.plan.versions).with("node", ours));
        }
        let searchable = self.views.searching(&request.consistency).await?;
        let held = self.held_for(&view, caller.acting.oin());
        let organisations_hash = held.hash.clone();
        if organisations_hash != request.organisations_hash {
            return Ok(LocalShare {
                position: searchable.view().position(),
                organisations_hash,
                share: None,
                entries: Vec::new(),
            });
        }
        let today = self.clock.today();
        self.tasks
            .blocking(move || {
                let SearchLocal {
                    plan,
                    mut wanted,
                    mut entries,
                    ..
                } = request;
                wanted.without.extend(held.with_officers_kept_back(searchable.view()));
                let share = searchable.index().share(&plan, &wanted).map_err(Error::internal)?;
                let view = searchable.view_at(share.position);
                entries.extend(share.may_be_shown(&plan, &wanted));
                entries.retain(|name| !wanted.without.contains(&name.organisation));
                entries.sort_unstable();
                entries.dedup();
                Ok(LocalShare {
                    position: share.position,
                    organisations_hash,
                    entries: entries.iter().filter_map(|name| view.shown(name, today)).collect(),
                    share: Some(share),
                })
            })
            .await?
    }
}
