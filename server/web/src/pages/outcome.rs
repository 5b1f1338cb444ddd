//! The outcome of a form that requests a write: a redirect to a page with a notice, or the form again with its errors.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use server_core::error::{Error, Reason};

use super::field::Problem;
use crate::error::PageError;
use crate::session::Visitor;

/// The outcome of a use case for a form.
pub(super) enum FormOutcome {
    /// The use case did what the form asked.
    Done,
    /// The use case did nothing because of these errors.
    Refused(Vec<Problem>),
}

impl FormOutcome {
    /// Turns the violations of a use case into errors of the form. `inside` is the message of the contract that the form represents.
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

/// Redirects to the page `to` and shows `notice` there.
pub(super) fn done(visitor: &Visitor, notice: impl Into<String>, to: &str) -> Response {
    visitor.set_notice(notice);
    Redirect::to(to).into_response()
}

/// The response with the form of an invalid request.
pub(super) fn refused(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// The response with the form of a write that conflicts with another.
pub(super) fn conflicting(page: Response) -> Response {
    (StatusCode::CONFLICT, page).into_response()
}

#[cfg(test)]
mod tests {
    use register::violation::{Violation, ViolationCode};

    use super::*;

    #[test]
    fn violations_become_errors_at_the_fields_of_the_form() {
        let violation = Violation {
            field: "grants[0].oin".to_owned(),
            code: ViolationCode::Malformed,
            message: "Dit is geen OIN.".to_owned(),
        };
        let outcome: Result<(), Error> = Err(Error::invalid(vec![violation]));
        match FormOutcome::of(outcome, "grants[0].") {
            Ok(FormOutcome::Refused(problems)) => assert_eq!(problems, [Problem::new("oin", "Dit is geen OIN.")]),
            _ => panic!("it was refused"),
        }
        assert!(matches!(FormOutcome::of(Ok(()), ""), Ok(FormOutcome::Done)));
        assert!(FormOutcome::of(Err::<(), _>(Error::new(Reason::RoleMissing, "x")), "").is_err());
    }
}
