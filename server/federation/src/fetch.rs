//! Fetches what queried peers hold for a need, so that it can be resolved here. Peers answer from their own log only (one hop).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use client::Client;
use futures::future::join_all;
use proto::v1;
use proto::v1alpha::{FetchLocalRequest, FetchLocalResponse};
use register::authority::Authorities;
use register::clock::dutch_date;
use register::draft::NeedDraft;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::peer::PeerMode;
use register::position::Position;
use register::view::ViewChanges;

use super::peers::{CircuitState, Peer, PeerProblem};
use super::received::{BadAnswer, PeerReader};
use super::{Federation, Provenance};

/// Entries requested of one peer.
const MAX_ENTRIES: i32 = 500;

/// A register whose contribution is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its register id.
    pub register: RegisterId,
    /// The reason as a code for programs.
    pub reason: &'static str,
    /// The reason as a Dutch sentence.
    pub explanation: String,
}

/// What one peer holds for a need.
pub struct Fetched {
    /// The peer's organisations and entries, as changes to an empty view.
    pub changes: ViewChanges,
    /// The peer, and the position that it answered from.
    pub provenance: Provenance,
}

impl Federation {
    /// Queries, concurrently and within `patience`, the peers that may hold officers for `need`. Peers that gave no answer are
    /// returned as gaps.
    pub async fn fetch(&self, need: &NeedDraft, authorities: &Arc<Authorities>, patience: Duration) -> (Vec<Fetched>, Vec<Gap>) {
        let peers = self.peers();
        let named = OrganisationId::parse(id_of(&need.organisation)).ok();
        let may_hold = |peer: &&Arc<Peer>| {
            let speaks = match &named {
                Some(organisation) => authorities.is_of_peer(organisation, peer.register()),
                // Without an authority for the need, any peer may hold officers: it may never have been reached.
                None => true,
            };
            peer.mode() == PeerMode::Query && speaks
        };
        let asked = peers.values().filter(may_hold);
        let outcomes = join_all(asked.map(|peer| async {
            let outcome = fetch_from(peer, need, patience).await;
            (Arc::clone(peer), outcome)
        }));
        let (mut fetched, mut gaps) = (Vec::new(), Vec::new());
        for (peer, outcome) in outcomes.await {
            match outcome {
                Ok((mut changes, position)) => {
                    let counts = |id: &OrganisationId| authorities.is_of_peer(id, peer.register());
                    changes.organisations.retain(|organisation| counts(&organisation.id));
                    changes.entries.retain(|entry| counts(&entry.officer.organisation));
                    fetched.push(Fetched {
                        changes,
                        provenance: Provenance {
                            register: peer.register().clone(),
                            position,
                            fetched_at: self.clock.now(),
                        },
                    });
                }
                Err(problem) => gaps.push(gap(&peer, &problem)),
            }
        }
        (fetched, gaps)
    }

    /// The Dutch remark on a target from a copy whose register is not reachable: it gives the time of the copy.
    pub fn remark_on(&self, source: &Provenance) -> Option<String> {
        let peers = self.peers();
        let peer = peers.get(&source.register)?;
        if peer.circuit() == CircuitState::Closed {
            return None;
        }
        let zoned = source.fetched_at.to_zoned(jiff::tz::TimeZone::get("Europe/Amsterdam").ok()?);
        let day = dutch_date(source.fetched_at);
        Some(format!(
            " Volgens een kopie van {day} {:02}:{:02}; het register {} is nu niet bereikbaar.",
            zoned.hour(),
            zoned.minute(),
            source.register
        ))
    }
}

async fn fetch_from(peer: &Peer, need: &NeedDraft, patience: Duration) -> Result<(ViewChanges, Position), PeerProblem> {
    let client = peer.client()?;
    if let Some(problem) = peer.description().and_then(|description| description.lacks(&["fetch-local"])) {
        return Err(problem);
    }
    let allowed = peer.budget().min(patience.mul_f64(0.8));
    peer.within(allowed, ask(peer, client, need, allowed)).await
}

async fn ask(peer: &Peer, client: Client, need: &NeedDraft, allowed: Duration) -> Result<(ViewChanges, Position), PeerProblem> {
    let request = FetchLocalRequest {
        need: Some(v1::Need {
            organisation: proto::convert::organisation_resource_name(id_of(&need.organisation)),
            competences: need.competences.clone(),
            domains: need.domains.clone(),
            municipality: need.municipality.clone(),
            moment: None,
        }),
        limit: MAX_ENTRIES,
    };
    let answer = match client.fetch_local(request, peer.answer_limits(), allowed).await {
        Ok(answer) => answer,
        Err(error) => {
            // A need that the peer rejects as invalid is no failure of the peer.
            if error.reason() != "INVALID_REQUEST" {
                peer.report(Err(&error), allowed);
            }
            return Err(PeerProblem::of(&error));
        }
    };
    let position = answer.position.as_ref();
    let position = position.and_then(|position| Position::try_from(position).ok());
    let Some(position) = position else {
        return Err(peer.report_bad(BadAnswer::new("its answer has no position")));
    };
    if !peer.description().is_some_and(|description| description.is_at(&position)) {
        peer.refresh_description(&client, allowed).await?;
    }
    let most = peer.bounds().organisations_per_peer;
    let changes = peer.read(move |reader| read(answer, most, reader)).await;
    let changes = changes.map_err(|fault| peer.report_bad(fault))?;
    peer.report(Ok(()), allowed);
    Ok((changes, position))
}

fn read(answer: FetchLocalResponse, most: usize, reader: &PeerReader) -> Result<ViewChanges, BadAnswer> {
    let most_entries = usize::try_from(MAX_ENTRIES).unwrap_or(usize::MAX);
    if answer.organisations.len() > most || answer.entries.len() > most_entries {
        return Err(BadAnswer::new("it sends more than requested"));
    }
    let organisations = answer.organisations.into_iter();
    let organisations: Vec<Arc<Organisation>> = organisations
        .map(|organisation| reader.organisation(organisation))
        .collect::<Result<_, _>>()?;
    let ids: BTreeSet<&OrganisationId> = organisations.iter().map(|organisation| &organisation.id).collect();
    if ids.len() < organisations.len() {
        return Err(BadAnswer::new("it sends an organisation more than once"));
    }
    let entries = reader.entries(answer.entries)?;
    if !entries.iter().all(|entry| ids.contains(&entry.officer.organisation)) {
        return Err(BadAnswer::new("it sends an officer without its organisation"));
    }
    Ok(ViewChanges {
        organisations,
        entries,
        withdrawn: Vec::new(),
    })
}

/// The organisation id in a need, which may contain a resource name.
fn id_of(organisation: &str) -> &str {
    organisation.strip_prefix("organisations/").unwrap_or(organisation)
}

fn gap(peer: &Peer, problem: &PeerProblem) -> Gap {
    Gap {
        register: peer.register().clone(),
        reason: problem.kind.as_str(),
        explanation: format!(
            "Het register {} kon niet worden gevraagd; wie daar iets kan doen, ontbreekt in dit antwoord.",
            peer.register()
        ),
    }
}
