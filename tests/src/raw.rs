//! Calls gRPC over bare HTTP/2, to send messages that no client would send.

use std::sync::Arc;

use bytes::{BufMut as _, Bytes, BytesMut};
use h2::client::SendRequest;
use h2::{Reason, SendStream};
use http::{HeaderMap, Request};
use rustls::ClientConfig;
use tokio::task::AbortHandle;
use tonic::Status;

/// A connection to a node.
#[derive(Clone, Debug)]
pub struct RawCaller {
    requests: SendRequest<Bytes>,
    address: String,
    connection: AbortHandle,
}

/// A call whose body is not complete yet.
#[derive(Debug)]
pub struct RawCall {
    answer: h2::client::ResponseFuture,
    body: SendStream<Bytes>,
}

impl RawCaller {
    /// Connects to a node.
    pub async fn connect(address: &str, config: Arc<ClientConfig>) -> anyhow::Result<Self> {
        let stream = crate::wire::connect(address, config).await?;
        let (requests, connection) = h2::client::Builder::new().handshake(stream).await?;
        // The connection lives as long as the test, which does not wait for its end, or until the caller hangs up.
        #[allow(clippy::disallowed_methods)]
        let connection = tokio::spawn(connection).abort_handle();
        Ok(Self {
            requests,
            address: address.to_owned(),
            connection,
        })
    }

    /// Closes the connection, whatever is in progress.
    pub fn hang_up(self) {
        self.connection.abort();
    }

    /// Starts a call of `path`, `/package.Service/Method`.
    pub async fn begin(&self, path: &str) -> anyhow::Result<RawCall> {
        self.begin_with(path, &[]).await
    }

    /// Does the same with more headers.
    pub async fn begin_with(&self, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<RawCall> {
        let mut request = Request::post(format!("{}{path}", self.address))
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(())?;
        let mut requests = self.requests.clone().ready().await?;
        let (answer, body) = requests.send_request(request, false)?;
        Ok(RawCall { answer, body })
    }

    /// Calls `path` with one message of these bytes and returns the status of the response.
    pub async fn call(&self, path: &str, message: &[u8]) -> anyhow::Result<Status> {
        let mut call = self.begin(path).await?;
        call.send(framed(message), true).await?;
        call.status().await
    }
}

impl RawCall {
    /// Sends bytes of the body as the window allows. `last` ends the body. A node may respond before it has read all of it.
    pub async fn send(&mut self, mut bytes: Bytes, last: bool) -> anyhow::Result<()> {
        while !bytes.is_empty() {
            self.body.reserve_capacity(bytes.len());
            let granted = std::future::poll_fn(|context| self.body.poll_capacity(context)).await;
            let Some(Ok(room)) = granted else {
                // The node has closed its side. Its response says why.
                return Ok(());
            };
            let piece = bytes.split_to(room.min(bytes.len()));
            if self.body.send_data(piece, last && bytes.is_empty()).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Cancels the call.
    pub fn reset(mut self) {
        self.body.send_reset(Reason::CANCEL);
    }

    /// Returns the status of the response, from its headers or trailers.
    pub async fn status(self) -> anyhow::Result<Status> {
        let headers = self.status_headers().await?;
        Status::from_header_map(&headers).ok_or_else(|| anyhow::anyhow!("the answer has no status"))
    }

    /// Returns the headers or trailers that hold the status of the response.
    pub async fn status_headers(self) -> anyhow::Result<HeaderMap> {
        let answer = self.answer.await?;
        if Status::from_header_map(answer.headers()).is_some() {
            return Ok(answer.headers().clone());
        }
        let mut body = answer.into_body();
        while let Some(piece) = body.data().await {
            let piece = piece?;
            body.flow_control().release_capacity(piece.len())?;
        }
        let trailers = body.trailers().await?;
        trailers.ok_or_else(|| anyhow::anyhow!("the answer has no status"))
    }
}

/// Builds a gRPC frame: not compressed, length, message.
pub fn framed(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(message.len() + 5);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).expect("a test's message is small"));
    frame.put_slice(message);
    frame.freeze()
}
