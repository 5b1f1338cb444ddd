//! Checks a peer at an operator's request, over a new connection and regardless of the circuit.

use std::time::Duration;

use index::Language;
use jiff::{SignedDuration, Timestamp};
use register::identifier::RegisterId;
use register::oin::Oin;
use register::peer::PeerMode;
use register::position::Position;

use super::{Peer, PeerDescription, PeerProblem, PeerProblemKind};

/// A larger clock difference is reported. Nothing else depends on the peer's clock, except the change times of its entries.
const MAX_CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_mins(2);

/// The result of a check.
#[derive(Clone, Debug)]
pub struct PeerCheck {
    /// The peer's register id.
    pub register: RegisterId,
    /// The problem found, if any.
    pub problem: Option<PeerProblem>,
    /// A harmless oddity.
    pub remark: Option<String>,
    /// The OIN in its certificate, if it presented one.
    pub oin: Option<Oin>,
    /// The expiry of its certificate.
    pub certificate_until: Option<Timestamp>,
    /// Its description.
    pub description: Option<PeerDescription>,
}

impl PeerCheck {
    /// Whether a connection was made on which both sides accepted the other's certificate.
    pub fn is_reachable(&self) -> bool {
        self.problem.as_ref().is_none_or(|problem| {
            matches!(
                problem.kind,
                PeerProblemKind::WrongRegister | PeerProblemKind::Incompatible | PeerProblemKind::Refused
            )
        })
    }

    /// The position that the peer reports.
    pub fn position(&self) -> Option<Position> {
        self.description.as_ref().map(|description| description.position)
    }
}

impl Peer {
    /// Checks the peer now, within `allowed`.
    pub async fn check(&self, language: &Language, allowed: Duration) -> PeerCheck {
        let outcome = match tokio::time::timeout(allowed, self.describe(None)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let message = format!("it did not answer within {allowed:?}: is there a firewall in between?");
                Err(PeerProblem::new(PeerProblemKind::TimedOut, message))
            }
        };
        let mut check = PeerCheck {
            register: self.register().clone(),
            problem: None,
            remark: None,
            oin: None,
            certificate_until: None,
            description: None,
        };
        match outcome {
            Err(problem) => check.problem = Some(problem),
            Ok((client, description)) => {
                if let Some(certificate) = client.peer_certificate() {
                    check.oin = certificate.oin;
                    check.certificate_until = Some(certificate.until);
                }
                check.remark = self.clock_difference(&description);
                check.problem = self.unusable(&description, language);
                check.description = Some(description);
            }
        }
        check
    }

    /// The problem that prevents use in the peer's mode. For a copy only the watch matters: scoring happens here.
    fn unusable(&self, description: &PeerDescription, language: &Language) -> Option<PeerProblem> {
        match self.mode() {
            PeerMode::Replicate => description.lacks(&["watch-changes"]),
            PeerMode::Query => description
                .lacks(&["search-local", "suggest-local", "fetch-local"])
                .or_else(|| description.differs_from(language)),
        }
    }

    fn clock_difference(&self, description: &PeerDescription) -> Option<String> {
        let difference = description.time?.duration_since(self.clock.now());
        (difference.abs() > MAX_CLOCK_DIFFERENCE).then(|| {
            let (minutes, direction) = (
                difference.abs().as_mins(),
                if difference.is_negative() { "behind" } else { "ahead of" },
            );
            format!("its clock is {minutes} minutes {direction} ours: the change times of its entries come from it")
        })
    }
}
