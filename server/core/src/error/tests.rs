use std::collections::HashSet;

use register::violation::ViolationCode;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::*;

#[test]
fn code_of_every_reason_fits_its_http_status() {
    for reason in Reason::ALL {
        let consequence = reason.consequence();
        let fits = match consequence.code {
            Code::Unauthenticated => consequence.http_status == 401,
            Code::PermissionDenied => consequence.http_status == 403,
            Code::NotFound => consequence.http_status == 404,
            Code::Internal => consequence.http_status == 500,
            Code::Unavailable => consequence.http_status == 503,
            _ => (400..=504).contains(&consequence.http_status),
        };
        assert!(fits, "{reason:?}: {consequence:?}");
    }
}

#[test]
fn list_of_reasons_is_complete_without_duplicates() {
    let distinct: HashSet<Reason> = Reason::ALL.into_iter().collect();
    assert_eq!(distinct.len(), Reason::ALL.len());
    assert_eq!(
        Reason::ALL.last(),
        Some(&Reason::Internal),
        "`Internal` is last in the enum: add new reasons to `ALL` too"
    );
    assert_eq!(Reason::Internal as usize + 1, Reason::ALL.len());
}

#[test]
fn status_carries_reason_violations_and_their_number() {
    let violation = |n: usize| Violation {
        field: format!("competences[{n}]"),
        code: ViolationCode::UnknownCode,
        message: "Deze code staat niet in de woordenlijst.".into(),
    };
    let status = Status::from(Error::invalid((0..50).map(violation).collect()));
    assert_eq!(status.code(), Code::InvalidArgument);
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(
        (info.reason.as_str(), info.domain.as_str()),
        ("INVALID_REQUEST", "maatwerkregister")
    );
    assert_eq!(info.metadata["violations"], "50");
    assert_eq!(details.bad_request().unwrap().field_violations.len(), 20);
    assert!(status.details().len() < 12 * 1024);
}

#[test]
fn retryable_error_carries_a_delay() {
    let status = Status::from(Error::new(Reason::RateLimited, "too many requests"));
    assert!(status.get_error_details().retry_info().unwrap().retry_delay.is_some());
}

#[test]
fn cause_never_reaches_the_caller() {
    let status = Status::from(Error::internal(std::io::Error::other("secret path")));
    assert!(!format!("{status:?}").contains("secret path"));
}
