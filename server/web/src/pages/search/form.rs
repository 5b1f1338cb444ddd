//! The search form: the question and the municipality of the household.

use super::place;
use crate::question::Question;
use crate::session::Visitor;
use crate::state::Web;

/// The values of the search form.
#[derive(Clone, Debug, Default)]
pub(super) struct SearchForm {
    /// The question as typed.
    pub(super) text: String,
    /// The name of the municipality.
    pub(super) place: String,
    /// The error of the municipality.
    pub(super) place_problem: Option<String>,
    /// Whether there is no question yet; then the field gets the focus.
    pub(super) is_first: bool,
}

impl SearchForm {
    /// An empty form with the municipality of the last search.
    pub(super) fn empty(web: &Web, visitor: &Visitor) -> Self {
        Self {
            place: place::name(visitor.municipality().as_ref(), web.directory().gazetteer()),
            is_first: true,
            ..Self::default()
        }
    }

    /// The form of a question, to be changed.
    pub(super) fn of(question: &Question, web: &Web) -> Self {
        Self {
            text: question.text.clone(),
            place: place::name(question.municipality.as_ref(), web.directory().gazetteer()),
            ..Self::default()
        }
    }
}
