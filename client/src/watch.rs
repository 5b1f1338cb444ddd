//! Watches changes across broken connections: `WatchChanges`.
//!
//! A [`Watch`] reopens the stream from the last position that it returned, so that its caller sees every revision once and
//! complete: it buffers the messages of a revision until the last one. A position that the register cannot resume from
//! (another epoch, or compacted) is an error, unless `reload` is set; then the state follows as a snapshot.

use std::time::Duration;

use prost::Message as _;
use proto::convert::ConvertError;
use proto::v1;
use proto::v1::change::Change;
use proto::v1::watch_changes_response::Message;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::Organisation;
use register::position::Position;
use tonic::{Request, Streaming};

use crate::bounded::{self, AnswerLimits};
use crate::call::{Client, MAX_RESPONSE_BYTES};
use crate::error::{Error, Retry};
use crate::retry::Idempotency;

/// The node's interval between progress messages if the request sets none.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// The start and the filter of a watch.
#[derive(Clone, Debug, Default)]
pub struct WatchFrom {
    /// Watch changes after this position. `None`: start with a snapshot of the current state.
    pub position: Option<Position>,
    /// Watch only these organisations; all if empty.
    pub organisations: Vec<OrganisationId>,
    /// Start with a snapshot if the position cannot be resumed from.
    pub reload: bool,
    /// The interval between progress messages; the node clamps it to 1 to 60 seconds.
    pub progress_interval: Option<Duration>,
}

/// The limits of a watch, for a node that is not trusted to keep within the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchLimits {
    /// The largest message.
    pub message: AnswerLimits,
    /// The most bytes of one revision.
    pub revision: usize,
}

impl Default for WatchLimits {
    fn default() -> Self {
        let bytes = MAX_RESPONSE_BYTES;
        let elements = usize::MAX;
        Self {
            message: AnswerLimits { bytes, elements },
            revision: usize::MAX,
        }
    }
}

/// An event of a watch.
#[derive(Clone, Debug, PartialEq)]
pub enum WatchEvent {
    /// A snapshot follows, in events without position. Discard an earlier snapshot.
    SnapshotBegin {
        /// The position of the snapshot.
        position: Position,
    },
    /// The snapshot is complete: remove what it did not contain.
    SnapshotEnd {
        /// The position of the snapshot: resume from here.
        position: Position,
        /// Number of organisations in it.
        organisations: u32,
        /// Number of entries in it.
        entries: u32,
    },
    /// All changes of one revision, or, without a position, part of a snapshot.
    Changes {
        /// The position after them: resume from here.
        position: Option<Position>,
        /// The changes, in order.
        changes: Vec<WatchedChange>,
    },
    /// No change at or before this position follows.
    Progress {
        /// Resume from here.
        position: Position,
    },
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum WatchedChange {
    /// An organisation is new or changed.
    Organisation(Box<Organisation>),
    /// An entry is new or changed.
    Entry(Box<Entry>),
    /// An entry was withdrawn.
    Withdrawn {
        /// The withdrawn entry.
        name: OfficerName,
        /// The entry that replaces it.
        replaced_by: Option<OfficerName>,
    },
}

/// A running watch.
#[derive(Debug)]
pub struct Watch {
    client: Client,
    from: WatchFrom,
    stream: Option<Streaming<v1::WatchChangesResponse>>,
    /// Changes of a revision whose last message has not arrived.
    held: Vec<WatchedChange>,
    held_bytes: usize,
    /// Whether a snapshot has begun. Its parts are returned as they arrive: nothing of it may be used before its end.
    is_in_snapshot: bool,
    received_bytes: u64,
    limits: WatchLimits,
    failures: u32,
}

impl Client {
    /// Watches changes. The first [`Watch::next`] opens the stream.
    pub fn watch(&self, from: WatchFrom) -> Watch {
        Watch {
            client: self.clone(),
            from,
            stream: None,
            held: Vec::new(),
            held_bytes: 0,
            is_in_snapshot: false,
            received_bytes: 0,
            limits: WatchLimits::default(),
            failures: 0,
        }
    }
}

impl Watch {
    /// Sets the limits, before the first event.
    #[must_use]
    pub fn within(mut self, limits: WatchLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Returns the number of bytes received so far.
    pub fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// Waits for the next event without a time limit. Reopens a broken stream, and returns an error only if a retry cannot
    /// succeed. Cancel safe: dropping the future loses no event.
    pub async fn next(&mut self) -> Result<WatchEvent, Error> {
        loop {
            let error = match self.attempt().await {
                Ok(event) => return Ok(event),
                Err(error) if error.retry() == Retry::Never => return Err(error),
                Err(error) => error,
            };
            self.failures = self.failures.saturating_add(1);
            let pause = self.client.pause(self.failures.saturating_add(1), error.retry_after());
            tracing::debug!("watch broke, reopening it");
            tokio::time::sleep(pause).await;
        }
    }

    /// Waits for the next event or the error that broke the stream, for callers with their own retry policy. The next call reopens
    /// the stream.
    pub async fn attempt(&mut self) -> Result<WatchEvent, Error> {
        loop {
            match self.step().await {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => {}
                Err(error) => {
                    self.stream = None;
                    self.begin_revision();
                    self.is_in_snapshot = false;
                    return Err(error);
                }
            }
        }
    }

    /// Returns the position to resume from.
    pub fn position(&self) -> Option<Position> {
        self.from.position
    }

    /// Receives one message; returns the event that it completes.
    async fn step(&mut self) -> Result<Option<WatchEvent>, Error> {
        let silence = self.longest_silence();
        if self.stream.is_none() {
            self.stream = Some(self.open().await?);
        }
        let Some(stream) = self.stream.as_mut() else { return Ok(None) };
        let message = match tokio::time::timeout(silence, stream.message()).await {
            Err(_) => return Err(Error::Broken(format!("no message within {silence:?}"))),
            Ok(Err(status)) => return Err(self.client.error(&status, silence)),
            Ok(Ok(None)) => return Err(Error::Broken("the node ended the stream".to_owned())),
            Ok(Ok(Some(message))) => message,
        };
        self.failures = 0;
        let length = message.encoded_len();
        self.received_bytes = self.received_bytes.saturating_add(length as u64);
        self.held_bytes = self.held_bytes.saturating_add(length);
        if self.held_bytes > self.limits.revision {
            return Err(Error::BadAnswer("a revision is larger than accepted".to_owned()));
        }
        match message.message {
            // A message kind that a newer node added.
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
            let (channel, request) = (self.client.channel(), Request::new(request.clone()));
            bounded::server_streaming(
                channel,
                "/maatwerkregister.v1.SyncService/WatchChanges",
                request,
                self.limits.message,
            )
        };
        self.client
            .with_retry(Idempotency::Idempotent, self.client.timeout(), open)
            .await
    }

    fn take(&mut self, message: Message) -> Result<Option<WatchEvent>, Error> {
        match message {
            Message::SnapshotBegin(begin) => {
                self.begin_revision();
                self.is_in_snapshot = true;
                let position = required(begin.position.as_ref())?;
                Ok(Some(WatchEvent::SnapshotBegin { position }))
            }
            Message::SnapshotEnd(end) => {
                let position = required(end.position.as_ref())?;
                self.begin_revision();
                self.is_in_snapshot = false;
                self.from.position = Some(position);
                Ok(Some(WatchEvent::SnapshotEnd {
                    position,
                    organisations: end.organisations,
                    entries: end.entries,
                }))
            }
            Message::Progress(progress) => {
                let position = required(progress.position.as_ref())?;
                self.held_bytes = 0;
                self.from.position = Some(position);
                Ok(Some(WatchEvent::Progress { position }))
            }
            Message::Changes(set) => {
                for change in set.changes {
                    self.held.extend(watched(change)?);
                }
                if set.more && !self.is_in_snapshot {
                    return Ok(None);
                }
                let position = set.position.as_ref().map(Position::try_from).transpose()?;
                // A snapshot's changes have none, and the old position stays: a partial snapshot cannot be resumed from.
                self.from.position = position.or(self.from.position);
                let changes = std::mem::take(&mut self.held);
                self.held_bytes = 0;
                Ok(Some(WatchEvent::Changes { position, changes }))
            }
        }
    }

    fn begin_revision(&mut self) {
        self.held.clear();
        self.held_bytes = 0;
    }

    fn longest_silence(&self) -> Duration {
        let interval = self.from.progress_interval.unwrap_or(PROGRESS_INTERVAL);
        interval.clamp(Duration::from_secs(1), Duration::from_secs(60)) * 3 + self.client.timeout()
    }
}

fn required(position: Option<&v1::Position>) -> Result<Position, Error> {
    let position = position.ok_or_else(|| Error::BadAnswer("a watch message has no position".to_owned()))?;
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
