//! Reads the details of a refusal: reason, metadata and violations.

use tonic::Status;
use tonic_types::StatusExt as _;

/// Returns the reason in the status's ErrorInfo. It is empty where there is none, which is a bug in itself.
pub fn reason(status: &Status) -> String {
    let info = status.get_details_error_info();
    info.map(|info| {
        assert_eq!(info.domain, "maatwerkregister", "every ErrorInfo is of this domain");
        info.reason
    })
    .unwrap_or_default()
}

/// Returns a metadata value of the ErrorInfo.
pub fn fact(status: &Status, key: &str) -> Option<String> {
    status.get_details_error_info()?.metadata.get(key).cloned()
}

/// Returns the fields and descriptions of the violations.
pub fn violations(status: &Status) -> Vec<(String, String)> {
    let Some(request) = status.get_details_bad_request() else {
        return Vec::new();
    };
    let violations = request.field_violations.into_iter();
    violations.map(|violation| (violation.field, violation.description)).collect()
}

/// Asserts that a call was refused for the reason `expected`, and returns its status.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, expected: &str) -> Status {
    let status = answer.expect_err("the call must be refused");
    assert_eq!(reason(&status), expected, "{status:?}");
    status
}
