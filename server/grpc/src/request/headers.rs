//! Reads the headers of a request: its id, its trace context and its timeout.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};
use register::clock::Clock;
use register::identifier::RequestId;

use super::RequestContext;
use super::rpc::Rpc;

/// The header for the request id, in requests and responses.
pub(super) const REQUEST_ID: &str = "x-request-id";

/// Assigns request ids.
pub(super) struct RequestIds {
    clock: Arc<dyn Clock>,
    random: Mutex<StdRng>,
}

impl RequestIds {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            random: Mutex::new(StdRng::from_os_rng()),
        }
    }

    /// Returns the request id of the caller if it is well-formed; otherwise a new UUID version 7.
    pub(super) fn request_id(&self, headers: &HeaderMap) -> RequestId {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        if let Some(id) = given.and_then(|text| RequestId::parse(text).ok()) {
            return id;
        }
        let mut bytes = [0; 10];
        self.random
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(&mut bytes);
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
        RequestId::parse(&uuid.to_string()).expect("a UUID is 36 visible characters")
    }
}

/// Returns the timeout in `grpc-timeout`: at most eight digits and a unit.
pub(super) fn timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

/// The trace context of the caller (W3C Trace Context).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TraceContext {
    pub(super) id: String,
    parent: String,
}

/// Returns the trace context in `traceparent`, if it is well-formed.
pub(super) fn trace(headers: &HeaderMap) -> Option<TraceContext> {
    let (id, parent) = parse_traceparent(headers.get("traceparent")?.to_str().ok()?)?;
    Some(TraceContext {
        id: id.to_owned(),
        parent: parent.to_owned(),
    })
}

/// Creates the span of a request, with the trace of its caller.
pub(super) fn span(rpc: &Rpc, context: &RequestContext, trace: Option<&TraceContext>) -> tracing::Span {
    tracing::info_span!(
        "grpc",
        rpc = rpc.name(),
        request.id = context.request_id.as_str(),
        trace.id = trace.map(|trace| trace.id.as_str()),
        trace.parent = trace.map(|trace| trace.parent.as_str()),
    )
}

/// Parses `00-{trace}-{parent}-{flags}` and returns trace and parent.
fn parse_traceparent(text: &str) -> Option<(&str, &str)> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let is_some = |part: &str| part.bytes().any(|b| b != b'0');
    let well_formed = is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
    (well_formed && is_some(trace) && is_some(parent)).then_some((trace, parent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use register::clock::FixedClock;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static(name), http::HeaderValue::from_static(value))])
    }

    #[test]
    fn timeouts_have_a_unit_and_at_most_eight_digits() {
        for (text, expected) in [
            ("5S", Some(Duration::from_secs(5))),
            ("250m", Some(Duration::from_millis(250))),
            ("99999999H", Some(Duration::from_secs(99_999_999 * 3600))),
            ("999999999S", None),
            ("5", None),
            ("S", None),
            ("-5S", None),
        ] {
            let read = timeout(&headers("grpc-timeout", text));
            match (text, read) {
                ("S", Some(_)) => panic!("a unit alone is not a timeout"),
                (_, read) => assert_eq!(read, expected, "{text}"),
            }
        }
    }

    #[test]
    fn a_well_formed_request_id_of_the_caller_is_kept() {
        let ids = RequestIds::new(Arc::new(FixedClock::new("2026-11-22T12:00:00Z".parse().unwrap())));
        assert_eq!(ids.request_id(&headers("x-request-id", "mine-1")).as_str(), "mine-1");
        let generated = ids.request_id(&headers("x-request-id", "two words"));
        assert_eq!(uuid::Uuid::parse_str(generated.as_str()).unwrap().get_version_num(), 7);
    }

    #[test]
    fn only_a_well_formed_trace_context_is_used() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = "00f067aa0ba902b7";
        assert_eq!(parse_traceparent(&format!("00-{trace}-{parent}-01")), Some((trace, parent)));
        assert_eq!(parse_traceparent(&format!("00-{}-{parent}-01", "0".repeat(32))), None);
        assert_eq!(parse_traceparent("00-xyz-1-01"), None);
    }
}
