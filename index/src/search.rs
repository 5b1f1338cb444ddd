//! Runs a plan against a view: resolve, filter, score, collect, diversify, truncate, and present a page.

use crate::error::IndexError;
use crate::federate::Share;
use crate::plan::{Grouping, Plan};
use crate::rank::{
    FacetCounts, Facets, Hit, HitMaterial, Matches, RankedResult, ShareRequest, accepted, diversify, present_document, truncate,
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
pub(crate) fn share(
    view: &View,
    plan: &Plan,
    resolved: &[ResolvedPlan<'_>],
    request: &ShareRequest,
) -> Result<Share, IndexError> {
    // Without a text nothing has a score.
    let min_score = if plan.is_browse { Score::ZERO } else { plan.min_score };
    let (mut matches, mut facets) = find(view, plan, resolved, min_score, request)?;
    let is_lenient = matches.total == 0 && min_score > Score(1);
    if is_lenient {
        // Nothing reaches the lowest score of the plan: weak matches are better than none.
        (matches, facets) = find(view, plan, resolved, Score(1), request)?;
    }
    let truncated = truncate(plan, request, &matches, diversify(plan, &matches));
    let share = Share {
        position: view.position,
        is_lenient,
        total: matches.total,
        singles: matches.results_of_one,
        facets,
        ranked: truncated.ranked,
        municipal: truncated.municipal,
        others: truncated.others,
        other_groups: truncated.other_groups,
        best_for_needs: truncated.best_for_needs,
        bounds: truncated.bounds,
    };
    debug_assert_eq!(share.check(plan, request), Ok(()), "peers would refuse this share");
    Ok(share)
}

/// The most results of which the first ones are kept while matches are found. For more of them, sorting all is cheaper.
const MAX_KEPT: usize = 1_000;

/// Finds the live documents that pass the filters and score at least `min_score`, and counts their facets if they are
/// requested.
fn find<'a>(
    view: &'a View,
    plan: &Plan,
    resolved: &[ResolvedPlan<'_>],
    min_score: Score,
    request: &ShareRequest,
) -> Result<(Matches<'a>, Facets), IndexError> {
    // A later page begins after a place that only the complete order gives, and requested groups can be anywhere.
    let needs_all = request.after.is_some() || !request.groups.is_empty() || (plan.grouping == Grouping::Flat && !plan.is_browse);
    let wanted = request.limit.saturating_add(1);
    let mut matches = Matches::new(view, plan, (!needs_all && wanted <= MAX_KEPT).then_some(wanted));
    let mut facets = FacetCounts::default();
    for ((number, segment), resolved) in (0..).zip(&view.segments).zip(resolved) {
        let facts = view.facts(number);
        let accepted = accepted(&plan.filters, &request.without, segment)?;
        if plan.is_browse {
            matches.add_unscored(number, accepted.as_ref(), plan);
            if !request.no_facets {
                match accepted {
                    Some(accepted) => facets.add(facts, &accepted.ones().map(document).collect::<Vec<_>>()),
                    None => facets.add(facts, &(0..facts.len()).collect::<Vec<_>>()),
                }
            }
            continue;
        }
        let mut matched: Vec<DocId> = Vec::new();
        let mut matches = matches.of_segment(number, resolved.needs());
        resolved.score(accepted.as_ref(), |doc, score| {
            if score >= min_score {
                matches.add(doc, score);
                if !request.no_facets {
                    matched.push(doc);
                }
            }
        });
        if !request.no_facets {
            facets.add(facts, &matched);
        }
    }
    Ok((matches, facets.into_facets()))
}

fn document(number: usize) -> DocId {
    DocId::try_from(number).expect("a segment has fewer than 2^32 documents")
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
