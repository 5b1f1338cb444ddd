//! Simulates a register of an older version, in front of a real one that answers all calls which the older version had.
//!
//! There have been two older versions. The first had no federation service: registers could only watch each other. The second
//! had `Describe` and `FetchLocal`, and no search. Two others may occur later: one with another contract, and one that differs
//! only in its lexicon.

use std::collections::HashMap;
use std::convert::Infallible;
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{Request, Response};
use proto::v1alpha::federation_service_client::FederationServiceClient;
use proto::v1alpha::federation_service_server::{FederationService, FederationServiceServer};
use proto::v1alpha::{
    DescribeRequest, DescribeResponse, FetchLocalRequest, FetchLocalResponse, SearchLocalRequest, SearchLocalResponse,
    SuggestLocalRequest, SuggestLocalResponse,
};
use tonic::body::Body;
use tonic::server::NamedService as _;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::pki::Authority;
use crate::stand_in::{self, StandIn};

/// The older version, by what it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Older {
    /// No federation service.
    WithoutFederation,
    /// `Describe` and `FetchLocal`, without search and suggestions.
    WithoutSearch,
    /// Another contract.
    OtherContract,
    /// Another lexicon.
    OtherLexicon,
}

/// A register of an older version.
#[derive(Debug)]
pub struct OlderPeer {
    /// Its address, `https://127.0.0.1:PORT`.
    pub address: String,
    _stand_in: StandIn,
}

impl OlderPeer {
    /// Starts an older version of the register at `target`, with the OIN `oin`. It calls the real register as `asker`.
    pub async fn start(authority: &Authority, oin: &str, target: &str, asker: &str, older: Older) -> Self {
        let channel = stand_in::real(authority, target, asker);
        let stand_in = StandIn::start(authority, oin, Speaker { channel, older }).await;
        Self {
            address: stand_in.address.clone(),
            _stand_in: stand_in,
        }
    }
}

/// Answers federation calls as the older version did, and forwards all others to the real register.
#[derive(Clone, Debug)]
struct Speaker {
    channel: Channel,
    older: Older,
}

impl<B> tower::Service<Request<B>> for Speaker
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
        let service = FederationServiceServer::<Self>::NAME;
        if request.uri().path().starts_with(&format!("/{service}/")) {
            let mut server = FederationServiceServer::new(self.clone());
            return tower::Service::call(&mut server, request).boxed();
        }
        let channel = self.channel.clone();
        async move { Ok(stand_in::forward(channel, request).await) }.boxed()
    }
}

impl Speaker {
    /// The refusal of a question.
    fn refuse_question<T>(&self) -> Result<T, Status> {
        if self.older != Older::OtherLexicon {
            return unknown();
        }
        let details = ErrorDetails::with_error_info("OTHER_VERSIONS", "maatwerkregister", HashMap::new());
        let message = "the plan was made with another lexicon";
        Err(Status::with_error_details(Code::FailedPrecondition, message, details))
    }

    fn real(&self) -> FederationServiceClient<Channel> {
        FederationServiceClient::new(self.channel.clone())
    }
}

/// The answer to a call that did not exist yet.
fn unknown<T>() -> Result<T, Status> {
    Err(Status::unimplemented(""))
}

#[tonic::async_trait]
impl FederationService for Speaker {
    async fn describe(&self, request: tonic::Request<DescribeRequest>) -> Result<tonic::Response<DescribeResponse>, Status> {
        if self.older == Older::WithoutFederation {
            return unknown();
        }
        let mut answer = self.real().describe(request.into_inner()).await?;
        let described = answer.get_mut();
        match self.older {
            Older::OtherContract => described.contracts = vec!["v0".to_owned()],
            Older::OtherLexicon => {
                described.lexicon_hash = "0123456789abcdef".repeat(4);
                return Ok(answer);
            }
            Older::WithoutFederation | Older::WithoutSearch => {}
        }
        // It named search before it had it, and did not name suggestions.
        described.capabilities.retain(|capability| capability != "suggest-local");
        // It listed its organisations by name only.
        for organisation in &mut described.organisations {
            organisation.details = None;
        }
        Ok(answer)
    }

    async fn fetch_local(
        &self,
        request: tonic::Request<FetchLocalRequest>,
    ) -> Result<tonic::Response<FetchLocalResponse>, Status> {
        match self.older {
            Older::WithoutFederation => unknown(),
            Older::WithoutSearch | Older::OtherContract | Older::OtherLexicon => {
                self.real().fetch_local(request.into_inner()).await
            }
        }
    }

    async fn search_local(&self, _: tonic::Request<SearchLocalRequest>) -> Result<tonic::Response<SearchLocalResponse>, Status> {
        self.refuse_question()
    }

    async fn suggest_local(
        &self,
        _: tonic::Request<SuggestLocalRequest>,
    ) -> Result<tonic::Response<SuggestLocalResponse>, Status> {
        self.refuse_question()
    }
}
