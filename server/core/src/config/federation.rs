//! `[federation]`: the bounds of what one peer may send.
//!
//! A peer is authenticated and may still be faulty or malicious. Beyond a bound its answer is `BAD_ANSWER`, and none of it is used.

use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::serde_size;

/// The most texts and submessages of an answer for each organisation that a peer may hold. An organisation with places and
/// services has about 20 of them.
const ELEMENTS_PER_ORGANISATION: usize = 50;

/// The smallest bound on elements: answers with entries, and messages of changes, need room whatever a peer may hold.
const MIN_ELEMENTS: usize = 250_000;

/// The bounds of what one peer may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederationSettings {
    /// The most organisations that a peer may hold.
    pub organisations_per_peer: usize,
    /// The most entries in the copy of a peer.
    pub entries_per_peer: usize,
    /// The largest full state of a peer, and its largest revision.
    #[serde(with = "serde_size")]
    pub copy_per_peer: usize,
    /// The largest answer of a peer, or message of its changes.
    #[serde(with = "serde_size")]
    pub answer: usize,
}

impl Default for FederationSettings {
    fn default() -> Self {
        Self {
            organisations_per_peer: 5_000,
            entries_per_peer: 250_000,
            copy_per_peer: 512 << 20,
            answer: 16 << 20,
        }
    }
}

impl FederationSettings {
    /// The most texts and submessages in one answer, counted before it is decoded. A peer that may hold more organisations may
    /// describe them.
    pub fn elements_per_answer(&self) -> usize {
        MIN_ELEMENTS.max(self.organisations_per_peer.saturating_mul(ELEMENTS_PER_ORGANISATION))
    }

    pub(super) fn validate(&self, faults: &mut Faults) {
        for (key, value) in [
            ("federation.organisations_per_peer", self.organisations_per_peer),
            ("federation.entries_per_peer", self.entries_per_peer),
        ] {
            if value == 0 {
                faults.add(key, "", "it must be at least 1");
            }
        }
        if !(64 << 10..=64 << 20).contains(&self.answer) {
            faults.add("federation.answer", "", "it must be from 64KiB to 64MiB");
        }
        if self.copy_per_peer < self.answer {
            faults.add("federation.copy_per_peer", "", "it must be at least `federation.answer`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_follow_from_the_organisations_that_a_peer_may_hold() {
        let of = |organisations_per_peer| {
            let settings = FederationSettings {
                organisations_per_peer,
                ..FederationSettings::default()
            };
            settings.elements_per_answer()
        };
        assert_eq!(FederationSettings::default().elements_per_answer(), 250_000);
        assert_eq!(of(1), 250_000, "answers with entries need them too");
        assert_eq!(of(100_000), 5_000_000);
        assert_eq!(of(usize::MAX), usize::MAX);
    }
}
