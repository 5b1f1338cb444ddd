//! Validates peers, from the configuration or an operator.

use serde::{Deserialize, Serialize};

use super::{draft_reader::DraftReader, limits};
use crate::draft::SharingDraft;
use crate::identifier::{OrganisationId, RegisterId};
use crate::oin::Oin;
use crate::peer::{DEFAULT_BUDGET_MS, Peer, PeerMode, PeerSharing, Sharing, SharingLevel};
use crate::violation::{Violation, ViolationCode};

/// A peer before validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of `Peer`, which explains them")]
pub struct PeerDraft {
    pub register: String,
    pub oin: String,
    pub endpoints: Vec<String>,
    pub mode: String,
    pub organisations: Vec<String>,
    pub budget_ms: Option<u64>,
    pub server_name: String,
}

/// A violation in a peer. The configuration reports it in English, the page and the API in Dutch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerProblem {
    /// The field.
    pub field: String,
    /// The violated rule.
    pub code: ViolationCode,
    /// What is wrong and what to do.
    pub english: &'static str,
    /// The same in Dutch.
    pub dutch: &'static str,
}

impl From<PeerProblem> for Violation {
    fn from(problem: PeerProblem) -> Self {
        Self {
            field: problem.field,
            code: problem.code,
            message: problem.dutch.to_owned(),
        }
    }
}

/// The allowed deadlines of a request to a peer, in milliseconds.
const BUDGET_MS: std::ops::RangeInclusive<u64> = 50..=60_000;

/// Validates a peer of the register `own`, or returns all violations.
pub fn peer(draft: &PeerDraft, own: Option<&RegisterId>) -> Result<Peer, Vec<PeerProblem>> {
    let mut problems = PeerProblems(Vec::new());
    let register = RegisterId::parse(draft.register.trim()).ok();
    match &register {
        None => problems.add(
            "register",
            ViolationCode::Malformed,
            "a register id is 2 to 64 small letters, digits and hyphens, as in `regio-noord`",
            "Dit is geen kenmerk van een register; gebruik 2 tot 64 kleine letters, cijfers en streepjes, zoals regio-noord.",
        ),
        Some(register) if Some(register) == own => problems.add(
            "register",
            ViolationCode::Contradiction,
            "that is this register itself; name another one",
            "Dit is dit register zelf; noem een ander register.",
        ),
        Some(_) => {}
    }
    let oin = Oin::parse(draft.oin.trim()).ok();
    if oin.is_none() {
        problems.add(
            "oin",
            ViolationCode::Malformed,
            "it is the OIN in the peer's certificate: 20 characters with a known prefix",
            "Dit is geen OIN; een OIN telt 20 tekens en begint met een bekend voorvoegsel, zoals 00000001.",
        );
    }
    if draft.endpoints.is_empty() {
        problems.add(
            "endpoints",
            ViolationCode::Required,
            "name at least one, as in `https://register.example:8443`",
            "Er is geen adres; noem er minstens één, zoals https://register.example:8443.",
        );
    }
    for (place, endpoint) in draft.endpoints.iter().enumerate() {
        if !is_endpoint(endpoint) {
            problems.add(
                &format!("endpoints[{place}]"),
                ViolationCode::Malformed,
                "it is `https://host:port` and nothing more",
                "Dit is geen adres van een register; schrijf https://, de naam en de poort, en verder niets.",
            );
        }
    }
    let mode = PeerMode::parse(draft.mode.trim());
    if mode.is_none() {
        problems.add(
            "mode",
            ViolationCode::UnknownValue,
            "it is `replicate` or `query`",
            "Kies replicate (een kopie die meeloopt) of query (vragen bij elke zoekvraag).",
        );
    }
    let mut organisations: Vec<OrganisationId> = Vec::new();
    for (place, text) in draft.organisations.iter().enumerate() {
        let id = text.trim().trim_start_matches("organisations/");
        match OrganisationId::parse(id) {
            Ok(id) if !organisations.contains(&id) => organisations.push(id),
            Ok(_) => {}
            Err(_) => problems.add(
                &format!("organisations[{place}]"),
                ViolationCode::Malformed,
                "it is an organisation id, as in `gm0363`",
                "Dit is geen kenmerk van een organisatie; schrijf het zoals gm0363.",
            ),
        }
    }
    organisations.sort();
    let budget_ms = draft.budget_ms.unwrap_or(DEFAULT_BUDGET_MS);
    if !BUDGET_MS.contains(&budget_ms) {
        problems.add(
            "budget",
            ViolationCode::UnknownValue,
            "it must be from 50ms to 60s",
            "De tijd voor een vraag is te kort of te lang; kies 50 milliseconden tot 60 seconden.",
        );
    }
    let server_name = Some(draft.server_name.trim().to_owned()).filter(|name| !name.is_empty());
    match (register, oin, mode) {
        (Some(register), Some(oin), Some(mode)) if problems.0.is_empty() => Ok(Peer {
            register,
            oin,
            endpoints: draft.endpoints.iter().map(|endpoint| endpoint.trim().to_owned()).collect(),
            mode,
            organisations,
            budget_ms,
            server_name,
        }),
        _ => Err(problems.0),
    }
}

struct PeerProblems(Vec<PeerProblem>);

impl PeerProblems {
    fn add(&mut self, field: &str, code: ViolationCode, english: &'static str, dutch: &'static str) {
        self.0.push(PeerProblem {
            field: field.to_owned(),
            code,
            english,
            dutch,
        });
    }
}

/// Whether it is `https://host:port`, the port optional.
fn is_endpoint(text: &str) -> bool {
    let Some(authority) = text.trim().strip_prefix("https://") else {
        return false;
    };
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let (host, port) = match authority.rsplit_once(':') {
        // Colons inside brackets belong to an IPv6 address, not to a port.
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':');
    !host.is_empty() && host.chars().all(is_host) && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Validates what an organisation shares, or returns all violations.
pub fn sharing(draft: &SharingDraft, rules: &super::Rules<'_>) -> Result<Sharing, Vec<Violation>> {
    let mut reader = DraftReader::new(rules);
    let sharing = reader.sharing(draft);
    reader.finish(Some(sharing))
}

impl DraftReader<'_> {
    pub(super) fn sharing(&mut self, draft: &SharingDraft) -> Sharing {
        let levels = SharingLevel::ALL.map(SharingLevel::as_str);
        let others = self.word("others", &draft.others, &levels, SharingLevel::parse);
        let mut peers = self.each("peers", &draft.peers, limits::SHARING_PEERS, |reader, step, draft| {
            reader.inside(step, |reader| {
                let oin = Oin::parse(draft.oin.trim()).ok();
                if oin.is_none() {
                    let message = "Dit is geen OIN; een OIN telt 20 tekens en begint met een bekend voorvoegsel, zoals 00000001.";
                    reader.refuse("oin", ViolationCode::Malformed, message);
                }
                if draft.level.trim().is_empty() {
                    let message = "Er staat niet wat dit register mag; kies none, ask of copy.";
                    reader.refuse("level", ViolationCode::Required, message);
                }
                let level = reader.word("level", &draft.level, &levels, SharingLevel::parse);
                Some(PeerSharing {
                    oin: oin?,
                    level: level?,
                })
            })
        });
        peers.sort();
        if peers.windows(2).any(|pair| pair[0].oin == pair[1].oin) {
            let message = "Een register staat er twee keer in; noem elk register één keer.";
            self.refuse("peers", ViolationCode::Duplicate, message);
        }
        Sharing {
            others: others.unwrap_or_default(),
            peers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> PeerDraft {
        PeerDraft {
            register: "regio-noord".into(),
            oin: "00000099000000000007".into(),
            endpoints: vec!["https://register.example:8443".into()],
            mode: "replicate".into(),
            ..PeerDraft::default()
        }
    }

    #[test]
    fn a_valid_peer_gets_its_defaults() {
        let peer = peer(&draft(), None).unwrap();
        assert_eq!(peer.budget_ms, DEFAULT_BUDGET_MS);
        assert_eq!((peer.mode, peer.server_name), (PeerMode::Replicate, None));
    }

    #[test]
    fn all_violations_are_reported_at_once() {
        let wrong = PeerDraft {
            register: "Regio Noord".into(),
            oin: "7".into(),
            endpoints: vec!["http://x".into(), "https://x/y".into(), "https://[::1]:8443".into()],
            mode: "both".into(),
            organisations: vec!["GM".into()],
            budget_ms: Some(1),
            server_name: String::new(),
        };
        let fields: Vec<String> = peer(&wrong, None)
            .unwrap_err()
            .into_iter()
            .map(|problem| problem.field)
            .collect();
        assert_eq!(
            fields,
            [
                "register",
                "oin",
                "endpoints[0]",
                "endpoints[1]",
                "mode",
                "organisations[0]",
                "budget"
            ]
        );
    }

    #[test]
    fn a_register_cannot_be_its_own_peer() {
        let own = RegisterId::parse("regio-noord").unwrap();
        assert_eq!(peer(&draft(), Some(&own)).unwrap_err()[0].code, ViolationCode::Contradiction);
    }
}
