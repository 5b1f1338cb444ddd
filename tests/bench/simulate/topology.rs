//! Topologies: which registers query and replicate which.

/// A federation of registers of one size, and those at which professionals ask.
#[derive(Clone, Debug)]
pub(super) struct Topology {
    pub(super) name: String,
    /// The number of registers.
    pub(super) registers: usize,
    /// The number of officers of each.
    pub(super) officers: f64,
    /// The registers at which professionals ask, each equally often.
    pub(super) askers: Vec<Asker>,
}

/// A register at which professionals ask.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// Its number.
    pub(super) register: usize,
    /// How many others it replicates.
    pub(super) copies: usize,
    /// The registers that it queries.
    pub(super) asked: Vec<usize>,
}

/// The sizes from which the topologies are built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) registers: usize,
    pub(super) officers: f64,
    /// The number of regional hubs.
    pub(super) hubs: usize,
    /// The number of registers that may not be replicated.
    pub(super) query_peers: usize,
    /// The number of registers when organisations share one.
    pub(super) joint: usize,
}

/// Builds the federations that are compared.
pub(super) fn all(sizes: Sizes) -> Vec<Topology> {
    let Sizes {
        registers,
        officers,
        hubs,
        query_peers,
        joint,
    } = sizes;
    let topology = |name: String, registers: usize, askers| Topology {
        name,
        registers,
        officers: officers / registers as f64,
        askers,
    };
    let mesh = |registers: usize| {
        let asker = |register| Asker {
            register,
            copies: 0,
            asked: (0..registers).filter(|other| *other != register).collect(),
        };
        (0..registers).map(asker).collect()
    };
    let copying = |register| Asker {
        register,
        copies: registers - 1,
        asked: Vec::new(),
    };
    let query_peers = query_peers.min(registers.saturating_sub(hubs));
    // A register answers a peer from its own log only, so a hub that must cover everything replicates everything itself.
    let hub = |register| Asker {
        register,
        copies: registers - 1 - query_peers,
        asked: (registers - query_peers..registers).collect(),
    };
    vec![
        topology("one register for all".to_owned(), 1, mesh(1)),
        topology("all `query`".to_owned(), registers, mesh(registers)),
        topology("all `replicate`".to_owned(), registers, (0..registers).map(copying).collect()),
        topology(format!("a replicating hub, {query_peers} queried"), registers, vec![hub(0)]),
        topology(
            format!("{hubs} replicating hubs, {query_peers} queried"),
            registers,
            (0..hubs).map(hub).collect(),
        ),
        topology(format!("{joint} joint registers, all `query`"), joint, mesh(joint)),
    ]
}

/// Builds one register that queries `peers` others.
pub(super) fn one_asker(peers: usize, officers: f64) -> Topology {
    Topology {
        name: format!("{peers} queried"),
        registers: peers + 1,
        officers,
        askers: vec![Asker {
            register: 0,
            copies: 0,
            asked: (1..=peers).collect(),
        }],
    }
}
