//! Validates what an organisation shares with other registers.

use super::Rules;
use super::draft_reader::{DraftReader, is_blank};
use super::limits;
use crate::draft::SharingDraft;
use crate::peer::{PeerSharing, Sharing, SharingLevel};
use crate::violation::{Violation, ViolationCode};

/// Validates what an organisation shares, or returns all violations.
pub fn sharing(draft: &SharingDraft, rules: &Rules<'_>) -> Result<Sharing, Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let sharing = reader.sharing(draft);
    reader.finish(Some(sharing))
}

impl DraftReader<'_> {
    pub(super) fn sharing(&mut self, draft: &SharingDraft) -> Sharing {
        let levels = SharingLevel::ALL.map(SharingLevel::as_str);
        let others = self.word("others", &draft.others, &levels, SharingLevel::parse);
        let mut peers = self.each("peers", &draft.peers, limits::SHARING_PEERS, |reader, step, draft| {
            reader.inside(step, |reader| {
                let oin = reader.oin("oin", &draft.oin);
                if is_blank(&draft.level) {
                    let message = "Er staat niet wat dit register mag; kies none, ask of copy.";
                    reader.refuse("level", ViolationCode::Required, message);
                }
                let level = reader.word("level", &draft.level, &levels, SharingLevel::parse);
                Some(PeerSharing {
                    oin: oin?,
                    level: level?,
                })
            })
        });
        peers.sort();
        if peers.windows(2).any(|pair| pair[0].oin == pair[1].oin) {
            let message = "Een register staat er twee keer in; noem elk register één keer.";
            self.refuse("peers", ViolationCode::Duplicate, message);
        }
        Sharing {
            others: others.unwrap_or_default(),
            peers,
        }
    }
}
