//! The form that asks: the question, and where the household lives.

use super::place;
use crate::question::Question;
use crate::session::Visitor;
use crate::state::Web;

/// The form as it is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct SearchForm {
    /// What was typed.
    pub(super) text: String,
    /// The municipality by name.
    pub(super) place: String,
    /// What is wrong with it.
    pub(super) place_problem: Option<String>,
    /// Whether nothing was asked yet: then the field has the focus.
    pub(super) is_first: bool,
}

impl SearchForm {
    /// Empty, but for the municipality that is remembered.
    pub(super) fn empty(web: &Web, visitor: &Visitor) -> Self {
        Self {
            place: place::name(visitor.municipality().as_ref(), web.directory().gazetteer()),
            is_first: true,
            ..Self::default()
        }
    }

    /// With a question, to be changed.
    pub(super) fn of(question: &Question, web: &Web) -> Self {
        Self {
            text: question.text.clone(),
            place: place::name(question.municipality.as_ref(), web.directory().gazetteer()),
            ..Self::default()
        }
    }
}
