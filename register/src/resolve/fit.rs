//! Determines how an officer fits a need: by subject, by area and by mandate.

use super::rejected::Rejection;
use super::resolver::Resolver;
use super::route::RejectionReason;
use super::scope::{Scope, is_general, is_in_force};
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode};
use crate::officer::{MandateLevel, Officer};
use crate::organisation::{Organisation, OrganisationKind, ServiceBasis};

/// The kind of match. The order is the order of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    /// The officer holds a needed competence.
    Competence,
    /// The officer works in a needed life domain, or in one of a needed competence.
    Domain,
    /// The officer holds a competence for which [`is_generalist`] is true.
    Generalist,
    /// The need names neither competence nor domain.
    Organisation,
}

/// How an officer fits.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    pub(super) tier: Tier,
    /// The needed competences that it holds.
    pub(super) competences: Vec<CompetenceCode>,
    /// The needed life domains that it works in.
    pub(super) domains: Vec<DomainCode>,
    /// Whether it may look at any case of its organisation.
    pub(super) is_generalist: bool,
}

/// An officer's area relative to the household. The order is the order of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Area {
    /// It works in the household's municipality.
    Own,
    /// It works nationwide.
    Country,
    /// It works in some municipalities, and the need names none.
    Unknown,
}

/// Whether a competence makes its holder a generalist: the hardship clause, which allows deviating from any rule of the
/// organisation, and the instruments of PMM, which are for cases that no scheme fits.
pub(super) fn is_generalist(code: &CompetenceCode) -> bool {
    code.as_str() == "AWB-HARDHEID" || code.as_str().starts_with("PMM-")
}

impl Resolver<'_> {
    /// How `officer` fits the need, or why it does not.
    pub(super) fn fit(&self, officer: &Officer) -> Result<Fit, Rejection> {
        let need = self.need;
        let refused = officer
            .not_for
            .iter()
            .find(|not_for| need.competences.contains(&not_for.competence));
        let competences: Vec<CompetenceCode> = need
            .competences
            .iter()
            .filter(|code| officer.competences.contains(code))
            .filter(|code| officer.not_for.iter().all(|not_for| not_for.competence != **code))
            .cloned()
            .collect();
        let domains: Vec<DomainCode> = self
            .domains
            .iter()
            .filter(|code| officer.domains.contains(code))
            .cloned()
            .collect();
        let tier = if !competences.is_empty() {
            Tier::Competence
        } else if let Some(refused) = refused {
            return Err(Rejection {
                reason: RejectionReason::NotFor,
                competence: Some(refused.competence.clone()),
                see: refused.see.clone(),
            });
        } else if !domains.is_empty() {
            Tier::Domain
        } else if officer.competences.iter().any(is_generalist) {
            Tier::Generalist
        } else if !need.has_topic() {
            Tier::Organisation
        } else {
            return Err(RejectionReason::WrongCompetence.into());
        };
        Ok(Fit {
            tier,
            competences,
            domains,
            is_generalist: officer.competences.iter().any(is_generalist),
        })
    }

    /// The officer's area relative to the household. None if it works elsewhere.
    ///
    /// An officer without an area works where its organisation does: a municipality for itself and those that it acts for, a
    /// joint body for those that it acts for, any other organisation nationwide.
    pub(super) fn area(&mut self, officer: &Officer, organisation: &Organisation, scope: &Scope) -> Option<Area> {
        let is_municipality = organisation.kind == OrganisationKind::Gemeente;
        let is_national = officer.area.is_empty() && organisation.serves.is_empty() && !is_municipality;
        if is_national {
            return Some(Area::Country);
        }
        if scope.municipalities.is_empty() {
            return Some(Area::Unknown);
        }
        let works_here = if officer.area.is_empty() {
            let own = organisation.municipality_code.as_ref().filter(|_| is_municipality);
            own.is_some_and(|code| self.is_household_municipality(code, scope)) || self.serves_household(organisation, scope)
        } else {
            officer.area.iter().any(|code| self.is_household_municipality(code, scope))
        };
        works_here.then_some(Area::Own)
    }

    /// Whether an organisation acts for the household's municipality, in any scheme.
    fn serves_household(&mut self, organisation: &Organisation, scope: &Scope) -> bool {
        let mut serves = false;
        for service in &organisation.serves {
            if self.is_household_municipality(&service.municipality, scope) {
                self.validity.note_service(service);
                serves |= is_in_force(service, self.day);
            }
        }
        serves
    }

    /// Whether a code, current or former, stands for the household's municipality.
    fn is_household_municipality(&self, code: &MunicipalityCode, scope: &Scope) -> bool {
        scope.municipalities.contains(code)
            || self.need.municipality.as_ref() == Some(code)
            || self.rules.gazetteer.former(code).is_some_and(|former| {
                former
                    .successors
                    .iter()
                    .any(|successor| scope.municipalities.contains(successor))
            })
    }

    /// The officer's mandate for the need.
    pub(super) fn mandate_level(&self, officer: &Officer, fit: &Fit) -> MandateLevel {
        let highest = |codes: &mut dyn Iterator<Item = &CompetenceCode>| {
            codes
                .map(|code| officer.mandate_level(Some(code), self.day))
                .min()
                .unwrap_or(MandateLevel::Refer)
        };
        match fit.tier {
            Tier::Competence => highest(&mut fit.competences.iter()),
            Tier::Organisation => officer.mandate_level(None, self.day),
            Tier::Domain if self.need.competences.is_empty() => officer.mandate_level(None, self.day),
            // A generalist's mandate applies to any case. Any other mandate only covers the officer's own competences, even in
            // the same domain. Without competences, it covers the officer's domains.
            _ if fit.is_generalist => highest(&mut officer.competences.iter().filter(|code| is_generalist(code))),
            _ if officer.competences.is_empty() => officer.mandate_level(None, self.day),
            _ => MandateLevel::Refer,
        }
    }

    /// The joint body to which a municipality has delegated everything that `fit` covers, if any.
    pub(super) fn delegated_to<'s>(&self, municipality: &Organisation, fit: &Fit, scope: &'s Scope) -> Option<&'s Organisation> {
        if municipality.kind != OrganisationKind::Gemeente {
            return None;
        }
        let code = municipality.municipality_code.as_ref()?;
        let bodies: Vec<(&Organisation, &crate::organisation::Service)> = scope
            .involved
            .iter()
            .filter(|involved| involved.power == Some(ServiceBasis::Delegatie) && involved.organisation.id != municipality.id)
            .flat_map(|involved| {
                involved
                    .organisation
                    .serves
                    .iter()
                    .map(|service| (&*involved.organisation, service))
            })
            .filter(|(_, service)| service.municipality == *code && service.basis == ServiceBasis::Delegatie)
            .filter(|(_, service)| is_in_force(service, self.day))
            .collect();
        let (first, _) = bodies.first()?;
        let has_competence = |code: &CompetenceCode| bodies.iter().any(|(_, service)| self.covers(service, code));
        let has_domain = |code: &DomainCode| {
            bodies
                .iter()
                .any(|(_, service)| is_general(service) || service.domains.contains(code))
        };
        let needed = if fit.tier == Tier::Competence {
            &fit.competences
        } else {
            &self.need.competences
        };
        let is_all = if !needed.is_empty() {
            needed.iter().all(has_competence)
        } else if self.need.has_topic() {
            fit.domains.iter().all(has_domain)
        } else {
            bodies.iter().any(|(_, service)| is_general(service))
        };
        is_all.then_some(*first)
    }
}
