//! What peers that are asked have for a need, for resolving it here. One hop: each answers from its own log.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use proto::v1;
use proto::v1alpha::FetchLocalRequest;
use register::authority::Authorities;
use register::clock::dutch_date;
use register::draft::NeedDraft;
use register::entry::Entry;
use register::identifier::{OrganisationId, RegisterId};
use register::organisation::Organisation;
use register::peer::PeerMode;
use register::position::Position;
use register::view::ViewChanges;

use super::peers::{CircuitState, Peer, Trouble, TroubleKind};
use super::{Federation, Provenance};

/// Entries wanted of one peer.
const MOST: i32 = 500;

/// A register that would have had a say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Which.
    pub register: RegisterId,
    /// Why it had none, machine-readable.
    pub reason: &'static str,
    /// The same in one Dutch sentence.
    pub explanation: String,
}

/// What one peer has for a need.
pub struct Fetched {
    /// Its organisations and entries, as changes to an empty view.
    pub changes: ViewChanges,
    /// The peer, and the position it answered from.
    pub provenance: Provenance,
}

impl Federation {
    /// Asks the peers that may have a say, beside each other, within `patience`. Those that could not be asked are gaps.
    pub async fn fetch(&self, need: &NeedDraft, authorities: &Arc<Authorities>, patience: Duration) -> (Vec<Fetched>, Vec<Gap>) {
        let peers = self.peers();
        let named = OrganisationId::parse(id_of(&need.organisation)).ok();
        let has_a_say = |peer: &&Arc<Peer>| {
            let speaks = match &named {
                Some(organisation) => authorities.is_of_peer(organisation, peer.register()),
                // Who is not known to speak for anybody was never reached, or holds nothing.
                None => true,
            };
            peer.mode() == PeerMode::Query && speaks
        };
        let asked = peers.values().filter(has_a_say);
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
                Err(trouble) => gaps.push(gap(&peer, &trouble)),
            }
        }
        (fetched, gaps)
    }

    /// What is to be said of a target that comes from a copy whose register is away: as of when it is.
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

async fn fetch_from(peer: &Peer, need: &NeedDraft, patience: Duration) -> Result<(ViewChanges, Position), Trouble> {
    let client = peer.client()?;
    if let Some(trouble) = peer.described().and_then(|described| described.lacks(&["fetch-local"])) {
        return Err(trouble);
    }
    let allowed = peer.budget().min(patience.mul_f64(0.8));
    let request = FetchLocalRequest {
        need: Some(v1::Need {
            organisation: proto::convert::organisation_resource_name(id_of(&need.organisation)),
            competences: need.competences.clone(),
            domains: need.domains.clone(),
            municipality: need.municipality.clone(),
            moment: None,
        }),
        limit: MOST,
    };
    let answer = match client.fetch_local(request, allowed).await {
        Ok(answer) => answer,
        Err(error) => {
            // A need that it does not understand says nothing of how it is.
            if error.reason() != "INVALID_REQUEST" {
                peer.report(Err(&error), allowed);
            }
            return Err(Trouble::of(&error));
        }
    };
    let position = answer
        .position
        .as_ref()
        .and_then(|position| Position::try_from(position).ok());
    let position = position.ok_or_else(|| Trouble::new(TroubleKind::BadAnswer, "its answer has no position"))?;
    if !peer.described().is_some_and(|described| described.is_at(&position)) {
        peer.describe_anew(&client, allowed).await?;
    }
    let bad = |_| Trouble::new(TroubleKind::BadAnswer, "its answer cannot be read");
    let mut changes = ViewChanges::default();
    for organisation in answer.organisations {
        changes
            .organisations
            .push(Arc::new(Organisation::try_from(organisation).map_err(bad)?));
    }
    for entry in answer.entries {
        changes.entries.push(Arc::new(Entry::try_from(entry).map_err(bad)?));
    }
    peer.report(Ok(()), allowed);
    Ok((changes, position))
}

/// The id in what a need says, which may be a resource name.
fn id_of(organisation: &str) -> &str {
    organisation.strip_prefix("organisations/").unwrap_or(organisation)
}

fn gap(peer: &Peer, trouble: &Trouble) -> Gap {
    Gap {
        register: peer.register().clone(),
        reason: trouble.kind.as_str(),
        explanation: format!(
            "Het register {} kon niet worden gevraagd; wie daar iets kan doen, ontbreekt in dit antwoord.",
            peer.register()
        ),
    }
}
