//! The numbers of groups: municipal officers with the same competences, in any segment of an index.
//!
//! A question has tens of thousands of matches and counts the members of every group among them. With one number in all
//! segments, counting is adding in a list.

use crate::hash::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use register::identifier::CompetenceCode;

/// The number of a group in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GroupNumber(u32);

impl GroupNumber {
    /// Officers of other organisations than municipalities.
    pub(crate) const NOT_MUNICIPAL: Self = Self(0);
    /// Municipal officers without competences, who are in no group.
    const UNGROUPED: Self = Self(1);

    /// Whether these are officers of municipalities.
    #[inline]
    pub(crate) fn is_municipal(self) -> bool {
        self != Self::NOT_MUNICIPAL
    }

    /// The place of the group in a list by group; `None` for officers who are in no group.
    #[inline]
    pub(crate) fn place(self) -> Option<usize> {
        (self.0 > Self::UNGROUPED.0).then_some(self.0 as usize)
    }
}

/// The distinct competence sets of municipal officers since the index was opened. None is ever removed.
#[derive(Debug)]
pub(crate) struct CompetenceSets {
    known: RwLock<KnownSets>,
}

#[derive(Debug)]
struct KnownSets {
    /// By number.
    hashes: Vec<u64>,
    numbers: HashMap<u64, u32>,
}

impl Default for CompetenceSets {
    fn default() -> Self {
        let known = KnownSets {
            hashes: vec![0; GroupNumber::UNGROUPED.0 as usize + 1],
            numbers: HashMap::default(),
        };
        Self {
            known: RwLock::new(known),
        }
    }
}

impl CompetenceSets {
    /// Returns the group of municipal officers with these competences.
    pub(super) fn group<'a>(&self, competences: impl Iterator<Item = &'a CompetenceCode>) -> GroupNumber {
        let Some(hash) = competence_set(competences) else {
            return GroupNumber::UNGROUPED;
        };
        if let Some(known) = self.find(hash) {
            return known;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let KnownSets { hashes, numbers } = &mut *known;
        let number = numbers.entry(hash).or_insert_with(|| {
            hashes.push(hash);
            u32::try_from(hashes.len() - 1).expect("an index has fewer than 2^32 documents")
        });
        GroupNumber(*number)
    }

    /// Returns the group of this competence set hash.
    pub(crate) fn find(&self, hash: u64) -> Option<GroupNumber> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.numbers.get(&hash).copied().map(GroupNumber)
    }

    /// Returns a number of places that is above [`GroupNumber::place`] of every group so far.
    pub(crate) fn places(&self) -> usize {
        self.hashes().0.hashes.len()
    }

    /// Returns the competence set hashes of the groups so far. New groups wait until it is dropped.
    pub(crate) fn hashes(&self) -> GroupHashes<'_> {
        GroupHashes(self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The competence set hashes of groups.
pub(crate) struct GroupHashes<'a>(RwLockReadGuard<'a, KnownSets>);

impl GroupHashes<'_> {
    /// Returns the hash of a group; 0 for officers who are in none.
    pub(crate) fn of(&self, group: GroupNumber) -> u64 {
        self.0.hashes[group.0 as usize]
    }

    /// Returns the place and the hash of each group.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, u64)> {
        let hashes = self.0.hashes.iter().copied().enumerate();
        hashes.skip(GroupNumber::UNGROUPED.0 as usize + 1)
    }
}

/// Hashes a set of competences (FNV-1a, part of the contract between registers); `None` for the empty set.
fn competence_set<'a>(competences: impl Iterator<Item = &'a CompetenceCode>) -> Option<u64> {
    let mut codes: Vec<&str> = competences.map(CompetenceCode::as_str).collect();
    if codes.is_empty() {
        return None;
    }
    codes.sort_unstable();
    codes.dedup();
    let bytes = codes.iter().flat_map(|code| code.bytes().chain([b'|']));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Some(hash.max(1))
}
