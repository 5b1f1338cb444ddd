//! Calls for operators: `AdminService`.

use futures::TryStreamExt as _;
use proto::v1;
use proto::v1::admin_service_client::AdminServiceClient;
use register::grant::Grant;
use register::identifier::OrganisationId;
use register::oin::Oin;
use tonic::Request;
use tonic::transport::Channel;

use crate::call::{Client, MAX_RESPONSE_BYTES};
use crate::error::Error;
use crate::paging::pages;
use crate::retry::Idempotency;

/// Grants per page.
const PAGE: i32 = 1_000;

fn service(channel: Channel) -> AdminServiceClient<Channel> {
    AdminServiceClient::new(channel).max_decoding_message_size(MAX_RESPONSE_BYTES)
}

impl Client {
    /// Creates or replaces organisations, all or nothing. The response lists violations.
    pub async fn put_organisations(
        &self,
        mut request: v1::PutOrganisationsRequest,
    ) -> Result<v1::PutOrganisationsResponse, Error> {
        self.request_id_or_new(&mut request.request_id);
        self.unary(request, |channel, request| async move {
            service(channel).put_organisations(request).await
        })
        .await
    }

    /// Connects, suspends or resumes an organisation. Idempotent.
    pub async fn set_organisation_status(
        &self,
        organisation: &OrganisationId,
        status: v1::OrganisationStatus,
    ) -> Result<v1::SetOrganisationStatusResponse, Error> {
        let request = v1::SetOrganisationStatusRequest {
            organisation: organisation.resource_name(),
            status: status.into(),
        };
        self.unary(request, |channel, request| async move {
            service(channel).set_organisation_status(request).await
        })
        .await
    }

    /// Adds grants, or replaces those of the same OIN and organisation, all or nothing.
    pub async fn put_grants(&self, mut request: v1::PutGrantsRequest) -> Result<v1::PutGrantsResponse, Error> {
        self.request_id_or_new(&mut request.request_id);
        self.unary(request, |channel, request| async move {
            service(channel).put_grants(request).await
        })
        .await
    }

    /// Runs queries twice: with the node's synonyms, and with the synonyms of the request in their place.
    pub async fn check_synonyms(&self, request: v1::CheckSynonymsRequest) -> Result<v1::CheckSynonymsResponse, Error> {
        // Hundreds of queries, each run twice, take longer than one call.
        self.with_retry(Idempotency::Idempotent, self.sync_timeout(), |remaining| {
            let mut request = Request::new(request.clone());
            request.set_timeout(remaining);
            let mut service = service(self.channel());
            async move { service.check_synonyms(request).await }
        })
        .await
    }

    /// Revokes a grant.
    pub async fn revoke_grant(&self, oin: &Oin, organisation: &OrganisationId) -> Result<v1::RevokeGrantResponse, Error> {
        let request = v1::RevokeGrantRequest {
            oin: oin.to_string(),
            organisation: organisation.resource_name(),
        };
        // There is no request id, so a retry would find nothing to revoke and fail.
        self.with_retry(Idempotency::NotIdempotent, self.timeout(), |remaining| {
            let mut request = Request::new(request.clone());
            request.set_timeout(remaining);
            let mut service = service(self.channel());
            async move { service.revoke_grant(request).await }
        })
        .await
    }

    /// Lists all grants by OIN and organisation, for one organisation or for all.
    pub async fn list_grants(&self, organisation: Option<&OrganisationId>) -> Result<Vec<Grant>, Error> {
        let organisation = organisation.map(OrganisationId::resource_name).unwrap_or_default();
        let grants = pages(|page_token| {
            let request = v1::ListGrantsRequest {
                organisation: organisation.clone(),
                page_size: PAGE,
                page_token,
            };
            async move {
                let page = self
                    .unary(request, |channel, request| async move {
                        service(channel).list_grants(request).await
                    })
                    .await?;
                let grants = page.grants.into_iter().map(|grant| Ok(Grant::try_from(grant)?));
                Ok((grants.collect(), page.next_page_token))
            }
        });
        grants.try_collect().await
    }

    /// Returns the status of the node.
    pub async fn get_node_status(&self) -> Result<v1::GetNodeStatusResponse, Error> {
        let request = v1::GetNodeStatusRequest {};
        self.unary(request, |channel, request| async move {
            service(channel).get_node_status(request).await
        })
        .await
    }
}
