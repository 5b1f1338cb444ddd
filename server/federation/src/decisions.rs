//! The current decision on who speaks for which organisation, and the claims that it covers.

use std::sync::Arc;

use register::authority::Authorities;
use tokio::sync::watch;

/// What was decided last, and the claims that it has heard.
///
/// Peers claim while it is being decided. Whoever goes by a decision about a peer waits for one that has heard that peer's
/// claim ([`Decisions::heard`]): an older one knows nothing of what the peer holds, and would have it forgotten.
pub(super) struct Decisions {
    claims: watch::Sender<u64>,
    decided: watch::Sender<Decision>,
}

/// Who speaks for which organisation.
#[derive(Clone)]
pub(super) struct Decision {
    pub(super) authorities: Arc<Authorities>,
    /// The number of the last claim that it goes by.
    pub(super) heard: u64,
}

impl Decisions {
    /// Begins with a decision that has heard nobody.
    pub(super) fn new(authorities: Authorities) -> Self {
        let authorities = Arc::new(authorities);
        Self {
            claims: watch::Sender::default(),
            decided: watch::Sender::new(Decision { authorities, heard: 0 }),
        }
    }

    /// Who speaks for which organisation at the moment.
    pub(super) fn current(&self) -> Arc<Authorities> {
        Arc::clone(&self.decided.borrow().authorities)
    }

    /// Wakes its holder with each decision.
    pub(super) fn subscribe(&self) -> watch::Receiver<Decision> {
        self.decided.subscribe()
    }

    /// Notes that a peer claims something else than before, and wakes who decides. Gives the number of the claim.
    pub(super) fn claim(&self) -> u64 {
        self.claims.send_modify(|count| *count += 1);
        self.claimed()
    }

    /// The number of the last claim.
    pub(super) fn claimed(&self) -> u64 {
        *self.claims.borrow()
    }

    /// Wakes its holder with each claim.
    pub(super) fn claims(&self) -> watch::Receiver<u64> {
        self.claims.subscribe()
    }

    /// Whether a claim was made that no decision has heard.
    pub(super) fn is_behind(&self) -> bool {
        self.decided.borrow().heard < self.claimed()
    }

    /// A decision that has heard all claims up to `heard`.
    pub(super) fn decide(&self, authorities: Authorities, heard: u64) {
        self.decided.send_modify(|decided| {
            decided.heard = heard;
            if *decided.authorities != authorities {
                decided.authorities = Arc::new(authorities);
            }
        });
    }

    /// Waits for a decision that has heard `claim`, and gives it.
    pub(super) async fn heard(&self, claim: u64) -> Arc<Authorities> {
        let mut decided = self.subscribe();
        let decision = decided.wait_for(|decision| decision.heard >= claim).await;
        let decision = decision.expect("the sender is a field of this, and lives as long");
        Arc::clone(&decision.authorities)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_decision_is_one_for_a_claim_once_it_has_heard_it() {
        let decisions = Decisions::new(Authorities::default());
        let first = decisions.claim();
        let second = decisions.claim();
        assert!(decisions.is_behind());
        decisions.decide(Authorities::default(), first);
        assert!(decisions.heard(first).now_or_never().is_some());
        let mut waiting = Box::pin(decisions.heard(second));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(decisions.is_behind());
        // It comes to the same, and was yet to be said.
        decisions.decide(Authorities::default(), second);
        assert!(waiting.now_or_never().is_some());
        assert!(!decisions.is_behind());
    }

    #[test]
    fn a_decision_that_comes_to_the_same_is_the_same() {
        let decisions = Decisions::new(Authorities::default());
        let before = decisions.current();
        decisions.decide(Authorities::default(), decisions.claim());
        assert!(Arc::ptr_eq(&before, &decisions.current()));
    }
}
