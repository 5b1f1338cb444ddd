//! The layer around all services: who calls, may it now, for how long, and what came of it.
//!
//! A request passes, in this order: its name and trace, the certificate, the rate of its OIN, the places of the node, the
//! size of each message, the deadline. Every answer that tonic makes by itself gets a reason of ours (`translate`), a panic
//! becomes INTERNAL, and when the answer has been sent there is one line in the log (`record`). Handlers find a
//! [`Context`] and a [`server_core::identity::Caller`] in the request, and need to do none of this.

mod answer;
mod context;
mod incoming;
mod names;
mod record;
mod rpc;
mod translate;

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures::FutureExt as _;
use register::clock::Clock;
use register::oin::Oin;
use server_core::config::LimitSettings;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::rate::RateLimit;
use server_core::tls::ClientInfo;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument as _;

pub use context::Context;

use answer::Answer;
use incoming::LimitedMessages;
use names::Names;
use record::Record;
use rpc::{Rpc, Rpcs};

/// How much earlier than the caller stops listening an answer must leave, at most.
const HEAD_START: Duration = Duration::from_millis(20);

/// Puts [`Requests`] around the services.
#[derive(Clone)]
pub struct RequestLayer(Arc<Shared>);

/// The services behind the layer.
#[derive(Clone)]
pub struct Requests<S> {
    inner: S,
    shared: Arc<Shared>,
}

struct Shared {
    rpcs: Rpcs,
    limits: LimitSettings,
    rate: RateLimit<Oin>,
    places: Semaphore,
    names: Names,
    clock: Arc<dyn Clock>,
    drain: CancellationToken,
}

impl RequestLayer {
    /// The layer by `limits`. When `drain` is cancelled, streams of the standard services end; ours end by themselves.
    pub fn new(limits: &LimitSettings, clock: Arc<dyn Clock>, drain: CancellationToken) -> Self {
        Self(Arc::new(Shared {
            rpcs: Rpcs::of_the_contract(),
            rate: RateLimit::new(limits.requests_per_second, limits.burst),
            places: Semaphore::new(limits.concurrent_requests),
            names: Names::new(clock.clone()),
            limits: limits.clone(),
            clock,
            drain,
        }))
    }
}

impl<S> Layer<S> for RequestLayer {
    type Service = Requests<S>;

    fn layer(&self, inner: S) -> Requests<S> {
        Requests {
            inner,
            shared: self.0.clone(),
        }
    }
}

impl<S> Service<http::Request<Body>> for Requests<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        // The service that was polled ready is the one to call; its clone takes its place.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let shared = self.shared.clone();
        Box::pin(async move { Ok(handle(&shared, inner, request).await) })
    }
}

/// One request, from its headers to the beginning of its answer.
async fn handle<S>(shared: &Arc<Shared>, inner: S, request: http::Request<Body>) -> http::Response<Body>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
{
    let rpc = shared.rpcs.find(request.uri().path());
    let patience = names::timeout(request.headers()).map_or(shared.limits.longest_request, |asked| {
        asked.min(shared.limits.longest_request)
    });
    let context = Context::new(shared.names.request_id(request.headers()), patience);
    let caller = request.extensions().get::<ClientInfo>().and_then(|peer| peer.caller.clone());
    let trace = names::trace(request.headers());
    let span = names::span(&rpc, &context, trace.as_ref());
    let oin = caller.as_ref().map(|caller| caller.acting.oin().clone());
    let record = Record::begin(rpc.clone(), context.clone(), oin, trace);

    let answer = answer_in_time(shared, inner, request, &rpc, &context, caller.as_ref());
    let mut response = match answer.instrument(span.clone()).await {
        Ok(response) => response,
        Err(error) => span.in_scope(|| tonic::Status::from(error).into_http()),
    };
    if let Ok(value) = http::HeaderValue::from_str(context.request_id.as_str()) {
        response.headers_mut().insert(names::REQUEST_ID, value);
    }
    // Whoever watches health would keep the connection, and with it the node, from coming to an end.
    let ends = rpc.is_for_anyone().then(|| shared.drain.clone());
    Answer::wrap(response, record, span, ends)
}

/// The services' answer, or the layer's own refusal.
async fn answer_in_time<S>(
    shared: &Shared,
    mut inner: S,
    mut request: http::Request<Body>,
    rpc: &Rpc,
    context: &Context,
    caller: Option<&Arc<Caller>>,
) -> Result<http::Response<Body>, Error>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
{
    if !rpc.is_for_anyone() {
        let caller = caller.ok_or_else(without_oin)?;
        let now = shared.clock.now();
        caller.still_valid(now)?;
        let oin = caller.acting.oin();
        shared.rate.admit(oin, now).map_err(|wait| too_often(shared, oin, wait))?;
    }
    let _place = shared.places.try_acquire().map_err(|_| {
        Error::new(Reason::RateLimited, "the node has as many requests under way as it takes").retry_after(Duration::from_secs(1))
    })?;
    request.extensions_mut().insert(context.clone());
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller.clone());
    }
    let request = request.map(|body| Body::new(LimitedMessages::new(body, shared.limits.message)));

    let answer = AssertUnwindSafe(async move { inner.call(request).await }).catch_unwind();
    // tonic cuts off at the caller's deadline, without a word; the answer must leave before.
    let patience = context.remaining();
    let patience = patience.saturating_sub(HEAD_START.min(patience / 10));
    match tokio::time::timeout(patience, answer).await {
        Ok(Ok(Ok(response))) => Ok(response),
        Ok(Ok(Err(never))) => match never {},
        Ok(Err(_panic)) => Err(Error::internal("a handler panicked")),
        Err(_elapsed) => Err(Error::new(
            Reason::DeadlineExceeded,
            "the deadline passed before there was an answer",
        )),
    }
}

fn too_often(shared: &Shared, oin: &Oin, wait: Duration) -> Error {
    let most = shared.rate.per_second();
    let message = format!("the OIN `{oin}` sends more than {most} requests per second");
    Error::new(Reason::RateLimited, message).retry_after(wait)
}

fn without_oin() -> Error {
    Error::new(
        Reason::SubjectWithoutOin,
        "the subject of the client certificate has no serialNumber that is an OIN; ask your certificate authority for one that has",
    )
}

#[cfg(test)]
mod tests;
