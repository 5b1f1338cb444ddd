//! Limits the size of incoming messages. tonic's own limit returns a code that has another meaning in this contract.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes};
use http_body::{Frame, SizeHint};
use server_core::error::{Error, Reason};
use tonic::Status;
use tonic::body::Body;

/// Each message starts with a flag and four bytes of length.
const PREFIX: usize = 5;

/// A request body that fails on a message longer than the limit.
pub(super) struct LimitedMessages {
    inner: Body,
    limit: usize,
    prefix: [u8; PREFIX],
    /// Number of bytes of the prefix read so far.
    seen: usize,
    /// Number of bytes of the message still to come.
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

    /// Tracks `bytes` through prefixes and messages.
    fn track(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
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
        format!("a message of {length} bytes is larger than the limit of {limit}"),
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
            && let Err(error) = self.track(bytes)
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
    fn message_sizes_are_read_from_any_chunks() {
        let stream: Vec<u8> = [message(10), message(0), message(3)].concat();
        for chunk in 1..stream.len() {
            let mut body = LimitedMessages::new(Body::empty(), 10);
            assert!(
                stream.chunks(chunk).all(|bytes| body.track(bytes).is_ok()),
                "chunks of {chunk}"
            );
            assert_eq!((body.seen, body.left), (0, 0));
        }
    }

    #[test]
    fn a_message_over_the_limit_is_refused_at_its_prefix() {
        let mut body = LimitedMessages::new(Body::empty(), 10);
        body.track(&message(10)).unwrap();
        let refused = body.track(&message(11)[..5]).unwrap_err();
        assert_eq!(refused.reason(), Reason::MessageTooLarge);
    }
}
