//! Enums: a number on the wire, a word in files and on screen, a variant in the domain.

use register::grant::{GrantBasis, Role};
use register::officer::{Channel, ManagedBy, MandateLevel, OfficerKind};
use register::organisation::{OrganisationKind, OrganisationStatus, ServiceBasis};
use register::peer::{PeerMode, SharingLevel};
use register::report::ReportReason;
use register::violation::{ViolationCode, Violations};

use crate::v1;

/// A domain enum with numbers in the contract.
pub trait WireEnum: Copy + Sized + 'static {
    /// Returns the number on the wire.
    fn to_number(self) -> i32;

    /// Returns the variant of a number, if this version knows it. 0 means unspecified and gives `None`.
    fn from_number(number: i32) -> Option<Self>;

    /// Returns the word in files and on screen.
    fn to_word(self) -> &'static str;

    /// Returns the variant of a word, if there is one.
    fn from_word(word: &str) -> Option<Self>;

    /// Lists all words, in the order of the contract.
    fn words() -> Vec<&'static str>;
}

/// Maps a domain enum to the generated one, which has the same variants and `Unspecified`.
macro_rules! wire_enum {
    ($name:ident { $($variant:ident),+ $(,)? }) => {
        impl From<$name> for v1::$name {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => Self::$variant,)+
                }
            }
        }

        impl WireEnum for $name {
            fn to_number(self) -> i32 {
                v1::$name::from(self).into()
            }

            fn from_number(number: i32) -> Option<Self> {
                match v1::$name::try_from(number).ok()? {
                    v1::$name::Unspecified => None,
                    $(v1::$name::$variant => Some(Self::$variant),)+
                }
            }

            fn to_word(self) -> &'static str {
                self.as_str()
            }

            fn from_word(word: &str) -> Option<Self> {
                Self::parse(word)
            }

            fn words() -> Vec<&'static str> {
                vec![$($name::$variant.as_str()),+]
            }
        }
    };
}

wire_enum!(OrganisationKind {
    Gemeente,
    Uitvoeringsorganisatie,
    Ministerie,
    Koepel,
    Samenwerkingsverband,
    Zorg,
    Loket,
    Escalatieteam,
    Overig,
});
wire_enum!(OrganisationStatus {
    Known,
    Connecting,
    Connected,
    Suspended,
});
wire_enum!(ServiceBasis { Mandaat, Delegatie });
wire_enum!(Role {
    Lookup,
    Publish,
    Resolve,
    Peer,
    Operate,
});
wire_enum!(GrantBasis { Own, Mandate });
wire_enum!(OfficerKind {
    Maatwerkfunctionaris,
    Regievoerder,
    Ambassadeur,
    Escalatielid,
});
wire_enum!(ManagedBy { Sync, Page });
wire_enum!(MandateLevel { Decide, Advise, Refer });
wire_enum!(Channel { Mail, Phone });
wire_enum!(PeerMode { Replicate, Query });
wire_enum!(SharingLevel { None, Ask, Copy });
wire_enum!(ReportReason {
    WrongNumber,
    Left,
    NoReply,
    NotCompetent,
});

/// Returns the word of a number for a draft: empty if the number is 0, and the number itself if it is unknown, so that the
/// domain refuses it.
pub(super) fn word_of<W: WireEnum>(number: i32) -> String {
    match W::from_number(number) {
        Some(value) => value.to_word().to_owned(),
        None if number == 0 => String::new(),
        None => number.to_string(),
    }
}

/// Returns the number of a draft's word: 0 if it is empty. An unknown word adds a violation.
pub(super) fn number_of<W: WireEnum>(word: &str, field: &str, violations: &mut Violations) -> i32 {
    // As in the domain: surrounding spaces and case are ignored.
    let word = word.trim();
    if word.is_empty() {
        return 0;
    }
    match W::from_word(&word.to_lowercase()) {
        Some(value) => value.to_number(),
        None => {
            let message = format!("Deze waarde bestaat hier niet; mogelijk zijn: {}.", W::words().join(", "));
            violations.add(field, ViolationCode::UnknownValue, message);
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survives<W: WireEnum + PartialEq + std::fmt::Debug>(values: &[W]) {
        for value in values {
            assert_eq!(W::from_number(value.to_number()), Some(*value));
            assert_eq!(W::from_word(value.to_word()), Some(*value));
        }
        assert_eq!(W::from_number(0), None);
        assert_eq!(W::from_number(99), None);
    }

    #[test]
    fn every_variant_survives_its_number_and_its_word() {
        survives(&OrganisationKind::ALL);
        survives(&OrganisationStatus::ALL);
        survives(&[ServiceBasis::Mandaat, ServiceBasis::Delegatie]);
        survives(&Role::ALL);
        survives(&[GrantBasis::Own, GrantBasis::Mandate]);
        survives(&OfficerKind::ALL);
        survives(&[ManagedBy::Sync, ManagedBy::Page]);
        survives(&MandateLevel::ALL);
        survives(&[Channel::Mail, Channel::Phone]);
        survives(&PeerMode::ALL);
        survives(&SharingLevel::ALL);
    }

    #[test]
    fn an_unknown_number_reaches_the_domain_unchanged() {
        assert_eq!(word_of::<OfficerKind>(0), "");
        assert_eq!(word_of::<OfficerKind>(1), "maatwerkfunctionaris");
        assert_eq!(word_of::<OfficerKind>(77), "77");
    }
}
