//! Answers of bounded size: bytes and elements are counted before an answer is decoded.
//!
//! An empty submessage takes two bytes on the wire and hundreds in memory, so a limit on bytes alone does not bound memory.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use prost::Message;
use prost::bytes::Buf as _;
use prost::encoding::decode_varint;
use tonic::Status;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, Streaming};
use tonic::transport::Channel;
use tonic::{Request, Response};
use tonic_prost::ProstCodec;

/// The deepest nesting at which elements are counted. No message of the contract is half as deep.
const MAX_DEPTH: usize = 16;

/// The largest answer that a call accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerLimits {
    /// The most bytes of a message.
    pub bytes: usize,
    /// The most texts and submessages in it, at all levels.
    pub elements: usize,
}

/// An answer that exceeds its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnswerTooLarge {
    elements: usize,
}

impl fmt::Display for AnswerTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its answer has more than {} elements", self.elements)
    }
}

impl std::error::Error for AnswerTooLarge {}

/// Makes a unary call whose answer is bounded.
pub(crate) async fn unary<Q, A>(
    channel: Channel,
    path: &'static str,
    request: Request<Q>,
    limits: AnswerLimits,
) -> Result<Response<A>, Status>
where
    Q: Message + Send + Sync + 'static,
    A: Message + Default + Send + Sync + 'static,
{
    let mut grpc = ready(channel, limits).await?;
    let path = http::uri::PathAndQuery::from_static(path);
    grpc.unary(request, path, BoundedCodec::new(limits)).await
}

/// Opens a stream of bounded messages.
pub(crate) async fn server_streaming<Q, A>(
    channel: Channel,
    path: &'static str,
    request: Request<Q>,
    limits: AnswerLimits,
) -> Result<Response<Streaming<A>>, Status>
where
    Q: Message + Send + Sync + 'static,
    A: Message + Default + Send + Sync + 'static,
{
    let mut grpc = ready(channel, limits).await?;
    let path = http::uri::PathAndQuery::from_static(path);
    grpc.server_streaming(request, path, BoundedCodec::new(limits)).await
}

async fn ready(channel: Channel, limits: AnswerLimits) -> Result<Grpc<Channel>, Status> {
    let mut grpc = Grpc::new(channel).max_decoding_message_size(limits.bytes);
    grpc.ready().await.map_err(|error| Status::from_error(error.into()))?;
    Ok(grpc)
}

struct BoundedCodec<Q, A> {
    limits: AnswerLimits,
    types: PhantomData<(Q, A)>,
}

impl<Q, A> BoundedCodec<Q, A> {
    fn new(limits: AnswerLimits) -> Self {
        let types = PhantomData;
        Self { limits, types }
    }
}

impl<Q, A> Codec for BoundedCodec<Q, A>
where
    Q: Message + Send + 'static,
    A: Message + Default + Send + 'static,
{
    type Encode = Q;
    type Decode = A;
    type Encoder = <ProstCodec<Q, A> as Codec>::Encoder;
    type Decoder = BoundedDecoder<<ProstCodec<Q, A> as Codec>::Decoder>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstCodec::<Q, A>::default().encoder()
    }

    fn decoder(&mut self) -> Self::Decoder {
        BoundedDecoder {
            elements: self.limits.elements,
            inner: ProstCodec::<Q, A>::default().decoder(),
        }
    }
}

struct BoundedDecoder<D> {
    elements: usize,
    inner: D,
}

impl<D: Decoder<Error = Status>> Decoder for BoundedDecoder<D> {
    type Item = D::Item;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Self::Item>, Status> {
        // The buffer holds exactly one message, in one piece.
        if elements(source.chunk(), MAX_DEPTH).is_some_and(|count| count > self.elements) {
            let mut status = Status::data_loss("the answer has too many elements");
            let elements = self.elements;
            status.set_source(Arc::new(AnswerTooLarge { elements }));
            return Err(status);
        }
        self.inner.decode(source)
    }
}

/// Counts the texts and submessages in the wire form of a message; `None` if it is none. A text that happens to be the wire form
/// of a message is counted with its parts: the count is an upper bound. Takes time linear in bytes and depth.
fn elements(mut bytes: &[u8], depth: usize) -> Option<usize> {
    let mut count = 0_usize;
    while bytes.has_remaining() {
        let tag = decode_varint(&mut bytes).ok()?;
        if tag >> 3 == 0 || tag > u64::from(u32::MAX) {
            return None;
        }
        match tag & 7 {
            0 => {
                decode_varint(&mut bytes).ok()?;
            }
            1 => bytes = bytes.get(8..)?,
            5 => bytes = bytes.get(4..)?,
            2 => {
                let length = usize::try_from(decode_varint(&mut bytes).ok()?).ok()?;
                let (inner, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                count += 1;
                if depth > 0 {
                    count += elements(inner, depth - 1).unwrap_or(0);
                }
            }
            _ => return None,
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use proto::v1;
    use proto::v1alpha::{DescribeResponse, HeldOrganisation};

    use super::*;

    fn count(message: &impl Message) -> usize {
        elements(&message.encode_to_vec(), MAX_DEPTH).unwrap()
    }

    #[test]
    fn texts_and_submessages_count_at_all_levels() {
        let organisation = || HeldOrganisation {
            organisation: "organisations/gm0363".to_owned(),
            details: Some(v1::Organisation {
                places: vec!["Amsterdam".to_owned(), "Weesp".to_owned()],
                desk: Some(v1::Desk::default()),
                ..v1::Organisation::default()
            }),
            ..HeldOrganisation::default()
        };
        let described = DescribeResponse {
            organisations: vec![organisation(), organisation()],
            ..DescribeResponse::default()
        };
        // Each with its name, its details, two places and a desk.
        assert_eq!(count(&described), 2 * 6);
        let empty = DescribeResponse {
            organisations: vec![HeldOrganisation::default(); 1_000],
            ..DescribeResponse::default()
        };
        assert_eq!(count(&empty), 1_000);
    }

    #[test]
    fn bytes_that_are_no_message_count_nothing_and_do_not_panic() {
        for bytes in [&b"\xff"[..], b"\x0a\x05ab", b"\x09abc", b"\x07", b"\x00\x00"] {
            assert_eq!(elements(bytes, MAX_DEPTH), None, "{bytes:?}");
        }
        // Nested deeper than any message: the count stops, the walk ends.
        let mut nested = Vec::new();
        for _ in 0..60 {
            nested.insert(0, u8::try_from(nested.len()).unwrap());
            nested.insert(0, 0x0a);
        }
        assert_eq!(elements(&nested, MAX_DEPTH), Some(MAX_DEPTH + 1));
    }
}
