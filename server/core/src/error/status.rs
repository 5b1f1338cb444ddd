//! Converts the node's error into a gRPC status with google.rpc details, and logs it once.

use std::collections::HashMap;
use std::time::Duration;

use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt as _};

use super::{Error, Severity};

/// The domain of every ErrorInfo.
pub(super) const DOMAIN: &str = "maatwerkregister";

/// The maximum number of violations in a status: the details must stay well below 16 KiB of headers.
const MOST_VIOLATIONS: usize = 20;

/// The maximum length of a violation's message in a status, in bytes.
const LONGEST_MESSAGE: usize = 300;

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
            for violation in error.violations.iter().take(MOST_VIOLATIONS) {
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
    if text.len() <= LONGEST_MESSAGE {
        return text.to_owned();
    }
    let mut end = LONGEST_MESSAGE;
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
            let cause = error.source.as_deref().map(chain).unwrap_or_default();
            tracing::error!(reason, cause, "call failed: {reason}");
        }
        // The log line of the request has the rest.
        Severity::Warn | Severity::Info => tracing::debug!(reason, "call refused: {reason}"),
    }
}

fn chain(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
