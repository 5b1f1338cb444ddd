//! Converts peers, and this register's responses to peers, to messages.

use std::time::Duration;

use directory::federation::peers::{CAPABILITIES, CONTRACT, CircuitState, PeerCheck, PeerSource};
use directory::federation::replicate::RefusedOrganisation;
use directory::{Candidates, Description, PeerStatus};
use proto::convert::{WireEnum as _, to_wire_timestamp};
use proto::{v1, v1alpha};
use register::oin::Oin;
use register::position::Position;

use super::number::to_u32;

pub(crate) fn description(description: Description) -> v1alpha::DescribeResponse {
    let organisations = description.organisations.iter().map(|held| v1alpha::HeldOrganisation {
        organisation: held.id.resource_name(),
        status: held.status.to_number(),
        sharing: held.sharing.to_number(),
        details: Some(held.organisation.as_ref().into()),
    });
    v1alpha::DescribeResponse {
        register: description.register.to_string(),
        contracts: vec![CONTRACT.to_owned()],
        analyser_version: description.analyser_version,
        vocabulary_hash: description.vocabulary_hash,
        lexicon_hash: description.lexicon_hash,
        understanding_version: description.understanding_version,
        position: Some(description.position.into()),
        capabilities: CAPABILITIES.map(str::to_owned).to_vec(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        organisations: organisations.collect(),
        organisations_hash: description.organisations_hash,
        time: Some(to_wire_timestamp(description.time)),
    }
}

pub(crate) fn candidates((found, position): (Candidates, Position)) -> v1alpha::FetchLocalResponse {
    v1alpha::FetchLocalResponse {
        organisations: found
            .organisations
            .iter()
            .map(|organisation| organisation.as_ref().into())
            .collect(),
        entries: found.entries.iter().map(|entry| entry.as_ref().into()).collect(),
        truncated: found.is_truncated,
        position: Some(position.into()),
    }
}

pub(crate) fn peer(status: PeerStatus) -> v1::Peer {
    let source = match status.source {
        PeerSource::Configuration => v1::PeerSource::Configuration,
        PeerSource::Admin => v1::PeerSource::Admin,
    };
    let circuit = match status.circuit {
        CircuitState::Closed => v1::CircuitState::Closed,
        CircuitState::Open => v1::CircuitState::Open,
        CircuitState::HalfOpen => v1::CircuitState::HalfOpen,
    };
    v1::Peer {
        source: source.into(),
        circuit: circuit.into(),
        problem: status.problem.map(|problem| problem.to_string()).unwrap_or_default(),
        last_contact: status.last_contact.map(to_wire_timestamp),
        position: status.position.map(Into::into),
        fetched_at: status.fetched_at.map(to_wire_timestamp),
        entries: to_u32(status.entries),
        refused: status.refused.into_iter().map(refused).collect(),
        ..(&status.settings).into()
    }
}

fn refused(refused: RefusedOrganisation) -> v1::RefusedOrganisation {
    v1::RefusedOrganisation {
        organisation: refused.organisation.resource_name(),
        authority: refused.authority.map(|register| register.to_string()).unwrap_or_default(),
        officers: to_u32(refused.officers),
    }
}

pub(crate) fn peer_check(check: PeerCheck) -> v1::PeerCheck {
    let (is_reachable, position) = (check.is_reachable(), check.position());
    let (problem, message) = match (&check.problem, check.remark) {
        (Some(trouble), _) => (trouble.kind.as_str(), trouble.to_string()),
        (None, remark) => ("", remark.unwrap_or_default()),
    };
    let (version, contracts, capabilities, round_trip) = match check.description {
        Some(described) => (
            described.version,
            described.contracts,
            described.capabilities,
            Some(described.round_trip),
        ),
        None => Default::default(),
    };
    v1::PeerCheck {
        register: check.register.to_string(),
        ok: check.problem.is_none(),
        reachable: is_reachable,
        problem: problem.to_owned(),
        message,
        oin: check.oin.as_ref().map(Oin::to_string).unwrap_or_default(),
        certificate_until: check.certificate_until.map(to_wire_timestamp),
        version,
        contracts,
        capabilities,
        position: position.map(Into::into),
        round_trip: round_trip.and_then(wire_duration),
    }
}

pub(super) fn wire_duration(duration: Duration) -> Option<prost_types::Duration> {
    duration.try_into().ok()
}
