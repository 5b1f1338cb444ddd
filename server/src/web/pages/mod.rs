//! One file per page: its handler and its template struct.

pub(super) mod home;

/// A question as a session keeps it.
#[derive(Clone)]
pub(in crate::web) struct Question {
    /// What was typed.
    pub(in crate::web) text: String,
}
