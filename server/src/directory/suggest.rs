//! What a text that is being typed may become.

use index::Suggestion;
use register::violation::ViolationCode;

use super::{At, Directory, Sources, limits};
use crate::error::Error;
use crate::identity::Caller;
use crate::views::{Consistency, blocking};

impl Directory {
    /// Suggestions for `text`, best first: codes, organisations, places and titles, never persons.
    pub async fn suggest(&self, caller: &Caller, text: String, limit: i32) -> Result<At<Vec<Suggestion>>, Error> {
        self.may_look_up(&self.views.current(), caller)?;
        let limit = limits::page_size(limit, 5, 20)?;
        if text.chars().count() > limits::SUGGEST_CHARACTERS {
            let message = "De tekst is langer dan 200 tekens; stel de vraag als zoekvraag.";
            return Err(super::violation("text", ViolationCode::TooLong, message));
        }
        let searchable = self.views.searching(&Consistency::any()).await?;
        let position = searchable.view().position();
        let value = blocking(move || searchable.index().suggest(&text, limit, searchable.context())).await?;
        Ok(At {
            value,
            position,
            sources: Sources::default(),
        })
    }
}
