//! What this register's own log contributes to suggestions that a peer makes.

use std::collections::BTreeSet;

use index::{SuggestShare, SuggestionTarget};
use register::identifier::OrganisationId;
use register::position::Position;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::{Directory, limits};

/// What to count.
#[derive(Clone)]
pub struct SuggestLocal {
    /// What was typed so far.
    pub text: String,
    /// Functions wanted.
    pub limit: usize,
    /// What is suggested if it leads to somebody.
    pub targets: Vec<SuggestionTarget>,
    /// Organisations for which another register is authoritative.
    pub without: BTreeSet<OrganisationId>,
    /// What the asker knows that this register holds.
    pub organisations_hash: String,
}

/// What this register has counted.
#[derive(Debug)]
pub struct LocalTally {
    /// The position that it was made from.
    pub position: Position,
    /// The hash of what this register holds, as the asker may see it.
    pub organisations_hash: String,
    /// Nothing when the asker does not know what this register holds.
    pub share: Option<SuggestShare>,
}

impl Directory {
    /// Counts for the peer `caller`.
    pub async fn suggest_local(&self, caller: &Caller, request: SuggestLocal) -> Result<LocalTally, Error> {
        let view = self.views.current();
        self.may_peer(&view, caller)?;
        let searchable = self.views.searching(&Consistency::any()).await?;
        let position = searchable.view().position();
        let held = self.held_for(&view, caller.acting.oin());
        let organisations_hash = held.hash.clone();
        if organisations_hash != request.organisations_hash {
            return Ok(LocalTally {
                position,
                organisations_hash,
                share: None,
            });
        }
        let share = self
            .tasks
            .blocking(move || {
                let text: String = request.text.chars().take(limits::SUGGEST_CHARACTERS).collect();
                let mut without = request.without;
                without.extend(held.with_officers_kept_back(searchable.view()));
                searchable
                    .index()
                    .suggest_share(&text, &request.targets, request.limit, &without)
            })
            .await?;
        Ok(LocalTally {
            position,
            organisations_hash,
            share: Some(share),
        })
    }
}
