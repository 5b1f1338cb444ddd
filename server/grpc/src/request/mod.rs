//! The layer around all services: identifies the caller, applies limits and records each request.
//!
//! In this order, the layer reads the request id and trace context, checks the certificate and the rate limit of the OIN, the
//! rights that the RPC needs (`access`), waits for a place in the turn of the OIN, and applies the deadline. It checks each
//! message as it arrives (`incoming`): its size, the time it takes, the rate of large ones (`pace`), the organisation that it writes for, and the number of its
//! parts (`shape`). It adds a reason to statuses that tonic creates (`translate`), turns a panic into INTERNAL, and writes one
//! log line per request (`record`). Handlers find a [`RequestContext`] and a [`server_core::identity::Caller`] in the request.

mod access;
mod context;
mod headers;
mod incoming;
mod pace;
mod record;
mod response;
mod rpc;
mod shape;
mod translate;
mod wire;

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
use server_core::admission::{Admission, NoPlace, Place, Places};
use server_core::config::LimitSettings;
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use server_core::rate::RateLimit;
use server_core::repeated_warning::RepeatedWarning;
use server_core::tls::ClientInfo;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument as _;

pub(crate) use access::CallAuthorisation;
pub use context::RequestContext;

use access::Access;
use headers::RequestIds;
use incoming::{CheckedMessages, MessageCheck};
use pace::Pace;
use record::RequestRecord;
use response::RecordedBody;
use rpc::{Rpc, RpcTable};

/// The longest time before the deadline at which the layer ends a request, so that the caller still gets the response.
const MARGIN: Duration = Duration::from_millis(20);

/// Wraps the services in a [`RequestService`].
#[derive(Clone)]
pub struct RequestLayer(Arc<LayerState>);

/// The services, wrapped by the layer.
#[derive(Clone)]
pub struct RequestService<S> {
    inner: S,
    shared: Arc<LayerState>,
}

struct LayerState {
    rpcs: RpcTable,
    limits: LimitSettings,
    rate: RateLimit<Oin>,
    /// How many pieces of large messages may arrive; callers without an OIN share the limit of one.
    pieces: Arc<RateLimit<Option<Oin>>>,
    /// The places of requests; callers without an OIN share those of one.
    places: Admission<Option<Oin>>,
    full: RepeatedWarning,
    authorisation: Arc<dyn CallAuthorisation>,
    request_ids: RequestIds,
    clock: Arc<dyn Clock>,
    drain: CancellationToken,
}

impl RequestLayer {
    /// Creates the layer with `limits`. When `drain` is cancelled, the layer ends streams of the standard services; other
    /// streams end by themselves.
    pub(crate) fn new(
        limits: &LimitSettings,
        authorisation: Arc<dyn CallAuthorisation>,
        clock: Arc<dyn Clock>,
        drain: CancellationToken,
    ) -> Self {
        let places = Places {
            total: limits.concurrent_requests,
            per_caller: limits.concurrent_requests_per_oin,
            queue: limits.concurrent_requests,
        };
        Self(Arc::new(LayerState {
            rpcs: RpcTable::from_contract(),
            rate: RateLimit::new(limits.requests_per_second, limits.burst),
            pieces: Arc::new(pace::pieces(limits.bytes_per_second)),
            places: Admission::new(places),
            full: RepeatedWarning::default(),
            authorisation,
            request_ids: RequestIds::new(clock.clone()),
            limits: limits.clone(),
            clock,
            drain,
        }))
    }
}

impl<S> Layer<S> for RequestLayer {
    type Service = RequestService<S>;

    fn layer(&self, inner: S) -> RequestService<S> {
        RequestService {
            inner,
            shared: self.0.clone(),
        }
    }
}

impl<S> Service<http::Request<Body>> for RequestService<S>
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
        // Call the service that was polled ready, and keep its clone for the next request.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let shared = self.shared.clone();
        Box::pin(async move { Ok(handle(&shared, inner, request).await) })
    }
}

/// Handles one request, from its headers to the start of its response.
async fn handle<S>(shared: &Arc<LayerState>, inner: S, request: http::Request<Body>) -> http::Response<Body>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
{
    let rpc = shared.rpcs.find(request.uri().path());
    let longest = shared.limits.longest_request;
    let time_limit = headers::timeout(request.headers()).map_or(longest, |timeout| timeout.min(longest));
    let context = RequestContext::new(shared.request_ids.request_id(request.headers()), time_limit);
    let client = request.extensions().get::<ClientInfo>();
    if let Some(client) = client {
        client.first_request.arrived();
    }
    let caller = client.and_then(|client| client.caller.clone());
    let trace = headers::trace(request.headers());
    let span = headers::span(&rpc, &context, trace.as_ref());
    let oin = caller.as_ref().map(|caller| caller.acting.oin().clone());
    let record = RequestRecord::begin(rpc.clone(), context.clone(), oin, trace);

    let answered = respond_in_time(shared, inner, request, &rpc, &context, caller.as_ref());
    let mut response = match answered.instrument(span.clone()).await {
        Ok(response) => response,
        Err(error) => span.in_scope(|| tonic::Status::from(error).into_http()),
    };
    if let Ok(value) = http::HeaderValue::from_str(context.request_id.as_str()) {
        response.headers_mut().insert(headers::REQUEST_ID, value);
    }
    // An open watch on health would keep the connection, and with it the node, from shutting down.
    let ends = rpc.access().roles().is_none().then(|| shared.drain.clone());
    RecordedBody::wrap(response, record, span, ends)
}

/// Returns the response of the services, or the error of the layer itself.
async fn respond_in_time<S>(
    shared: &Arc<LayerState>,
    mut inner: S,
    mut request: http::Request<Body>,
    rpc: &Arc<Rpc>,
    context: &RequestContext,
    caller: Option<&Arc<Caller>>,
) -> Result<http::Response<Body>, Error>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
{
    if let Some(roles) = rpc.access().roles() {
        let caller = caller.ok_or_else(missing_oin)?;
        let now = shared.clock.now();
        caller.still_valid(now)?;
        let oin = caller.acting.oin();
        shared.rate.admit(oin, now).map_err(|wait| rate_limited(shared, oin, wait))?;
        shared.authorisation.may_call(caller, roles)?;
    }
    let _place = match rpc.access() {
        Access::Health => None,
        _ => Some(place(shared, context, caller).await?),
    };
    request.extensions_mut().insert(context.clone());
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller.clone());
    }
    let (limit, within) = (shared.limits.message, shared.limits.message_within);
    let within = (!rpc.is_upload()).then_some(within);
    let check = message_check(shared, rpc, caller);
    // Uploads have bounds of their own.
    let pace = (!rpc.is_upload()).then(|| {
        let oin = caller.map(|caller| caller.acting.oin().clone());
        Pace::new(shared.pieces.clone(), oin, shared.clock.clone())
    });
    let request = request.map(|body| Body::new(CheckedMessages::new(body, limit, within, pace, check, context.clone())));

    let response = AssertUnwindSafe(async move { inner.call(request).await }).catch_unwind();
    // At the caller's deadline tonic ends the request without a reason, so the layer must respond before.
    let remaining = context.remaining();
    let time_limit = remaining.saturating_sub(MARGIN.min(remaining / 10));
    match tokio::time::timeout(time_limit, response).await {
        Ok(Ok(Ok(response))) => Ok(response),
        Ok(Ok(Err(never))) => match never {},
        Ok(Err(_panic)) => Err(Error::internal("a handler panicked")),
        Err(_elapsed) => Err(Error::new(
            Reason::DeadlineExceeded,
            "the deadline passed before the response started",
        )),
    }
}

/// Waits for a place, in the turn of the caller.
async fn place(shared: &LayerState, context: &RequestContext, caller: Option<&Arc<Caller>>) -> Result<Place<Option<Oin>>, Error> {
    let oin = caller.map(|caller| caller.acting.oin().clone());
    let within = shared.limits.turn_within.min(context.remaining());
    let refused = match shared.places.admit(&oin, within).await {
        Ok(place) => return Ok(place),
        Err(refused) => refused,
    };
    metrics::counter!("mwr_admission_refusals_total", "reason" => refused.as_label()).increment(1);
    let oin = oin.as_ref().map_or("(none)", Oin::as_str);
    let Places { total, per_caller, .. } = shared.places.places();
    let message = match refused {
        NoPlace::CallerShare => format!("the OIN `{oin}` has {per_caller} requests in progress and more that wait"),
        NoPlace::AllInUse => format!("the node has reached its limit of {total} concurrent requests"),
    };
    if let Some(count) = shared.full.due() {
        tracing::warn!(caller.oin = oin, count, "requests are refused: {message}");
    }
    Err(Error::new(Reason::RateLimited, message).retry_after(Duration::from_secs(1)))
}

/// Returns the check of an encoded message: the organisation that it writes for first, and then its parts.
fn message_check(shared: &Arc<LayerState>, rpc: &Arc<Rpc>, caller: Option<&Arc<Caller>>) -> MessageCheck {
    let (shared, rpc, caller) = (shared.clone(), rpc.clone(), caller.cloned());
    Box::new(move |message| {
        if let (Access::Publisher(field), Some(caller)) = (rpc.access(), &caller)
            && let Some(organisation) = field.read(message)
        {
            shared.authorisation.may_publish(caller, &organisation)?;
        }
        rpc.check_shape(message)
    })
}

fn rate_limited(shared: &LayerState, oin: &Oin, wait: Duration) -> Error {
    let most = shared.rate.per_second();
    let message = format!("the OIN `{oin}` sends more than {most} requests per second");
    Error::new(Reason::RateLimited, message).retry_after(wait)
}

fn missing_oin() -> Error {
    Error::new(
        Reason::SubjectWithoutOin,
        "the subject of the client certificate has no serialNumber that is an OIN; ask your certificate authority for a certificate with an OIN",
    )
}

#[cfg(test)]
mod tests;
