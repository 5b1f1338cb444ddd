//! Following what changes: `WatchChanges`, across broken connections.
//!
//! A [`Watch`] opens the stream again from the last position that it gave out, so that its caller sees every revision once
//! and whole: messages of one revision are held back until the last has come. What the register cannot resume from (another
//! epoch, compacted away) is an error, unless `reload` is set; then the state follows as a snapshot.

use std::time::Duration;

use proto::convert::ConvertError;
use proto::v1;
use proto::v1::change::Change;
use proto::v1::watch_changes_response::Message;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::Organisation;
use register::position::Position;
use tonic::{Request, Streaming};

use crate::call::Client;
use crate::error::{Error, Retry};
use crate::retry::Idempotency;
use crate::sync::service;

/// How often a node gives a sign of life when nothing is said about it.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// From where to watch, and what.
#[derive(Clone, Debug, Default)]
pub struct WatchFrom {
    /// Changes after this position; none: the state as it is now, and the changes after it.
    pub position: Option<Position>,
    /// Only these organisations; none: all.
    pub organisations: Vec<OrganisationId>,
    /// When the position cannot be resumed from, take the state as it is now.
    pub reload: bool,
    /// How often to get a sign of life; the node keeps it between 1 and 60 seconds.
    pub progress_interval: Option<Duration>,
}

/// What a watch gives.
#[derive(Clone, Debug, PartialEq)]
pub enum WatchEvent {
    /// The state follows, in events without position: forget what a snapshot before it gave.
    SnapshotBegin {
        /// The position of the state.
        position: Position,
    },
    /// The state is complete: what it did not name is gone.
    SnapshotEnd {
        /// The position of the state: resume from here.
        position: Position,
        /// Organisations in it.
        organisations: u32,
        /// Entries in it.
        entries: u32,
    },
    /// All changes of one revision, or, without a position, part of the state.
    Changes {
        /// The position after them: resume from here.
        position: Option<Position>,
        /// In the order in which they were made.
        changes: Vec<WatchedChange>,
    },
    /// Nothing of this position or before follows.
    Progress {
        /// Resume from here.
        position: Position,
    },
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq)]
pub enum WatchedChange {
    /// An organisation is new or changed.
    Organisation(Box<Organisation>),
    /// An entry is new or changed.
    Entry(Box<Entry>),
    /// An entry was withdrawn.
    Withdrawn {
        /// Which.
        name: OfficerName,
        /// Who came in its place.
        replaced_by: Option<OfficerName>,
    },
}

/// A watch under way.
#[derive(Debug)]
pub struct Watch {
    client: Client,
    from: WatchFrom,
    stream: Option<Streaming<v1::WatchChangesResponse>>,
    /// Changes of a revision whose last message has not come yet.
    held: Vec<WatchedChange>,
    failures: u32,
}

impl Client {
    /// Watches from a position on. The stream is opened by the first [`Watch::next`].
    pub fn watch(&self, from: WatchFrom) -> Watch {
        Watch {
            client: self.clone(),
            from,
            stream: None,
            held: Vec::new(),
            failures: 0,
        }
    }
}

impl Watch {
    /// The next event. Waits as long as it takes, opens the stream again when it breaks, and gives an error only when that
    /// does not help. May be dropped at any await without losing anything.
    pub async fn next(&mut self) -> Result<WatchEvent, Error> {
        loop {
            let error = match self.attempt().await {
                Ok(event) => return Ok(event),
                Err(error) if error.retry() == Retry::Never => return Err(error),
                Err(error) => error,
            };
            self.failures = self.failures.saturating_add(1);
            let pause = self.client.pause(self.failures.saturating_add(1), error.retry_after());
            tracing::debug!(reason = error.reason(), "watch broke off, opening it again");
            tokio::time::sleep(pause).await;
        }
    }

    /// The next event, or why the stream broke: for who decides itself when to open it again, which the next call does.
    pub async fn attempt(&mut self) -> Result<WatchEvent, Error> {
        loop {
            match self.step().await {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => {}
                Err(error) => {
                    self.stream = None;
                    self.held.clear();
                    return Err(error);
                }
            }
        }
    }

    /// The position to resume from.
    pub fn position(&self) -> Option<Position> {
        self.from.position
    }

    /// One message, and the event that it completes.
    async fn step(&mut self) -> Result<Option<WatchEvent>, Error> {
        let silence = self.longest_silence();
        if self.stream.is_none() {
            self.stream = Some(self.open().await?);
        }
        let Some(stream) = self.stream.as_mut() else { return Ok(None) };
        let message = match tokio::time::timeout(silence, stream.message()).await {
            Err(_) => return Err(Error::Broken(format!("no sign of life for {silence:?}"))),
            Ok(Err(status)) => return Err(self.client.error(&status, silence)),
            Ok(Ok(None)) => return Err(Error::Broken("the node ended the stream".to_owned())),
            Ok(Ok(Some(message))) => message,
        };
        self.failures = 0;
        match message.message {
            // A kind of message that a newer node added.
            None => Ok(None),
            Some(message) => self.take(message),
        }
    }

    async fn open(&self) -> Result<Streaming<v1::WatchChangesResponse>, Error> {
        let request = v1::WatchChangesRequest {
            position: self.from.position.map(v1::Position::from),
            organisations: self.from.organisations.iter().map(OrganisationId::resource_name).collect(),
            reload: self.from.reload,
            progress_interval: self.from.progress_interval.and_then(|interval| interval.try_into().ok()),
        };
        // Without grpc-timeout: the deadline is for opening, and a watch has no end.
        let open = |_| {
            let mut service = service(self.client.channel());
            let request = Request::new(request.clone());
            async move { service.watch_changes(request).await }
        };
        self.client
            .with_retry(Idempotency::Idempotent, self.client.timeout(), open)
            .await
    }

    fn take(&mut self, message: Message) -> Result<Option<WatchEvent>, Error> {
        match message {
            Message::SnapshotBegin(begin) => {
                self.held.clear();
                let position = required(begin.position.as_ref())?;
                Ok(Some(WatchEvent::SnapshotBegin { position }))
            }
            Message::SnapshotEnd(end) => {
                let position = required(end.position.as_ref())?;
                self.from.position = Some(position);
                Ok(Some(WatchEvent::SnapshotEnd {
                    position,
                    organisations: end.organisations,
                    entries: end.entries,
                }))
            }
            Message::Progress(progress) => {
                let position = required(progress.position.as_ref())?;
                self.from.position = Some(position);
                Ok(Some(WatchEvent::Progress { position }))
            }
            Message::Changes(set) => {
                for change in set.changes {
                    self.held.extend(watched(change)?);
                }
                if set.more {
                    return Ok(None);
                }
                let position = set.position.as_ref().map(Position::try_from).transpose()?;
                // In a snapshot there is none, and the old position stays: half a state cannot be resumed from.
                self.from.position = position.or(self.from.position);
                let changes = std::mem::take(&mut self.held);
                Ok(Some(WatchEvent::Changes { position, changes }))
            }
        }
    }

    fn longest_silence(&self) -> Duration {
        let interval = self.from.progress_interval.unwrap_or(PROGRESS_INTERVAL);
        interval.clamp(Duration::from_secs(1), Duration::from_secs(60)) * 3 + self.client.timeout()
    }
}

fn required(position: Option<&v1::Position>) -> Result<Position, Error> {
    let position = position.ok_or_else(|| Error::BadAnswer("a message of the watch has no position".to_owned()))?;
    Ok(Position::try_from(position)?)
}

fn watched(change: v1::Change) -> Result<Option<WatchedChange>, ConvertError> {
    Ok(match change.change {
        None => None,
        Some(Change::Organisation(organisation)) => Some(WatchedChange::Organisation(Box::new(organisation.try_into()?))),
        Some(Change::Entry(entry)) => Some(WatchedChange::Entry(Box::new(entry.try_into()?))),
        Some(Change::Withdrawal(withdrawal)) => {
            let (name, replaced_by) = withdrawal.to_names()?;
            Some(WatchedChange::Withdrawn { name, replaced_by })
        }
    })
}
