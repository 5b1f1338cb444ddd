//! Waits for a position, so that a writer can read its own writes on any node.

use std::time::Duration;

use register::position::Position;
use tokio::sync::watch;

use crate::error::{Error, Reason};

/// The position that a read needs, and how long it can wait.
#[derive(Clone, Debug)]
pub struct Consistency {
    /// The minimum position.
    pub min_position: Option<Position>,
    /// How long to wait: the time left until the caller's deadline.
    pub patience: Duration,
}

impl Consistency {
    /// No minimum position; waits up to 10 seconds for the first state.
    pub fn any() -> Self {
        Self::at_least(None, Duration::from_secs(10))
    }

    /// At least `min_position`, within `patience`.
    pub fn at_least(min_position: Option<Position>, patience: Duration) -> Self {
        Self { min_position, patience }
    }
}

/// Waits until `states` has reached the position of `consistency`, and returns the state. A state without a position counts
/// as not ready.
pub(super) async fn wait_for_position<T: Clone + Send + Sync>(
    mut states: watch::Receiver<T>,
    consistency: &Consistency,
    position_of: impl Fn(&T) -> Option<Position> + Send + Sync,
) -> Result<T, Error> {
    let has_reached = |state: &T| -> Result<bool, Error> {
        let Some(current) = position_of(state) else {
            return Ok(false);
        };
        match consistency.min_position {
            None => Ok(true),
            Some(wanted) if wanted.epoch != current.epoch => Err(epoch_changed(current)),
            Some(wanted) => Ok(wanted.revision <= current.revision),
        }
    };
    let wait = async {
        loop {
            {
                let state = states.borrow_and_update();
                if has_reached(&state)? {
                    return Ok(state.clone());
                }
            }
            if states.changed().await.is_err() {
                return Err(Error::new(Reason::ShuttingDown, "the node is stopping"));
            }
        }
    };
    match tokio::time::timeout(consistency.patience, wait).await {
        Ok(outcome) => outcome,
        Err(_) => Err(not_reached(consistency.min_position)),
    }
}

/// The error for a position of another epoch.
pub fn epoch_changed(current: Position) -> Error {
    let message = "the position is of another epoch: the register was recreated or restored since; reload";
    Error::new(Reason::EpochChanged, message).with("current_epoch", current.epoch)
}

fn not_reached(wanted: Option<Position>) -> Error {
    let message = "the node did not reach the position in time; retry, or ask another node";
    let error = Error::new(Reason::PositionNotReached, message);
    match wanted {
        Some(wanted) => error.with("revision", wanted.revision),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use register::position::{Epoch, Revision};
    use uuid::Uuid;

    use super::*;

    fn position(epoch: u128, revision: u64) -> Position {
        Position::new(Epoch::from_uuid(Uuid::from_u128(epoch)), Revision(revision))
    }

    async fn reach_from(current: Option<Position>, wanted: Position) -> Result<Option<Position>, Reason> {
        let (_sender, receiver) = watch::channel(current);
        let consistency = Consistency::at_least(Some(wanted), Duration::from_millis(50));
        let reached = wait_for_position(receiver, &consistency, |state| *state).await;
        reached.map_err(|error| error.reason())
    }

    #[tokio::test(start_paused = true)]
    async fn reached_position_is_answered_at_once() {
        assert_eq!(
            reach_from(Some(position(1, 5)), position(1, 5)).await,
            Ok(Some(position(1, 5)))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn unreached_position_is_refused_at_the_deadline() {
        assert_eq!(
            reach_from(Some(position(1, 5)), position(1, 6)).await,
            Err(Reason::PositionNotReached)
        );
        assert_eq!(reach_from(None, position(1, 1)).await, Err(Reason::PositionNotReached));
    }

    #[tokio::test(start_paused = true)]
    async fn other_epoch_is_refused_at_once() {
        assert_eq!(
            reach_from(Some(position(1, 5)), position(2, 1)).await,
            Err(Reason::EpochChanged)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn reader_is_woken_at_the_position() {
        let (sender, receiver) = watch::channel(position(1, 1));
        let consistency = Consistency::at_least(Some(position(1, 3)), Duration::from_secs(60));
        let reader = wait_for_position(receiver, &consistency, |state| Some(*state));
        let writer = async {
            sender.send_replace(position(1, 2));
            sender.send_replace(position(1, 3));
        };
        let (reached, ()) = tokio::join!(reader, writer);
        assert_eq!(reached.unwrap(), position(1, 3));
    }
}
