//! Converts the node's error into a gRPC status with google.rpc details, and logs it once.

use std::collections::HashMap;
use std::time::Duration;

use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt as _};

use super::{Error, Severity, chain};

/// The domain of every ErrorInfo.
pub(super) const DOMAIN: &str = "maatwerkregister";

/// The maximum number of violations in a status: the details must stay well below 16 KiB of headers.
const MAX_VIOLATIONS: usize = 20;

/// The maximum length of a violation's message in a status, in bytes.
const MAX_MESSAGE_BYTES: usize = 300;

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        log(&error);
        let code = error.reason.consequence().code;
        let mut metadata: HashMap<String, String> = error
            .metadata
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        let mut details = ErrorDetails::new();
        if !error.violations.is_empty() {
            metadata.insert("violations".to_owned(), error.violations.len().to_string());
            for violation in error.violations.iter().take(MAX_VIOLATIONS) {
                let description = format!("{} ({})", shortened(&violation.message), violation.code.as_str());
                details.add_bad_request_violation(shortened(&violation.field), description);
            }
        }
        if let Some((kind, name)) = error.resource.as_deref() {
            details.set_resource_info(*kind, shortened(name), "", "");
        }
        if let Some(delay) = error.retry_after.or_else(|| default_delay(&error)) {
            details.set_retry_info(Some(delay));
        }
        details.set_error_info(error.reason.as_str(), DOMAIN, metadata);
        Status::with_error_details(code, error.message, details)
    }
}

/// Errors for exhausted or unavailable resources always carry RetryInfo.
fn default_delay(error: &Error) -> Option<Duration> {
    use tonic::Code::{ResourceExhausted, Unavailable};
    let consequence = error.reason.consequence();
    let can_wait = matches!(consequence.code, ResourceExhausted | Unavailable) && consequence.retry != super::Retry::Never;
    can_wait.then_some(Duration::from_secs(1))
}

fn shortened(text: &str) -> String {
    if text.len() <= MAX_MESSAGE_BYTES {
        return text.to_owned();
    }
    let mut end = MAX_MESSAGE_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

/// The only place that logs an error: with its source chain, and never with the request.
fn log(error: &Error) {
    let reason = error.reason.as_str();
    match error.reason.consequence().severity {
        Severity::Error => {
            let cause = error.source.as_deref().map(|source| chain(source)).unwrap_or_default();
            tracing::error!(reason, cause, "call failed: {reason}");
        }
        // The log line of the request has the rest.
        Severity::Warn | Severity::Info => tracing::debug!(reason, "call refused: {reason}"),
    }
}
