//! Scores a peer's search plan on this register's own officers.
//!
//! A search is forwarded at most once, so it cannot run in circles. Officers of organisations that do not share with the peer
//! are left out.

use std::sync::Arc;

use index::{Plan, Share, ShareRequest};
use register::entry::Entry;
use register::identifier::OfficerName;
use register::position::Position;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::Directory;

/// A plan to score for a peer.
#[derive(Debug)]
pub struct SearchLocal {
    /// The compiled query.
    pub plan: Plan,
    /// The part of the results that the peer wants.
    pub wanted: ShareRequest,
    /// Entries to return in any case.
    pub entries: Vec<OfficerName>,
    /// The hash of the organisations of this register, as the peer knows it.
    pub organisations_hash: String,
    /// How long the peer waits.
    pub consistency: Consistency,
}

/// The contribution of this register to a federated search.
#[derive(Debug)]
pub struct LocalShare {
    /// The position that it shows.
    pub position: Position,
    /// The current hash of the organisations that the peer may see.
    pub organisations_hash: String,
    /// The scored share; `None` if the hash of the peer is out of date.
    pub share: Option<Share>,
    /// The entries that the peer may have to show, as they are shown today.
    pub entries: Vec<Arc<Entry>>,
}

impl Directory {
    /// Scores a plan of the peer `caller`.
    pub async fn search_local(&self, caller: &Caller, request: SearchLocal) -> Result<LocalShare, Error> {
        let view = self.views.current();
        self.may_peer(&view, caller)?;
        let ours = self.language.versions();
        if request.plan.versions != *ours {
            let message = format!(
                "the plan was compiled with {}, and this node has {ours}",
                request.plan.versions
            );
            let error = Error::new(Reason::OtherVersions, message);
            return Err(error.with("plan", &request.plan.versions).with("node", ours));
        }
        let searchable = self.views.searching(&request.consistency).await?;
        let shared = self.shared_with(&view, caller.acting.oin()).await?;
        let organisations_hash = shared.hash.clone();
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
            .computing(caller.acting.oin(), move || {
                let SearchLocal {
                    plan,
                    mut wanted,
                    mut entries,
                    ..
                } = request;
                wanted.without.extend(shared.withheld_with_officers(searchable.view()));
                let share = searchable.snapshot().share(&plan, &wanted).map_err(Error::internal)?;
                let view = searchable.view();
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
