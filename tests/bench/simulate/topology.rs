//! Who asks whom, and who copies whom.

/// A federation: registers of one size, and those at which professionals ask.
#[derive(Clone, Debug)]
pub(super) struct Topology {
    pub(super) name: String,
    /// How many registers there are.
    pub(super) registers: usize,
    /// Officers of each.
    pub(super) officers: f64,
    /// Where is asked: questions come evenly.
    pub(super) askers: Vec<Asker>,
}

/// A register at which professionals ask.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// Its number.
    pub(super) register: usize,
    /// How many others it copies.
    pub(super) copies: usize,
    /// Whom it asks.
    pub(super) asked: Vec<usize>,
}

/// How many of what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) registers: usize,
    pub(super) officers: f64,
    /// Regional hubs.
    pub(super) hubs: usize,
    /// Registers that let nobody copy them.
    pub(super) query_peers: usize,
    /// Registers when organisations share one.
    pub(super) joint: usize,
}

/// The federations that are compared.
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
    // A register answers a peer from its own log only: a hub that is to know everything copies everything itself.
    let hub = |register| Asker {
        register,
        copies: registers - 1 - query_peers,
        asked: (registers - query_peers..registers).collect(),
    };
    vec![
        topology("one register for all".to_owned(), 1, mesh(1)),
        topology("all `query`".to_owned(), registers, mesh(registers)),
        topology("all `replicate`".to_owned(), registers, (0..registers).map(copying).collect()),
        topology(format!("a hub of copies, {query_peers} asked"), registers, vec![hub(0)]),
        topology(
            format!("{hubs} hubs of copies, {query_peers} asked"),
            registers,
            (0..hubs).map(hub).collect(),
        ),
        topology(format!("{joint} joint registers, all `query`"), joint, mesh(joint)),
    ]
}

/// One register that asks so many others.
pub(super) fn one_asker(peers: usize, officers: f64) -> Topology {
    Topology {
        name: format!("{peers} asked"),
        registers: peers + 1,
        officers,
        askers: vec![Asker {
            register: 0,
            copies: 0,
            asked: (1..=peers).collect(),
        }],
    }
}
