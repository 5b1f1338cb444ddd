//! Converts routes and entries to messages, with their sources.

use directory::federation::Provenance;
use directory::{OrganisationSources, ResolvedRoute, RouteEvent};
use proto::convert::to_wire_timestamp;
use proto::v1;
use register::entry::Entry;

/// Converts an entry, with its register if that is another one.
pub(crate) fn entry(entry: &Entry, sources: &OrganisationSources) -> v1::Entry {
    v1::Entry {
        provenance: sources.get(&entry.officer.organisation).map(provenance),
        ..entry.into()
    }
}

pub(crate) fn provenance(provenance: &Provenance) -> v1::Provenance {
    v1::Provenance {
        register: provenance.register.to_string(),
        position: Some(provenance.position.into()),
        fetched_at: Some(to_wire_timestamp(provenance.fetched_at)),
    }
}

pub(crate) fn route(resolved: &ResolvedRoute) -> v1::Route {
    let mut message = v1::Route::from(&resolved.route);
    for (target_message, target) in message.targets.iter_mut().zip(&resolved.route.targets) {
        if let Some(entry) = &mut target_message.entry {
            entry.provenance = resolved.sources.get(&target.organisation.id).map(provenance);
        }
    }
    let gaps = resolved.gaps.iter().map(|gap| v1::RouteGap {
        register: gap.register.to_string(),
        reason: gap.reason.to_owned(),
        explanation: gap.explanation.clone(),
    });
    message.gaps = gaps.collect();
    message
}

pub(crate) fn route_event(event: RouteEvent) -> v1::WatchRoutesResponse {
    match event {
        RouteEvent::Route(resolved) => v1::WatchRoutesResponse {
            position: Some(resolved.route.position.into()),
            route: Some(route(&resolved)),
        },
        RouteEvent::Progress(position) => v1::WatchRoutesResponse {
            route: None,
            position: Some(position.into()),
        },
    }
}
