//! Statuses as they leave the node: every one with a reason of ours and the request's name.
//!
//! tonic makes statuses of its own, without ErrorInfo and with codes that mean something else here: text that is not UTF-8 is
//! INTERNAL to it, a message that is too large OUT_OF_RANGE, a deadline CANCELLED.

use server_core::error::{Error, Reason};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::Context;

/// A status as it goes out, and its reason for the log.
pub(super) struct Outgoing {
    pub(super) status: Status,
    pub(super) reason: String,
}

/// `status` with a reason and the name of the request.
pub(super) fn outgoing(status: Status, context: &Context) -> Outgoing {
    let status = match ours(&status) {
        Some(error) => Status::from(error),
        None => status,
    };
    let mut details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.clone()).unwrap_or_default();
    details.set_request_info(context.request_id.as_str(), "");
    Outgoing {
        status: with_details(&status, details),
        reason,
    }
}

fn with_details(status: &Status, details: ErrorDetails) -> Status {
    Status::with_error_details_and_metadata(status.code(), status.message(), details, status.metadata().clone())
}

/// The error of ours that a status of tonic's own amounts to. `None` for ours, and for those of the standard services.
fn ours(status: &Status) -> Option<Error> {
    if !status.details().is_empty() {
        return None;
    }
    let message = status.message();
    let error = match status.code() {
        Code::Internal if is_about_decoding(message) => Error::new(
            Reason::MalformedMessage,
            "the message cannot be decoded: it is not protobuf of this call, or text in it is not UTF-8",
        ),
        Code::Internal | Code::Unknown => Error::internal("a status without a reason left a handler"),
        Code::OutOfRange | Code::ResourceExhausted => Error::new(Reason::MessageTooLarge, "the message is larger than allowed"),
        Code::Cancelled | Code::DeadlineExceeded => {
            Error::new(Reason::DeadlineExceeded, "the deadline passed before there was an answer")
        }
        Code::Unimplemented if message.is_empty() => Error::new(Reason::NotInThisVersion, "this node knows no such call"),
        _ => return None,
    };
    Some(error)
}

/// The texts of prost and tonic for bytes that are no message.
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

    fn context() -> Context {
        Context::new(RequestId::parse("request-1").unwrap(), Duration::from_secs(1))
    }

    #[test]
    fn statuses_of_tonic_get_the_code_and_reason_that_they_mean() {
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
            let outgoing = outgoing(status, &context());
            assert_eq!((outgoing.status.code(), outgoing.reason.as_str()), (code, reason));
            assert!(!outgoing.status.message().contains("driver"));
        }
    }

    #[test]
    fn ours_keep_everything_and_gain_the_name_of_the_request() {
        let status = Status::from(Error::not_found(
            Reason::OfficerNotFound,
            "officer",
            "organisations/a1/officers/b",
        ));
        let outgoing = outgoing(status, &context());
        let details = outgoing.status.get_error_details();
        assert_eq!(outgoing.reason, "OFFICER_NOT_FOUND");
        assert_eq!(details.resource_info().unwrap().resource_name, "organisations/a1/officers/b");
        assert_eq!(details.request_info().unwrap().request_id, "request-1");
    }

    #[test]
    fn the_standard_services_keep_their_own() {
        let outgoing = outgoing(Status::not_found("service not registered"), &context());
        assert_eq!(outgoing.status.code(), Code::NotFound);
        assert_eq!(outgoing.reason, "");
    }
}
