//! From matches to a page of results.
//!
//! In order of use: `filter`, `facets`, `grouped` (what is counted of all matches, with `best_scores`), `shortlist`
//! (top-k selection), `diversify` (ranks within organisations and groups of
//! municipal officers), `truncate` (the share that a request needs), `present` (hits with highlights).
//! `paging` holds the requests, `groups` the ranked parts of a share, and `results` the answer.

mod best_scores;
mod diversify;
mod facets;
mod filter;
mod grouped;
mod groups;
mod paging;
mod present;
mod results;
mod shortlist;
mod truncate;

pub use facets::Facets;
pub use groups::{GroupSize, LocalGroup, MAX_MEMBERS, RankedOfficer, RankedResult, ShareBound};
pub use paging::{PageCursor, Paging, ShareRequest};
pub use results::{Group, Highlight, Hit, MatchReason, Results};

pub(crate) use diversify::{LAST_RANK_FROM, RankCandidate, at_rank, diversify, rank_factor};
pub(crate) use facets::{FacetCounts, SegmentFacetCounts};
pub(crate) use filter::Filter;
pub(crate) use grouped::{MatchCounts, ScoredDocument};
pub(crate) use present::{HitMaterial, present_alone, present_document};
pub(crate) use shortlist::shortlist;
pub(crate) use truncate::truncate;
