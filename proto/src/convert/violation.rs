//! Violation ↔ its message.

use register::violation::{Violation, ViolationCode};

use super::error::ConvertError;
use crate::v1;

impl From<&Violation> for v1::Violation {
    fn from(violation: &Violation) -> Self {
        Self {
            field: violation.field.clone(),
            code: violation.code.as_str().to_owned(),
            message: violation.message.clone(),
        }
    }
}

impl TryFrom<v1::Violation> for Violation {
    type Error = ConvertError;

    fn try_from(message: v1::Violation) -> Result<Self, Self::Error> {
        let known = ViolationCode::ALL.into_iter().find(|code| code.as_str() == message.code);
        let code = known.ok_or_else(|| ConvertError::new("code", "this version does not know the code"))?;
        Ok(Self {
            field: message.field,
            code,
            message: message.message,
        })
    }
}
