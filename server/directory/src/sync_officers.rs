//! Replaces an organisation's whole set of officers (a snapshot) in one commit, or not at all.
//!
//! Validation runs before the write lock is taken, since 10,000 entries take a while. Under the lock, the write validates again
//! only if the state that validation depends on has changed. The guard against mass withdrawal, the check of the base and the
//! comparison run under the lock. The adapter counts and hashes the stream, and so knows that the set is complete.

use std::sync::Arc;

use jiff::civil::Date;
use register::diff::plan;
use register::draft::OfficerDraft;
use register::entry::{Entry, Etag};
use register::grant::Role;
use register::identifier::{OrganisationId, RequestId};
use register::officer::{ManagedBy, Officer};
use register::organisation::Organisation;
use register::position::{Position, Standing};
use register::validate::{OfficerSet, SetViolations};
use register::view::View;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::epoch_changed;

use super::refusal::organisation_not_found;
use super::report::{ChangeKind, SyncReport};
use super::write::{Decision, RetryKey};
use super::{Directory, Knowledge, Upload};

/// A snapshot that was received completely.
#[derive(Clone, Debug)]
pub struct SyncOfficers {
    /// The organisation of the officers.
    pub organisation: OrganisationId,
    /// Apply the snapshot only if no officer of the organisation has changed since this position.
    pub base: Option<Position>,
    /// The caller's id for this write.
    pub request_id: RequestId,
    /// Report what would be done, without doing it.
    pub validate_only: bool,
    /// The number of withdrawals that the caller confirms.
    pub confirm_withdrawals: Option<u32>,
    /// The officers.
    pub officers: Vec<OfficerDraft>,
    /// The SHA-256 digest over the officers, which identifies a retry.
    pub digest: [u8; 32],
    /// The memory that the officers hold, given back when the request is dropped; `None` if they did not arrive in a stream.
    pub upload: Option<Arc<Upload>>,
}

impl Directory {
    /// Requires the role `publish` for an organisation. The adapter checks it before it reads a long stream.
    pub fn may_publish(&self, caller: &Caller, organisation: &OrganisationId) -> Result<(), Error> {
        let view = self.views.current();
        authorisation::for_organisation(&view, &caller.acting, Role::Publish, organisation, self.clock.today()).map(|_| ())
    }

    /// Replaces the officers that an organisation manages by sync. Violations are listed in the report.
    pub async fn sync_officers(self: &Arc<Self>, caller: &Caller, request: SyncOfficers) -> Result<SyncReport, Error> {
        self.may_publish(caller, &request.organisation)?;
        let body = (&request.base, request.confirm_withdrawals, &request.digest);
        let (method, organisation) = ("sync.SyncOfficers", Some(&request.organisation));
        let retry_key = RetryKey::new(method, &caller.acting, organisation, &request.request_id, &body);
        let validate_only = request.validate_only;
        // Take the view before reading the withdrawals: a withdrawal in between then shows as a smaller number of entries.
        let view = self.views.current();
        let withdrawn_since = self.withdrawals_after(request.base).await?;
        let (acting, knowledge, today) = (caller.acting.clone(), self.knowledge.clone(), self.clock.today());
        let checked_against = Arc::clone(&view);
        let check = move || ValidatedSnapshot::new(&checked_against, request, knowledge, today);
        let checked = self.tasks.blocking(check).await??;
        let organisation = checked.request.organisation.clone();
        let decide = move |view: &View, withdrawn_before: usize| {
            let id = &checked.request.organisation;
            let authority = authorisation::for_organisation(view, &acting, Role::Publish, id, today)?;
            let actor = authority.actor(Some(checked.request.request_id.clone()));
            checked.check_base(view, &withdrawn_since)?;
            let (mutations, response) = checked.decide(view, withdrawn_before)?;
            Ok(Decision {
                actor,
                mutations,
                response,
            })
        };
        if validate_only {
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

    /// Returns the withdrawals after `base`; none without a base.
    async fn withdrawals_after(&self, base: Option<Position>) -> Result<Withdrawals, Error> {
        let Some(base) = base else { return Ok(Withdrawals::default()) };
        let mut snapshot = self.storage.snapshot().await?;
        let identity = snapshot.identity().await?;
        match base.compare_with(identity.position, identity.compacted) {
            Standing::OtherEpoch => return Err(epoch_changed(identity.position)),
            Standing::Future => {
                let message = "the register has not reached the position of the base";
                return Err(Error::new(Reason::PositionInFuture, message).with("current_revision", identity.position.revision));
            }
            Standing::Compacted => {
                let message =
                    "the log no longer contains the changes since the base; read the officers again and sync from there";
                return Err(Error::new(Reason::PositionCompacted, message).with("compacted_revision", identity.compacted));
            }
            Standing::Known => {}
        }
        let mut withdrawals = snapshot.tombstones(None).await?;
        withdrawals.retain(|withdrawal| withdrawal.revision > base.revision);
        Ok(Withdrawals {
            known_until: Some(identity.position),
            organisations: withdrawals
                .into_iter()
                .map(|withdrawal| withdrawal.name.organisation)
                .collect(),
        })
    }
}

/// The withdrawals after a base, up to one position. A later withdrawal is not listed, but makes the number of entries smaller.
#[derive(Debug, Default)]
struct Withdrawals {
    known_until: Option<Position>,
    /// The organisation of each withdrawn officer.
    organisations: Vec<OrganisationId>,
}

/// A snapshot with the outcome of its validation, and the state that the outcome depends on.
struct ValidatedSnapshot {
    request: SyncOfficers,
    knowledge: Knowledge,
    today: Date,
    context: ValidationContext,
    outcome: Result<Vec<Officer>, SetViolations>,
    /// The number of entries that the organisation had at validation.
    entries: usize,
}

/// The state of the register that validation depends on.
#[derive(PartialEq)]
struct ValidationContext {
    organisation: Arc<Organisation>,
    /// The organisation's officers that are managed on the page, which a snapshot leaves alone.
    on_page: Vec<Arc<Entry>>,
}

impl ValidationContext {
    fn new(view: &View, id: &OrganisationId) -> Result<Self, Error> {
        let Some(organisation) = view.organisation(id) else {
            return Err(organisation_not_found(id));
        };
        let on_page = view
            .entries_of(id)
            .filter(|entry| entry.officer.managed_by == ManagedBy::Page);
        Ok(Self {
            organisation: Arc::clone(organisation),
            on_page: on_page.map(Arc::clone).collect(),
        })
    }

    fn validate(&self, drafts: &[OfficerDraft], knowledge: &Knowledge, today: Date) -> Result<Vec<Officer>, SetViolations> {
        let rules = knowledge.rules(today);
        let mut set = OfficerSet::new(&self.organisation, ManagedBy::Sync, &rules);
        drafts.iter().for_each(|draft| set.add(draft));
        set.finish(self.on_page.iter().map(|entry| &entry.officer))
    }
}

impl ValidatedSnapshot {
    fn new(view: &View, request: SyncOfficers, knowledge: Knowledge, today: Date) -> Result<Self, Error> {
        let context = ValidationContext::new(view, &request.organisation)?;
        let outcome = context.validate(&request.officers, &knowledge, today);
        let entries = view.entries_of(&request.organisation).count();
        Ok(Self {
            request,
            knowledge,
            today,
            context,
            outcome,
            entries,
        })
    }

    fn check_base(&self, view: &View, withdrawals: &Withdrawals) -> Result<(), Error> {
        let Some(base) = self.request.base else { return Ok(()) };
        let id = &self.request.organisation;
        let changed = view.entries_of(id).filter(|entry| entry.revision > base.revision).count();
        let withdrawn = withdrawals
            .organisations
            .iter()
            .filter(|organisation| *organisation == id)
            .count();
        // Other withdrawals may follow between reading them and taking the lock; they make the number of entries smaller.
        let is_complete = withdrawals.known_until == Some(view.position()) || view.entries_of(id).count() >= self.entries;
        if changed + withdrawn == 0 && is_complete {
            return Ok(());
        }
        let message = "officers of the organisation have changed since the base; read them again, compare, and sync from there";
        Err(Error::new(Reason::BaseNotCurrent, message)
            .with("current_revision", view.position().revision)
            .with("changed", changed)
            .with("withdrawn", withdrawn))
    }

    fn decide(self, view: &View, withdrawn_before: usize) -> Result<(Vec<register::change::Mutation>, SyncReport), Error> {
        let current = ValidationContext::new(view, &self.request.organisation)?;
        let outcome = if current == self.context {
            self.outcome
        } else {
            current.validate(&self.request.officers, &self.knowledge, self.today)
        };
        let mut report = SyncReport::unapplied(view.position());
        let officers = match outcome {
            Ok(officers) => officers,
            Err(violations) => {
                report.add_violations(violations, |index| {
                    self.request.officers.get(index).map(|draft| draft.id.as_str())
                });
                return Ok((Vec::new(), report));
            }
        };
        let held: Vec<&Officer> = view
            .entries_of(&self.request.organisation)
            .map(|entry| &entry.officer)
            .filter(|officer| officer.managed_by == ManagedBy::Sync)
            .collect();
        let plan = plan(held.iter().copied(), officers);
        let guard = plan.guard(held.len(), withdrawn_before, self.request.confirm_withdrawals);
        report.apply_guard(guard, self.request.validate_only)?;
        report.unchanged = plan.unchanged.len();
        for officer in &plan.created {
            report.add(ChangeKind::Created, officer.officer_name(), || Some(Etag::of(officer)));
        }
        for officer in &plan.updated {
            report.add(ChangeKind::Updated, officer.officer_name(), || Some(Etag::of(officer)));
        }
        for name in &plan.withdrawn {
            report.add(ChangeKind::Withdrawn, name.clone(), || None);
        }
        report.applied = true;
        Ok((plan.into_mutations(), report))
    }
}
