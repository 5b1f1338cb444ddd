//! Calls between registers: `FederationService` of `v1alpha`, and the operation of peers.

use std::time::Duration;

use proto::v1;
use proto::v1::admin_service_client::AdminServiceClient;
use proto::v1alpha;
use register::identifier::RegisterId;
use tonic::Request;
use tonic::transport::Channel;

use crate::bounded::{self, AnswerLimits};
use crate::call::{Client, MAX_RESPONSE_BYTES};
use crate::error::Error;
use crate::retry::Idempotency;

fn admin(channel: Channel) -> AdminServiceClient<Channel> {
    AdminServiceClient::new(channel).max_decoding_message_size(MAX_RESPONSE_BYTES)
}

impl Client {
    /// Makes one attempt within `timeout`, for an answer within `limits`.
    async fn bounded<Q, A>(&self, path: &'static str, request: Q, limits: AnswerLimits, timeout: Duration) -> Result<A, Error>
    where
        Q: prost::Message + Send + Sync + 'static,
        A: prost::Message + Default + Send + Sync + 'static,
    {
        self.once(request, timeout, |channel, request| {
            bounded::unary(channel, path, request, limits)
        })
        .await
    }

    /// Describes the register. Makes one attempt within `timeout`.
    pub async fn describe(&self, limits: AnswerLimits, timeout: Duration) -> Result<v1alpha::DescribeResponse, Error> {
        self.bounded(
            "/maatwerkregister.v1alpha.FederationService/Describe",
            v1alpha::DescribeRequest {},
            limits,
            timeout,
        )
        .await
    }

    /// Fetches what the register's own log holds for a need. Makes one attempt within `timeout`.
    pub async fn fetch_local(
        &self,
        request: v1alpha::FetchLocalRequest,
        limits: AnswerLimits,
        timeout: Duration,
    ) -> Result<v1alpha::FetchLocalResponse, Error> {
        self.bounded(
            "/maatwerkregister.v1alpha.FederationService/FetchLocal",
            request,
            limits,
            timeout,
        )
        .await
    }

    /// Searches the register's own log. Makes one attempt within `timeout`.
    pub async fn search_local(
        &self,
        request: v1alpha::SearchLocalRequest,
        limits: AnswerLimits,
        timeout: Duration,
    ) -> Result<v1alpha::SearchLocalResponse, Error> {
        self.bounded(
            "/maatwerkregister.v1alpha.FederationService/SearchLocal",
            request,
            limits,
            timeout,
        )
        .await
    }

    /// Counts the officers of the register's own log for each suggestion. Makes one attempt within `timeout`.
    pub async fn suggest_local(
        &self,
        request: v1alpha::SuggestLocalRequest,
        limits: AnswerLimits,
        timeout: Duration,
    ) -> Result<v1alpha::SuggestLocalResponse, Error> {
        self.bounded(
            "/maatwerkregister.v1alpha.FederationService/SuggestLocal",
            request,
            limits,
            timeout,
        )
        .await
    }

    /// Lists the peers of the node.
    pub async fn list_peers(&self) -> Result<Vec<v1::Peer>, Error> {
        let request = v1::ListPeersRequest {};
        let answer = self.unary(
            request,
            |channel, request| async move { admin(channel).list_peers(request).await },
        );
        Ok(answer.await?.peers)
    }

    /// Adds or replaces a peer. Idempotent.
    pub async fn put_peer(&self, peer: v1::Peer) -> Result<v1::Peer, Error> {
        let request = v1::PutPeerRequest { peer: Some(peer) };
        let answer = self.unary(
            request,
            |channel, request| async move { admin(channel).put_peer(request).await },
        );
        Ok(answer.await?.peer.unwrap_or_default())
    }

    /// Removes a peer.
    pub async fn remove_peer(&self, register: &RegisterId) -> Result<(), Error> {
        let request = v1::RemovePeerRequest {
            register: register.to_string(),
        };
        // A retry would find nothing to remove and fail.
        let answer = self.with_retry(Idempotency::NotIdempotent, self.timeout(), |remaining| {
            let mut request = Request::new(request.clone());
            request.set_timeout(remaining);
            let mut service = admin(self.channel());
            async move { service.remove_peer(request).await }
        });
        answer.await.map(drop)
    }

    /// Checks peers now; all of them if `registers` is empty.
    pub async fn check_peers(&self, registers: &[RegisterId]) -> Result<Vec<v1::PeerCheck>, Error> {
        let request = v1::CheckPeersRequest {
            registers: registers.iter().map(ToString::to_string).collect(),
        };
        let answer = self.unary(request, |channel, request| async move {
            admin(channel).check_peers(request).await
        });
        Ok(answer.await?.checks)
    }
}
