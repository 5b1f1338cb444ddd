//! What one register contributes to an answer.
//!
//! A register scores a plan against its own officers and sends a share: its best results, how many there are in all, and
//! how far the share goes. [`merge`](crate::merge::merge) makes one answer of the shares of several registers, or of one.
//! An organisation's officers lie in one register, so their ranks within it are final here. Only "uw gemeente" goes
//! across registers: of municipal desks a share says the leaders and members, and their places are given when merging.

use std::collections::BTreeSet;

use register::identifier::OrganisationId;
use register::position::Position;

use crate::results::Facets;
use crate::score::{Score, SortKey};

/// Members of a group that an answer names.
pub const MOST_MEMBERS: usize = 100;

/// A place in an answer: where a page ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The key of the result.
    pub key: SortKey,
    /// In a flat list, where in its group: the group's number, and the key at its own score of the member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<(u64, SortKey)>,
}

/// What is wanted of a register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Results for so long a page.
    pub limit: usize,
    /// After this place.
    pub after: Option<Place>,
    /// Groups of which the members are wanted, wherever they stand.
    pub groups: Vec<u64>,
    /// Organisations for which another register is authoritative: their officers do not count here.
    pub without: BTreeSet<OrganisationId>,
    /// Nobody asked for facets: they are left out.
    pub no_facets: bool,
}

impl Wanted {
    /// The first `limit` results.
    pub fn first(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }
}

/// A register's contribution to an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The position that it was made from.
    pub position: Position,
    /// Nothing scored what a question that was understood asks for; these are the weaker matches. They count only when
    /// no register has better ones.
    pub is_lenient: bool,
    /// Officers that match.
    pub total: usize,
    /// Results that are no groups.
    pub singles: usize,
    /// How many officers there are by kind of thing, where facets are wanted.
    pub facets: Facets,
    /// The best results that are ranked within their organisation, best first.
    pub ranked: Vec<RankedOfficer>,
    /// The best municipal results, in order of their leaders.
    pub municipal: Vec<LocalGroup>,
    /// Groups of which only the number is told.
    pub others: Vec<GroupSize>,
    /// How far the share goes: each result that is up to all of these is in it. Empty: everything is.
    pub reach: Vec<Reach>,
}

/// An officer in its place within its organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedOfficer {
    /// Its key at the score it is ranked by.
    pub key: SortKey,
    /// The score of the entry alone.
    pub own_score: Score,
}

/// A municipal result of one register: officers of municipalities with the same set of competences, or one without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalGroup {
    /// The set of competences as a number; 0 for an officer that stands alone.
    pub desk: u64,
    /// The key of its best member, at its own score.
    pub leader: SortKey,
    /// How many members it has here.
    pub size: usize,
    /// The keys of its first members at their own scores, best first; in a flat list, those after the wanted place.
    pub members: Vec<SortKey>,
}

/// A group whose members are not in the share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupSize {
    /// The set of competences as a number.
    pub desk: u64,
    /// How many members it has here.
    pub size: usize,
    /// Whether the register's best one stands before the wanted place, so that the whole group does.
    pub is_before: bool,
}

/// Up to where a share has everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Up to this key.
    Key(SortKey),
    /// Down to this score.
    Score(Score),
}

impl Reach {
    /// Whether a result with this key would be in the share.
    pub fn covers(&self, key: &SortKey) -> bool {
        match self {
            Self::Key(last) => key <= last,
            Self::Score(least) => key.score >= *least,
        }
    }
}
