//! Response types that several use cases share.

use federation::OrganisationSources;
use register::identifier::RegisterId;
use register::position::Position;
use serde::{Deserialize, Serialize};

use super::write::WriteResponse;

/// A value and the position that it was read at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Positioned<T> {
    /// The requested value.
    pub value: T,
    /// The position that it was read at.
    pub position: Position,
    /// The source of the value, if that is another register.
    pub sources: OrganisationSources,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The token of the next page; empty on the last.
    pub next_page_token: String,
    /// The number of items on all pages.
    pub total: usize,
    /// The position that the items were read at.
    pub position: Position,
    /// The sources of the items that come from other registers.
    pub sources: OrganisationSources,
    /// The peers whose items are not listed, although the list covers copies of peers.
    pub unlisted_registers: Vec<RegisterId>,
}

/// The response to a write that returns only its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The position after the write.
    pub position: Position,
}

impl WriteResponse for Written {
    fn set_position(&mut self, position: Position) {
        self.position = position;
    }
}
