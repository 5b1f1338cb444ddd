//! A demo of several registers: which organisations of the field each of them holds.
//!
//! The national register knows all of them by name and holds most; a region holds its municipalities and is copied; an
//! executing organisation keeps its own and is asked.

use std::path::Path;

use register::grant::{Grant, GrantBasis, Role};
use register::identifier::{OrganisationId, RegisterId};
use register::oin::Oin;
use register::peer::{Peer, PeerMode};
use serde_json::Value;

use super::fill::Drafts;

/// The municipalities of the region.
const REGION: [&str; 4] = ["gm0363", "gm0362", "gm0394", "gm0439"];

/// The executing organisation: DUO.
const EXECUTOR: [&str; 1] = ["oorg10148"];

/// One of the registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The national register, which has the others as peers.
    National,
    /// A region of municipalities.
    Region,
    /// An executing organisation.
    Executor,
}

impl Part {
    /// Those that the national register exchanges with.
    pub const PEERS: [Part; 2] = [Part::Region, Part::Executor];

    /// Its register id.
    pub fn id(self) -> &'static str {
        match self {
            Self::National => "landelijk",
            Self::Region => "regio-amsterdam",
            Self::Executor => "duo",
        }
    }

    /// What it is, in words.
    pub fn about(self) -> &'static str {
        match self {
            Self::National => "the national register",
            Self::Region => "a region of four municipalities, copied",
            Self::Executor => "an executing organisation, asked at each question",
        }
    }

    /// The OIN of its node.
    pub(super) fn node_oin(self) -> &'static str {
        match self {
            Self::National => super::people::NODE_OIN,
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

    /// The organisations of this part, one a line. The national register merely knows those of others.
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

    /// The officers of this part.
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

    /// Lets the national register exchange with this one.
    pub(super) fn let_in(self, drafts: &mut Drafts) {
        let Some(organisation) = drafts.organisations.first().filter(|_| self != Self::National) else {
            return;
        };
        drafts.grants.push(Grant {
            oin: oin(Self::National),
            organisation: organisation.id.clone(),
            roles: vec![Role::Peer],
            from: None,
            until: None,
            basis: GrantBasis::Own,
        });
    }

    /// How the national register knows this one, at `endpoint`.
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

    /// Its folder in that of the demo.
    pub(super) fn folder(self, data: &Path) -> std::path::PathBuf {
        match self {
            Self::National => data.to_owned(),
            other => data.join(other.id()),
        }
    }
}

fn oin(part: Part) -> Oin {
    Oin::parse(part.node_oin()).expect("the demo's OINs are well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str =
        "{\"id\":\"gm0363\",\"status\":\"connected\",\"oins\":[\"x\"]}\n{\"id\":\"zb000211\",\"status\":\"connected\"}\n";

    #[test]
    fn each_organisation_is_held_by_one_register_and_known_by_the_national_one() {
        let national = Part::National.organisations(LINES);
        assert!(national.contains("{\"id\":\"gm0363\",\"status\":\"known\"}"), "{national}");
        assert_eq!(national.lines().count(), 2);
        assert_eq!(Part::Region.organisations(LINES).lines().count(), 1);
        assert!(Part::Executor.organisations(LINES).is_empty());
    }
}
