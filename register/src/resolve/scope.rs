//! Determines the municipalities and the organisations that a need involves.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::ResolveError;
use super::rejected::Rejection;
use super::resolver::Resolver;
use super::route::RejectionReason;
use crate::identifier::{CompetenceCode, DomainCode, MunicipalityCode, OrganisationId};
use crate::need::Need;
use crate::organisation::{Organisation, OrganisationKind, Service, ServiceBasis};

/// The longest chain of successors that is followed.
const MOST_SUCCESSIONS: usize = 8;

/// The municipalities and organisations that a need involves.
#[derive(Default)]
pub(super) struct Scope {
    /// Where the household lives, as current codes.
    pub(super) municipalities: BTreeSet<MunicipalityCode>,
    /// The involved organisations, each once, in the order of their desks.
    pub(super) involved: Vec<Involved>,
}

/// An involved organisation.
pub(super) struct Involved {
    pub(super) organisation: Arc<Organisation>,
    /// For a joint body that acts for the household's municipality in this: its strongest power.
    pub(super) power: Option<ServiceBasis>,
}

impl Scope {
    pub(super) fn get(&self, id: &OrganisationId) -> Option<&Involved> {
        self.involved.iter().find(|involved| involved.organisation.id == *id)
    }

    fn add(&mut self, organisation: &Arc<Organisation>, power: Option<ServiceBasis>) {
        match self
            .involved
            .iter_mut()
            .find(|known| known.organisation.id == organisation.id)
        {
            Some(known) => known.power = known.power.max(power),
            None => self.involved.push(Involved {
                organisation: Arc::clone(organisation),
                power,
            }),
        }
    }
}

impl Resolver<'_> {
    /// Determines the scope of the need.
    pub(super) fn scope(&mut self) -> Result<Scope, ResolveError> {
        let mut scope = Scope::default();
        if let Some(code) = &self.need.municipality {
            scope.municipalities = self.municipalities_of(code);
        }
        if let Some(id) = &self.need.organisation {
            self.add_named(&mut scope, id)?;
            return Ok(scope);
        }
        let is_municipal = self.add_executors(&mut scope);
        if is_municipal && scope.municipalities.is_empty() {
            self.rejections.require_municipality();
        }
        if is_municipal {
            let codes = scope.municipalities.clone();
            self.add_municipalities(&mut scope, &codes);
        }
        Ok(scope)
    }

    /// Adds the named organisation or its successors, and for a municipality its joint bodies.
    fn add_named(&mut self, scope: &mut Scope, id: &OrganisationId) -> Result<(), ResolveError> {
        let Some(named) = self.view.organisation(id).cloned() else {
            return Err(ResolveError::UnknownOrganisation(id.clone()));
        };
        let mut own = BTreeSet::new();
        for organisation in self.current_organisations(&named) {
            if organisation.kind == OrganisationKind::Gemeente {
                own.extend(organisation.municipality_code.clone());
            }
            scope.add(&organisation, None);
        }
        if scope.municipalities.is_empty() {
            scope.municipalities = own.clone();
        }
        self.add_joint_bodies(scope, &own);
        Ok(())
    }

    /// Adds the executors of the competences. Returns whether municipalities carry any of them out.
    fn add_executors(&mut self, scope: &mut Scope) -> bool {
        let vocabulary = self.rules.vocabulary;
        let mut is_municipal = self.need.competences.is_empty() && !scope.municipalities.is_empty();
        for executor in self.need.competences.iter().flat_map(|code| vocabulary.executors_of(code)) {
            is_municipal |= matches!(
                executor.kind,
                Some(OrganisationKind::Gemeente | OrganisationKind::Samenwerkingsverband)
            );
            let Some(id) = &executor.organisation else { continue };
            match self.view.organisation(id).cloned() {
                Some(organisation) => {
                    for organisation in self.current_organisations(&organisation) {
                        scope.add(&organisation, None);
                    }
                }
                None => self.rejections.reject_organisation(id, RejectionReason::NotInRegister),
            }
        }
        is_municipal
    }

    fn add_municipalities(&mut self, scope: &mut Scope, codes: &BTreeSet<MunicipalityCode>) {
        self.add_joint_bodies(scope, codes);
        for code in codes {
            match self.view.municipality_organisation(code).cloned() {
                Some(organisation) => {
                    for organisation in self.current_organisations(&organisation) {
                        scope.add(&organisation, None);
                    }
                }
                None => {
                    // A municipality's id is its code in lower case.
                    if let Ok(id) = OrganisationId::parse(&code.as_str().to_ascii_lowercase()) {
                        self.rejections.reject_organisation(&id, RejectionReason::NotInRegister);
                    }
                }
            }
        }
    }

    /// Adds the joint bodies that act for the municipalities in what is needed, delegatie before mandaat.
    fn add_joint_bodies(&mut self, scope: &mut Scope, codes: &BTreeSet<MunicipalityCode>) {
        let mut found: Vec<(Arc<Organisation>, ServiceBasis)> = Vec::new();
        for body in codes.iter().flat_map(|code| self.view.serving(code)) {
            for service in body.serves.iter().filter(|service| codes.contains(&service.municipality)) {
                self.validity.note_service(service);
                if is_in_force(service, self.day) && self.is_about_need(service) {
                    found.push((Arc::clone(body), service.basis));
                }
            }
        }
        found.sort_by(|one, other| (other.1, &one.0.id).cmp(&(one.1, &other.0.id)));
        for (body, basis) in found {
            for body in self.current_organisations(&body) {
                scope.add(&body, Some(basis));
            }
        }
    }

    /// The organisation itself if it exists on the day of the need, otherwise its successors. Leaves out suspended ones.
    pub(super) fn current_organisations(&mut self, organisation: &Arc<Organisation>) -> Vec<Arc<Organisation>> {
        let mut current: Vec<Arc<Organisation>> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut pending = vec![(Arc::clone(organisation), 0)];
        while let Some((organisation, steps)) = pending.pop() {
            if !seen.insert(organisation.id.clone()) {
                continue;
            }
            self.validity.note_organisation(&organisation);
            if organisation.is_valid_on(self.day) {
                if organisation.is_visible() {
                    current.push(organisation);
                } else {
                    self.rejections
                        .reject_organisation(&organisation.id, RejectionReason::Suspended);
                }
                continue;
            }
            let has_ended = organisation.valid_until.is_some_and(|until| until < self.day);
            let successors: Vec<&OrganisationId> = if has_ended {
                organisation.successors.iter().collect()
            } else {
                Vec::new()
            };
            self.rejections.reject_organisation(
                &organisation.id,
                Rejection {
                    see: successors.first().map(|id| id.resource_name()),
                    ..Rejection::from(RejectionReason::NotValid)
                },
            );
            if steps < MOST_SUCCESSIONS {
                let next = successors.into_iter().filter_map(|id| self.view.organisation(id));
                pending.extend(next.map(|successor| (Arc::clone(successor), steps + 1)));
            }
        }
        current.sort_by(|one, other| one.id.cmp(&other.id));
        current
    }

    /// The current municipalities that a code stands for on the day of the need.
    fn municipalities_of(&mut self, code: &MunicipalityCode) -> BTreeSet<MunicipalityCode> {
        let former = self.rules.gazetteer.former(code);
        self.validity.note_last_day(former.map(|former| former.ended));
        let codes = match former {
            Some(former) if former.ended < self.day => former.successors.clone(),
            _ => vec![code.clone()],
        };
        // The register may record a merger that the gazetteer does not have yet.
        let mut today = BTreeSet::new();
        for code in codes {
            let successors: Vec<MunicipalityCode> = match self.view.municipality_organisation(&code).cloned() {
                Some(organisation) => {
                    let current = self.current_organisations(&organisation);
                    current
                        .iter()
                        .filter_map(|organisation| organisation.municipality_code.clone())
                        .collect()
                }
                None => Vec::new(),
            };
            if successors.is_empty() {
                today.insert(code);
            }
            today.extend(successors);
        }
        today
    }

    /// Whether a service covers any part of the need.
    fn is_about_need(&self, service: &Service) -> bool {
        let Need {
            competences, domains, ..
        } = self.need;
        !self.need.has_topic()
            || competences.iter().any(|code| self.covers(service, code))
            || domains.iter().any(|code| self.touches(service, code))
    }

    /// Whether a service includes a competence.
    pub(super) fn covers(&self, service: &Service, code: &CompetenceCode) -> bool {
        let of_competence = self.rules.vocabulary.domains_of_competence(code);
        is_general(service)
            || service.competences.contains(code)
            || service.domains.iter().any(|domain| of_competence.contains(domain))
    }

    /// Whether a service includes anything in a life domain.
    fn touches(&self, service: &Service, code: &DomainCode) -> bool {
        let in_domain = |competence: &CompetenceCode| self.rules.vocabulary.domains_of_competence(competence).contains(code);
        is_general(service) || service.domains.contains(code) || service.competences.iter().any(in_domain)
    }
}

/// Whether a service covers everything that the joint body does.
pub(super) fn is_general(service: &Service) -> bool {
    service.competences.is_empty() && service.domains.is_empty()
}

/// Whether a service is in force on `day`.
pub(super) fn is_in_force(service: &Service, day: jiff::civil::Date) -> bool {
    service.from.is_none_or(|from| from <= day) && service.until.is_none_or(|until| day <= until)
}
