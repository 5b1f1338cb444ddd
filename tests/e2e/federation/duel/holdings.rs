//! The data of the duel: organisations, their officers, and splits of them over registers.

use std::collections::{BTreeMap, BTreeSet};

use generator::RegisterGenerator;
use proto::v1::{Officer, Organisation, OrganisationKind, PeerMode};
use rand::Rng as _;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use tests::generated::officers_of;
use tests::world::{self, AMSTERDAM, CAK, DEN_HAAG, DUO, SVB, deciding_officer};

pub(super) fn organisations() -> Vec<Organisation> {
    use OrganisationKind::{Ministerie, Uitvoeringsorganisatie, Zorg};
    vec![
        world::municipality(AMSTERDAM, "Amsterdam", "GM0363", &["Amsterdam", "Weesp"]),
        world::municipality("gm0014", "Groningen", "GM0014", &["Groningen", "Haren"]),
        world::municipality("gm0034", "Almere", "GM0034", &["Almere"]),
        world::municipality("gm0080", "Leeuwarden", "GM0080", &["Leeuwarden", "Grou"]),
        world::municipality("gm0344", "Utrecht", "GM0344", &["Utrecht", "De Meern"]),
        world::municipality(DEN_HAAG, "Den Haag", "GM0518", &["Den Haag", "Scheveningen"]),
        world::municipality("gm0599", "Rotterdam", "GM0599", &["Rotterdam"]),
        world::organisation(CAK, "CAK", "CAK", Uitvoeringsorganisatie),
        world::organisation(SVB, "Sociale Verzekeringsbank", "SVB", Uitvoeringsorganisatie),
        world::organisation(DUO, "Dienst Uitvoering Onderwijs", "DUO", Uitvoeringsorganisatie),
        world::lmm(),
        world::organisation("mnre1109", "Ministerie van OCW", "OCW", Ministerie),
        world::organisation("proef-zorg", "Verzonnen Zorgkantoor", "VZK", Zorg),
        world::organisation("proef-fonds", "Bedacht Waarborgfonds", "BWF", Uitvoeringsorganisatie),
    ]
}

pub(super) fn id(organisation: &Organisation) -> &str {
    organisation.name.trim_start_matches("organisations/")
}

/// The officers of an organisation. Municipalities have the same desks.
pub(super) fn officers(organisation: &Organisation, generator: &RegisterGenerator) -> Vec<Officer> {
    let id = id(organisation);
    let mut officers = officers_of(generator, id, if organisation.municipality_code.is_empty() { 10 } else { 5 });
    if !organisation.municipality_code.is_empty() {
        let desk = |name: &str, title: &str, competences: &[&str]| Officer {
            function_title: title.to_owned(),
            area: vec![organisation.municipality_code.clone()],
            ..deciding_officer(id, name, competences)
        };
        officers.push(desk("briefadres", "Consulent briefadres", &["BRIEFADRES", "BRP"]));
        officers.push(desk("schulden", "Casusregisseur schulden", &["WGS"]));
        officers.push(desk("bijstand", "Consulent bijstand", &["PW", "PW-BIJZONDER"]));
    }
    officers
}

/// Outdated officers, as held by a register that is not the authority: older texts, and one that no longer exists.
pub(super) fn outdated(officers: &[Officer]) -> Vec<Officer> {
    let old = |officer: &Officer| Officer {
        function_title: format!("Voormalig {}", officer.function_title),
        deputy: String::new(),
        ..officer.clone()
    };
    let mut outdated: Vec<Officer> = officers[2..].iter().map(old).collect();
    let gone = format!("{}-vroeger", officers[0].name);
    outdated.push(Officer {
        name: gone,
        ..old(&officers[0])
    });
    outdated
}

/// A split of the organisations over registers, and the mode of each peer.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) asker: usize,
    /// By peer: its mode, and whether the operator names its organisations.
    pub(super) peers: BTreeMap<usize, (PeerMode, bool)>,
    /// By organisation: its authority, and the other registers that hold it.
    pub(super) held: Vec<(usize, BTreeSet<usize>)>,
}

impl Split {
    pub(super) fn draw(random: &mut ChaCha8Rng, asker: usize, count: usize, registers: usize, organisations: usize) -> Self {
        let mut others: Vec<usize> = (0..registers).filter(|register| *register != asker).collect();
        others.shuffle(random);
        others.truncate(count - 1);
        let mut peers: BTreeMap<usize, (PeerMode, bool)> = others
            .into_iter()
            .map(|peer| {
                let mode = [PeerMode::Replicate, PeerMode::Query][random.random_range(0..2)];
                (peer, (mode, random.random_bool(0.4)))
            })
            .collect();
        let parts: Vec<usize> = peers.keys().copied().chain([asker]).collect();
        let homes: Vec<usize> = (0..organisations)
            .map(|_| *parts.choose(random).expect("somebody asks"))
            .collect();
        for (peer, (_, is_named)) in &mut peers {
            // A peer that is named for no organisation has no precedence.
            *is_named &= homes.contains(peer);
        }
        let held = homes.into_iter().map(|home| {
            let is_named = peers.get(&home).is_some_and(|(_, is_named)| *is_named);
            // The authority is the asker, else the named peer, else the first by id of the unnamed peers.
            let may_hold_too = |other: &usize| {
                let (_, other_is_named) = peers[other];
                home == asker || is_named || other_is_named || *other > home
            };
            let others = peers.keys().filter(|other| **other != home && may_hold_too(other));
            let holds_too = others.filter(|_| random.random_bool(0.3)).copied().collect();
            (home, holds_too)
        });
        let held = held.collect();
        Self { asker, peers, held }
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = usize> {
        self.peers.keys().copied().chain([self.asker])
    }

    pub(super) fn named_for(&self, peer: usize, organisations: &[Organisation]) -> Vec<String> {
        let (_, is_named) = self.peers[&peer];
        let of_peer = self
            .held
            .iter()
            .zip(organisations)
            .filter(|((home, _), _)| is_named && *home == peer);
        of_peer.map(|(_, organisation)| organisation.name.clone()).collect()
    }
}
