//! Enumerations: a number on the wire, a word in files and on screen, a variant in the domain.

use register::grant::{GrantBasis, Role};
use register::officer::{Channel, ManagedBy, MandateLevel, OfficerKind};
use register::organisation::{OrganisationKind, OrganisationStatus, ServiceBasis};
use register::peer::{PeerMode, SharingLevel};
use register::report::ReportReason;
use register::violation::{ViolationCode, Violations};

use crate::v1;

/// A domain enumeration that the contract has a number for.
pub trait WireEnum: Copy + Sized + 'static {
    /// Its number on the wire.
    fn to_number(self) -> i32;

    /// The variant of a number, if this version knows it. 0, "not said", is none.
    fn from_number(number: i32) -> Option<Self>;

    /// The word in files and on screen.
    fn to_word(self) -> &'static str;

    /// The variant of a word, if there is one.
    fn from_word(word: &str) -> Option<Self>;

    /// All words, in the order of the contract.
    fn words() -> Vec<&'static str>;
}

/// Ties a domain enumeration to the generated one. Both have the same variants, but for `Unspecified`.
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

/// What a draft holds for a number: the word, nothing when it was not said, and the number itself when it is unknown, so that
/// the domain can refuse it.
pub(super) fn word_of<W: WireEnum>(number: i32) -> String {
    match W::from_number(number) {
        Some(value) => value.to_word().to_owned(),
        None if number == 0 => String::new(),
        None => number.to_string(),
    }
}

/// The number of a draft's word: 0 when it says nothing, a violation when the contract does not know it.
pub(super) fn number_of<W: WireEnum>(word: &str, field: &str, violations: &mut Violations) -> i32 {
    // As the domain reads words: spaces around them and capitals do not count.
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
    fn an_unknown_number_reaches_the_domain_as_it_is() {
        assert_eq!(word_of::<OfficerKind>(0), "");
        assert_eq!(word_of::<OfficerKind>(1), "maatwerkfunctionaris");
        assert_eq!(word_of::<OfficerKind>(77), "77");
    }
}
