//! Requests for a part of the results.

use std::collections::BTreeSet;

use register::identifier::OrganisationId;
use serde::{Deserialize, Serialize};

use crate::sort_key::SortKey;

/// A request for a page of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The most hits.
    pub limit: usize,
    /// The end of the previous page.
    pub after: Option<PageCursor>,
    /// Whether hits explain their scores.
    pub explain: bool,
    /// Whether to count facets.
    pub facets: bool,
}

impl Paging {
    /// Requests the first `limit` hits, with facets.
    pub fn first(limit: usize) -> Self {
        Self {
            limit,
            after: None,
            explain: false,
            facets: true,
        }
    }
}

/// The end of a page, after which the next one begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageCursor {
    /// The key of the last result.
    pub key: SortKey,
    /// In a flat list that ends within a group: the competence set hash of the group, and the key of the member at its own
    /// score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<(u64, SortKey)>,
}

impl PageCursor {
    /// Whether the page ended within the group of this competence set.
    pub(crate) fn is_within(&self, competence_set: u64) -> bool {
        let set = self.member.as_ref().map(|(set, _)| *set);
        competence_set != 0 && set == Some(competence_set)
    }
}

/// A request for the share of one register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShareRequest {
    /// The number of results on the page.
    pub limit: usize,
    /// The end of the previous page.
    pub after: Option<PageCursor>,
    /// The competence set hashes of groups whose members are needed, whatever their rank.
    pub groups: Vec<u64>,
    /// The organisations for which another register is authoritative: their officers do not count.
    pub without: BTreeSet<OrganisationId>,
    /// Whether to leave facets out.
    pub no_facets: bool,
    /// Whether no other register answers. Then the groups that are not in the share are only counted.
    pub is_alone: bool,
}

impl ShareRequest {
    /// Requests the first `limit` results.
    pub fn first(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }
}
