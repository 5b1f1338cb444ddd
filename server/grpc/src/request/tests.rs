use std::future::Ready;
use std::task::Poll;

use http_body_util::BodyExt as _;
use pki::{Authority, Subject};
use register::clock::FixedClock;
use register::grant::Role;
use register::identifier::OrganisationId;
use server_core::first_request::FirstRequest;
use server_core::identity::ChainVerifier;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::*;

const NOW: &str = "2026-11-22T12:00:00Z";
const PATH: &str = "/maatwerkregister.v1.DirectoryService/GetOfficer";

/// A service with a fixed behaviour.
#[derive(Clone, Copy)]
enum Behaviour {
    Answers,
    Panics,
    Hangs,
    RefusesLikeTonic,
}

impl Service<http::Request<Body>> for Behaviour {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = futures::future::Either<
        Ready<Result<Self::Response, Infallible>>,
        std::future::Pending<Result<Self::Response, Infallible>>,
    >;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        assert!(request.extensions().get::<RequestContext>().is_some());
        let now = |response| futures::future::Either::Left(std::future::ready(Ok(response)));
        match self {
            Self::Answers => now(Status::ok("").into_http()),
            Self::Panics => panic!("the test wants this panic"),
            Self::Hangs => futures::future::Either::Right(std::future::pending()),
            Self::RefusesLikeTonic => now(Status::unimplemented("").into_http()),
        }
    }
}

#[derive(Debug)]
struct TrustsAll;

impl ChainVerifier for TrustsAll {
    fn generation(&self) -> u64 {
        0
    }

    fn verify(&self, _: &[rustls_pki_types::CertificateDer<'static>], _: jiff::Timestamp) -> Result<(), Reason> {
        Ok(())
    }
}

/// Knows all callers, except for the peers' RPCs, and lets everybody write.
struct KnowsAll;

impl CallAuthorisation for KnowsAll {
    fn may_call(&self, _: &Caller, roles: &[Role]) -> Result<(), Error> {
        if roles.contains(&Role::Peer) {
            return Err(Error::new(Reason::RoleMissing, "not a peer"));
        }
        Ok(())
    }

    fn may_publish(&self, _: &Caller, _: &OrganisationId) -> Result<(), Error> {
        Ok(())
    }
}

fn layer(limits: &LimitSettings, clock: Arc<FixedClock>) -> RequestLayer {
    RequestLayer::new(limits, Arc::new(KnowsAll), clock, CancellationToken::new())
}

fn now() -> jiff::Timestamp {
    NOW.parse().unwrap()
}

fn caller() -> Arc<Caller> {
    let authority = Authority::new("Test CA", now()).unwrap();
    let subject = Subject::client("client", "00000099000000001000");
    let until = now() + Duration::from_secs(3600);
    let chain = vec![authority.issue(&subject, now(), until).unwrap().der];
    Arc::new(Caller::new(chain, Arc::new(TrustsAll), now()).unwrap())
}

fn request(caller: Option<Arc<Caller>>) -> http::Request<Body> {
    let mut request = http::Request::builder().uri(PATH).body(Body::empty()).unwrap();
    request.extensions_mut().insert(ClientInfo {
        address: ([127, 0, 0, 1], 1).into(),
        caller,
        first_request: FirstRequest::default(),
    });
    request
}

async fn send(behaviour: Behaviour, limits: &LimitSettings, request: http::Request<Body>) -> (Status, http::HeaderMap) {
    let clock = Arc::new(FixedClock::new(now()));
    let mut service = layer(limits, clock).layer(behaviour);
    answer(service.call(request).await).await
}

async fn answer(response: Result<http::Response<Body>, Infallible>) -> (Status, http::HeaderMap) {
    let (parts, body) = response.unwrap().into_parts();
    let mut headers = parts.headers;
    if let Some(trailers) = body.collect().await.unwrap().trailers() {
        headers.extend(trailers.clone());
    }
    (Status::from_header_map(&headers).unwrap(), headers)
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().unwrap().reason.clone()
}

#[tokio::test]
async fn a_response_has_the_request_id() {
    let mut named = request(Some(caller()));
    named.headers_mut().insert("x-request-id", "mine-1".parse().unwrap());
    let (status, headers) = send(Behaviour::Answers, &LimitSettings::default(), named).await;
    assert_eq!(status.code(), Code::Ok);
    assert_eq!(headers["x-request-id"], "mine-1");
}

#[tokio::test]
async fn a_certificate_without_oin_is_refused() {
    let (status, _) = send(Behaviour::Answers, &LimitSettings::default(), request(None)).await;
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unauthenticated, "SUBJECT_WITHOUT_OIN")
    );
}

#[tokio::test]
async fn a_panic_is_an_internal_error_with_the_request_id() {
    let (status, headers) = send(Behaviour::Panics, &LimitSettings::default(), request(Some(caller()))).await;
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Internal, "INTERNAL"));
    let details = status.get_error_details();
    assert_eq!(headers["x-request-id"], details.request_info().unwrap().request_id.as_str());
}

#[tokio::test]
async fn a_passed_deadline_has_its_reason() {
    let mut hurried = request(Some(caller()));
    hurried.headers_mut().insert("grpc-timeout", "5m".parse().unwrap());
    let (status, _) = send(Behaviour::Hangs, &LimitSettings::default(), hurried).await;
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::DeadlineExceeded, "DEADLINE_EXCEEDED")
    );
}

#[tokio::test]
async fn an_unknown_rpc_is_not_in_this_version() {
    let (status, _) = send(
        Behaviour::RefusesLikeTonic,
        &LimitSettings::default(),
        request(Some(caller())),
    )
    .await;
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unimplemented, "NOT_IN_THIS_VERSION")
    );
}

#[tokio::test]
async fn an_oin_above_its_rate_limit_gets_a_retry_delay() {
    let limits = LimitSettings {
        requests_per_second: 1,
        burst: 1,
        ..LimitSettings::default()
    };
    let clock = Arc::new(FixedClock::new(now()));
    let mut service = layer(&limits, clock).layer(Behaviour::Answers);
    let caller = caller();
    let (first, _) = answer(service.call(request(Some(caller.clone()))).await).await;
    let (second, _) = answer(service.call(request(Some(caller))).await).await;
    assert_eq!((first.code(), second.code()), (Code::Ok, Code::ResourceExhausted));
    assert_eq!(reason(&second), "RATE_LIMITED");
    assert!(second.get_error_details().retry_info().unwrap().retry_delay.is_some());
}

#[tokio::test]
async fn a_node_without_capacity_answers_rate_limited() {
    let (status, _) = send(Behaviour::Answers, &full_node(), request(Some(caller()))).await;
    assert_eq!(reason(&status), "RATE_LIMITED");
}

fn full_node() -> LimitSettings {
    LimitSettings {
        concurrent_requests: 0,
        turn_within: Duration::ZERO,
        ..LimitSettings::default()
    }
}

#[tokio::test]
async fn a_full_node_still_answers_health() {
    let mut health = request(Some(caller()));
    *health.uri_mut() = "/grpc.health.v1.Health/Check".parse().unwrap();
    let (status, _) = send(Behaviour::Answers, &full_node(), health).await;
    assert_eq!(status.code(), Code::Ok);
}

#[tokio::test]
async fn a_caller_without_the_role_is_refused_before_it_needs_a_place() {
    let mut search = request(Some(caller()));
    *search.uri_mut() = "/maatwerkregister.v1alpha.FederationService/SearchLocal".parse().unwrap();
    let (status, _) = send(Behaviour::Answers, &full_node(), search).await;
    assert_eq!(reason(&status), "ROLE_MISSING");
}
