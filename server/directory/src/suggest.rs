//! What a text that is being typed may become.

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

use super::{Directory, limits};

/// Suggestions, and which registers were counted.
#[derive(Clone, Debug)]
pub struct Suggested {
    /// Best first.
    pub suggestions: Vec<Suggestion>,
    /// The position that they were made from.
    pub position: Position,
    /// Which registers the counts cover.
    pub completeness: Completeness,
    /// How each has answered, this one first.
    pub registers: Vec<RegisterStatus>,
}

/// Nobody who is typing waits for longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// So often it begins anew because a register says that it holds other organisations than was known.
const MOST_BEGINNINGS: usize = 3;

impl Directory {
    /// Suggestions for `text`, best first: codes, organisations, places and titles, never persons.
    pub async fn suggest(&self, caller: &Caller, text: String, limit: i32, policy: Policy) -> Result<Suggested, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let limit = limits::page_size(limit, 5, 20)?;
        if text.chars().count() > limits::SUGGEST_CHARACTERS {
            let message = "De tekst is langer dan 200 tekens; stel de vraag als zoekvraag.";
            return Err(super::violation("text", ViolationCode::TooLong, message));
        }
        let own = self.views.searching(&Consistency::any()).await?;
        let mut registers = Registers::now(&self.federation, Arc::clone(&own), policy.scope, false, &self.language);
        if !registers.has_others() && (policy.scope == Scope::Local || policy.required.is_empty()) {
            let position = own.view().position();
            let suggestions = self
                .tasks
                .blocking(move || own.index().suggest(&text, limit, own.context()))
                .await?;
            return Ok(Suggested {
                suggestions,
                position,
                completeness: Completeness::Local,
                registers: vec![RegisterStatus::own(self.register.clone(), position, 0)],
            });
        }
        let deadline = Instant::now() + PATIENCE;
        for _ in 0..MOST_BEGINNINGS {
            let context = Arc::clone(&registers.context);
            let typed = text.clone();
            let offer = self.tasks.blocking(move || Offer::new(&typed, &context)).await?;
            let asked = SuggestInquiry {
                text: text.clone(),
                targets: offer.targets().into(),
                limit,
                policy: policy.clone(),
                deadline,
                now: self.clock.now(),
            };
            match count_suggestions(&registers, &asked).await {
                Ok((shares, statuses)) => {
                    let position = statuses.first().and_then(|own| own.position);
                    return Ok(Suggested {
                        suggestions: self.tasks.blocking(move || offer.suggestions(&shares, limit)).await?,
                        position: position.unwrap_or_else(|| own.view().position()),
                        completeness: Completeness::of(&statuses),
                        registers: statuses,
                    });
                }
                Err(GatherError::Failed(error)) => return Err(error),
                Err(GatherError::HoldingsChanged) => {
                    registers = Registers::now(&self.federation, Arc::clone(&own), policy.scope, true, &self.language);
                }
            }
        }
        let message = "registers changed what they hold while they were asked";
        Err(Error::new(Reason::FederationIncomplete, message).retry_after(Duration::from_secs(1)))
    }
}
