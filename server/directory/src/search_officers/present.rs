//! Turns index hits into results: joins them with the register and removes ended names.

use std::cmp::Reverse;
use std::sync::Arc;

use federation::Provenance;
use index::{Facets, Hit, MatchReason, TextField};
use jiff::civil::Date;
use register::entry::Entry;
use register::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OfficerName, OrganisationId};
use register::organisation::{Organisation, OrganisationKind};
use register::view::View;

use super::results::{Facet, FacetCount, GroupMember, HitGroup, SearchHit};
use crate::{Knowledge, limits};

/// Looks up an organisation by id in the register that is authoritative for it.
pub(super) type OrganisationLookup<'a> = dyn Fn(&OrganisationId) -> Option<Arc<Organisation>> + 'a;

/// The visible entry of a hit.
pub(super) struct VisibleEntry {
    pub(super) entry: Arc<Entry>,
    /// Whether an ended name was removed from the entry.
    pub(super) has_ended_name: bool,
    /// The register that it comes from, if not this one.
    pub(super) provenance: Option<Provenance>,
}

/// Presents hits and facets as of one day.
pub(super) struct Presenter<'a> {
    knowledge: &'a Knowledge,
    today: Date,
}

impl<'a> Presenter<'a> {
    pub(super) fn new(knowledge: &'a Knowledge, today: Date) -> Self {
        Self { knowledge, today }
    }

    /// Returns the entry of a hit as `view` shows it; `None` if it is hidden.
    pub(super) fn visible(&self, hit: &Hit, view: &View) -> Option<VisibleEntry> {
        Some(VisibleEntry {
            entry: view.shown(&hit.name, self.today)?,
            has_ended_name: view
                .entry(&hit.name)
                .is_some_and(|held| held.officer.has_ended_name_on(self.today)),
            provenance: None,
        })
    }

    /// Returns the hit with its entry and organisation; `None` if it matched only an ended name.
    pub(super) fn hit(&self, mut hit: Hit, visible: VisibleEntry, organisation: &OrganisationLookup<'_>) -> Option<SearchHit> {
        let entry = visible.entry;
        let of = organisation(&hit.name.organisation)?;
        // The index contains a name until the commit that erases it; after its last day it must not match.
        if visible.has_ended_name {
            if hit.why == [MatchReason::Person] {
                return None;
            }
            hit.highlights.retain(|highlight| highlight.field != TextField::Person);
            hit.explanation.retain(|contribution| contribution.layer != "person");
            hit.why.retain(|why| *why != MatchReason::Person);
        }
        let group = hit.group.as_ref().map(|group| HitGroup {
            size: group.size,
            members: group
                .members
                .iter()
                .take(limits::GROUP_MEMBERS)
                .map(|name| member(name, organisation))
                .collect(),
        });
        Some(SearchHit {
            hit,
            entry,
            organisation: of,
            group,
            provenance: visible.provenance,
        })
    }

    /// Returns the counts with a label for each value.
    pub(super) fn facets(&self, facets: &Facets, organisation: &OrganisationLookup<'_>) -> Vec<Facet> {
        let vocabulary = &self.knowledge.vocabulary;
        let organisation = |id: &OrganisationId| {
            let label = organisation(id).map_or_else(|| id.to_string(), |organisation| organisation.short_name.clone());
            (id.resource_name(), label)
        };
        let domain = |code: &DomainCode| {
            let known = vocabulary.domain(code);
            labelled(code.as_str(), known.map(|domain| &domain.label))
        };
        let competence = |code: &CompetenceCode| {
            let known = vocabulary.competence(code);
            labelled(code.as_str(), known.map(|competence| &competence.label))
        };
        let municipality = |code: &MunicipalityCode| {
            let known = self.knowledge.gazetteer.municipality(code);
            labelled(code.as_str(), known.map(|municipality| &municipality.name))
        };
        let kind = |kind: &OrganisationKind| (kind.as_str().to_owned(), capitalised(kind.as_str()));
        // Kinds have an order of their own; equal counts are shown in order of value.
        let mut kinds = facets.organisation_kinds.clone();
        kinds.sort_by_key(|(kind, count)| (Reverse(*count), kind.as_str()));
        vec![
            facet("organisation", &facets.organisations, organisation),
            facet("organisation_kind", &kinds, kind),
            facet("domain", &facets.domains, domain),
            facet("competence", &facets.competences, competence),
            facet("municipality", &facets.municipalities, municipality),
        ]
    }
}

/// Returns a value with its label: the name that it is known by, else itself.
fn labelled(value: &str, known: Option<&String>) -> (String, String) {
    (value.to_owned(), known.map_or_else(|| value.to_owned(), String::clone))
}

fn member(name: &OfficerName, organisation: &OrganisationLookup<'_>) -> GroupMember {
    let organisation = organisation(&name.organisation);
    GroupMember {
        officer: name.clone(),
        organisation: organisation
            .as_ref()
            .map(|organisation| organisation.short_name.clone())
            .unwrap_or_default(),
        municipality: organisation.and_then(|organisation| organisation.municipality_code.clone()),
    }
}

/// Returns the first counts, each with the value and the label that `shown` gives.
fn facet<T>(field: &'static str, counts: &[(T, usize)], shown: impl Fn(&T) -> (String, String)) -> Facet {
    let counts = counts.iter().take(limits::FACET_COUNTS).map(|(value, count)| {
        let (value, label) = shown(value);
        FacetCount {
            value,
            label,
            count: *count,
        }
    });
    Facet {
        field,
        counts: counts.collect(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
