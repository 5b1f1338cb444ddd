//! Reading a refusal: its reason, the facts beside it and the violations.

use tonic::Status;
use tonic_types::StatusExt as _;

/// The reason in the status's ErrorInfo; empty when there is none, which is a bug in itself.
pub fn reason(status: &Status) -> String {
    let info = status.get_details_error_info();
    info.map(|info| {
        assert_eq!(info.domain, "maatwerkregister", "every ErrorInfo is of this domain");
        info.reason
    })
    .unwrap_or_default()
}

/// A fact for machines beside the reason.
pub fn fact(status: &Status, key: &str) -> Option<String> {
    status.get_details_error_info()?.metadata.get(key).cloned()
}

/// The fields and descriptions of the violations.
pub fn violations(status: &Status) -> Vec<(String, String)> {
    let Some(request) = status.get_details_bad_request() else {
        return Vec::new();
    };
    let violations = request.field_violations.into_iter();
    violations.map(|violation| (violation.field, violation.description)).collect()
}

/// The status that a call was refused with, which must be for `expected`.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, expected: &str) -> Status {
    let status = answer.expect_err("the call must be refused");
    assert_eq!(reason(&status), expected, "{status:?}");
    status
}
