//! The one place where a peer's message becomes checked domain values.
//!
//! What a peer sends is held to the rules of our own input (`register::validate`). Anything else is `BAD_ANSWER`, with the
//! field and the rule, and nothing of that answer is used. Faults never contain what was sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use client::WatchedChange;
use jiff::civil::Date;
use proto::convert::ConvertError;
use proto::v1;
use register::entry::Entry;
use register::gazetteer::Gazetteer;
use register::identifier::OfficerName;
use register::organisation::Organisation;
use register::validate::{self, ReceivedFault, Rules};
use register::vocabulary::Vocabulary;

use super::peers::{PeerProblem, PeerProblemKind};

/// Reads what a peer sent on one day.
#[derive(Clone)]
pub(crate) struct PeerReader {
    vocabulary: Arc<Vocabulary>,
    gazetteer: Arc<Gazetteer>,
    today: Date,
}

/// The fault of an answer: fixed words, and names of our own fields and rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadAnswer(String);

impl BadAnswer {
    /// Makes a fault. `what` must be fixed words.
    pub(crate) fn new(what: &'static str) -> Self {
        Self(what.to_owned())
    }

    fn of_value(what: &str, fault: &ReceivedFault) -> Self {
        Self(format!("{what} breaks a rule: {fault}"))
    }

    fn of_form(what: &str, error: &ConvertError) -> Self {
        Self(format!("{what} has an invalid `{}`", error.field))
    }
}

impl From<BadAnswer> for PeerProblem {
    fn from(fault: BadAnswer) -> Self {
        Self::new(PeerProblemKind::BadAnswer, fault.0)
    }
}

impl From<BadAnswer> for client::Error {
    fn from(fault: BadAnswer) -> Self {
        Self::BadAnswer(fault.0)
    }
}

impl PeerReader {
    /// Creates a reader for answers received on `today`.
    pub(crate) fn new(today: Date) -> Self {
        Self {
            // Codes that a peer knows and this register does not are accepted, so the additions of the configuration do not matter.
            vocabulary: Vocabulary::builtin(),
            gazetteer: Gazetteer::builtin(),
            today,
        }
    }

    fn rules(&self) -> Rules<'_> {
        Rules::new(&self.vocabulary, &self.gazetteer, self.today)
    }

    /// Reads an organisation.
    pub(crate) fn organisation(&self, message: v1::Organisation) -> Result<Arc<Organisation>, BadAnswer> {
        let organisation = Organisation::try_from(message).map_err(|error| BadAnswer::of_form("an organisation", &error))?;
        self.check_organisation(&organisation)?;
        Ok(Arc::new(organisation))
    }

    /// Reads an entry.
    pub(crate) fn entry(&self, message: v1::Entry) -> Result<Arc<Entry>, BadAnswer> {
        let entry = Entry::try_from(message).map_err(|error| BadAnswer::of_form("an entry", &error))?;
        self.check_entry(&entry)?;
        Ok(Arc::new(entry))
    }

    /// Reads entries that are distinct.
    pub(crate) fn entries(&self, messages: Vec<v1::Entry>) -> Result<Vec<Arc<Entry>>, BadAnswer> {
        let mut names: BTreeSet<OfficerName> = BTreeSet::new();
        let mut entries = Vec::with_capacity(messages.len());
        for message in messages {
            let entry = self.entry(message)?;
            if !names.insert(entry.officer_name()) {
                return Err(BadAnswer::new("it sends an officer more than once"));
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Checks the changes of a watch, which the client has parsed.
    pub(crate) fn check_changes(&self, changes: &[WatchedChange]) -> Result<(), BadAnswer> {
        for change in changes {
            match change {
                WatchedChange::Organisation(organisation) => self.check_organisation(organisation)?,
                WatchedChange::Entry(entry) => self.check_entry(entry)?,
                WatchedChange::Withdrawn { .. } => {}
            }
        }
        Ok(())
    }

    /// Checks a function title.
    pub(crate) fn check_title(&self, title: &str) -> Result<(), BadAnswer> {
        validate::received_title(title, &self.rules()).map_err(|fault| BadAnswer::of_value("a suggestion", &fault))
    }

    /// Checks an organisation that the client has parsed.
    pub(crate) fn check_organisation(&self, organisation: &Organisation) -> Result<(), BadAnswer> {
        let checked = validate::received_organisation(organisation, &self.rules());
        checked.map_err(|fault| BadAnswer::of_value("an organisation", &fault))
    }

    /// Checks an entry that the client has parsed.
    pub(crate) fn check_entry(&self, entry: &Entry) -> Result<(), BadAnswer> {
        validate::received_entry(entry, &self.rules()).map_err(|fault| BadAnswer::of_value("an entry", &fault))
    }
}
