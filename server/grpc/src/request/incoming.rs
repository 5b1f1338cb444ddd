//! Checks each message of a request before tonic decodes it: its size, its arrival in time, its rights and its parts.
//!
//! tonic's own limit on the size returns a code that has another meaning in this contract.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use server_core::error::{Error, Reason};
use tokio::time::Sleep;
use tonic::Status;
use tonic::body::Body;

use super::RequestContext;
use super::pace::Pace;

/// Each message starts with a flag and four bytes of length.
const PREFIX: usize = 5;

/// Judges an encoded message.
pub(super) type MessageCheck = Box<dyn Fn(&[u8]) -> Result<(), Error> + Send>;

/// A request body that passes on whole messages that passed the check, and fails on any other.
pub(super) struct CheckedMessages {
    inner: Body,
    limit: usize,
    check: MessageCheck,
    context: RequestContext,
    /// When the body must be complete, for RPCs with one message.
    timer: Option<(Pin<Box<Sleep>>, Duration)>,
    /// How fast the rest may arrive.
    pace: Option<Pace>,
    /// Bytes that arrived and are not part of `partial` yet.
    arrived: Bytes,
    /// The begin of a message that arrives in pieces.
    partial: BytesMut,
}

impl CheckedMessages {
    /// Checks messages of at most `limit` bytes with `check`. With `within`, the whole body must arrive in that time; with `pace`, no
    /// faster than that.
    pub(super) fn new(
        inner: Body,
        limit: usize,
        within: Option<Duration>,
        pace: Option<Pace>,
        check: MessageCheck,
        context: RequestContext,
    ) -> Self {
        Self {
            inner,
            limit,
            check,
            context,
            timer: within.map(|within| (Box::pin(tokio::time::sleep(within)), within)),
            pace,
            arrived: Bytes::new(),
            partial: BytesMut::new(),
        }
    }

    /// Returns the next message with its prefix, if all of it has arrived.
    fn next_message(&mut self) -> Result<Option<Bytes>, Error> {
        let whole = if self.partial.is_empty()
            && let Some(length) = self.length_of(&self.arrived)?
            && length <= self.arrived.len()
        {
            // The usual case: a message in one piece is not copied.
            self.arrived.split_to(length)
        } else if self.complete_partial()? {
            self.partial.split().freeze()
        } else {
            return Ok(None);
        };
        if whole[0] != 0 {
            // Checked before its compressed form could be expanded.
            return Err(Error::new(
                Reason::CompressionNotSupported,
                "the message is compressed; send it uncompressed (`grpc-encoding: identity`)",
            ));
        }
        (self.check)(&whole[PREFIX..])?;
        Ok(Some(whole))
    }

    /// Moves bytes to `partial` until it is a whole message. Returns whether it is.
    fn complete_partial(&mut self) -> Result<bool, Error> {
        loop {
            let known = self.length_of(&self.partial)?;
            let length = known.unwrap_or(PREFIX);
            let missing = length - self.partial.len();
            self.partial
                .extend_from_slice(&self.arrived.split_to(missing.min(self.arrived.len())));
            if self.partial.len() < length {
                return Ok(false);
            }
            if known.is_some() {
                return Ok(true);
            }
        }
    }

    /// Returns the length of the message that begins with `bytes`, prefix included; `None` while its prefix is incomplete.
    fn length_of(&self, bytes: &[u8]) -> Result<Option<usize>, Error> {
        let Some((&[_, a, b, c, d], _)) = bytes.split_first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > self.limit {
            return Err(too_large(length, self.limit));
        }
        Ok(Some(PREFIX + length))
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Result<(), Error> {
        let Some((timer, within)) = &mut self.timer else {
            return Ok(());
        };
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => Err(too_slow(*within)),
            Poll::Pending => Ok(()),
        }
    }
}

fn too_large(length: usize, limit: usize) -> Error {
    Error::new(
        Reason::MessageTooLarge,
        format!("a message of {length} bytes is larger than the limit of {limit}"),
    )
    .with("limit", limit)
}

fn too_slow(within: Duration) -> Error {
    let seconds = within.as_secs_f64();
    Error::new(
        Reason::DeadlineExceeded,
        format!("the message of the request did not arrive within {seconds} s, so nothing was done"),
    )
}

fn incomplete() -> Error {
    Error::new(Reason::MalformedMessage, "the request ended in the middle of a message")
}

impl http_body::Body for CheckedMessages {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
            match self.next_message() {
                Ok(Some(message)) => return Poll::Ready(Some(Ok(Frame::data(message)))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(error.into()))),
            }
            let arriving = match &mut self.pace {
                Some(pace) => pace.poll(cx),
                None => Poll::Ready(()),
            };
            let frame = match arriving {
                Poll::Ready(()) => Pin::new(&mut self.inner).poll_frame(cx),
                Poll::Pending => Poll::Pending,
            };
            match frame {
                Poll::Pending => {
                    return match self.poll_timer(cx) {
                        Ok(()) => Poll::Pending,
                        Err(error) => Poll::Ready(Some(Err(error.into()))),
                    };
                }
                Poll::Ready(None) if self.partial.is_empty() => return Poll::Ready(None),
                Poll::Ready(None) => return Poll::Ready(Some(Err(incomplete().into()))),
                Poll::Ready(Some(Err(status))) => {
                    // tonic takes some of these for the end of the body, and the handler cannot tell.
                    self.context.note_broken_off();
                    return Poll::Ready(Some(Err(status)));
                }
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(bytes) => {
                        if let Some(pace) = &mut self.pace {
                            pace.add(bytes.len());
                        }
                        self.arrived = bytes;
                    }
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.arrived.is_empty() && self.partial.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use register::identifier::RequestId;

    use super::*;

    /// A body that arrives in chunks.
    struct Chunks(std::vec::IntoIter<Vec<u8>>);

    impl http_body::Body for Chunks {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
            Poll::Ready(self.0.next().map(|chunk| Ok(Frame::data(chunk.into()))))
        }
    }

    fn context() -> RequestContext {
        RequestContext::new(RequestId::parse("request-1").unwrap(), Duration::from_secs(1))
    }

    fn message(length: u32) -> Vec<u8> {
        let mut bytes = vec![0];
        bytes.extend(length.to_be_bytes());
        bytes.extend(std::iter::repeat_n(7, length as usize));
        bytes
    }

    /// The lengths of the messages that pass, and the reason of the first that does not.
    async fn passed(chunks: Vec<Vec<u8>>, limit: usize) -> (Vec<usize>, Option<Status>) {
        let body = Body::new(Chunks(chunks.into_iter()));
        let check: MessageCheck = Box::new(|message| match message {
            [7, 7] => Err(Error::new(Reason::MalformedMessage, "two")),
            _ => Ok(()),
        });
        let mut body = CheckedMessages::new(body, limit, None, None, check, context());
        let mut lengths = Vec::new();
        loop {
            match body.frame().await {
                None => return (lengths, None),
                Some(Err(status)) => return (lengths, Some(status)),
                Some(Ok(frame)) => lengths.push(frame.into_data().unwrap().len() - PREFIX),
            }
        }
    }

    #[tokio::test]
    async fn messages_are_whole_whatever_the_chunks() {
        let stream: Vec<u8> = [message(10), message(0), message(3)].concat();
        for size in 1..=stream.len() {
            let chunks = stream.chunks(size).map(<[u8]>::to_vec).collect();
            let (lengths, refused) = passed(chunks, 10).await;
            assert!(refused.is_none(), "{refused:?}");
            assert_eq!(lengths, [10, 0, 3], "chunks of {size}");
        }
    }

    #[tokio::test]
    async fn a_message_over_the_limit_is_refused_at_its_prefix() {
        let (lengths, refused) = passed(vec![message(10), message(11)[..5].to_vec()], 10).await;
        assert_eq!(lengths, [10]);
        assert!(refused.unwrap().message().contains("larger than the limit of 10"));
    }

    #[tokio::test]
    async fn a_message_that_fails_its_check_is_not_passed_on() {
        let (lengths, refused) = passed(vec![message(1), message(2)], 10).await;
        assert_eq!(lengths, [1]);
        assert_eq!(refused.unwrap().message(), "two");
    }

    #[tokio::test]
    async fn compressed_messages_are_refused() {
        let mut compressed = message(4);
        compressed[0] = 1;
        let (lengths, refused) = passed(vec![compressed], 10).await;
        assert!(lengths.is_empty());
        assert!(refused.unwrap().message().contains("compressed"));
    }

    #[tokio::test]
    async fn an_end_in_the_middle_of_a_message_is_refused() {
        for end in 1..message(4).len() {
            let (lengths, refused) = passed(vec![message(4)[..end].to_vec()], 10).await;
            assert!(lengths.is_empty());
            assert!(refused.unwrap().message().contains("middle of a message"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_must_arrive_in_time() {
        struct Silent;
        impl http_body::Body for Silent {
            type Data = Bytes;
            type Error = Status;

            fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
                Poll::Pending
            }
        }
        let within = Some(Duration::from_secs(3));
        let mut body = CheckedMessages::new(Body::new(Silent), 10, within, None, Box::new(|_| Ok(())), context());
        let status = body.frame().await.unwrap().unwrap_err();
        assert_eq!(status.code(), tonic::Code::DeadlineExceeded);
    }
}
