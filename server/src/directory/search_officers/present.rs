//! From what the index found to what is shown: joined with the register, and without names that have ended.

use std::sync::Arc;

use index::{Facets, Hit, MatchReason, TextField};
use jiff::civil::Date;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::{Organisation, OrganisationKind};
use register::view::View;

use super::{Facet, FacetCount, FoundGroup, FoundHit, FoundMember};
use crate::directory::{Knowledge, limits};
use crate::federation::Provenance;

/// Organisations by id, as the register knows them that speaks for them.
pub(super) type Organisations<'a> = dyn Fn(&OrganisationId) -> Option<Arc<Organisation>> + 'a;

/// What is shown of a hit.
pub(super) struct Seen {
    pub(super) entry: Arc<Entry>,
    /// A name that has ended was taken away.
    pub(super) has_ended_name: bool,
    /// From which register it is, if not from this one.
    pub(super) provenance: Option<Provenance>,
}

/// Shows what was found, as it may be seen today.
pub(super) struct Presenter<'a> {
    knowledge: &'a Knowledge,
    today: Date,
}

impl<'a> Presenter<'a> {
    pub(super) fn new(knowledge: &'a Knowledge, today: Date) -> Self {
        Self { knowledge, today }
    }

    /// What `view` shows of a hit; nothing if there is nothing to show.
    pub(super) fn seen(&self, hit: &Hit, view: &View) -> Option<Seen> {
        Some(Seen {
            entry: view.shown(&hit.name, self.today)?,
            has_ended_name: view
                .entry(&hit.name)
                .is_some_and(|held| held.officer.has_ended_name_on(self.today)),
            provenance: None,
        })
    }

    /// The hit with its entry and organisation; nothing if there is nothing to show.
    pub(super) fn hit(&self, mut hit: Hit, seen: Seen, organisation: &Organisations<'_>) -> Option<FoundHit> {
        let entry = seen.entry;
        let of = organisation(&hit.name.organisation)?;
        // The index holds a name until the commit that erases it; from its last day on it must lead nowhere.
        if seen.has_ended_name {
            if hit.why == [MatchReason::Person] {
                return None;
            }
            hit.highlights.retain(|highlight| highlight.field != TextField::Person);
            hit.explanation.retain(|contribution| contribution.layer != "person");
            hit.why.retain(|why| *why != MatchReason::Person);
        }
        let group = hit.group.as_ref().map(|group| FoundGroup {
            size: group.size,
            members: group
                .members
                .iter()
                .take(limits::GROUP_MEMBERS)
                .map(|name| member(name, organisation))
                .collect(),
        });
        Some(FoundHit {
            hit,
            entry,
            organisation: of,
            group,
            provenance: seen.provenance,
        })
    }

    /// The counts with what to show for each value.
    pub(super) fn facets(&self, facets: &Facets, organisation: &Organisations<'_>) -> Vec<Facet> {
        let vocabulary = &self.knowledge.vocabulary;
        let organisation = |id: &OrganisationId| {
            let label = organisation(id).map_or_else(|| id.to_string(), |organisation| organisation.short_name.clone());
            (id.resource_name(), label)
        };
        let domain = |code: &register::identifier::DomainCode| {
            let label = vocabulary
                .domain(code)
                .map_or_else(|| code.to_string(), |domain| domain.label.clone());
            (code.to_string(), label)
        };
        let competence = |code: &register::identifier::CompetenceCode| {
            let label = vocabulary
                .competence(code)
                .map_or_else(|| code.to_string(), |competence| competence.label.clone());
            (code.to_string(), label)
        };
        let municipality = |code: &register::identifier::MunicipalityCode| {
            let known = self.knowledge.gazetteer.municipality(code);
            (
                code.to_string(),
                known.map_or_else(|| code.to_string(), |municipality| municipality.name.clone()),
            )
        };
        let kind = |kind: &OrganisationKind| (kind.as_str().to_owned(), capitalised(kind.as_str()));
        vec![
            facet("organisation", &facets.organisations, organisation),
            facet("organisation_kind", &facets.organisation_kinds, kind),
            facet("domain", &facets.domains, domain),
            facet("competence", &facets.competences, competence),
            facet("municipality", &facets.municipalities, municipality),
        ]
    }
}

fn member(name: &OfficerName, organisation: &Organisations<'_>) -> FoundMember {
    let organisation = organisation(&name.organisation);
    FoundMember {
        officer: name.clone(),
        organisation: organisation
            .as_ref()
            .map(|organisation| organisation.short_name.clone())
            .unwrap_or_default(),
        municipality: organisation.and_then(|organisation| organisation.municipality_code.clone()),
    }
}

fn facet<T>(field: &'static str, counts: &[(T, usize)], shown: impl Fn(&T) -> (String, String)) -> Facet {
    let mut counts: Vec<FacetCount> = counts
        .iter()
        .map(|(value, count)| {
            let (value, label) = shown(value);
            FacetCount {
                value,
                label,
                count: *count,
            }
        })
        .collect();
    counts.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    counts.truncate(limits::FACET_COUNTS);
    Facet { field, counts }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
