//! Mutations into changes and table writes: the one place where the register's tables follow from its log.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rand::RngCore;
use register::change::{Actor, Applied, Change, Commit, Mutation};
use register::entry::{Entry, Etag};
use register::identifier::{OfficerName, OrganisationId};
use register::officer::Officer;
use register::personal::{PersonalDigest, Salt};
use register::position::Position;
use register::presence::Presence;
use register::report::{Asker, OpenReport, ReportName, ReportReason, Reports};
use register::verification::Verification;
use rusqlite::Connection;

use super::officer::Held;
use super::personal::{Personal, Sealed};
use super::{grant, log, meta, officer, organisation, peer, personal, report, tombstone};
use crate::error::StorageError;
use crate::tombstone::Tombstone;

/// What an append did.
pub(super) struct Appended {
    pub(super) applied: Applied,
    /// Whether it overwrote or erased personal data, of which the write-ahead log still has the former state.
    pub(super) erased: bool,
}

/// Applies `mutations` as the next commit. When it fails, the transaction is as it was before.
#[tracing::instrument(level = "debug", name = "storage.log.append", skip_all, fields(mutations = mutations.len()))]
pub(super) fn append(
    connection: &mut Connection,
    random: &mut dyn RngCore,
    time: Timestamp,
    actor: Actor,
    mutations: Vec<Mutation>,
) -> Result<Appended, StorageError> {
    let savepoint = connection.savepoint()?;
    let mut append = Append {
        connection: &savepoint,
        random,
        position: meta::advance(&savepoint)?,
        time,
        officers: BTreeMap::new(),
        erased: false,
    };
    let appended = append.run(actor, mutations)?;
    savepoint.commit()?;
    Ok(appended)
}

struct Append<'a> {
    connection: &'a Connection,
    random: &'a mut dyn RngCore,
    position: Position,
    time: Timestamp,
    /// The officers that were touched, as they are since; none where there is none any more.
    officers: BTreeMap<OfficerName, Option<Held>>,
    erased: bool,
}

impl Append<'_> {
    fn run(&mut self, actor: Actor, mutations: Vec<Mutation>) -> Result<Appended, StorageError> {
        let revision = self.position.revision;
        log::put(self.connection, self.position, self.time, &actor, mutations.len())?;
        let mut changes = Vec::with_capacity(mutations.len());
        for (ordinal, mutation) in mutations.into_iter().enumerate() {
            let change = self.apply(ordinal, mutation)?;
            log::put_change(self.connection, revision, ordinal, &change)?;
            changes.push(change);
        }
        for change in &mut changes {
            self.join_personal(change);
        }
        let held = std::mem::take(&mut self.officers).into_values().flatten();
        Ok(Appended {
            applied: Applied {
                position: self.position,
                commit: Commit {
                    revision,
                    time: self.time,
                    actor,
                    changes,
                },
                entries: held.map(|held| held.entry).collect(),
            },
            erased: self.erased,
        })
    }

    fn apply(&mut self, ordinal: usize, mutation: Mutation) -> Result<Change, StorageError> {
        match mutation {
            Mutation::PutOrganisation(organisation) => {
                organisation::put(self.connection, &organisation)?;
                Ok(Change::OrganisationPut { organisation })
            }
            Mutation::PutGrant(grant) => {
                self.require_organisation(&grant.organisation)?;
                grant::put(self.connection, &grant)?;
                Ok(Change::GrantPut { grant })
            }
            Mutation::RevokeGrant { oin, organisation } => {
                if !grant::revoke(self.connection, &oin, &organisation)? {
                    return Err(absent(format!("a grant of `{oin}` for `{organisation}`")));
                }
                Ok(Change::GrantRevoked { oin, organisation })
            }
            Mutation::PutPeer(peer) => {
                peer::put(self.connection, &peer)?;
                Ok(Change::PeerPut { peer })
            }
            Mutation::RemovePeer { register } => {
                if !peer::remove(self.connection, &register)? {
                    return Err(absent(format!("a peer `{register}`")));
                }
                Ok(Change::PeerRemoved { register })
            }
            Mutation::PutOfficer(officer) => self.put_officer(officer),
            Mutation::WithdrawOfficer { name, replaced_by } => self.withdraw_officer(ordinal, name, replaced_by),
            Mutation::SetPresence { name, presence } => self.set_presence(name, presence),
            Mutation::VerifyOfficer { name, verification } => self.verify_officer(name, verification),
            Mutation::ReportOfficer { name, reason, asker } => self.report_officer(name, reason, &asker),
            Mutation::SettleReport { report } => self.settle_report(report),
            Mutation::EndName { name } => self.end_name(name),
        }
    }

    fn put_officer(&mut self, officer: Officer) -> Result<Change, StorageError> {
        let mut before = self.take(&officer.officer_name())?;
        match &mut before {
            Some(held) => self.settle_all(held)?,
            None => self.require_organisation(&officer.organisation)?,
        }
        let (officer, personal) = self.put_content(before, officer)?;
        Ok(Change::OfficerPut { officer, personal })
    }

    fn end_name(&mut self, name: OfficerName) -> Result<Change, StorageError> {
        let held = self.take_known(&name)?;
        let mut officer = held.entry.officer.clone();
        officer.end_name();
        let (_, personal) = self.put_content(Some(held), officer)?;
        Ok(Change::NameEnded { name, personal })
    }

    fn withdraw_officer(
        &mut self,
        ordinal: usize,
        name: OfficerName,
        replaced_by: Option<OfficerName>,
    ) -> Result<Change, StorageError> {
        let held = self.take_known(&name)?;
        officer::withdraw(self.connection, &held)?;
        self.erased = true;
        let tombstone = Tombstone {
            name: name.clone(),
            revision: self.position.revision,
            time: self.time,
            replaced_by: replaced_by.clone(),
        };
        tombstone::put(self.connection, &tombstone, ordinal)?;
        self.officers.insert(name.clone(), None);
        Ok(Change::OfficerWithdrawn { name, replaced_by })
    }

    fn set_presence(&mut self, name: OfficerName, presence: Presence) -> Result<Change, StorageError> {
        let mut held = self.take_known(&name)?;
        let sealed = self.seal(held.presence.as_ref(), &presence)?;
        officer::put_presence(self.connection, &name, &sealed)?;
        let personal = sealed.digest.clone();
        held.presence = Some(sealed);
        held.entry.presence = presence;
        self.touch(name.clone(), held)?;
        Ok(Change::PresenceSet { name, personal })
    }

    fn verify_officer(&mut self, name: OfficerName, verification: Verification) -> Result<Change, StorageError> {
        let mut held = self.take_known(&name)?;
        officer::put_verification(self.connection, &name, &verification)?;
        held.entry.verification = Some(verification.clone());
        self.settle_all(&mut held)?;
        self.touch(name.clone(), held)?;
        Ok(Change::OfficerVerified { name, verification })
    }

    fn report_officer(&mut self, name: OfficerName, reason: ReportReason, asker: &Asker) -> Result<Change, StorageError> {
        let mut held = self.take_known(&name)?;
        let report = OpenReport {
            number: self.position.revision,
            reason,
            reported_at: self.time,
            asker: asker.seal(Salt::random(self.random)),
        };
        report::put(self.connection, &name, &report)?;
        held.entry.reports.add(report);
        self.touch(name.clone(), held)?;
        Ok(Change::OfficerReported { name, reason })
    }

    fn settle_report(&mut self, report: ReportName) -> Result<Change, StorageError> {
        let mut held = self.take_known(&report.officer)?;
        if !held.entry.reports.settle(report.number) {
            return Err(absent(format!("a report `{report}`")));
        }
        report::settle(self.connection, &report.officer, report.number)?;
        self.touch(report.officer.clone(), held)?;
        Ok(Change::ReportSettled { report })
    }

    /// Ends all reports of an entry that was changed or found right.
    fn settle_all(&mut self, held: &mut Held) -> Result<(), StorageError> {
        if held.entry.reports.is_empty() {
            return Ok(());
        }
        report::settle_all(self.connection, &held.entry.officer_name())?;
        held.entry.reports = Reports::default();
        Ok(())
    }

    /// Writes `officer` over what was there `before`. Gives what the log may hold of it.
    fn put_content(&mut self, before: Option<Held>, officer: Officer) -> Result<(Officer, PersonalDigest), StorageError> {
        let mut public = officer.clone();
        let part = public.take_personal();
        let personal = match &before {
            Some(held) if held.entry.officer.personal_part() == part => held.personal.clone(),
            Some(held) => self.seal(Some(&held.personal), &part)?,
            None => self.seal(None, &part)?,
        };
        let digest = personal.digest.clone();
        let (presence, absences, verification, reports) = match before {
            Some(held) => (
                held.presence,
                held.entry.presence,
                held.entry.verification,
                held.entry.reports,
            ),
            None => (None, Presence::default(), None, Reports::default()),
        };
        let held = Held {
            entry: Entry {
                etag: Etag::of(&officer),
                officer,
                presence: absences,
                verification,
                reports,
                revision: self.position.revision,
                updated_at: self.time,
            },
            personal,
            presence,
        };
        officer::put(self.connection, &held, &public)?;
        self.officers.insert(public.officer_name(), Some(held));
        Ok((public, digest))
    }

    /// Notes that something beside the content of an entry changed.
    fn touch(&mut self, name: OfficerName, mut held: Held) -> Result<(), StorageError> {
        held.entry.revision = self.position.revision;
        held.entry.updated_at = self.time;
        officer::touch(self.connection, &held.entry)?;
        self.officers.insert(name, Some(held));
        Ok(())
    }

    /// Lays a part down under a new salt: one that was known while the former part was there must not give that away.
    fn seal(&mut self, before: Option<&Sealed>, part: &impl Personal) -> Result<Sealed, StorageError> {
        self.erased |= before.is_some();
        personal::seal(
            self.connection,
            before.map(|sealed| sealed.slot),
            part,
            Salt::random(self.random),
        )
    }

    fn take(&mut self, name: &OfficerName) -> Result<Option<Held>, StorageError> {
        match self.officers.remove(name) {
            Some(held) => Ok(held),
            None => officer::get(self.connection, name),
        }
    }

    fn take_known(&mut self, name: &OfficerName) -> Result<Held, StorageError> {
        self.take(name)?.ok_or_else(|| absent(format!("an officer `{name}`")))
    }

    fn require_organisation(&self, id: &OrganisationId) -> Result<(), StorageError> {
        if organisation::is_known(self.connection, id)? {
            Ok(())
        } else {
            Err(absent(format!("an organisation `{id}`")))
        }
    }

    /// Gives a change back the personal part that the log does not have, by the rule by which commits are read: if the
    /// digest is that of what is there at the end.
    fn join_personal(&self, change: &mut Change) {
        if let Change::OfficerPut { officer, personal } = change
            && let Some(Some(held)) = self.officers.get(&officer.officer_name())
            && held.personal.digest == *personal
        {
            officer.put_personal(held.entry.officer.personal_part());
        }
    }
}

/// That a mutation is about something that is not there.
fn absent(expected: String) -> StorageError {
    StorageError::Conflict {
        expected,
        actual: "none".to_owned(),
    }
}
