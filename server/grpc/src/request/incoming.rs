//! The size of messages, watched on their way in: tonic's own limit answers with a code that means something else.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes};
use http_body::{Frame, SizeHint};
use server_core::error::{Error, Reason};
use tonic::Status;
use tonic::body::Body;

/// A flag and four bytes of length stand before each message.
const PREFIX: usize = 5;

/// A request's body whose messages are no longer than the limit.
pub(super) struct LimitedMessages {
    inner: Body,
    limit: usize,
    prefix: [u8; PREFIX],
    /// Bytes of the prefix that have been seen.
    seen: usize,
    /// Bytes of the message that are still to come.
    left: usize,
}

impl LimitedMessages {
    pub(super) fn new(inner: Body, limit: usize) -> Self {
        Self {
            inner,
            limit,
            prefix: [0; PREFIX],
            seen: 0,
            left: 0,
        }
    }

    /// Follows `bytes` through prefixes and messages.
    fn watch(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            if self.left > 0 {
                let part = self.left.min(bytes.len());
                self.left -= part;
                bytes.advance(part);
                continue;
            }
            self.prefix[self.seen] = bytes.get_u8();
            self.seen += 1;
            if self.seen == PREFIX {
                let [_, length @ ..] = self.prefix;
                let length = u32::from_be_bytes(length) as usize;
                if length > self.limit {
                    return Err(too_large(length, self.limit));
                }
                (self.seen, self.left) = (0, length);
            }
        }
        Ok(())
    }
}

fn too_large(length: usize, limit: usize) -> Error {
    Error::new(
        Reason::MessageTooLarge,
        format!("a message of {length} bytes is larger than the {limit} that are allowed"),
    )
    .with("limit", limit)
}

impl http_body::Body for LimitedMessages {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = std::task::ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let Some(Ok(frame)) = &polled
            && let Some(bytes) = frame.data_ref()
            && let Err(error) = self.watch(bytes)
        {
            return Poll::Ready(Some(Err(error.into())));
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(length: u32) -> Vec<u8> {
        let mut bytes = vec![0];
        bytes.extend(length.to_be_bytes());
        bytes.extend(std::iter::repeat_n(7, length as usize));
        bytes
    }

    #[test]
    fn messages_are_measured_however_they_are_cut() {
        let stream: Vec<u8> = [message(10), message(0), message(3)].concat();
        for chunk in 1..stream.len() {
            let mut body = LimitedMessages::new(Body::empty(), 10);
            assert!(
                stream.chunks(chunk).all(|bytes| body.watch(bytes).is_ok()),
                "chunks of {chunk}"
            );
            assert_eq!((body.seen, body.left), (0, 0));
        }
    }

    #[test]
    fn a_message_over_the_limit_is_refused_at_its_prefix() {
        let mut body = LimitedMessages::new(Body::empty(), 10);
        body.watch(&message(10)).unwrap();
        let refused = body.watch(&message(11)[..5]).unwrap_err();
        assert_eq!(refused.reason(), Reason::MessageTooLarge);
    }
}
