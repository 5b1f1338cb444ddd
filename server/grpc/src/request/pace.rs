//! The pace at which large messages arrive.
//!
//! A message of megabytes costs its sender little and the node decryption and counting. What the node does not read stays in the
//! sender, because HTTP/2 controls the flow.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use register::clock::Clock;
use register::oin::Oin;
use server_core::rate::RateLimit;
use tokio::time::Sleep;

/// Messages are counted in pieces of so many bytes. Nearly all are smaller, and are not counted.
const PIECE: usize = 64 << 10;

/// Limits the pieces of a caller to `bytes_per_second`; 0 for no limit. A second's worth may arrive at once.
pub(super) fn pieces(bytes_per_second: usize) -> RateLimit<Option<Oin>> {
    let per_second = u32::try_from(bytes_per_second / PIECE).unwrap_or(u32::MAX);
    RateLimit::new(per_second, per_second)
}

/// How fast the body of one request may arrive.
pub(super) struct Pace {
    pieces: Arc<RateLimit<Option<Oin>>>,
    caller: Option<Oin>,
    clock: Arc<dyn Clock>,
    /// Bytes that have arrived and are not counted yet.
    uncounted: usize,
    wait: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    /// Counts what arrives of `caller` together with all its other requests.
    pub(super) fn new(pieces: Arc<RateLimit<Option<Oin>>>, caller: Option<Oin>, clock: Arc<dyn Clock>) -> Self {
        Self {
            pieces,
            caller,
            clock,
            uncounted: 0,
            wait: None,
        }
    }

    /// Notes that bytes have arrived.
    pub(super) fn add(&mut self, bytes: usize) {
        self.uncounted += bytes;
    }

    /// Waits until more may arrive.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(wait) = &mut self.wait {
                ready!(wait.as_mut().poll(cx));
                self.wait = None;
            }
            if self.uncounted < PIECE {
                return Poll::Ready(());
            }
            match self.pieces.admit(&self.caller, self.clock.now()) {
                Ok(()) => self.uncounted -= PIECE,
                Err(wait) => self.wait = Some(Box::pin(tokio::time::sleep(wait))),
            }
        }
    }
}
