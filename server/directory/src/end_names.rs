//! Erases names whose last day has passed. The erasure is a revision of its own, so that every view and replica follows it.
//!
//! A name that has ended is not shown in the meantime either: see [`register::view::visible`].

use std::sync::Arc;

use register::change::{Actor, Mutation};
use server_core::error::Error;

use super::write::Decision;
use super::{Directory, Written};

/// Maximum number of names that one revision erases.
const PER_REVISION: usize = 1_000;

impl Directory {
    /// Erases all names that ended before today. Returns their number.
    pub async fn end_names(self: &Arc<Self>) -> Result<usize, Error> {
        let mut erased = 0;
        loop {
            let before = self.position();
            let now_erased = self.end_some_names().await?;
            erased += now_erased;
            if now_erased < PER_REVISION || self.position() == before {
                return Ok(erased);
            }
        }
    }

    async fn end_some_names(self: &Arc<Self>) -> Result<usize, Error> {
        let today = self.clock.today();
        let has_ended = move |view: &register::view::View| {
            let ended = view.entries().filter(|entry| entry.officer.has_ended_name_on(today));
            ended.take(PER_REVISION).map(|entry| entry.officer_name()).collect::<Vec<_>>()
        };
        // On most days there is nothing to do; then skip the write lock.
        let view = self.views.current();
        let count = self.tasks.blocking(move || has_ended(&view).len()).await?;
        if count == 0 {
            return Ok(0);
        }
        self.write(None, move |view| {
            Ok(Decision {
                actor: Actor::node(),
                mutations: has_ended(view).into_iter().map(|name| Mutation::EndName { name }).collect(),
                response: Written {
                    position: view.position(),
                },
            })
        })
        .await?;
        Ok(count)
    }
}
