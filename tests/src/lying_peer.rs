//! A peer that lies: a register with a valid certificate and grant, whose answers break the contract.
//!
//! It stands in front of a real register, calls it, and changes one thing in the answer ([`Lie`]). Without a lie it answers as the
//! real register does.

use std::convert::Infallible;
use std::future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, Stream, StreamExt as _};
use http::{Request, Response};
use proto::v1::sync_service_client::SyncServiceClient;
use proto::v1::watch_changes_response::Message;
use proto::v1::{Change, ChangeSet, Entry, Organisation, WatchChangesRequest, WatchChangesResponse, change};
use proto::v1alpha::federation_service_client::FederationServiceClient;
use proto::v1alpha::{
    DescribeRequest, DescribeResponse, FetchLocalRequest, FetchLocalResponse, HeldOrganisation, RankedOfficer,
    SearchLocalRequest, SearchLocalResponse, SearchShare, SuggestLocalRequest, SuggestLocalResponse,
};
use tonic::body::Body;
use tonic::server::{ServerStreamingService, UnaryService};
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_prost::ProstCodec;

use crate::pki::Authority;
use crate::stand_in::{self, StandIn};

/// What a lying peer changes in its answers.
#[derive(Clone, Copy)]
pub enum Lie {
    /// Nothing.
    None,
    /// Its description.
    Description(fn(&mut DescribeResponse)),
    /// Its share of a search.
    Search(fn(&mut SearchLocalResponse)),
    /// Its officers for a need.
    Fetch(fn(&mut FetchLocalResponse)),
    /// Its suggestions.
    Suggest(fn(&mut SuggestLocalResponse)),
    /// Each message of its changes.
    Watch(fn(&mut Message)),
    /// A full state that never ends. Parts are made by this function, from their number.
    EndlessState(fn(u64) -> Vec<Change>),
    /// A revision that never ends, made in the same way.
    EndlessRevision(fn(u64) -> Vec<Change>),
    /// The error of all its calls, with this text.
    Error(&'static str),
    /// Slowness: its share of a search comes after this time and reports other organisations, and then it never describes them.
    Slow(Duration),
}

impl std::fmt::Debug for Lie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Description(_) => "Description",
            Self::Search(_) => "Search",
            Self::Fetch(_) => "Fetch",
            Self::Suggest(_) => "Suggest",
            Self::Watch(_) => "Watch",
            Self::EndlessState(_) => "EndlessState",
            Self::EndlessRevision(_) => "EndlessRevision",
            Self::Error(_) => "Error",
            Self::Slow(_) => "Slow",
        })
    }
}

/// A lying peer.
#[derive(Debug)]
pub struct LyingPeer {
    /// Its address, `https://127.0.0.1:PORT`.
    pub address: String,
    lie: Arc<Mutex<Lie>>,
    parts_sent: Arc<Mutex<u64>>,
    _stand_in: StandIn,
}

impl LyingPeer {
    /// Starts an honest stand-in for the register at `target`, with the OIN `oin`. It calls the real register as `asker`.
    pub async fn start(authority: &Authority, oin: &str, target: &str, asker: &str) -> Self {
        let (lie, parts_sent) = (Arc::new(Mutex::new(Lie::None)), Arc::<Mutex<u64>>::default());
        let speaker = LyingSpeaker {
            channel: stand_in::real(authority, target, asker),
            lie: Arc::clone(&lie),
            parts_sent: Arc::clone(&parts_sent),
            was_slow: Arc::default(),
        };
        let stand_in = StandIn::start(authority, oin, speaker).await;
        Self {
            address: stand_in.address.clone(),
            lie,
            parts_sent,
            _stand_in: stand_in,
        }
    }

    /// Changes the lie, from the next answer on.
    pub fn tell(&self, lie: Lie) {
        *self.lie.lock().expect("nobody panics while holding it") = lie;
    }

    /// The number of parts of endless states and revisions that a watcher has taken so far.
    pub fn parts_sent(&self) -> u64 {
        *self.parts_sent.lock().expect("nobody panics while holding it")
    }
}

/// A copy of `entry` under another id.
pub fn renamed(entry: &Entry, id: &str) -> Entry {
    let mut entry = entry.clone();
    if let Some(officer) = &mut entry.officer {
        let organisation = officer.name.split("/officers/").next().unwrap_or_default().to_owned();
        officer.name = format!("{organisation}/officers/{id}");
    }
    entry
}

/// Many organisations that the peer would hold.
pub fn organisations(count: usize) -> Vec<HeldOrganisation> {
    let organisation = |number: usize| {
        let name = format!("organisations/verzonnen-{number}");
        HeldOrganisation {
            details: Some(Organisation {
                name: name.clone(),
                display_name: format!("Verzonnen {number}"),
                short_name: format!("Verzonnen {number}"),
                kind: 9,
                status: 3,
                ..Organisation::default()
            }),
            organisation: name,
            status: 3,
            sharing: 3,
        }
    };
    (0..count).map(organisation).collect()
}

/// The share in an answer.
pub fn share(answer: &mut SearchLocalResponse) -> &mut SearchShare {
    answer.share.as_mut().expect("the real register sent a share")
}

/// The first ranked officer of a share.
pub fn first(answer: &mut SearchLocalResponse) -> &mut RankedOfficer {
    share(answer).ranked.first_mut().expect("the real register has results")
}

#[derive(Clone)]
struct LyingSpeaker {
    channel: Channel,
    lie: Arc<Mutex<Lie>>,
    parts_sent: Arc<Mutex<u64>>,
    /// Whether a slow share has been requested. Until then descriptions are sent, so that the circuit stays closed.
    was_slow: Arc<AtomicBool>,
}

impl LyingSpeaker {
    fn lie(&self) -> Lie {
        *self.lie.lock().expect("nobody panics while holding it")
    }

    /// The change of an answer that the lie makes.
    fn change(&self) -> Lie {
        match self.lie() {
            Lie::Slow(_) => Lie::Search(|answer| answer.organisations_hash = "0".repeat(64)),
            lie => lie,
        }
    }

    /// Delays a call as the lie says.
    async fn delay(&self, call: &str) {
        let Lie::Slow(time) = self.lie() else { return };
        match call {
            "SearchLocal" => {
                self.was_slow.store(true, Ordering::SeqCst);
                // The peer is slow; the test does not wait for it.
                tokio::time::sleep(time).await;
            }
            "Describe" if self.was_slow.load(Ordering::SeqCst) => future::pending().await,
            _ => {}
        }
    }

    fn real(&self) -> FederationServiceClient<Channel> {
        FederationServiceClient::new(self.channel.clone()).max_decoding_message_size(64 << 20)
    }
}

impl LyingSpeaker {
    /// Changes that never end, as they are taken.
    fn endless(&self, part: fn(u64) -> Vec<Change>) -> impl Stream<Item = Result<WatchChangesResponse, Status>> + use<> {
        let sent = Arc::clone(&self.parts_sent);
        stream::iter(0..).map(move |number| {
            *sent.lock().expect("nobody panics while holding it") += 1;
            let set = ChangeSet {
                changes: part(number),
                more: true,
                ..ChangeSet::default()
            };
            Ok(answer(Message::Changes(set)))
        })
    }
}

impl<B> tower::Service<Request<B>> for LyingSpeaker
where
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let request = request.map(Body::new);
        let speaker = self.clone();
        async move {
            if let Lie::Error(text) = speaker.lie() {
                return Ok(Status::new(Code::Internal, text).into_http());
            }
            let path = request.uri().path().to_owned();
            let (_, call) = path.rsplit_once('/').unwrap_or_default();
            speaker.delay(call).await;
            Ok(match call {
                "Describe" => unary(DescribeCall(speaker), request).await,
                "SearchLocal" => unary(SearchCall(speaker), request).await,
                "FetchLocal" => unary(FetchCall(speaker), request).await,
                "SuggestLocal" => unary(SuggestCall(speaker), request).await,
                "WatchChanges" => {
                    let codec = ProstCodec::<WatchChangesResponse, WatchChangesRequest>::default();
                    tonic::server::Grpc::new(codec)
                        .server_streaming(WatchCall(speaker), request)
                        .await
                }
                _ => stand_in::forward(speaker.channel, request).await,
            })
        }
        .boxed()
    }
}

async fn unary<S, Q, A>(service: S, request: Request<Body>) -> Response<Body>
where
    S: UnaryService<Q, Response = A>,
    Q: prost::Message + Default + 'static,
    A: prost::Message + 'static,
{
    let codec = ProstCodec::<A, Q>::default();
    tonic::server::Grpc::new(codec)
        .max_encoding_message_size(usize::MAX)
        .unary(service, request)
        .await
}

/// Defines the service of one call: it asks the real register and applies the lie of this kind.
macro_rules! lying_call {
    ($service:ident, $call:ident, $request:ty, $response:ty, $lie:path) => {
        struct $service(LyingSpeaker);

        impl UnaryService<$request> for $service {
            type Response = $response;
            type Future = BoxFuture<'static, Result<tonic::Response<$response>, Status>>;

            fn call(&mut self, request: tonic::Request<$request>) -> Self::Future {
                let speaker = self.0.clone();
                async move {
                    let answer = speaker.real().$call(request.into_inner()).await?;
                    let mut answer = answer.into_inner();
                    if let $lie(change) = speaker.change() {
                        change(&mut answer);
                    }
                    Ok(tonic::Response::new(answer))
                }
                .boxed()
            }
        }
    };
}

lying_call!(DescribeCall, describe, DescribeRequest, DescribeResponse, Lie::Description);
lying_call!(SearchCall, search_local, SearchLocalRequest, SearchLocalResponse, Lie::Search);
lying_call!(FetchCall, fetch_local, FetchLocalRequest, FetchLocalResponse, Lie::Fetch);
lying_call!(
    SuggestCall,
    suggest_local,
    SuggestLocalRequest,
    SuggestLocalResponse,
    Lie::Suggest
);

struct WatchCall(LyingSpeaker);

impl ServerStreamingService<WatchChangesRequest> for WatchCall {
    type Response = WatchChangesResponse;
    type ResponseStream = BoxStream<'static, Result<WatchChangesResponse, Status>>;
    type Future = BoxFuture<'static, Result<tonic::Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: tonic::Request<WatchChangesRequest>) -> Self::Future {
        let speaker = self.0.clone();
        async move {
            let mut real = SyncServiceClient::new(speaker.channel.clone());
            let mut honest = real.watch_changes(request.into_inner()).await?.into_inner();
            let stream = match speaker.lie() {
                Lie::EndlessState(part) => {
                    let begin = honest.message().await?;
                    let begin = begin.unwrap_or_default();
                    stream::iter([Ok(begin)]).chain(speaker.endless(part)).boxed()
                }
                Lie::EndlessRevision(part) => speaker.endless(part).boxed(),
                // A lie that begins later applies to the messages from then on.
                _ => honest
                    .map(move |message| {
                        let mut message = message?;
                        if let (Lie::Watch(change), Some(content)) = (speaker.lie(), &mut message.message) {
                            change(content);
                        }
                        Ok(message)
                    })
                    .boxed(),
            };
            Ok(tonic::Response::new(stream))
        }
        .boxed()
    }
}

fn answer(message: Message) -> WatchChangesResponse {
    WatchChangesResponse { message: Some(message) }
}

/// Changes each entry in a message of changes.
pub fn each_entry(message: &mut Message, change: impl Fn(&mut Entry)) {
    if let Message::Changes(set) = message {
        for one in &mut set.changes {
            if let Some(change::Change::Entry(entry)) = &mut one.change {
                change(entry);
            }
        }
    }
}
