//! Runs a plan against a view: resolve, score, filter, shortlist, diversify, truncate, and present a page.

use crate::error::IndexError;
use crate::federate::Share;
use crate::plan::{Grouping, Plan};
use crate::rank::{
    FacetCounts, Facets, Filter, Hit, HitMaterial, MatchCounts, RankCandidate, RankedResult, ScoredDocument, SegmentFacetCounts,
    ShareRequest, diversify, present_document, shortlist, truncate,
};
use crate::score::{ResolvedPlan, ScoreAccount};
use crate::segment::DocId;
use crate::segment::view::View;
use crate::sort_key::Score;

/// Resolves `plan` against each segment of `view`.
pub(crate) fn resolve<'a>(view: &'a View, plan: &'a Plan) -> Result<Vec<ResolvedPlan<'a>>, IndexError> {
    let segments = view.segments.iter().map(|segment| segment.segment());
    segments.map(|segment| ResolvedPlan::new(plan, segment)).collect()
}

/// Returns the contribution of this register to the results for `plan`, which `resolved` holds for each segment.
pub(crate) fn share(view: &View, plan: &Plan, resolved: &[ResolvedPlan<'_>], request: &ShareRequest) -> Share {
    // Without a text nothing has a score.
    let min_score = if plan.is_browse { Score::ZERO } else { plan.min_score };
    let mut matches = Matches::find(view, plan, resolved, min_score, request);
    let is_lenient = matches.counts.total == 0 && min_score > Score(1);
    if is_lenient {
        // Nothing reaches the lowest score of the plan: weak matches are better than none.
        matches = Matches::find(view, plan, resolved, Score(1), request);
    }
    let share = rank(view, plan, matches, request, is_lenient);
    debug_assert_eq!(share.check(plan, request), Ok(()), "peers would refuse this share");
    share
}

/// The live documents that pass the filters and score high enough.
struct Matches {
    /// What is counted of all of them.
    counts: MatchCounts,
    /// All that the request can need, in order of segments.
    needed: Vec<ScoredDocument>,
}

impl Matches {
    /// Finds the matches that score at least `min_score`.
    fn find(view: &View, plan: &Plan, resolved: &[ResolvedPlan<'_>], min_score: Score, request: &ShareRequest) -> Self {
        let mut counts = MatchCounts::new(view, plan, request.limit.saturating_add(1));
        let mut needed = Vec::new();
        let needs_all = !request.no_facets || plan.is_browse || plan.grouping == Grouping::Flat || is_later(request);
        for ((number, segment), resolved) in (0..).zip(&view.segments).zip(resolved) {
            let facts = view.facts(number);
            let filter = Filter::new(&plan.filters, &request.without, facts);
            let mut add = |doc, score| {
                if score >= min_score && (counts.add(facts.group(doc), score) || needs_all) {
                    let segment = number;
                    needed.push(ScoredDocument { segment, doc, score });
                }
            };
            // The first case is the usual one, and there the loop has no other branch.
            match (segment.is_whole(), filter.is_empty()) {
                (true, true) => resolved.score(|_| true, &mut add),
                (true, false) => resolved.score(|doc| filter.passes(doc), &mut add),
                (false, _) => resolved.score(|doc| segment.is_live(doc) && filter.passes(doc), &mut add),
            }
        }
        Self { counts, needed }
    }
}

/// Whether the request is for a later page, which begins after a place that only the complete order gives, or for groups that
/// can be anywhere.
fn is_later(request: &ShareRequest) -> bool {
    request.after.is_some() || !request.groups.is_empty()
}

fn rank(view: &View, plan: &Plan, matches: Matches, request: &ShareRequest, is_lenient: bool) -> Share {
    let Matches { counts, needed } = matches;
    let facets = if request.no_facets {
        Facets::default()
    } else {
        count_facets(view, &needed)
    };
    let (matches, min_score) = if is_later(request) {
        (needed, None)
    } else {
        shortlist(view, plan, needed, &counts, request.limit.saturating_add(1))
    };
    let diversified = diversify(plan, candidates(view, &matches));
    let truncated = truncate(view, plan, request, diversified, counts.groups, min_score);
    Share {
        position: view.position,
        is_lenient,
        total: counts.total,
        singles: counts.results_of_one,
        facets,
        ranked: truncated.ranked,
        municipal: truncated.municipal,
        others: truncated.others,
        other_groups: truncated.other_groups,
        bounds: truncated.bounds,
    }
}

fn count_facets(view: &View, matches: &[ScoredDocument]) -> Facets {
    let mut counts = FacetCounts::default();
    for matches in matches.chunk_by(|one, other| one.segment == other.segment) {
        let facts = view.facts(matches[0].segment);
        let mut of_segment = SegmentFacetCounts::new(facts);
        matches.iter().for_each(|found| of_segment.count(facts, found.doc));
        counts.add(of_segment, facts);
    }
    counts.into_facets()
}

fn candidates(view: &View, matches: &[ScoredDocument]) -> Vec<RankCandidate> {
    let hashes = view.competence_sets.hashes();
    let candidate = |found: &ScoredDocument| {
        let facts = view.facts(found.segment);
        RankCandidate {
            key: facts.key(found.doc, found.score),
            organisation_kind: facts.class(found.doc).organisation_kind,
            competence_set: hashes.of(facts.group(found.doc)),
        }
    };
    matches.iter().map(candidate).collect()
}

/// Presents the results of a page as hits, in the same order. A result that is not in the view is left out.
pub(crate) fn present(
    view: &View,
    plan: &Plan,
    resolved: &[ResolvedPlan<'_>],
    page: Vec<RankedResult>,
    material: &HitMaterial<'_>,
) -> Vec<Hit> {
    let mut located: Vec<(RankedResult, usize, DocId)> = Vec::with_capacity(page.len());
    let mut docs_of_segment: Vec<Vec<DocId>> = vec![Vec::new(); resolved.len()];
    for ranked in page {
        if let Some((segment, doc)) = view.locate(&ranked.key.name) {
            located.push((ranked, segment, doc));
            docs_of_segment[segment].push(doc);
        }
    }
    let accounts = resolved.iter().zip(docs_of_segment).map(|(resolved, mut docs)| {
        let mut account = ScoreAccount::default();
        docs.sort_unstable();
        resolved.explain(&docs, &mut account);
        account
    });
    let accounts: Vec<ScoreAccount<'_>> = accounts.collect();
    let hits = located.into_iter().map(|(ranked, segment, doc)| {
        let contributions = accounts[segment].of(doc);
        present_document(plan, &resolved[segment], ranked, doc, contributions, material)
    });
    hits.collect()
}
