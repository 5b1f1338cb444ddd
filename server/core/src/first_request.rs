//! Closes a connection whose client sends no request after the handshake.
//!
//! hyper-util's detection of the HTTP version has no timeout before the first byte (hyperium/hyper#3756), and keepalive begins
//! only after the HTTP/2 preface.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Whether a connection has sent a request.
#[derive(Clone, Debug, Default)]
pub struct FirstRequest(Arc<AtomicBool>);

impl FirstRequest {
    /// Records a request.
    pub fn arrived(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn has_arrived(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A stream whose reads fail when the first request does not arrive in time.
pub struct ImpatientStream<S> {
    stream: S,
    request: FirstRequest,
    timer: Option<Pin<Box<Sleep>>>,
    listener: &'static str,
}

impl<S> ImpatientStream<S> {
    /// Waits for a request on `stream`, `within` from now. `listener` is the label of the metric.
    pub fn new(stream: S, within: Duration, listener: &'static str) -> Self {
        Self {
            stream,
            request: FirstRequest::default(),
            timer: Some(Box::pin(tokio::time::sleep(within))),
            listener,
        }
    }

    /// The record of the first request.
    pub fn first_request(&self) -> FirstRequest {
        self.request.clone()
    }

    /// The stream itself.
    pub fn get_ref(&self) -> &S {
        &self.stream
    }

    fn poll_patience(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let Some(timer) = &mut self.timer else { return Ok(()) };
        if self.request.has_arrived() {
            self.timer = None;
        } else if timer.as_mut().poll(cx).is_ready() {
            let listener = self.listener;
            metrics::counter!("mwr_connection_refusals_total", "listener" => listener, "reason" => "silent").increment(1);
            return Err(io::Error::new(io::ErrorKind::TimedOut, "no request after the handshake"));
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ImpatientStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.poll_patience(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ImpatientStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const WITHIN: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn a_silent_client_is_cut_off() {
        let (_client, server) = tokio::io::duplex(64);
        let mut stream = ImpatientStream::new(server, WITHIN, "test");
        let error = stream.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_without_a_request_do_not_count() {
        let (mut client, server) = tokio::io::duplex(64);
        let mut stream = ImpatientStream::new(server, WITHIN, "test");
        client.write_all(b"PRI").await.unwrap();
        stream.read_exact(&mut [0; 3]).await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_with_a_request_may_be_idle() {
        let (mut client, server) = tokio::io::duplex(64);
        let mut stream = ImpatientStream::new(server, WITHIN, "test");
        stream.first_request().arrived();
        tokio::time::advance(WITHIN * 2).await;
        client.write_all(b"x").await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap(), b'x');
    }
}
