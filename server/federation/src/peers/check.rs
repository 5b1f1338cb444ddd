//! Trying a peer on an operator's wish: over a connection of its own, whatever the circuit says.

use std::time::Duration;

use index::Language;
use jiff::{SignedDuration, Timestamp};
use register::identifier::RegisterId;
use register::oin::Oin;
use register::peer::PeerMode;
use register::position::Position;

use super::{Described, Peer, Trouble, TroubleKind};

/// Clocks that differ by more are worth a word. Nothing goes by the other's clock; when its entries were changed is told by it.
const CLOCKS: SignedDuration = SignedDuration::from_mins(2);

/// What trying a peer showed.
#[derive(Clone, Debug)]
pub struct PeerCheck {
    /// Its register id.
    pub register: RegisterId,
    /// What is wrong, if anything.
    pub trouble: Option<Trouble>,
    /// What is odd and does no harm.
    pub remark: Option<String>,
    /// The OIN in its certificate, if one was seen.
    pub oin: Option<Oin>,
    /// Until when its certificate holds.
    pub certificate_until: Option<Timestamp>,
    /// What it says of itself.
    pub described: Option<Described>,
}

impl PeerCheck {
    /// Whether there was a connection on which both were believed.
    pub fn is_reachable(&self) -> bool {
        self.trouble.as_ref().is_none_or(|trouble| {
            matches!(
                trouble.kind,
                TroubleKind::WrongRegister | TroubleKind::Incompatible | TroubleKind::Refused
            )
        })
    }

    /// Where it stands.
    pub fn position(&self) -> Option<Position> {
        self.described.as_ref().map(|described| described.position)
    }
}

impl Peer {
    /// Tries it now, within `allowed`.
    pub async fn check(&self, language: &Language, allowed: Duration) -> PeerCheck {
        let outcome = match tokio::time::timeout(allowed, self.describe(None)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let message = format!("it did not answer within {allowed:?}: is there a firewall in between?");
                Err(Trouble::new(TroubleKind::TimedOut, message))
            }
        };
        let mut check = PeerCheck {
            register: self.register().clone(),
            trouble: None,
            remark: None,
            oin: None,
            certificate_until: None,
            described: None,
        };
        match outcome {
            Err(trouble) => check.trouble = Some(trouble),
            Ok((client, described)) => {
                if let Some(certificate) = client.peer_certificate() {
                    check.oin = certificate.oin;
                    check.certificate_until = Some(certificate.until);
                }
                check.remark = self.clocks_differ(&described);
                check.trouble = self.unusable(&described, language);
                check.described = Some(described);
            }
        }
        check
    }

    /// Why it cannot be used as its mode says, although it answers. A copy is scored here, by our own versions.
    fn unusable(&self, described: &Described, language: &Language) -> Option<Trouble> {
        match self.mode() {
            PeerMode::Replicate => described.lacks(&["watch-changes"]),
            PeerMode::Query => described
                .lacks(&["search-local", "suggest-local", "fetch-local"])
                .or_else(|| described.differs_from(language)),
        }
    }

    fn clocks_differ(&self, described: &Described) -> Option<String> {
        let difference = described.time?.duration_since(self.clock.now());
        (difference.abs() > CLOCKS).then(|| {
            let (minutes, direction) = (
                difference.abs().as_mins(),
                if difference.is_negative() { "behind" } else { "ahead of" },
            );
            format!("its clock is {minutes} minutes {direction} ours: when its entries were changed is told by it")
        })
    }
}
