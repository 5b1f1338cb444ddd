//! Answers of use cases as messages. Nothing is decided here, and nothing is left out.

mod peers;
mod routes;
mod search;
mod sync;

use directory::{CheckedSynonyms, NodeStatus, QueryAnswer};
use proto::convert::to_wire_timestamp;
use proto::v1;

pub(super) use peers::{candidates, described, peer, peer_check};
pub(super) use routes::{entry, resolved, route_event};
pub(super) use search::{contributed, found, suggested, tallied};
pub(super) use sync::{organisations_put, report, watched};

/// A number for the wire.
pub(super) fn number(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// A count for the wire.
pub(super) fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

pub(super) fn node_status(status: NodeStatus) -> v1::GetNodeStatusResponse {
    v1::GetNodeStatusResponse {
        register: status.register.to_string(),
        version: status.version.to_owned(),
        position: Some(status.position.into()),
        view_position: Some(status.view_position.into()),
        compacted_revision: status.compacted.0,
        epoch_since: Some(to_wire_timestamp(status.epoch_since)),
        started_at: Some(to_wire_timestamp(status.started_at)),
        organisations: count(status.organisations),
        organisations_connected: count(status.organisations_connected),
        officers: count(status.officers),
        officers_stale: count(status.officers_stale),
        vocabulary_version: status.vocabulary_version,
        analyser_version: status.analyser_version,
        certificate_until: status.certificate_until.map(to_wire_timestamp),
    }
}

pub(super) fn synonyms_checked(checked: CheckedSynonyms) -> v1::CheckSynonymsResponse {
    let effects = checked.effects.into_iter().map(|(before, after)| v1::SynonymsEffect {
        before: Some(query_answer(before)),
        after: Some(query_answer(after)),
    });
    v1::CheckSynonymsResponse {
        faults: checked.faults,
        effects: effects.collect(),
        words: count(checked.words),
        position: Some(checked.position.into()),
    }
}

fn query_answer(answer: QueryAnswer) -> v1::QueryAnswer {
    v1::QueryAnswer {
        understood: answer.understood,
        officers: answer.officers.iter().map(ToString::to_string).collect(),
    }
}
