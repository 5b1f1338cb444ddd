//! Converts the results of use cases to messages, completely and without decisions.

mod fragments;
mod number;
mod peers;
mod routes;
mod search;
mod sync;

use directory::{CheckedSynonyms, NodeStatus, QueryAnswer};
use proto::convert::to_wire_timestamp;
use proto::v1;

pub(super) use fragments::WatchFragments;
pub(super) use number::{to_i32, to_u32};
pub(super) use peers::{candidates, description, peer, peer_check};
pub(super) use routes::{entry, route, route_event};
pub(super) use search::{local_share, local_suggestions, search_results, suggestions};
pub(super) use sync::{organisations_put, report};

pub(super) fn node_status(status: NodeStatus) -> v1::GetNodeStatusResponse {
    v1::GetNodeStatusResponse {
        register: status.register.to_string(),
        version: status.version.to_owned(),
        position: Some(status.position.into()),
        view_position: Some(status.view_position.into()),
        compacted_revision: status.compacted.0,
        epoch_since: Some(to_wire_timestamp(status.epoch_since)),
        started_at: Some(to_wire_timestamp(status.started_at)),
        organisations: to_u32(status.organisations),
        organisations_connected: to_u32(status.organisations_connected),
        officers: to_u32(status.officers),
        officers_stale: to_u32(status.officers_stale),
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
        words: to_u32(checked.words),
        position: Some(checked.position.into()),
    }
}

fn query_answer(answer: QueryAnswer) -> v1::QueryAnswer {
    v1::QueryAnswer {
        understood: answer.understood,
        officers: answer.officers.iter().map(ToString::to_string).collect(),
    }
}
