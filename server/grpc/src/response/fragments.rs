//! Splits the changes of a watch over messages that every client can take.
//!
//! The use case limits the number of changes per message; their size is known here, where they become bytes. Changes are
//! converted when the stream asks for the next message, so that one message at most is in memory.

use std::iter::Peekable;
use std::vec::IntoIter;

use directory::{WatchMessage, WatchedChange};
use prost::Message as _;
use proto::v1;
use proto::v1::watch_changes_response::Message;
use register::position::{Position, Revision};

use super::sync::{change, progress, snapshot_begin, snapshot_end};

/// The size of the changes in a message, in bytes: about a quarter of what default clients accept. A change that is larger has a
/// message of its own.
const MAX_BYTES: usize = 1_000_000;

/// Number of bytes that a change adds to its own length in a message: its field and its length.
const OVERHEAD: usize = 8;

/// The messages on the wire for one message of a watch.
pub(crate) struct WatchFragments {
    /// A message without changes.
    single: Option<Message>,
    position: Option<Position>,
    changes: Peekable<IntoIter<WatchedChange>>,
    /// A converted change that did not fit in the previous message.
    left_over: Option<v1::Change>,
    /// Whether changes of the same revision or state follow after these.
    more: bool,
}

impl WatchFragments {
    pub(crate) fn new(message: WatchMessage) -> Self {
        let single = match message {
            WatchMessage::Changes { position, changes, more } => return Self::of(None, position, changes, more),
            WatchMessage::SnapshotBegin { position } => snapshot_begin(position),
            WatchMessage::SnapshotEnd {
                position,
                organisations,
                entries,
            } => snapshot_end(position, organisations, entries),
            WatchMessage::Progress { position } => progress(position),
        };
        Self::of(Some(single), None, Vec::new(), false)
    }

    fn of(single: Option<Message>, position: Option<Position>, changes: Vec<WatchedChange>, more: bool) -> Self {
        Self {
            single,
            position,
            changes: changes.into_iter().peekable(),
            left_over: None,
            more,
        }
    }

    fn next_message(&mut self) -> Option<Message> {
        if let Some(single) = self.single.take() {
            return Some(single);
        }
        let mut changes = Vec::new();
        let mut bytes = 0;
        while let Some(next) = self.left_over.take().or_else(|| self.changes.next().map(change)) {
            let size = next.encoded_len() + OVERHEAD;
            if bytes + size > MAX_BYTES && !changes.is_empty() {
                self.left_over = Some(next);
                break;
            }
            bytes += size;
            changes.push(next);
        }
        if changes.is_empty() {
            return None;
        }
        let more = self.more || self.left_over.is_some() || self.changes.peek().is_some();
        Some(Message::Changes(v1::ChangeSet {
            position: self.position.map(|position| position_after(position, more)),
            changes,
            more,
        }))
    }
}

impl Iterator for WatchFragments {
    type Item = v1::WatchChangesResponse;

    fn next(&mut self) -> Option<v1::WatchChangesResponse> {
        let message = Some(self.next_message()?);
        Some(v1::WatchChangesResponse { message })
    }
}

/// Returns the position for a message of changes of one revision. While `more` follow, its cookie leads to the position before
/// the revision: a consumer that stores it and stops receives the whole revision again.
fn position_after(position: Position, more: bool) -> v1::Position {
    let mut message = v1::Position::from(position);
    if more {
        let before = Revision(position.revision.0.saturating_sub(1));
        message.cookie = Position::new(position.epoch, before).to_cookie();
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use register::entry::Entry;
    use register::position::Epoch;
    use std::sync::Arc;

    fn position() -> Position {
        Position::new(Epoch::from_uuid(uuid::Uuid::from_u128(7)), Revision(12))
    }

    fn entry(number: usize, bytes: usize) -> WatchedChange {
        let officer: register::officer::Officer = serde_json::from_value(serde_json::json!({
            "organisation": "zb000211", "id": format!("o{number}"), "function_title": "Een", "description": "x".repeat(bytes),
        }))
        .unwrap();
        WatchedChange::Entry(Arc::new(Entry {
            etag: register::entry::Etag::of(&officer),
            officer,
            presence: register::presence::Presence::default(),
            verification: None,
            reports: register::report::Reports::default(),
            revision: Revision(12),
            updated_at: jiff::Timestamp::UNIX_EPOCH,
        }))
    }

    fn sets(message: WatchMessage) -> Vec<v1::ChangeSet> {
        let messages = WatchFragments::new(message);
        let set = |message: v1::WatchChangesResponse| match message.message.unwrap() {
            Message::Changes(set) => set,
            other => panic!("not changes: {other:?}"),
        };
        messages.map(set).collect()
    }

    #[test]
    fn changes_are_split_by_bytes_and_stay_in_order() {
        let changes: Vec<_> = (0..100).map(|number| entry(number, 67_000)).collect();
        let sets = sets(WatchMessage::Changes {
            position: Some(position()),
            changes,
            more: false,
        });
        assert!(sets.iter().all(|set| set.encoded_len() <= MAX_BYTES), "no set is too large");
        assert!(sets.len() > 6 && sets.len() < 10, "{} sets", sets.len());
        assert_eq!(sets.iter().map(|set| set.changes.len()).sum::<usize>(), 100);
        let more: Vec<_> = sets.iter().map(|set| set.more).collect();
        assert_eq!(more.iter().filter(|more| !**more).count(), 1);
        assert_eq!(more.last(), Some(&false));
        let names: Vec<_> = sets
            .iter()
            .flat_map(|set| &set.changes)
            .map(|change| format!("{change:?}"))
            .collect();
        assert!(
            (0..100).all(|number| names[number].contains(&format!("/o{number}\""))),
            "in order"
        );
    }

    #[test]
    fn only_the_last_message_of_a_revision_moves_the_position() {
        let changes: Vec<_> = (0..3).map(|number| entry(number, 600_000)).collect();
        let sets = sets(WatchMessage::Changes {
            position: Some(position()),
            changes,
            more: false,
        });
        let positions: Vec<_> = sets.iter().map(|set| set.position.clone().unwrap()).collect();
        let resume = |at: usize| Position::from_cookie(&positions[at].cookie).unwrap().revision;
        assert_eq!([0, 1, 2].map(resume), [Revision(11), Revision(11), Revision(12)]);
        assert!(positions.iter().all(|position| position.revision == 12));
    }

    #[test]
    fn a_large_change_has_a_message_of_its_own() {
        let sets = sets(WatchMessage::Changes {
            position: None,
            changes: vec![entry(0, 10), entry(1, 2 << 20), entry(2, 10)],
            more: true,
        });
        assert_eq!(sets.iter().map(|set| set.changes.len()).collect::<Vec<_>>(), [1, 1, 1]);
        assert!(sets.iter().all(|set| set.more && set.position.is_none()));
    }

    #[test]
    fn other_messages_stay_single() {
        let mut messages = WatchFragments::new(WatchMessage::Progress { position: position() });
        assert!(messages.next().is_some() && messages.next().is_none());
    }
}
