//! From matches to a page of results.
//!
//! In order of use: `filter`, `collect` (what is counted and kept of all matches, with `best_scores`, `leaders` and `needs`), `facets`,
//! `diversify` (ranks within organisations and groups of municipal officers), `truncate` (the share that a request needs),
//! `present` (hits with highlights).
//! `scored` is a match with its score, `paging` holds the requests, `groups` the ranked parts of a share, and `results` the answer.

mod best_scores;
mod collect;
mod diversify;
mod facets;
mod filter;
mod groups;
mod leaders;
mod needs;
mod paging;
mod present;
mod results;
mod scored;
mod truncate;

pub use facets::Facets;
pub use groups::{GroupSize, LocalGroup, MAX_MEMBERS, RankedOfficer, RankedResult, ShareBound};
pub use needs::BestForNeed;
pub use paging::{PageCursor, Paging, ShareRequest};
pub use results::{Group, Highlight, Hit, MatchReason, Results};

pub(crate) use collect::Matches;
pub(crate) use diversify::{at_rank, diversify, rank_factor};
pub(crate) use facets::FacetCounts;
pub(crate) use filter::accepted;
pub(crate) use groups::LAST_RANK_FROM;
#[cfg(test)]
pub(crate) use needs::FIRST_FOR_NEED;
pub(crate) use needs::first_for_need;
pub(crate) use present::{HitMaterial, present_alone, present_document};
pub(crate) use truncate::truncate;
