//! Applies a step to a replica in one transaction: entries, personal parts and position. Also writes the parts of a full state.

use std::collections::BTreeSet;

use rand::RngCore;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::Organisation;
use register::personal::Salt;
use register::presence::Presence;
use rusqlite::{Connection, TransactionBehavior};

use super::super::error::of_commit;
use super::super::officer::{self, StoredEntry};
use super::super::organisation;
use super::super::personal::{self, PersonalContent, SealedPart};
use super::super::report;
use super::file;
use crate::error::StorageError;
use crate::replica::{ReplicaState, ReplicaStep};

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

/// Adds a part of a full state to `connection`, which has no position yet. Returns false if something in it is there already.
#[tracing::instrument(level = "debug", name = "storage.replica.add", skip_all, fields(entries = entries.len()))]
pub(super) fn add(
    connection: &mut Connection,
    random: &mut dyn RngCore,
    organisations: &[Organisation],
    entries: &[Entry],
) -> Result<bool, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut apply = StepApplier {
        connection: &transaction,
        random,
        erased: false,
    };
    for organisation in organisations {
        if organisation::is_known(&transaction, &organisation.id)? {
            return Ok(false);
        }
        organisation::put(&transaction, organisation)?;
    }
    for entry in entries {
        if officer::is_known(&transaction, &entry.officer_name())? {
            return Ok(false);
        }
        apply.put(entry)?;
    }
    transaction.commit().map_err(of_commit)?;
    Ok(true)
}

/// Completes a full state: keeps the organisations in `kept` and their entries. Returns the names of the others.
#[tracing::instrument(level = "debug", name = "storage.replica.complete", skip_all)]
pub(super) fn complete(
    connection: &mut Connection,
    random: &mut dyn RngCore,
    state: &ReplicaState,
    kept: &BTreeSet<OrganisationId>,
) -> Result<Vec<OfficerName>, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut apply = StepApplier {
        connection: &transaction,
        random,
        erased: false,
    };
    let keeps = |id: &OrganisationId| Ok::<bool, StorageError>(kept.contains(id) && organisation::is_known(&transaction, id)?);
    let mut refused = Vec::new();
    for id in officer::organisations(&transaction)? {
        if !keeps(&id)? {
            for name in officer::names(&transaction, &id)? {
                apply.withdraw(&name)?;
                refused.push(name);
            }
        }
    }
    for id in organisation::ids(&transaction)? {
        if !kept.contains(&id) {
            apply.forget(&id)?;
        }
    }
    file::set_state(&transaction, state)?;
    transaction.commit().map_err(of_commit)?;
    Ok(refused)
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
