//! Decisions on authority, as the task of a copy applies them: which of the peer's organisations belong in the copy.

use std::sync::Arc;

use register::authority::Authorities;
use server_core::error::Error;

use super::CopyFollower;
use crate::decisions::AuthorityDecision;
use crate::replicate::holdings::ReportedHoldings;
use crate::replicate::step::forgetting_organisations;

/// The most organisations that a line of the log names.
const LOGGED_ORGANISATIONS: usize = 10;

impl CopyFollower {
    /// The authorities of a decision that covers what the peer has sent.
    pub(super) async fn decision_on_holdings(&mut self) -> Result<Arc<Authorities>, Error> {
        let claims = self.with_holdings(|holdings| holdings.claims()).await?;
        self.claim = self.peer.update_holdings(move || claims).await.max(self.claim);
        Ok(self.decisions.wait_for(self.claim).await)
    }

    /// Runs `work` on the holdings on a thread for blocking work: it takes time in proportion to what the peer holds.
    pub(super) async fn with_holdings<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut ReportedHoldings) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let mut holdings = std::mem::take(&mut self.holdings);
        let worked = self.resources.tasks.blocking(move || {
            let outcome = work(&mut holdings);
            (outcome, holdings)
        });
        match worked.await {
            Ok((outcome, holdings)) => {
                self.holdings = holdings;
                Ok(outcome)
            }
            Err(error) => {
                // What the peer holds is lost: it must send it again.
                self.reload = true;
                Err(error)
            }
        }
    }

    /// Applies the current decision. Returns whether the peer must send something again.
    pub(super) async fn apply_decision(&mut self) -> bool {
        let AuthorityDecision {
            authorities,
            covered_claim,
        } = self.decided.borrow_and_update().clone();
        if covered_claim < self.claim {
            // A decision that covers the claim will follow.
            return false;
        }
        let register = self.peer.register().clone();
        let Some(view) = self.keeper.view() else { return false };
        let fetched_at = self.keeper.fetched_at().unwrap_or_else(|| self.clock.now());
        let forgetting = {
            let (view, authorities, register) = (Arc::clone(&view), Arc::clone(&authorities), register.clone());
            let forget = move || forgetting_organisations(&view, fetched_at, &authorities, &register);
            self.resources.tasks.blocking(forget).await.ok().flatten()
        };
        if let Some((step, next)) = forgetting {
            tracing::warn!(
                peer.id = %register, organisations = step.forgotten.len(),
                "`{register}` is no longer authoritative for {:?}{}: their officers leave its copy",
                &step.forgotten[..step.forgotten.len().min(LOGGED_ORGANISATIONS)],
                if step.forgotten.len() > LOGGED_ORGANISATIONS { " and others" } else { "" }
            );
            // The copy forgets them, but the peer still holds them: count them as refused.
            let forgotten = step.forgotten.clone();
            let record = move |holdings: &mut ReportedHoldings| {
                for entry in forgotten.iter().flat_map(|id| view.entries_of(id)) {
                    holdings.record_refused(entry.officer_name());
                }
            };
            if self.with_holdings(record).await.is_err() {
                return true;
            }
            if let Err(problem) = self.keeper.apply(step, next, &self.resources).await {
                tracing::error!(%problem, peer.id = %register, "removing organisations from the copy of `{register}` failed");
                self.reload = true;
            }
        }
        let view = self.keeper.view();
        let compare = move |holdings: &mut ReportedHoldings| {
            let has = |id: &_| view.as_ref().is_some_and(|view| view.organisation(id).is_some());
            let refused = holdings.refused(&authorities, &register);
            (refused, holdings.must_fetch_again(&authorities, &register, has))
        };
        let Ok((refused, is_missing)) = self.with_holdings(compare).await else {
            return true;
        };
        self.keeper.set_refused(refused);
        self.reload |= is_missing;
        is_missing
    }

    /// Whether the peer reports organisations that it has not sent since start-up: they were refused earlier, and
    /// refused officers are not stored.
    pub(super) async fn lacks_described_holdings(&mut self) -> bool {
        let Some(description) = self.peer.description().filter(|_| !self.has_full_state) else {
            return false;
        };
        let compare = move |holdings: &mut ReportedHoldings| {
            let claims = holdings.claims();
            description.held.keys().any(|id| !claims.contains_key(id))
        };
        self.with_holdings(compare).await.unwrap_or(true)
    }
}
