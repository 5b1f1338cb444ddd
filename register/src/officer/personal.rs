//! The personal part of an officer: the fields that are, or may be, about a person.
//!
//! The log never holds it; it holds a digest instead ([`crate::personal`]). The part is erased when the officer is withdrawn
//! or its name expires.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Officer;
use super::contact::{Email, Phone};
use crate::personal::{PersonalDigest, Salt};

/// The fields of an officer that are, or may be, about a person.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalPart {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Last day on which the name is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_until: Option<Date>,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
}

// Hides the content: debug output may end up in a log.
impl fmt::Debug for PersonalPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalPart(***)")
    }
}

impl PersonalPart {
    /// Whether all fields are absent.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The digest of this part with `salt`.
    pub fn digest(&self, salt: &Salt) -> PersonalDigest {
        PersonalDigest::of(salt, self)
    }
}

impl Officer {
    /// A copy of the personal part.
    pub fn personal_part(&self) -> PersonalPart {
        PersonalPart {
            name: self.name.clone(),
            name_until: self.name_until,
            email: self.contact.email.clone(),
            phone: self.contact.phone.clone(),
        }
    }

    /// Removes the personal part and returns it. What remains may be logged.
    pub fn take_personal(&mut self) -> PersonalPart {
        PersonalPart {
            name: self.name.take(),
            name_until: self.name_until.take(),
            email: self.contact.email.take(),
            phone: self.contact.phone.take(),
        }
    }

    /// Restores a personal part.
    pub fn put_personal(&mut self, part: PersonalPart) {
        self.name = part.name;
        self.name_until = part.name_until;
        self.contact.email = part.email;
        self.contact.phone = part.phone;
    }

    /// Whether the officer has a name that expired before `day`. Validation refuses a name without an end date; should one
    /// exist, it counts as expired.
    pub fn has_ended_name_on(&self, day: Date) -> bool {
        self.name.is_some() && self.name_until.is_none_or(|until| until < day)
    }

    /// Removes the name, and with it the mail address and phone number if these are the person's own.
    pub fn end_name(&mut self) {
        self.name = None;
        self.name_until = None;
        if self.contact.personal {
            self.contact.email = None;
            self.contact.phone = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_depends_on_the_salt() {
        let part = PersonalPart {
            name: Some("Noor Voorbeeld".into()),
            ..PersonalPart::default()
        };
        assert_eq!(part.digest(&Salt([1; 16])), part.digest(&Salt([1; 16])));
        assert_ne!(part.digest(&Salt([1; 16])), part.digest(&Salt([2; 16])));
    }

    #[test]
    fn debug_output_hides_the_name() {
        let part = PersonalPart {
            name: Some("Noor Voorbeeld".into()),
            ..PersonalPart::default()
        };
        assert!(!format!("{part:?}").contains("Noor"));
    }
}
