//! An organisation's whole set (snapshot): compared with what the register holds, and applied in one commit or not at all.
//!
//! Entries are checked before the writer's turn, since ten thousand of them take a while; in its turn the write looks whether
//! what they were checked against still stands, and checks again if not. The guard against mass withdrawal, the base and the
//! comparison belong to the turn. Whether the set arrived whole is the adapter's business: it counts and hashes the stream.

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
use register::validate::{OfficerSet, SetViolations, limits::REPORTED_VIOLATIONS};
use register::view::View;
use server_core::authorisation;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::epoch_changed;

use super::report::{ChangeKind, EntryViolation, SyncReport};
use super::write::{Decision, Repeatable};
use super::{Directory, Knowledge};

/// A snapshot that arrived whole.
#[derive(Clone, Debug)]
pub struct SyncOfficers {
    /// Whose officers.
    pub organisation: OrganisationId,
    /// Apply only if no officer of the organisation has changed since.
    pub base: Option<Position>,
    /// The caller's name for this write.
    pub request_id: RequestId,
    /// Only say what would be done.
    pub validate_only: bool,
    /// The number of withdrawals that is meant.
    pub confirm_withdrawals: Option<u32>,
    /// The officers.
    pub officers: Vec<OfficerDraft>,
    /// SHA-256 over them, by which a repetition is recognised.
    pub digest: [u8; 32],
}

impl Directory {
    /// Whether the caller may publish for an organisation: asked before a long stream is read.
    pub fn may_publish(&self, caller: &Caller, organisation: &OrganisationId) -> Result<(), Error> {
        let view = self.views.current();
        authorisation::for_organisation(&view, &caller.acting, Role::Publish, organisation, self.clock.today()).map(|_| ())
    }

    /// Makes the officers that an organisation manages by sync exactly these. Violations come in the report.
    pub async fn sync_officers(self: &Arc<Self>, caller: &Caller, request: SyncOfficers) -> Result<SyncReport, Error> {
        self.may_publish(caller, &request.organisation)?;
        let body = (&request.base, request.confirm_withdrawals, &request.digest);
        let (method, organisation) = ("sync.SyncOfficers", Some(&request.organisation));
        let repeatable = Repeatable::new(method, &caller.acting, organisation, &request.request_id, &body);
        let validate_only = request.validate_only;
        // The view before the withdrawals: what goes in between must show as a smaller number of entries.
        let view = self.views.current();
        let withdrawn_since = self.withdrawals_after(request.base).await?;
        let (acting, knowledge, today) = (caller.acting.clone(), self.knowledge.clone(), self.clock.today());
        let checked_against = Arc::clone(&view);
        let check = move || Checked::new(&checked_against, request, knowledge, today);
        let checked = self.tasks.blocking(check).await??;
        let decide = move |view: &View| {
            let id = &checked.request.organisation;
            let authority = authorisation::for_organisation(view, &acting, Role::Publish, id, today)?;
            let actor = authority.actor(Some(checked.request.request_id.clone()));
            checked.check_base(view, &withdrawn_since)?;
            let (mutations, answer) = checked.decide(view)?;
            Ok(Decision {
                actor,
                mutations,
                answer,
            })
        };
        if validate_only {
            let mut report: SyncReport = self
                .tasks
                .blocking(move || decide(&view).map(|decision| decision.answer))
                .await??;
            report.applied = false;
            return Ok(report);
        }
        self.write(Some(repeatable), decide).await
    }

    /// Withdrawals after a base; nobody asks without one.
    async fn withdrawals_after(&self, base: Option<Position>) -> Result<Withdrawals, Error> {
        let Some(base) = base else { return Ok(Withdrawals::default()) };
        let mut snapshot = self.storage.snapshot().await?;
        let identity = snapshot.identity().await?;
        match base.compare_with(identity.position, identity.compacted) {
            Standing::OtherEpoch => return Err(epoch_changed(identity.position)),
            Standing::Future => {
                let message = "the base is a position that the register has not come to";
                return Err(Error::new(Reason::PositionInFuture, message).with("current_revision", identity.position.revision));
            }
            Standing::Compacted => {
                let message = "what changed since the base is no longer kept; read the officers again and sync from there";
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

/// Who lost officers since a base. Said of one position: an officer that went after that leaves a gap, and the write is refused.
#[derive(Debug, Default)]
struct Withdrawals {
    known_until: Option<Position>,
    organisations: Vec<OrganisationId>,
}

/// A snapshot whose entries were checked, and what they were checked against.
struct Checked {
    request: SyncOfficers,
    knowledge: Knowledge,
    today: Date,
    against: Against,
    outcome: Result<Vec<Officer>, SetViolations>,
    /// How many entries the organisation had when the entries were checked.
    entries: usize,
}

/// What entries are checked against, besides rules that do not change.
#[derive(PartialEq)]
struct Against {
    organisation: Arc<Organisation>,
    /// The organisation's officers that are kept on the page, which a snapshot leaves alone.
    on_page: Vec<Arc<Entry>>,
}

impl Against {
    fn of(view: &View, id: &OrganisationId) -> Result<Self, Error> {
        let Some(organisation) = view.organisation(id) else {
            return Err(Error::not_found(
                Reason::OrganisationNotFound,
                "organisation",
                id.resource_name(),
            ));
        };
        let on_page = view
            .entries_of(id)
            .filter(|entry| entry.officer.managed_by == ManagedBy::Page);
        Ok(Self {
            organisation: Arc::clone(organisation),
            on_page: on_page.map(Arc::clone).collect(),
        })
    }

    fn check(&self, drafts: &[OfficerDraft], knowledge: &Knowledge, today: Date) -> Result<Vec<Officer>, SetViolations> {
        let rules = knowledge.rules(today);
        let mut set = OfficerSet::new(&self.organisation, ManagedBy::Sync, &rules);
        drafts.iter().for_each(|draft| set.add(draft));
        set.finish(self.on_page.iter().map(|entry| &entry.officer))
    }
}

impl Checked {
    fn new(view: &View, request: SyncOfficers, knowledge: Knowledge, today: Date) -> Result<Self, Error> {
        let against = Against::of(view, &request.organisation)?;
        let outcome = against.check(&request.officers, &knowledge, today);
        let entries = view.entries_of(&request.organisation).count();
        Ok(Self {
            request,
            knowledge,
            today,
            against,
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
        // Between reading the withdrawals and this turn somebody may have withdrawn more: then the number of entries tells.
        let is_sure = withdrawals.known_until == Some(view.position()) || view.entries_of(id).count() >= self.entries;
        if changed + withdrawn == 0 && is_sure {
            return Ok(());
        }
        let message = "officers of the organisation have changed since the base; read them again, compare, and sync from there";
        Err(Error::new(Reason::BaseNotCurrent, message)
            .with("current_revision", view.position().revision)
            .with("changed", changed)
            .with("withdrawn", withdrawn))
    }

    fn decide(self, view: &View) -> Result<(Vec<register::change::Mutation>, SyncReport), Error> {
        let now = Against::of(view, &self.request.organisation)?;
        let outcome = if now == self.against {
            self.outcome
        } else {
            now.check(&self.request.officers, &self.knowledge, self.today)
        };
        let mut report = SyncReport::nothing(view.position());
        let officers = match outcome {
            Ok(officers) => officers,
            Err(violations) => {
                refuse(&mut report, violations, |index| {
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
        let guard = plan.guard(held.len(), self.request.confirm_withdrawals);
        report.heed(guard, self.request.validate_only)?;
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

/// Puts what is wrong with a set into the report. An id is repeated as it was sent, shortened; `id_of` gives it by its place.
pub(super) fn refuse<'a>(report: &mut SyncReport, violations: SetViolations, id_of: impl Fn(usize) -> Option<&'a str>) {
    report.violations_total += violations.total;
    let room = REPORTED_VIOLATIONS.saturating_sub(report.violations.len());
    for found in violations.found.into_iter().take(room) {
        let sent = found.index.and_then(&id_of);
        let id = sent.or(found.id.as_ref().map(|id| id.as_str())).unwrap_or_default();
        report.violations.push(EntryViolation {
            index: found.index,
            id: id.chars().take(64).collect(),
            violation: found.violation,
        });
    }
}
