//! Applies a step to a replica in one transaction: entries, personal parts and position.

use std::collections::BTreeSet;

use rand::RngCore;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::personal::Salt;
use register::presence::Presence;
use rusqlite::{Connection, TransactionBehavior};

use super::super::error::of_commit;
use super::super::officer::{self, StoredEntry};
use super::super::personal::{self, PersonalContent, SealedPart};
use super::super::report;
use super::super::{organisation, row};
use super::file;
use crate::error::StorageError;
use crate::replica::ReplicaStep;

/// Applies `step`. Returns whether it overwrote or erased personal data.
#[tracing::instrument(level = "debug", name = "storage.replica.apply", skip_all, fields(entries = step.entries.len()))]
pub(super) fn apply(connection: &mut Connection, random: &mut dyn RngCore, step: &ReplicaStep) -> Result<bool, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut apply = StepApplier {
        connection: &transaction,
        random,
        erased: false,
    };
    apply.run(step)?;
    let erased = apply.erased;
    transaction.commit().map_err(of_commit)?;
    Ok(erased)
}

struct StepApplier<'a> {
    connection: &'a Connection,
    random: &'a mut dyn RngCore,
    erased: bool,
}

impl StepApplier<'_> {
    fn run(&mut self, step: &ReplicaStep) -> Result<(), StorageError> {
        for organisation in &step.organisations {
            organisation::put(self.connection, organisation)?;
        }
        for name in &step.withdrawn {
            self.withdraw(name)?;
        }
        for entry in &step.entries {
            self.put(entry)?;
        }
        if step.is_whole {
            self.remove_unnamed(step)?;
        }
        for id in &step.forgotten {
            self.forget(id)?;
        }
        file::set_state(self.connection, &step.state)
    }

    fn put(&mut self, entry: &Entry) -> Result<(), StorageError> {
        let name = entry.officer_name();
        let before = officer::get(self.connection, &name)?;
        if before.as_ref().is_some_and(|stored| stored.entry == *entry) {
            return Ok(());
        }
        let mut public = entry.officer.clone();
        let part = public.take_personal();
        let personal = match &before {
            Some(stored) if stored.entry.officer.personal_part() == part => stored.personal.clone(),
            before => self.seal(before.as_ref().map(|stored| &stored.personal), &part)?,
        };
        let presence_before = before.as_ref().and_then(|stored| stored.presence.clone());
        let stored = StoredEntry {
            entry: entry.clone(),
            personal,
            presence: presence_before.clone(),
        };
        officer::put(self.connection, &stored, &public)?;
        let had = before.as_ref().map(|stored| &stored.entry.presence);
        if had.unwrap_or(&Presence::default()) != &entry.presence {
            let sealed = self.seal(presence_before.as_ref(), &entry.presence)?;
            officer::put_presence(self.connection, &name, &sealed)?;
        }
        report::settle_all(self.connection, &name)?;
        if entry.is_doubted() {
            report::put_doubt(self.connection, &name)?;
        }
        match &entry.verification {
            Some(verification) => officer::put_verification(self.connection, &name, verification),
            None => self.delete("DELETE FROM verification WHERE organisation = ?1 AND officer = ?2", &name),
        }
    }

    /// Stores a part with a new salt, over the former part.
    fn seal(&mut self, before: Option<&SealedPart>, part: &impl PersonalContent) -> Result<SealedPart, StorageError> {
        self.erased |= before.is_some();
        personal::seal(
            self.connection,
            before.map(|sealed| sealed.slot),
            part,
            Salt::random(self.random),
        )
    }

    fn withdraw(&mut self, name: &OfficerName) -> Result<(), StorageError> {
        if let Some(stored) = officer::get(self.connection, name)? {
            officer::withdraw(self.connection, &stored)?;
            self.erased = true;
        }
        Ok(())
    }

    /// Deletes everything that a complete snapshot does not contain.
    fn remove_unnamed(&mut self, step: &ReplicaStep) -> Result<(), StorageError> {
        let named: BTreeSet<OfficerName> = step.entries.iter().map(Entry::officer_name).collect();
        let stored = row::all(
            self.connection,
            "SELECT organisation, id FROM officer ORDER BY organisation, id",
            [],
            |row| officer::read_name(&row::Columns::new(row, "officer", 2)),
        )?;
        for name in stored.iter().filter(|name| !named.contains(*name)) {
            self.withdraw(name)?;
        }
        let named: BTreeSet<&OrganisationId> = step.organisations.iter().map(|organisation| &organisation.id).collect();
        for organisation in organisation::list(self.connection, None, usize::MAX)? {
            if !named.contains(&organisation.id) {
                self.forget(&organisation.id)?;
            }
        }
        Ok(())
    }

    fn forget(&mut self, id: &OrganisationId) -> Result<(), StorageError> {
        for entry in officer::list(self.connection, Some(id), None, usize::MAX)? {
            self.withdraw(&entry.officer_name())?;
        }
        self.connection
            .prepare_cached("DELETE FROM organisation WHERE id = ?1")?
            .execute([id.as_str()])?;
        Ok(())
    }

    fn delete(&self, sql: &str, name: &OfficerName) -> Result<(), StorageError> {
        self.connection
            .prepare_cached(sql)?
            .execute((name.organisation.as_str(), name.officer.as_str()))?;
        Ok(())
    }
}
