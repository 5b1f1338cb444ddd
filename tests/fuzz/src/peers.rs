//! Answers of peers. The first byte of the input chooses the answer.

use std::collections::BTreeSet;

use federation::ask::wire::{read_share, read_suggest_counts, read_target, share};
use prost::Message;
use proto::v1alpha::{SearchShare, SuggestLocalResponse, SuggestionTarget};

use crate::sample::position;

/// An answer is refused, or what is read is within its bounds and survives the trip to the wire.
pub fn run(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match kind % 3 {
        0 => shares(bytes),
        1 => {
            if let Ok(message) = SuggestLocalResponse::decode(bytes) {
                let _ = read_suggest_counts(&message, 20);
            }
        }
        _ => {
            if let Ok(message) = SuggestionTarget::decode(bytes) {
                let _ = read_target(&message);
            }
        }
    }
}

fn shares(bytes: &[u8]) {
    let Ok(message) = SearchShare::decode(bytes) else { return };
    let Ok(read) = read_share(&message, position(1), |_| true) else {
        return;
    };
    let again = read_share(&share(&read, true), position(1), |_| true);
    assert!(again.is_ok_and(|again| again == read), "a share changes on its way");
    let distinct: BTreeSet<_> = read.ranked.iter().map(|officer| &officer.key.name).collect();
    assert_eq!(distinct.len(), read.ranked.len(), "an officer is in the share twice");
}

/// An empty share and counts.
pub fn seeds() -> Vec<Vec<u8>> {
    let share = SearchShare::default();
    let counts = SuggestLocalResponse::default();
    vec![
        [vec![0], share.encode_to_vec()].concat(),
        [vec![1], counts.encode_to_vec()].concat(),
    ]
}
