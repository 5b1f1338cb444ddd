//! Snapshots: the index at one position, which searches read while the writer moves on.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use register::identifier::OrganisationId;
use register::position::Position;

use crate::analyse::{Context, Language, Versions};
use crate::document::FindTexts;
use crate::error::IndexError;
use crate::federate::{Share, merge};
use crate::plan::Plan;
use crate::rank::{Hit, HitMaterial, Paging, RankedResult, Results, ShareRequest};
use crate::search;
use crate::segment::view::View;
use crate::suggest::{Offer, OfficerCounts, SuggestShare, Suggestion, SuggestionTarget};

/// The index at one position. It never changes.
pub struct Snapshot {
    language: Arc<Language>,
    view: View,
    /// Counted on first use.
    counts: OnceLock<OfficerCounts>,
}

impl Snapshot {
    pub(crate) fn new(language: Arc<Language>, view: View) -> Self {
        Self {
            language,
            view,
            counts: OnceLock::new(),
        }
    }

    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// Returns its position.
    pub fn position(&self) -> Position {
        self.view.position
    }

    /// Returns the number of officers.
    pub fn len(&self) -> usize {
        self.view.len()
    }

    /// Whether it holds no officers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the versions that it was made with. Plans of other versions are refused.
    pub fn versions(&self) -> &Versions {
        self.language.versions()
    }

    /// Returns one page of the results for `plan`. `texts` are those of the register at the same position.
    ///
    /// A single register answers in the same way as several: by merging its share.
    pub fn search(&self, plan: &Plan, paging: &Paging, texts: &FindTexts<'_>) -> Result<Results, IndexError> {
        self.check_versions(plan)?;
        let mut request = ShareRequest {
            limit: paging.limit,
            after: paging.after.clone(),
            no_facets: !paging.facets,
            is_alone: true,
            ..ShareRequest::default()
        };
        let resolved = search::resolve(&self.view, plan)?;
        let merged = loop {
            let share = search::share(&self.view, plan, &resolved, &request)?;
            let mut merged = merge(plan, paging, &[(&share, &request)]);
            match merged.missing.pop() {
                Some((_, more)) => request = more,
                None => break merged,
            }
        };
        let material = self.material(texts, paging.explain);
        Ok(Results {
            position: self.view.position,
            hits: search::present(&self.view, plan, &resolved, merged.page, &material),
            total: merged.total,
            results: merged.results,
            facets: merged.facets,
            next: merged.next,
        })
    }

    /// Returns the contribution of this register to the results for `plan`. [`merge`] combines those of all registers.
    pub fn share(&self, plan: &Plan, request: &ShareRequest) -> Result<Share, IndexError> {
        self.check_versions(plan)?;
        let mut share = search::share(&self.view, plan, &search::resolve(&self.view, plan)?, request)?;
        // The same register gives the same answer to the same question, byte for byte.
        share.others.sort_unstable_by_key(|other| other.competence_set);
        Ok(share)
    }

    /// Presents results of [`merge`] that this register returned as hits, in the same order. `texts` are those of the register
    /// at the same position.
    pub fn present(
        &self,
        plan: &Plan,
        page: Vec<RankedResult>,
        texts: &FindTexts<'_>,
        explain: bool,
    ) -> Result<Vec<Hit>, IndexError> {
        self.check_versions(plan)?;
        let resolved = search::resolve(&self.view, plan)?;
        Ok(search::present(
            &self.view,
            plan,
            &resolved,
            page,
            &self.material(texts, explain),
        ))
    }

    /// Returns at most `limit` suggestions for a text that is being typed, best first.
    pub fn suggest(&self, prefix: &str, limit: usize, context: &Context) -> Vec<Suggestion> {
        let offer = Offer::new(prefix, context);
        let share = self.counts().share(prefix, &offer.targets(), limit);
        offer.suggestions(&[share], limit)
    }

    /// Returns the contribution of this register to suggestions for `prefix`: the number of officers for each of `targets`,
    /// and the first `limit` functions. Officers of the organisations `without` do not count.
    pub fn suggest_share(
        &self,
        prefix: &str,
        targets: &[SuggestionTarget],
        limit: usize,
        without: &BTreeSet<OrganisationId>,
    ) -> SuggestShare {
        if without.is_empty() {
            return self.counts().share(prefix, targets, limit);
        }
        OfficerCounts::of(&self.view, without).share(prefix, targets, limit)
    }

    fn material<'a>(&'a self, texts: &'a FindTexts<'a>, explain: bool) -> HitMaterial<'a> {
        HitMaterial {
            texts,
            language: &self.language,
            explain,
        }
    }

    fn counts(&self) -> &OfficerCounts {
        self.counts.get_or_init(|| OfficerCounts::of(&self.view, &BTreeSet::new()))
    }

    /// Refuses a plan whose scores would not be comparable here.
    fn check_versions(&self, plan: &Plan) -> Result<(), IndexError> {
        if plan.versions == *self.versions() {
            return Ok(());
        }
        Err(IndexError::OtherVersions {
            plan: plan.versions.to_string(),
            index: self.versions().to_string(),
        })
    }
}
