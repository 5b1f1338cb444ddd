//! `[[peers]]`: the peers of the node. They are tables in a list, so they have no environment variables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use figment::Figment;
use figment::value::{Dict, Value};
use register::identifier::{OrganisationId, RegisterId};
use register::oin::Oin;
use register::peer::Peer;
use register::validate::{PeerDraft, peer};

use super::faults::Faults;
use super::hints::unknown_key;
use super::sources::source_of;
use super::units;

/// The keys of a peer.
const KEYS: [&str; 7] = [
    "register",
    "oin",
    "endpoints",
    "mode",
    "organisations",
    "budget",
    "server_name",
];

/// Reads the peers. Adds the faults of each peer and of all peers together.
pub(super) fn load(figment: &Figment, own: Option<&RegisterId>, faults: &mut Faults) -> Vec<Peer> {
    let source = source_of(figment, "peers");
    let Ok(Value::Array(_, tables)) = figment.find_value("peers") else {
        faults.add("peers", source, "it must be a list of tables: write `[[peers]]` above each");
        return Vec::new();
    };
    let mut peers: Vec<Peer> = Vec::new();
    for (place, table) in tables.into_iter().enumerate() {
        let mut reader = PeerReader {
            place,
            source: &source,
            faults,
        };
        let Some(table) = table.into_dict() else {
            reader.fault("", "it must be a table: write `[[peers]]` above it");
            continue;
        };
        let before = reader.faults.iter().count();
        let draft = reader.draft(table);
        match peer(&draft, own) {
            Ok(peer) if reader.faults.iter().count() == before => peers.push(peer),
            Ok(_) => {}
            Err(problems) => problems
                .into_iter()
                .for_each(|problem| reader.fault(&problem.field, problem.english)),
        }
    }
    check_duplicates(&peers, &source, faults);
    peers
}

/// Reads one table, and adds faults under its index.
struct PeerReader<'a> {
    place: usize,
    source: &'a str,
    faults: &'a mut Faults,
}

impl PeerReader<'_> {
    fn fault(&mut self, key: &str, message: impl Into<String>) {
        let key = if key.is_empty() {
            format!("peers[{}]", self.place)
        } else {
            format!("peers[{}].{key}", self.place)
        };
        self.faults.add(key, self.source, message);
    }

    fn draft(&mut self, table: Dict) -> PeerDraft {
        let mut draft = PeerDraft::default();
        for (key, value) in table {
            match key.as_str() {
                "register" => draft.register = self.text(&key, value),
                "oin" => draft.oin = self.text(&key, value),
                "mode" => draft.mode = self.text(&key, value),
                "server_name" => draft.server_name = self.text(&key, value),
                "endpoints" => draft.endpoints = self.texts(&key, value),
                "organisations" => draft.organisations = self.texts(&key, value),
                "budget" => draft.budget_ms = self.duration(&key, value),
                unknown => self.fault(unknown, unknown_key(unknown, KEYS.into_iter())),
            }
        }
        draft
    }

    fn text(&mut self, key: &str, value: Value) -> String {
        value.into_string().unwrap_or_else(|| {
            self.fault(key, "it must be a text, between quotes");
            String::new()
        })
    }

    fn texts(&mut self, key: &str, value: Value) -> Vec<String> {
        let Value::Array(_, values) = value else {
            self.fault(key, "it must be a list of texts");
            return Vec::new();
        };
        values.into_iter().map(|value| self.text(key, value)).collect()
    }

    fn duration(&mut self, key: &str, value: Value) -> Option<u64> {
        let text = self.text(key, value);
        match units::parse_duration(&text, "a duration such as \"30s\" or \"500ms\"") {
            Ok(duration) => u64::try_from(duration.as_millis()).ok(),
            Err(problem) => {
                self.fault(key, problem);
                None
            }
        }
    }
}

/// Adds a fault for each register, OIN or organisation that is named for two peers.
fn check_duplicates(peers: &[Peer], source: &str, faults: &mut Faults) {
    let mut registers: BTreeMap<&RegisterId, usize> = BTreeMap::new();
    let mut oins: BTreeMap<&Oin, usize> = BTreeMap::new();
    let mut organisations: BTreeMap<&OrganisationId, usize> = BTreeMap::new();
    for (place, peer) in peers.iter().enumerate() {
        let mut check = |key: &str, what: &str, before: Option<usize>| {
            if let Some(before) = before.filter(|before| *before != place) {
                let message = format!("{what} is already named for `peers[{before}]`; name it once");
                faults.add(format!("peers[{place}].{key}"), source, message);
            }
        };
        check("register", "this register", registers.insert(&peer.register, place));
        check("oin", "this OIN", oins.insert(&peer.oin, place));
        for organisation in &peer.organisations {
            let what = format!("the organisation `{organisation}`");
            check("organisations", &what, organisations.insert(organisation, place));
        }
    }
}

/// The peers as TOML.
pub(super) fn show(peers: &[Peer], source: &str) -> String {
    let mut text = String::new();
    for peer in peers {
        let _ = writeln!(text, "\n[[peers]]{:43} # {source}", "");
        let list = |items: Vec<String>| format!("[{}]", items.join(", "));
        let quoted = |item: &dyn std::fmt::Display| format!("{:?}", item.to_string());
        let mut lines = vec![
            ("register", quoted(&peer.register)),
            ("oin", quoted(&peer.oin)),
            (
                "endpoints",
                list(peer.endpoints.iter().map(|endpoint| quoted(endpoint)).collect()),
            ),
            ("mode", quoted(&peer.mode.as_str())),
            (
                "budget",
                quoted(&units::format_duration(Duration::from_millis(peer.budget_ms))),
            ),
        ];
        if !peer.organisations.is_empty() {
            lines.push((
                "organisations",
                list(peer.organisations.iter().map(|id| quoted(id)).collect()),
            ));
        }
        if let Some(name) = &peer.server_name {
            lines.push(("server_name", quoted(name)));
        }
        for (key, value) in lines {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
    text
}
