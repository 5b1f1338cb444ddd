//! Shapes that several answers share.

use register::position::Position;
use serde::{Deserialize, Serialize};

use super::write::Answer;
pub use federation::Sources;

/// A value with the position that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// What was asked for.
    pub value: T,
    /// The position that it was read from.
    pub position: Position,
    /// Where it comes from, if from another register.
    pub sources: Sources,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The token of the next page; empty on the last.
    pub next_page_token: String,
    /// All items there are.
    pub total: usize,
    /// The position that they were read from.
    pub position: Position,
    /// Which of them come from other registers.
    pub sources: Sources,
}

/// A write that answers nothing but its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The position after it.
    pub position: Position,
}

impl Answer for Written {
    fn settle(&mut self, position: Position) {
        self.position = position;
    }
}
