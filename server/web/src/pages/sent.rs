//! What becomes of a form that asks for a write: the visitor goes on to a page that says what was done, or sees the form again
//! with all that is wrong beside its fields. Every such form ends here; what it reads and asks for is its own.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use server_core::error::{Error, Reason};

use super::field::Problem;
use crate::error::PageError;
use crate::session::Visitor;

/// What a use case made of a form.
pub(super) enum Sent {
    /// It did what was asked.
    Done,
    /// Nothing was done, and this is wrong.
    Refused(Vec<Problem>),
}

impl Sent {
    /// Of a use case that says with an error what is wrong with the message `inside` which the form stands for.
    pub(super) fn of<T>(outcome: Result<T, Error>, inside: &str) -> Result<Self, PageError> {
        match outcome {
            Ok(_) => Ok(Self::Done),
            Err(error) if error.reason() == Reason::InvalidRequest && !error.violations().is_empty() => {
                let problems = error.violations().iter().map(|violation| Problem::of(violation, inside));
                Ok(Self::Refused(problems.collect()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Leads to the page `to`, which says `notice`.
pub(super) fn done(visitor: &Visitor, notice: impl Into<String>, to: &str) -> Response {
    visitor.tell(notice);
    Redirect::to(to).into_response()
}

/// The page of a form that was not accepted.
pub(super) fn refused(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// The page of a form whose subject another has changed in the meantime.
pub(super) fn conflicting(page: Response) -> Response {
    (StatusCode::CONFLICT, page).into_response()
}

#[cfg(test)]
mod tests {
    use register::violation::{Violation, ViolationCode};

    use super::*;

    #[test]
    fn what_a_use_case_finds_stands_at_the_fields_of_the_form() {
        let violation = Violation {
            field: "grants[0].oin".to_owned(),
            code: ViolationCode::Malformed,
            message: "Dit is geen OIN.".to_owned(),
        };
        let outcome: Result<(), Error> = Err(Error::invalid(vec![violation]));
        match Sent::of(outcome, "grants[0].") {
            Ok(Sent::Refused(problems)) => assert_eq!(problems, [Problem::new("oin", "Dit is geen OIN.")]),
            _ => panic!("it was refused"),
        }
        assert!(matches!(Sent::of(Ok(()), ""), Ok(Sent::Done)));
        assert!(Sent::of(Err::<(), _>(Error::new(Reason::RoleMissing, "x")), "").is_err());
    }
}
