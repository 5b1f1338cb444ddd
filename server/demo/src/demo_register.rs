//! The registers of a demo of several, and the organisations that each of them holds.
//!
//! The national register knows all organisations and holds most of them. A region holds its municipalities and is replicated.
//! An executing organisation holds itself and is queried.

use std::path::Path;

use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{OrganisationId, RegisterId};
use register::oin::Oin;
use register::peer::{Peer, PeerMode};
use serde_json::Value;

use super::contents::RegisterContents;

/// The OIN of the node of the national register, and of a demo of one register.
pub(super) const NODE_OIN: &str = "00000099000000003000";

/// The municipalities of the region.
const REGION: [&str; 4] = ["gm0363", "gm0362", "gm0394", "gm0439"];

/// The executing organisation: DUO.
const EXECUTOR: [&str; 1] = ["oorg10148"];

/// One register of a demo of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoRegister {
    /// The national register, which has the others as peers.
    National,
    /// A region of municipalities.
    Region,
    /// An executing organisation.
    Executor,
}

impl DemoRegister {
    /// The peers of the national register.
    pub const PEERS: [DemoRegister; 2] = [DemoRegister::Region, DemoRegister::Executor];

    /// Returns its register id, as text.
    pub fn id(self) -> &'static str {
        match self {
            Self::National => "landelijk",
            Self::Region => "regio-amsterdam",
            Self::Executor => "duo",
        }
    }

    /// Describes it in words.
    pub fn description(self) -> &'static str {
        match self {
            Self::National => "the national register",
            Self::Region => "a region of four municipalities, replicated",
            Self::Executor => "an executing organisation, queried at each search",
        }
    }

    /// Returns the OIN of its node.
    pub(super) fn node_oin(self) -> &'static str {
        match self {
            Self::National => NODE_OIN,
            Self::Region => "00000099000000003100",
            Self::Executor => "00000099000000003200",
        }
    }

    pub(super) fn register_id(self) -> RegisterId {
        RegisterId::parse(self.id()).expect("the ids above are well-formed")
    }

    fn holds(self, id: &str) -> bool {
        let (in_region, is_executor) = (REGION.contains(&id), EXECUTOR.contains(&id));
        match self {
            Self::National => !in_region && !is_executor,
            Self::Region => in_region,
            Self::Executor => is_executor,
        }
    }

    /// Returns the rows of its organisations. The national register gets the organisations of others with status `known`.
    pub(super) fn organisations(self, lines: &str) -> String {
        self.rows(lines, "id", |row, holds| match (self, holds) {
            (_, true) => true,
            (Self::National, false) => {
                row["status"] = Value::from("known");
                row.as_object_mut().is_some_and(|row| {
                    row.remove("oins");
                    true
                })
            }
            (_, false) => false,
        })
    }

    /// Returns the rows of its officers.
    pub(super) fn officers(self, lines: &str) -> String {
        self.rows(lines, "organisation", |_, holds| holds)
    }

    fn rows(self, lines: &str, key: &str, keep: impl Fn(&mut Value, bool) -> bool) -> String {
        let mut text = String::new();
        for line in lines.lines() {
            let Ok(mut row) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            let holds = row[key].as_str().is_some_and(|id| self.holds(id));
            if keep(&mut row, holds) {
                text.push_str(&row.to_string());
                text.push('\n');
            }
        }
        text
    }

    /// Grants the national register the role `peer` in this one.
    pub(super) fn grant_peer(self, contents: &mut RegisterContents) {
        let Some(organisation) = contents.organisations.first().filter(|_| self != Self::National) else {
            return;
        };
        contents.grants.push(Grant {
            oin: oin(Self::National),
            organisation: organisation.id.clone(),
            roles: vec![Role::Peer],
            from: None,
            until: None,
            basis: GrantBasis::Own,
        });
    }

    /// Returns the peer settings for this register at `endpoint`, for the national register.
    pub(super) fn as_peer(self, endpoint: &str) -> Peer {
        let held: &[&str] = match self {
            Self::National => &[],
            Self::Region => &REGION,
            Self::Executor => &EXECUTOR,
        };
        Peer {
            register: self.register_id(),
            oin: oin(self),
            endpoints: vec![endpoint.to_owned()],
            mode: if self == Self::Executor {
                PeerMode::Query
            } else {
                PeerMode::Replicate
            },
            organisations: held
                .iter()
                .map(|id| OrganisationId::parse(id).expect("the ids above are well-formed"))
                .collect(),
            budget_ms: 1_000,
            server_name: None,
        }
    }

    /// Returns its folder within the folder of the demo.
    pub(super) fn folder(self, data: &Path) -> std::path::PathBuf {
        match self {
            Self::National => data.to_owned(),
            other => data.join(other.id()),
        }
    }
}

fn oin(register: DemoRegister) -> Oin {
    Oin::parse(register.node_oin()).expect("the demo's OINs are well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str =
        "{\"id\":\"gm0363\",\"status\":\"connected\",\"oins\":[\"x\"]}\n{\"id\":\"zb000211\",\"status\":\"connected\"}\n";

    #[test]
    fn each_organisation_is_held_once_and_known_nationally() {
        let national = DemoRegister::National.organisations(LINES);
        assert!(national.contains("{\"id\":\"gm0363\",\"status\":\"known\"}"), "{national}");
        assert_eq!(national.lines().count(), 2);
        assert_eq!(DemoRegister::Region.organisations(LINES).lines().count(), 1);
        assert!(DemoRegister::Executor.organisations(LINES).is_empty());
    }
}
