//! Validates the officers of one organisation as a set: duplicates, deputies and contact details.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::{Rules, deputies, limits, officer, quote::quoted};
use crate::draft::OfficerDraft;
use crate::identifier::OfficerId;
use crate::officer::{ManagedBy, Officer};
use crate::organisation::Organisation;
use crate::violation::{Violation, ViolationCode};

/// Validates officers of one organisation, added one by one. A snapshot is a set, and so is a delta.
/// [`OfficerSet::finish`] checks it together with the officers that stay.
#[derive(Debug)]
pub struct OfficerSet<'a> {
    organisation: &'a Organisation,
    managed_by: ManagedBy,
    rules: &'a Rules<'a>,
    /// The index of the first draft with each id, including drafts with violations.
    seen: HashMap<OfficerId, usize>,
    accepted: BTreeMap<OfficerId, (usize, Officer)>,
    violations: SetViolations,
    count: usize,
}

impl<'a> OfficerSet<'a> {
    /// Creates an empty set of officers of `organisation`, managed by `managed_by`.
    pub fn new(organisation: &'a Organisation, managed_by: ManagedBy, rules: &'a Rules<'a>) -> Self {
        Self {
            organisation,
            managed_by,
            rules,
            seen: HashMap::new(),
            accepted: BTreeMap::new(),
            violations: SetViolations::default(),
            count: 0,
        }
    }

    /// Validates the next draft. Its `organisation` and `managed_by` may be absent: they follow from the set.
    pub fn add(&mut self, draft: &OfficerDraft) {
        self.add_at(self.count, draft);
    }

    /// Validates a draft at `index` of a list that also contains other items, such as the operations of a delta.
    pub fn add_at(&mut self, index: usize, draft: &OfficerDraft) {
        self.count += 1;
        let draft = self.completed(draft);
        let id = OfficerId::parse(draft.id.trim()).ok();
        let mut found = Vec::new();
        let is_reported = self.violations.found.len() < limits::REPORTED_VIOLATIONS;
        let read = if is_reported {
            officer::officer
        } else {
            officer::officer_in_brief
        };
        match read(&draft, self.rules) {
            Ok(officer) => {
                self.check_owner(&officer, &mut found);
                self.check_reachable(&draft, &officer, &mut found);
                if !self.seen.contains_key(&officer.id) {
                    self.accepted.insert(officer.id.clone(), (index, officer));
                }
            }
            Err(violations) => found = violations,
        }
        if let Some(id) = &id {
            let first = *self.seen.entry(id.clone()).or_insert(index);
            if first != index {
                let message = format!(
                    "{} staat ook bij nummer {} van deze lijst; geef elke functionaris een eigen kenmerk.",
                    quoted("Het kenmerk", "Dit kenmerk", id.as_str()),
                    first + 1
                );
                found.push(violation("id", ViolationCode::Duplicate, message));
            }
        }
        for violation in found {
            self.violations.add(Some(index), id.as_ref(), violation);
        }
    }

    /// The number of drafts added.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the officers in order of id, or all violations. `others` are the organisation's officers that stay: for a
    /// snapshot those managed on the page, for a delta all that it does not withdraw. They may include officers that the set
    /// replaces.
    pub fn finish<'o>(mut self, others: impl IntoIterator<Item = &'o Officer>) -> Result<Vec<Officer>, SetViolations> {
        let others: Vec<&Officer> = others.into_iter().collect();
        self.check_managed_elsewhere(&others);
        self.check_deputies(&others);
        if self.violations.total == 0 {
            return Ok(self.accepted.into_values().map(|(_, officer)| officer).collect());
        }
        self.violations.found.sort_by_key(|found| found.index.unwrap_or(usize::MAX));
        Err(self.violations)
    }

    fn completed<'d>(&self, draft: &'d OfficerDraft) -> Cow<'d, OfficerDraft> {
        let mut draft = Cow::Borrowed(draft);
        if draft.organisation.trim().is_empty() {
            draft.to_mut().organisation = self.organisation.id.to_string();
        }
        if draft.managed_by.trim().is_empty() {
            draft.to_mut().managed_by = self.managed_by.as_str().to_owned();
        }
        draft
    }

    fn check_owner(&self, officer: &Officer, found: &mut Vec<Violation>) {
        if officer.organisation != self.organisation.id {
            let message = format!(
                "Deze functionaris hoort bij een andere organisatie dan {}; laat hem weg uit deze lijst.",
                self.organisation.id
            );
            found.push(violation("organisation", ViolationCode::ForeignEntry, message));
        }
        if officer.managed_by != self.managed_by {
            let message = match self.managed_by {
                ManagedBy::Sync => {
                    "Een lijst kan geen functionaris aanleveren die op de pagina wordt bijgehouden; laat hem weg uit deze lijst."
                }
                ManagedBy::Page => "Op de pagina kan geen functionaris staan die door een lijst wordt bijgehouden.",
            };
            found.push(violation("managed_by", ViolationCode::Contradiction, message));
        }
    }

    fn check_reachable(&self, draft: &OfficerDraft, officer: &Officer, found: &mut Vec<Violation>) {
        let contact = &officer.contact;
        let has_contact = contact.email.is_some() || contact.phone.is_some() || contact.url.is_some();
        // Contact details that expired with a name count: their expiry must not fail the list overnight.
        let is_given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let had_contact = is_given(&draft.contact.email) || is_given(&draft.contact.phone);
        if !has_contact && !had_contact && !self.organisation.desk.is_reachable() {
            let message = "Er is geen mailadres, nummer of webadres, en de organisatie heeft ook geen loket; vul in hoe men contact opneemt.";
            found.push(violation("contact", ViolationCode::Required, message));
        }
    }

    fn check_managed_elsewhere(&mut self, others: &[&Officer]) {
        for other in others {
            if other.managed_by == self.managed_by {
                continue;
            }
            let Some(index) = self.seen.get(&other.id).copied() else {
                continue;
            };
            let message = match other.managed_by {
                ManagedBy::Page => {
                    "Deze functionaris wordt op de pagina bijgehouden; laat hem weg uit de lijst, of verwijder hem eerst op de pagina."
                }
                ManagedBy::Sync => "Deze functionaris wordt door een lijst bijgehouden; verander hem in het eigen systeem.",
            };
            self.violations.add(
                Some(index),
                Some(&other.id),
                violation("id", ViolationCode::Contradiction, message),
            );
        }
    }

    fn check_deputies(&mut self, others: &[&Officer]) {
        let kept: BTreeMap<&OfficerId, &Officer> = others
            .iter()
            .filter(|other| !self.seen.contains_key(&other.id))
            .map(|other| (&other.id, *other))
            .collect();
        let all = self
            .accepted
            .values()
            .map(|(_, officer)| officer)
            .chain(kept.values().copied());
        let deputy_of: BTreeMap<&OfficerId, &OfficerId> = all
            .filter_map(|officer| Some((&officer.id, officer.deputy.as_ref()?)))
            .collect();
        let faults = deputies::deputy_faults(&deputy_of, limits::DEPUTY_STEPS);

        for (&id, &deputy) in &deputy_of {
            let is_known = self.seen.contains_key(deputy) || kept.contains_key(deputy);
            let index = self.accepted.get(id).map(|(index, _)| *index);
            // An officer of the page may lose its deputy to this list: a route skips a missing deputy.
            let may_dangle = index.is_none() && kept.get(id).is_some_and(|officer| officer.managed_by != self.managed_by);
            let found = match faults.get(id) {
                Some(_) if may_dangle => continue,
                Some(deputies::DeputyFault::Cycle) => violation(
                    "deputy",
                    ViolationCode::DeputyCycle,
                    "De plaatsvervangers wijzen in een kring naar elkaar; laat een van hen een ander of niemand aanwijzen.",
                ),
                Some(deputies::DeputyFault::TooLong) => violation(
                    "deputy",
                    ViolationCode::DeputyChainTooLong,
                    "Deze reeks plaatsvervangers telt meer dan vijf stappen; wijs iemand aan die dichterbij staat.",
                ),
                None if is_known || may_dangle => continue,
                None => {
                    let message = format!(
                        "{} is geen functionaris van deze organisatie; wijs een ander aan of laat dit leeg.",
                        quoted("De plaatsvervanger", "Deze plaatsvervanger", deputy.as_str())
                    );
                    violation("deputy", ViolationCode::UnknownReference, message)
                }
            };
            self.violations.add(index, Some(id), found);
        }
    }
}

/// A violation in a set, with the officer that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetViolation {
    /// The index of the officer in the list. None for an officer outside the list.
    pub index: Option<usize>,
    /// Its id, if that is valid.
    pub id: Option<OfficerId>,
    /// The violation.
    pub violation: Violation,
}

/// The violations of a set: the first ones in order of the list, and the total number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetViolations {
    /// At most [`limits::REPORTED_VIOLATIONS`] violations.
    pub found: Vec<SetViolation>,
    /// The total number of violations.
    pub total: usize,
}

impl SetViolations {
    fn add(&mut self, index: Option<usize>, id: Option<&OfficerId>, violation: Violation) {
        self.total += 1;
        if self.found.len() < limits::REPORTED_VIOLATIONS {
            let id = id.cloned();
            self.found.push(SetViolation { index, id, violation });
        }
    }
}

fn violation(field: &str, code: ViolationCode, message: impl Into<String>) -> Violation {
    Violation {
        field: field.to_owned(),
        code,
        message: message.into(),
    }
}
