//! Applies a delta to an organisation's officers: upserts and withdrawals, all or nothing.
//!
//! The use case compares etags while it holds the write lock, so that comparing and writing are one step. The guard against
//! mass withdrawal applies as it does to a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use register::change::Mutation;
use register::diff::guard_withdrawals;
use register::draft::OfficerDraft;
use register::entry::{Entry, Etag};
use register::grant::Role;
use register::identifier::{OfficerId, OfficerName, OrganisationId, RequestId};
use register::officer::{ManagedBy, Officer};
use register::organisation::Organisation;
use register::validate::{OfficerSet, limits::REPORTED_VIOLATIONS};
use register::view::View;
use register::violation::{Violation, ViolationCode};
use serde::Serialize;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::{Caller, Principal};

use super::limits::check_list_length;
use super::refusal::organisation_not_found;
use super::report::{ChangeKind, EntryViolation, SyncReport};
use super::write::{Decision, RetryKey};
use super::{Directory, Knowledge};

/// A delta.
#[derive(Clone, Debug)]
pub struct ApplyChanges {
    /// The organisation of the officers.
    pub organisation: OrganisationId,
    /// 1 to 1,000 operations in order, at most one per officer.
    pub operations: Vec<Operation>,
    /// The caller's id for this write.
    pub request_id: RequestId,
    /// Report what would be done, without doing it.
    pub validate_only: bool,
    /// The number of withdrawals that the caller confirms.
    pub confirm_withdrawals: Option<u32>,
    /// How the organisation manages the officers that it puts: with its own system, or on the page.
    pub managed_by: ManagedBy,
}

/// One operation of a delta.
#[derive(Clone, Debug, Serialize)]
pub enum Operation {
    /// Create an officer or replace its content.
    Upsert {
        /// The new content.
        officer: Box<OfficerDraft>,
        /// The required current state of the entry.
        expected: Expected,
    },
    /// End an officer.
    Withdraw {
        /// The resource name of the officer.
        officer: String,
        /// The resource name of the successor, or an empty string.
        replaced_by: String,
        /// The required current state of the entry.
        expected: Expected,
    },
}

/// The state that an entry must have for an operation to apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Expected {
    /// Any state.
    Whatever,
    /// The entry does not exist.
    Absent,
    /// The entry has this etag.
    Etag(Etag),
}

impl Expected {
    /// Parses the etag of an operation: empty, `none`, or the etag of an entry.
    pub fn parse(text: &str) -> Result<Self, register::identifier::ParseIdentifierError> {
        match text {
            "" => Ok(Self::Whatever),
            "none" => Ok(Self::Absent),
            etag => Etag::parse(etag).map(Self::Etag),
        }
    }
}

impl Directory {
    /// Applies a delta. Violations are listed in the report; a different etag fails the call.
    pub async fn apply_changes(self: &Arc<Self>, caller: &Caller, request: ApplyChanges) -> Result<SyncReport, Error> {
        self.may_publish(caller, &request.organisation)?;
        check_list_length("operations", request.operations.len())?;
        let caller_acting = caller.acting.clone();
        let (request, retry_key) = self
            .tasks
            .blocking(move || {
                let retry_key = retry_key(&caller_acting, &request);
                (request, retry_key)
            })
            .await?;
        let validate_only = request.validate_only;
        let (acting, knowledge, today) = (caller.acting.clone(), self.knowledge.clone(), self.clock.today());
        let organisation = request.organisation.clone();
        let decide = move |view: &View, withdrawn_before: usize| {
            let authority = authorisation::for_organisation(view, &acting, Role::Publish, &request.organisation, today)?;
            let actor = authority.actor(Some(request.request_id.clone()));
            let (mutations, response) = Delta::new(view, &request)?.decide(&knowledge, today, withdrawn_before)?;
            Ok(Decision {
                actor,
                mutations,
                response,
            })
        };
        if validate_only {
            let view = self.views.current();
            let withdrawn = self
                .withdrawn_lately(&mut *self.storage.snapshot().await?, &organisation)
                .await?;
            let mut report: SyncReport = self
                .tasks
                .blocking(move || decide(&view, withdrawn).map(|decision| decision.response))
                .await??;
            report.applied = false;
            return Ok(report);
        }
        self.write_guarded(Some(retry_key), organisation, decide).await
    }
}

/// Returns the retry key of a delta. Hashing up to 1,000 officers is work for a blocking thread.
fn retry_key(acting: &Principal, request: &ApplyChanges) -> RetryKey {
    let body = (&request.operations, request.confirm_withdrawals);
    RetryKey::new(
        "sync.ApplyChanges",
        acting,
        Some(&request.organisation),
        &request.request_id,
        &body,
    )
}

/// A delta and the state that it applies to.
struct Delta<'a> {
    view: &'a View,
    request: &'a ApplyChanges,
    organisation: &'a Arc<Organisation>,
    report: SyncReport,
}

/// A withdrawal that passed the checks.
struct Withdrawal {
    name: OfficerName,
    replaced_by: Option<OfficerName>,
    index: usize,
}

impl<'a> Delta<'a> {
    fn new(view: &'a View, request: &'a ApplyChanges) -> Result<Self, Error> {
        let id = &request.organisation;
        let Some(organisation) = view.organisation(id) else {
            return Err(organisation_not_found(id));
        };
        Ok(Self {
            view,
            request,
            organisation,
            report: SyncReport::unapplied(view.position()),
        })
    }

    fn decide(
        mut self,
        knowledge: &Knowledge,
        today: Date,
        withdrawn_before: usize,
    ) -> Result<(Vec<Mutation>, SyncReport), Error> {
        let withdrawals = self.withdrawals();
        let gone: BTreeSet<&OfficerId> = withdrawals.iter().map(|withdrawal| &withdrawal.name.officer).collect();
        let officers = self.officers(&gone, knowledge, today);
        self.check_replacements(&withdrawals);
        let (Some(officers), 0) = (officers, self.report.violations_total) else {
            self.report.violations.sort_by_key(|found| found.index.unwrap_or(usize::MAX));
            return Ok((Vec::new(), self.report));
        };
        self.check_etags()?;
        let held = self.view.entries_of(&self.request.organisation).count();
        let guard = guard_withdrawals(withdrawals.len(), held, withdrawn_before, self.request.confirm_withdrawals);
        self.report.apply_guard(guard, self.request.validate_only)?;
        Ok(self.mutations(officers, withdrawals))
    }

    /// Parses the withdrawals and adds their violations to the report.
    fn withdrawals(&mut self) -> Vec<Withdrawal> {
        let mut withdrawals: Vec<Withdrawal> = Vec::new();
        let mut named: BTreeSet<OfficerName> = BTreeSet::new();
        let request = self.request;
        for (index, operation) in request.operations.iter().enumerate() {
            let Operation::Withdraw {
                officer, replaced_by, ..
            } = operation
            else {
                continue;
            };
            let Ok(name) = OfficerName::parse(officer) else {
                let message = "Dit is geen kenmerk van een functionaris; schrijf organisations/{organisatie}/officers/{kenmerk}.";
                self.add(index, "", "withdraw.officer", ViolationCode::Malformed, message);
                continue;
            };
            let id = name.officer.as_str();
            if name.organisation != request.organisation {
                let message =
                    "Deze functionaris hoort bij een andere organisatie; een organisatie trekt alleen eigen functionarissen in.";
                self.add(index, id, "withdraw.officer", ViolationCode::ForeignEntry, message);
            } else if self.view.entry(&name).is_none() {
                let message = "Er is geen functionaris met dit kenmerk; misschien is hij al ingetrokken.";
                self.add(index, id, "withdraw.officer", ViolationCode::UnknownReference, message);
            }
            if !named.insert(name.clone()) {
                let message = "Deze functionaris staat al eerder in de lijst; noem elke functionaris één keer.";
                self.add(index, id, "withdraw.officer", ViolationCode::Duplicate, message);
            }
            let successor = (!replaced_by.is_empty()).then(|| OfficerName::parse(replaced_by));
            let Ok(replaced_by) = successor.transpose() else {
                let message = "Dit is geen kenmerk van een functionaris; schrijf organisations/{organisatie}/officers/{kenmerk}.";
                self.add(index, id, "withdraw.replaced_by", ViolationCode::Malformed, message);
                continue;
            };
            withdrawals.push(Withdrawal {
                name,
                replaced_by,
                index,
            });
        }
        withdrawals
    }

    /// Validates the upserted officers together with those that stay. Returns `None` after it has reported violations.
    fn officers(&mut self, gone: &BTreeSet<&OfficerId>, knowledge: &Knowledge, today: Date) -> Option<Vec<Officer>> {
        let rules = knowledge.rules(today);
        let mut set = OfficerSet::new(self.organisation, self.request.managed_by, &rules);
        let mut places = Vec::new();
        let gone_ids: BTreeSet<&str> = gone.iter().map(|id| id.as_str()).collect();
        for (index, operation) in self.request.operations.iter().enumerate() {
            let Operation::Upsert { officer, .. } = operation else {
                continue;
            };
            set.add(officer);
            places.push((index, officer.id.as_str()));
            if gone_ids.contains(officer.id.trim()) {
                let message = "Deze functionaris wordt in dezelfde lijst ingetrokken; noem elke functionaris één keer.";
                self.add(index, &officer.id, "upsert.id", ViolationCode::Duplicate, message);
            }
        }
        let staying = self.view.entries_of(&self.request.organisation).map(|entry| &entry.officer);
        match set.finish(staying.filter(|officer| !gone.contains(&officer.id))) {
            Ok(officers) => Some(officers),
            Err(mut violations) => {
                // The set numbers upserts only; the caller numbers operations.
                for found in &mut violations.found {
                    found.index = found.index.map(|place| places[place].0);
                }
                let ids: BTreeMap<usize, &str> = places.into_iter().collect();
                self.report.add_violations(violations, |index| ids.get(&index).copied());
                None
            }
        }
    }

    /// Requires that each successor exists after the delta.
    fn check_replacements(&mut self, withdrawals: &[Withdrawal]) {
        let gone: BTreeSet<&OfficerName> = withdrawals.iter().map(|withdrawal| &withdrawal.name).collect();
        let upserts = self
            .request
            .operations
            .iter()
            .filter(|operation| matches!(operation, Operation::Upsert { .. }));
        let put: BTreeSet<OfficerName> = upserts
            .filter_map(|upsert| upsert.subject(&self.request.organisation))
            .collect();
        for withdrawal in withdrawals {
            let Some(successor) = &withdrawal.replaced_by else { continue };
            if !put.contains(successor) && (gone.contains(successor) || self.view.entry(successor).is_none()) {
                let message =
                    "De functionaris die ervoor in de plaats komt staat niet in het register; voeg hem toe of laat dit leeg.";
                let id = withdrawal.name.officer.as_str();
                self.add(
                    withdrawal.index,
                    id,
                    "withdraw.replaced_by",
                    ViolationCode::UnknownReference,
                    message,
                );
            }
        }
    }

    /// Requires that each entry is in the state that its operation expects.
    fn check_etags(&self) -> Result<(), Error> {
        for (index, operation) in self.request.operations.iter().enumerate() {
            let Some(name) = operation.subject(&self.request.organisation) else {
                continue;
            };
            let held = self.view.entry(&name).map(AsRef::as_ref);
            match (operation.expected(), held) {
                (Expected::Absent, Some(entry)) => {
                    let message = format!("officer `{name}` exists already");
                    return Err(conflict(Reason::AlreadyExists, message, index, Some(entry)));
                }
                (Expected::Etag(etag), held) if held.is_none_or(|entry| entry.etag != *etag) => {
                    let message = format!("officer `{name}` has changed: read it again and decide again");
                    return Err(conflict(Reason::EtagMismatch, message, index, held));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn mutations(mut self, officers: Vec<Officer>, withdrawals: Vec<Withdrawal>) -> (Vec<Mutation>, SyncReport) {
        let mut mutations = Vec::with_capacity(officers.len() + withdrawals.len());
        for officer in officers {
            let name = officer.officer_name();
            let kind = match self.view.entry(&name) {
                None => ChangeKind::Created,
                Some(held) if held.officer == officer => {
                    self.report.unchanged += 1;
                    continue;
                }
                Some(_) => ChangeKind::Updated,
            };
            self.report.add(kind, name, || Some(Etag::of(&officer)));
            mutations.push(Mutation::PutOfficer(officer));
        }
        for Withdrawal { name, replaced_by, .. } in withdrawals {
            self.report.add(ChangeKind::Withdrawn, name.clone(), || None);
            mutations.push(Mutation::WithdrawOfficer { name, replaced_by });
        }
        self.report.applied = true;
        (mutations, self.report)
    }

    fn add(&mut self, index: usize, id: &str, field: &str, code: ViolationCode, message: &str) {
        self.report.violations_total += 1;
        if self.report.violations.len() >= REPORTED_VIOLATIONS {
            return;
        }
        self.report.violations.push(EntryViolation {
            index: Some(index),
            id: id.chars().take(64).collect(),
            violation: Violation {
                field: field.to_owned(),
                code,
                message: message.to_owned(),
            },
        });
    }
}

impl Operation {
    fn expected(&self) -> &Expected {
        match self {
            Self::Upsert { expected, .. } | Self::Withdraw { expected, .. } => expected,
        }
    }

    /// Returns the name of the officer that the operation is about, if it is well-formed.
    fn subject(&self, organisation: &OrganisationId) -> Option<OfficerName> {
        match self {
            Self::Upsert { officer, .. } => {
                let id = OfficerId::parse(officer.id.trim()).ok()?;
                Some(OfficerName::new(organisation.clone(), id))
            }
            Self::Withdraw { officer, .. } => OfficerName::parse(officer).ok(),
        }
    }
}

fn conflict(reason: Reason, message: String, operation: usize, held: Option<&Entry>) -> Error {
    let current = held.map(|entry| entry.etag.as_str()).unwrap_or_default();
    Error::new(reason, message)
        .with("current_etag", current)
        .with("operation", operation)
}
