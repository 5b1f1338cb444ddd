//! Suggests completions for a text while it is typed.

use std::sync::Arc;
use std::time::Duration;

use federation::ask::gather::GatherError;
use federation::ask::registers::Registers;
use federation::ask::suggest::{SuggestInquiry, count_suggestions};
use federation::ask::{Completeness, Policy, RegisterStatus, Scope};
use index::{Offer, Suggestion};
use register::position::Position;
use register::violation::ViolationCode;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::views::Consistency;
use tokio::time::Instant;

use super::refusal::invalid_field;
use super::{Directory, limits};

/// Suggestions and the registers that they count.
#[derive(Clone, Debug)]
pub struct Suggestions {
    /// The suggestions, best first.
    pub suggestions: Vec<Suggestion>,
    /// The position that they show.
    pub position: Position,
    /// Which registers the counts cover.
    pub completeness: Completeness,
    /// The status of each register, this one first.
    pub registers: Vec<RegisterStatus>,
}

/// The time limit for other registers: somebody is typing.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// Maximum number of attempts. Each attempt restarts when a register reports that its organisations have changed.
const MAX_ATTEMPTS: usize = 3;

impl Directory {
    /// Returns suggestions for `text`, best first: codes, organisations, places and titles, never persons.
    pub async fn suggest(&self, caller: &Caller, text: String, limit: i32, policy: Policy) -> Result<Suggestions, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let limit = limits::page_size(limit, 5, 20)?;
        if text.chars().count() > limits::SUGGEST_CHARACTERS {
            let message = "De tekst is langer dan 200 tekens; stel de vraag als zoekvraag.";
            return Err(invalid_field("text", ViolationCode::TooLong, message));
        }
        let own = self.views.searching(&Consistency::any()).await?;
        let mut registers = Registers::now(&self.federation, Arc::clone(&own), policy.scope, false, &self.language).await?;
        if !registers.has_others() && (policy.scope == Scope::Local || policy.required.is_empty()) {
            let position = own.view().position();
            let suggestions = self
                .tasks
                .computing(caller.acting.oin(), move || {
                    own.snapshot().suggest(&text, limit, own.context())
                })
                .await?;
            return Ok(Suggestions {
                suggestions,
                position,
                completeness: Completeness::Local,
                registers: vec![RegisterStatus::own(self.register.clone(), position, 0)],
            });
        }
        let deadline = Instant::now() + TIME_LIMIT;
        for attempt in 1..=MAX_ATTEMPTS {
            let context = Arc::clone(&registers.context);
            let typed = text.clone();
            let offer = self
                .tasks
                .computing(caller.acting.oin(), move || Offer::new(&typed, &context));
            let offer = offer.await?;
            let count_request = SuggestInquiry {
                caller: caller.acting.oin().clone(),
                text: text.clone(),
                targets: offer.targets().into(),
                limit,
                policy: policy.clone(),
                deadline,
                now: self.clock.now(),
                is_last: attempt == MAX_ATTEMPTS,
            };
            match count_suggestions(&registers, &count_request).await {
                Ok((shares, statuses)) => {
                    let position = statuses.first().and_then(|own| own.position);
                    return Ok(Suggestions {
                        suggestions: self.tasks.blocking(move || offer.suggestions(&shares, limit)).await?,
                        position: position.unwrap_or_else(|| own.view().position()),
                        completeness: Completeness::of(&statuses),
                        registers: statuses,
                    });
                }
                Err(GatherError::Failed(error)) => return Err(error),
                Err(GatherError::HoldingsChanged) => {
                    registers = Registers::now(&self.federation, Arc::clone(&own), policy.scope, true, &self.language).await?;
                }
            }
        }
        let message = "registers changed their organisations during the request";
        Err(Error::new(Reason::FederationIncomplete, message).retry_after(Duration::from_secs(1)))
    }
}
