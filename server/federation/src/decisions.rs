//! The current decision on authorities, and the claims that it covers.

use std::sync::Arc;

use register::authority::Authorities;
use tokio::sync::watch;

/// The latest decision, and the number of claims made so far.
///
/// Peers change their claims while a decision is computed. Before it acts on a decision, a task that made a claim waits for
/// one that covers it ([`AuthorityDecisions::wait_for`]): an older decision does not know what the peer holds, and acting on
/// it would delete the peer's officers from the copy.
pub(super) struct AuthorityDecisions {
    claims: watch::Sender<u64>,
    decided: watch::Sender<AuthorityDecision>,
}

/// The authorities, and the claims they are based on.
#[derive(Clone)]
pub(super) struct AuthorityDecision {
    pub(super) authorities: Arc<Authorities>,
    /// The number of the last claim that the decision covers.
    pub(super) covered_claim: u64,
}

impl AuthorityDecisions {
    /// Starts with a decision that covers no claim.
    pub(super) fn new(authorities: Authorities) -> Self {
        let authorities = Arc::new(authorities);
        Self {
            claims: watch::Sender::default(),
            decided: watch::Sender::new(AuthorityDecision {
                authorities,
                covered_claim: 0,
            }),
        }
    }

    /// The current authorities.
    pub(super) fn current(&self) -> Arc<Authorities> {
        Arc::clone(&self.decided.borrow().authorities)
    }

    /// Notifies the receiver of each decision.
    pub(super) fn subscribe(&self) -> watch::Receiver<AuthorityDecision> {
        self.decided.subscribe()
    }

    /// Records that a peer's claims changed, and wakes the task that decides. Returns the number of the claim.
    pub(super) fn add_claim(&self) -> u64 {
        self.claims.send_modify(|count| *count += 1);
        self.last_claim()
    }

    /// The number of the last claim.
    pub(super) fn last_claim(&self) -> u64 {
        *self.claims.borrow()
    }

    /// Notifies the receiver of each claim.
    pub(super) fn subscribe_claims(&self) -> watch::Receiver<u64> {
        self.claims.subscribe()
    }

    /// Whether there are claims that the current decision does not cover.
    pub(super) fn has_pending_claims(&self) -> bool {
        self.decided.borrow().covered_claim < self.last_claim()
    }

    /// Publishes a decision that covers all claims up to `covered_claim`.
    pub(super) fn publish(&self, authorities: Authorities, covered_claim: u64) {
        self.decided.send_modify(|decided| {
            decided.covered_claim = covered_claim;
            if *decided.authorities != authorities {
                decided.authorities = Arc::new(authorities);
            }
        });
    }

    /// Waits for a decision that covers `claim`, and returns its authorities.
    pub(super) async fn wait_for(&self, claim: u64) -> Arc<Authorities> {
        let mut decided = self.subscribe();
        let decision = decided.wait_for(|decision| decision.covered_claim >= claim).await;
        let decision = decision.expect("self holds the sender");
        Arc::clone(&decision.authorities)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn waiting_ends_with_a_decision_that_covers_the_claim() {
        let decisions = AuthorityDecisions::new(Authorities::default());
        let first = decisions.add_claim();
        let second = decisions.add_claim();
        assert!(decisions.has_pending_claims());
        decisions.publish(Authorities::default(), first);
        assert!(decisions.wait_for(first).now_or_never().is_some());
        let mut waiting = Box::pin(decisions.wait_for(second));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(decisions.has_pending_claims());
        // The authorities are the same, but the waiting task must be notified.
        decisions.publish(Authorities::default(), second);
        assert!(waiting.now_or_never().is_some());
        assert!(!decisions.has_pending_claims());
    }

    #[test]
    fn equal_decision_keeps_the_authorities() {
        let decisions = AuthorityDecisions::new(Authorities::default());
        let before = decisions.current();
        decisions.publish(Authorities::default(), decisions.add_claim());
        assert!(Arc::ptr_eq(&before, &decisions.current()));
    }
}
