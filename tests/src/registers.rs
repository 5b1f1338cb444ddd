//! Starts registers that exchange: nodes under one authority, each with its own id, OIN and organisations.

use std::sync::Arc;

use proto::v1::{Organisation, Role};

use crate::node::{Node, NodeOptions};
use crate::pki::{Authority, Leaf};
use crate::world;

/// Returns the OIN of the register with this number.
pub fn register_oin(number: u32) -> String {
    format!("00000099{:012}", 100 + number)
}

/// A peer in the configuration of a register.
#[derive(Clone, Debug)]
pub struct PeerTable {
    /// Its register id.
    pub register: String,
    /// Its OIN.
    pub oin: String,
    /// Its endpoint.
    pub endpoint: String,
    /// `replicate` or `query`.
    pub mode: &'static str,
    /// Further settings, as TOML: `budget = "1s"`.
    pub more: String,
}

impl PeerTable {
    /// Creates the settings of a peer at `endpoint`.
    pub fn new(register: &str, oin: &str, endpoint: &str, mode: &'static str) -> Self {
        Self {
            register: register.to_owned(),
            oin: oin.to_owned(),
            endpoint: endpoint.to_owned(),
            mode,
            more: String::new(),
        }
    }

    fn toml(&self) -> String {
        let Self {
            register,
            oin,
            endpoint,
            mode,
            more,
        } = self;
        let more = if more.is_empty() { String::new() } else { format!(", {more}") };
        format!("{{ register = {register:?}, oin = {oin:?}, endpoints = [{endpoint:?}], mode = {mode:?}{more} }}")
    }
}

/// Returns the value of the setting `peers`.
pub fn peers_setting(peers: &[PeerTable]) -> String {
    format!("[{}]", peers.iter().map(PeerTable::toml).collect::<Vec<_>>().join(", "))
}

/// The settings and content of a register.
pub struct RegisterOptions<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its OIN.
    pub oin: &'a str,
    /// Its organisations, each with the grant of its publisher.
    pub organisations: Vec<Organisation>,
    /// Its peers.
    pub peers: Vec<PeerTable>,
    /// OINs of registers that may exchange with it.
    pub askers: Vec<&'a str>,
}

/// Starts a register under `authority`.
pub async fn start(authority: &Arc<Authority>, options: RegisterOptions<'_>) -> Node {
    start_with(authority, options, Vec::new()).await
}

/// Starts a register with additional settings.
pub async fn start_with(authority: &Arc<Authority>, options: RegisterOptions<'_>, settings: Vec<(&'static str, String)>) -> Node {
    let mut node_options = NodeOptions {
        empty: true,
        authority: Some(Arc::clone(authority)),
        certificate: Some(Leaf::register(options.oin)),
        settings,
        ..NodeOptions::default()
    }
    .with("storage.register", format!("{:?}", options.id));
    if !options.peers.is_empty() {
        node_options = node_options.with("peers", peers_setting(&options.peers));
    }
    let node = Node::start_with(node_options).await;
    let operator = node.operator();
    let organisations: Vec<String> = options
        .organisations
        .iter()
        .map(|organisation| organisation.name.clone())
        .collect();
    if !options.organisations.is_empty() {
        let put = operator.put_organisations(options.organisations).await;
        let put = put.expect("the operator may put organisations");
        assert!(put.applied, "{:?}", put.violations);
    }
    let mut grants = vec![world::grant(
        world::PROFESSIONAL_OIN,
        world::OPERATOR,
        &[Role::Lookup, Role::Resolve],
    )];
    for name in &organisations {
        let id = name.trim_start_matches("organisations/");
        if let Some((_, oin)) = world::PUBLISHERS.iter().find(|(known, _)| *known == id) {
            grants.push(world::grant(oin, id, &[Role::Lookup, Role::Publish, Role::Resolve]));
        }
    }
    for asker in options.askers {
        grants.push(world::grant(asker, world::OPERATOR, &[Role::Peer]));
    }
    operator.put_grants(grants).await.expect("the operator may put grants");
    node
}
