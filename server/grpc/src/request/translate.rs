//! Translates statuses before they leave the node: each gets a reason of the contract and the request id.
//!
//! tonic creates statuses without ErrorInfo, and with codes that have another meaning in this contract: INTERNAL for text that
//! is not UTF-8, OUT_OF_RANGE for a message that is too large, CANCELLED for a deadline.

use server_core::error::{Error, Reason};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::RequestContext;

/// A translated status, and its reason for the log.
pub(super) struct TranslatedStatus {
    pub(super) status: Status,
    pub(super) reason: String,
}

/// Adds a reason and the request id to `status`.
pub(super) fn translate(status: Status, context: &RequestContext) -> TranslatedStatus {
    let status = match error_for(&status) {
        Some(error) => Status::from(error),
        None => status,
    };
    let mut details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.clone()).unwrap_or_default();
    details.set_request_info(context.request_id.as_str(), "");
    TranslatedStatus {
        status: with_details(&status, details),
        reason,
    }
}

fn with_details(status: &Status, details: ErrorDetails) -> Status {
    Status::with_error_details_and_metadata(status.code(), status.message(), details, status.metadata().clone())
}

/// Returns the error for a status that tonic created. `None` for statuses of this node and of the standard services.
fn error_for(status: &Status) -> Option<Error> {
    if !status.details().is_empty() {
        return None;
    }
    let message = status.message();
    let error = match status.code() {
        Code::Internal if is_about_decoding(message) => Error::new(
            Reason::MalformedMessage,
            "the message cannot be decoded: it is not the protobuf message of this RPC, or its text is not UTF-8",
        ),
        Code::Internal | Code::Unknown => Error::internal("a status without a reason left a handler"),
        Code::OutOfRange | Code::ResourceExhausted => Error::new(Reason::MessageTooLarge, "the message is larger than the limit"),
        Code::Cancelled | Code::DeadlineExceeded => {
            Error::new(Reason::DeadlineExceeded, "the deadline passed before the response started")
        }
        Code::Unimplemented if message.starts_with("Content is compressed") => Error::new(
            Reason::CompressionNotSupported,
            "the message is compressed; send it uncompressed (`grpc-encoding: identity`)",
        ),
        Code::Unimplemented if message.is_empty() => Error::new(Reason::NotInThisVersion, "this node does not have this RPC"),
        _ => return None,
    };
    Some(error)
}

/// Returns whether a message of prost or tonic is about bytes that cannot be decoded.
fn is_about_decoding(message: &str) -> bool {
    const BEGINNINGS: [&str; 4] = [
        "failed to decode",
        "protocol error",
        "Unexpected EOF",
        "Missing request message",
    ];
    BEGINNINGS.iter().any(|beginning| message.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use register::identifier::RequestId;
    use std::time::Duration;

    fn context() -> RequestContext {
        RequestContext::new(RequestId::parse("request-1").unwrap(), Duration::from_secs(1))
    }

    #[test]
    fn statuses_of_tonic_get_a_code_and_reason_of_the_contract() {
        for (status, code, reason) in [
            (
                Status::internal("failed to decode Protobuf message: x"),
                Code::InvalidArgument,
                "MALFORMED_MESSAGE",
            ),
            (
                Status::internal("Missing request message."),
                Code::InvalidArgument,
                "MALFORMED_MESSAGE",
            ),
            (
                Status::out_of_range("Error, decoded message length too large"),
                Code::ResourceExhausted,
                "MESSAGE_TOO_LARGE",
            ),
            (
                Status::cancelled("Timeout expired"),
                Code::DeadlineExceeded,
                "DEADLINE_EXCEEDED",
            ),
            (Status::unimplemented(""), Code::Unimplemented, "NOT_IN_THIS_VERSION"),
            (Status::internal("a driver said something"), Code::Internal, "INTERNAL"),
        ] {
            let translated = translate(status, &context());
            assert_eq!((translated.status.code(), translated.reason.as_str()), (code, reason));
            assert!(!translated.status.message().contains("driver"));
        }
    }

    #[test]
    fn our_statuses_stay_and_get_the_request_id() {
        let status = Status::from(Error::not_found(
            Reason::OfficerNotFound,
            "officer",
            "organisations/a1/officers/b",
        ));
        let translated = translate(status, &context());
        let details = translated.status.get_error_details();
        assert_eq!(translated.reason, "OFFICER_NOT_FOUND");
        assert_eq!(details.resource_info().unwrap().resource_name, "organisations/a1/officers/b");
        assert_eq!(details.request_info().unwrap().request_id, "request-1");
    }

    #[test]
    fn statuses_of_the_standard_services_stay() {
        let translated = translate(Status::not_found("service not registered"), &context());
        assert_eq!(translated.status.code(), Code::NotFound);
        assert_eq!(translated.reason, "");
    }
}
