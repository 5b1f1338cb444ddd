//! The answer on its way out: its status gets a reason, and when it is through the request is done.

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

use super::record::Record;
use super::translate::outgoing;

/// A response's body under watch.
pub(super) struct Answer {
    inner: Body,
    record: Record,
    span: tracing::Span,
    is_over: bool,
    ends: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl Answer {
    /// Watches `response`. One that is only a status is done at once; one that goes on ends when `ends` is cancelled.
    pub(super) fn wrap(
        mut response: http::Response<Body>,
        mut record: Record,
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

    /// Ends the answer with `status`.
    fn end_with(&mut self, status: Status) -> Frame<Bytes> {
        let mut trailers = HeaderMap::new();
        finish(&mut trailers, status, &mut self.record);
        self.is_over = true;
        Frame::trailers(trailers)
    }
}

/// Puts `status`, as it goes out, into `headers`, and closes the record.
fn finish(headers: &mut HeaderMap, status: Status, record: &mut Record) {
    if status.code() == Code::Ok {
        // Only where there were no headers yet: an answer that tonic ended has them.
        headers
            .entry(Status::GRPC_STATUS)
            .or_insert(http::HeaderValue::from_static("0"));
        record.done(Code::Ok, "");
        return;
    }
    let outgoing = outgoing(status, record.context());
    // A status that cannot be written as headers keeps the headers that were there.
    let _ = outgoing.status.add_header(headers);
    record.done(outgoing.status.code(), &outgoing.reason);
}

impl http_body::Body for Answer {
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
            // What was to be said before the end has been said: the inner stream had its turn.
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
