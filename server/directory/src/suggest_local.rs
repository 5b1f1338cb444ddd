//! Counts this register's own officers for the suggestions of a peer.

use std::collections::BTreeSet;

use index::{SuggestShare, SuggestionTarget};
use register::identifier::OrganisationId;
use register::position::Position;
use server_core::error::Error;
use server_core::identity::Caller;
use server_core::views::Consistency;

use super::{Directory, limits};

/// The suggestions to count for a peer.
#[derive(Clone)]
pub struct SuggestLocal {
    /// The text typed so far.
    pub text: String,
    /// The maximum number of function titles.
    pub limit: usize,
    /// The candidates for suggestions, each of which needs at least one officer.
    pub targets: Vec<SuggestionTarget>,
    /// Organisations to leave out, because another register is authoritative for them.
    pub without: BTreeSet<OrganisationId>,
    /// The hash of the organisations of this register, as the peer knows it.
    pub organisations_hash: String,
}

/// The contribution of this register to federated suggestions.
#[derive(Debug)]
pub struct LocalSuggestions {
    /// The position that it shows.
    pub position: Position,
    /// The current hash of the organisations that the peer may see.
    pub organisations_hash: String,
    /// The counts; `None` if the hash of the peer is out of date.
    pub share: Option<SuggestShare>,
}

impl Directory {
    /// Counts the suggestions for the peer `caller`.
    pub async fn suggest_local(&self, caller: &Caller, request: SuggestLocal) -> Result<LocalSuggestions, Error> {
        let view = self.views.current();
        self.may_peer(&view, caller)?;
        let searchable = self.views.searching(&Consistency::any()).await?;
        let position = searchable.view().position();
        let shared = self.shared_with(&view, caller.acting.oin()).await?;
        let organisations_hash = shared.hash.clone();
        if organisations_hash != request.organisations_hash {
            return Ok(LocalSuggestions {
                position,
                organisations_hash,
                share: None,
            });
        }
        let share = self
            .tasks
            .computing(caller.acting.oin(), move || {
                let text: String = request.text.chars().take(limits::SUGGEST_CHARACTERS).collect();
                let mut without = request.without;
                without.extend(shared.withheld_with_officers(searchable.view()));
                searchable
                    .snapshot()
                    .suggest_share(&text, &request.targets, request.limit, &without)
            })
            .await?;
        Ok(LocalSuggestions {
            position,
            organisations_hash,
            share: Some(share),
        })
    }
}
