//! Position ↔ its message. Only the cookie is read; the other fields are for people and logs.

use register::identifier::ParseIdentifierError;
use register::position::Position;

use crate::v1;

impl From<Position> for v1::Position {
    fn from(position: Position) -> Self {
        Self {
            cookie: position.to_cookie(),
            revision: position.revision.0,
            epoch: position.epoch.to_string(),
        }
    }
}

impl TryFrom<&v1::Position> for Position {
    type Error = ParseIdentifierError;

    fn try_from(message: &v1::Position) -> Result<Self, Self::Error> {
        Position::from_cookie(&message.cookie)
    }
}
