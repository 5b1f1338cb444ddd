//! Wraps the body of a response: adds a reason to its status, and records the request when the body ends.

use std::future::Future as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use server_core::error::{Error, Reason};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::body::Body;
use tonic::{Code, Status};

use super::record::RequestRecord;
use super::translate::translate;

/// A response body that records the end of its request.
pub(super) struct RecordedBody {
    inner: Body,
    record: RequestRecord,
    span: tracing::Span,
    is_over: bool,
    ends: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl RecordedBody {
    /// Wraps `response`. A response that is only a status is done at once. A stream ends when `ends`, if given, is cancelled.
    pub(super) fn wrap(
        mut response: http::Response<Body>,
        mut record: RequestRecord,
        span: tracing::Span,
        ends: Option<CancellationToken>,
    ) -> http::Response<Body> {
        if let Some(status) = Status::from_header_map(response.headers()) {
            span.in_scope(|| finish(response.headers_mut(), status, &mut record));
            return response;
        }
        response.map(|inner| {
            Body::new(Self {
                inner,
                record,
                span,
                is_over: false,
                ends: ends.map(|ends| Box::pin(ends.cancelled_owned())),
            })
        })
    }

    /// Ends the body with `status`.
    fn end_with(&mut self, status: Status) -> Frame<Bytes> {
        let mut trailers = HeaderMap::new();
        finish(&mut trailers, status, &mut self.record);
        self.is_over = true;
        Frame::trailers(trailers)
    }
}

/// Writes the translated `status` to `headers`, and closes the record.
fn finish(headers: &mut HeaderMap, status: Status, record: &mut RequestRecord) {
    if status.code() == Code::Ok {
        // A response that tonic has ended has the header already.
        headers
            .entry(Status::GRPC_STATUS)
            .or_insert(http::HeaderValue::from_static("0"));
        record.done(Code::Ok, "");
        return;
    }
    let status = match record.context().noted().is_broken_off {
        true => Error::new(Reason::CallerGone, "the caller broke off the request").into(),
        false => status,
    };
    let translated = translate(status, record.context());
    // If the status cannot be written as headers, the existing headers stay.
    let _ = translated.status.add_header(headers);
    record.done(translated.status.code(), &translated.reason);
}

impl http_body::Body for RecordedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let span = self.span.clone();
        let _entered = span.enter();
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.inner).poll_frame(cx)));
        let frame = match polled {
            // The inner stream was polled first, so it has sent what it had.
            Ok(Poll::Pending) => match self.ends.as_mut().map(|ends| ends.as_mut().poll(cx)) {
                Some(Poll::Ready(())) => self.end_with(Error::new(Reason::ShuttingDown, "the node is stopping").into()),
                Some(Poll::Pending) | None => return Poll::Pending,
            },
            Ok(Poll::Ready(Some(Ok(frame)))) => frame,
            Ok(Poll::Ready(Some(Err(status)))) => self.end_with(status),
            Ok(Poll::Ready(None)) => {
                self.is_over = true;
                self.record.done(Code::Ok, "");
                return Poll::Ready(None);
            }
            Err(_panic) => self.end_with(Error::internal("a stream panicked").into()),
        };
        let frame = match frame.into_trailers() {
            Ok(mut trailers) if !self.is_over => {
                if let Some(status) = Status::from_header_map(&trailers) {
                    finish(&mut trailers, status, &mut self.record);
                }
                self.is_over = true;
                Frame::trailers(trailers)
            }
            Ok(trailers) => Frame::trailers(trailers),
            Err(data) => data,
        };
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.is_over || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
