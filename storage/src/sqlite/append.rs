//! Turns mutations into changes and table writes. Nothing else writes the tables of the register.

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

use super::officer::StoredEntry;
use super::personal::{PersonalContent, SealedPart};
use super::{grant, log, meta, officer, organisation, peer, personal, report, tombstone};
use crate::error::StorageError;
use crate::tombstone::Tombstone;

/// The result of an append.
pub(super) struct Appended {
    pub(super) applied: Applied,
    /// Whether it overwrote or erased personal data, so that the write-ahead log still has the former content.
    pub(super) erased: bool,
}

/// Applies `mutations` as the next commit. On an error, the transaction stays as before.
#[tracing::instrument(level = "debug", name = "storage.log.append", skip_all, fields(mutations = mutations.len()))]
pub(super) fn append(
    connection: &mut Connection,
    random: &mut dyn RngCore,
    time: Timestamp,
    actor: Actor,
    mutations: Vec<Mutation>,
) -> Result<Appended, StorageError> {
    let savepoint = connection.savepoint()?;
    let mut append = Appender {
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

struct Appender<'a> {
    connection: &'a Connection,
    random: &'a mut dyn RngCore,
    position: Position,
    time: Timestamp,
    /// The touched officers with their current state. None for a withdrawn one.
    officers: BTreeMap<OfficerName, Option<StoredEntry>>,
    erased: bool,
}

impl Appender<'_> {
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
        let stored = std::mem::take(&mut self.officers).into_values().flatten();
        Ok(Appended {
            applied: Applied {
                position: self.position,
                commit: Commit {
                    revision,
                    time: self.time,
                    actor,
                    changes,
                },
                entries: stored.map(|stored| stored.entry).collect(),
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
                    return Err(missing(format!("a grant of `{oin}` for `{organisation}`")));
                }
                Ok(Change::GrantRevoked { oin, organisation })
            }
            Mutation::PutPeer(peer) => {
                peer::put(self.connection, &peer)?;
                Ok(Change::PeerPut { peer })
            }
            Mutation::RemovePeer { register } => {
                if !peer::remove(self.connection, &register)? {
                    return Err(missing(format!("a peer `{register}`")));
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
            Some(stored) => self.settle_all(stored)?,
            None => self.require_organisation(&officer.organisation)?,
        }
        let (officer, personal) = self.put_content(before, officer)?;
        Ok(Change::OfficerPut { officer, personal })
    }

    fn end_name(&mut self, name: OfficerName) -> Result<Change, StorageError> {
        let stored = self.take_existing(&name)?;
        let mut officer = stored.entry.officer.clone();
        officer.end_name();
        let (_, personal) = self.put_content(Some(stored), officer)?;
        Ok(Change::NameEnded { name, personal })
    }

    fn withdraw_officer(
        &mut self,
        ordinal: usize,
        name: OfficerName,
        replaced_by: Option<OfficerName>,
    ) -> Result<Change, StorageError> {
        let stored = self.take_existing(&name)?;
        officer::withdraw(self.connection, &stored)?;
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
        let mut stored = self.take_existing(&name)?;
        let sealed = self.seal(stored.presence.as_ref(), &presence)?;
        officer::put_presence(self.connection, &name, &sealed)?;
        let personal = sealed.digest.clone();
        stored.presence = Some(sealed);
        stored.entry.presence = presence;
        self.touch(name.clone(), stored)?;
        Ok(Change::PresenceSet { name, personal })
    }

    fn verify_officer(&mut self, name: OfficerName, verification: Verification) -> Result<Change, StorageError> {
        let mut stored = self.take_existing(&name)?;
        officer::put_verification(self.connection, &name, &verification)?;
        stored.entry.verification = Some(verification.clone());
        self.settle_all(&mut stored)?;
        self.touch(name.clone(), stored)?;
        Ok(Change::OfficerVerified { name, verification })
    }

    fn report_officer(&mut self, name: OfficerName, reason: ReportReason, asker: &Asker) -> Result<Change, StorageError> {
        let mut stored = self.take_existing(&name)?;
        let report = OpenReport {
            number: self.position.revision,
            reason,
            reported_at: self.time,
            asker: asker.seal(Salt::random(self.random)),
        };
        report::put(self.connection, &name, &report)?;
        stored.entry.reports.add(report);
        self.touch(name.clone(), stored)?;
        Ok(Change::OfficerReported { name, reason })
    }

    fn settle_report(&mut self, report: ReportName) -> Result<Change, StorageError> {
        let mut stored = self.take_existing(&report.officer)?;
        if !stored.entry.reports.settle(report.number) {
            return Err(missing(format!("a report `{report}`")));
        }
        report::settle(self.connection, &report.officer, report.number)?;
        self.touch(report.officer.clone(), stored)?;
        Ok(Change::ReportSettled { report })
    }

    /// Settles all reports of an entry that was changed or verified.
    fn settle_all(&mut self, stored: &mut StoredEntry) -> Result<(), StorageError> {
        if stored.entry.reports.is_empty() {
            return Ok(());
        }
        report::settle_all(self.connection, &stored.entry.officer_name())?;
        stored.entry.reports = Reports::default();
        Ok(())
    }

    /// Writes `officer` over its state `before`. Returns what the log may contain of it.
    fn put_content(&mut self, before: Option<StoredEntry>, officer: Officer) -> Result<(Officer, PersonalDigest), StorageError> {
        let mut public = officer.clone();
        let part = public.take_personal();
        let personal = match &before {
            Some(stored) if stored.entry.officer.personal_part() == part => stored.personal.clone(),
            Some(stored) => self.seal(Some(&stored.personal), &part)?,
            None => self.seal(None, &part)?,
        };
        let digest = personal.digest.clone();
        let (presence, absences, verification, reports) = match before {
            Some(stored) => (
                stored.presence,
                stored.entry.presence,
                stored.entry.verification,
                stored.entry.reports,
            ),
            None => (None, Presence::default(), None, Reports::default()),
        };
        let stored = StoredEntry {
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
        officer::put(self.connection, &stored, &public)?;
        self.officers.insert(public.officer_name(), Some(stored));
        Ok((public, digest))
    }

    /// Records that an overlay of an entry changed.
    fn touch(&mut self, name: OfficerName, mut stored: StoredEntry) -> Result<(), StorageError> {
        stored.entry.revision = self.position.revision;
        stored.entry.updated_at = self.time;
        officer::touch(self.connection, &stored.entry)?;
        self.officers.insert(name, Some(stored));
        Ok(())
    }

    /// Stores a part with a new salt, so that knowledge of the former salt reveals nothing about the new part.
    fn seal(&mut self, before: Option<&SealedPart>, part: &impl PersonalContent) -> Result<SealedPart, StorageError> {
        self.erased |= before.is_some();
        personal::seal(
            self.connection,
            before.map(|sealed| sealed.slot),
            part,
            Salt::random(self.random),
        )
    }

    fn take(&mut self, name: &OfficerName) -> Result<Option<StoredEntry>, StorageError> {
        match self.officers.remove(name) {
            Some(stored) => Ok(stored),
            None => officer::get(self.connection, name),
        }
    }

    fn take_existing(&mut self, name: &OfficerName) -> Result<StoredEntry, StorageError> {
        self.take(name)?.ok_or_else(|| missing(format!("an officer `{name}`")))
    }

    fn require_organisation(&self, id: &OrganisationId) -> Result<(), StorageError> {
        if organisation::is_known(self.connection, id)? {
            Ok(())
        } else {
            Err(missing(format!("an organisation `{id}`")))
        }
    }

    /// Joins the personal part to a change, as reading commits does: only if the digest matches the part that is stored at the
    /// end of the commit.
    fn join_personal(&self, change: &mut Change) {
        if let Change::OfficerPut { officer, personal } = change
            && let Some(Some(stored)) = self.officers.get(&officer.officer_name())
            && stored.personal.digest == *personal
        {
            officer.put_personal(stored.entry.officer.personal_part());
        }
    }
}

/// The error for a mutation whose target does not exist.
fn missing(expected: String) -> StorageError {
    StorageError::Conflict {
        expected,
        actual: "none".to_owned(),
    }
}
