//! Operating a register: `AdminService`.

use futures::TryStreamExt as _;
use proto::v1;
use proto::v1::admin_service_client::AdminServiceClient;
use register::grant::Grant;
use register::identifier::OrganisationId;
use register::oin::Oin;
use tonic::Request;
use tonic::transport::Channel;

use crate::call::{Client, LARGEST_ANSWER};
use crate::error::Error;
use crate::paging::pages;
use crate::retry::Idempotency;

/// Grants per page.
const PAGE: i32 = 1_000;

fn service(channel: Channel) -> AdminServiceClient<Channel> {
    AdminServiceClient::new(channel).max_decoding_message_size(LARGEST_ANSWER)
}

impl Client {
    /// Creates organisations or replaces what is known of them, all or nothing. Violations come in the answer.
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

    /// Connects, suspends or resumes an organisation. Saying it twice does no more than once.
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

    /// Gives grants, or replaces those of the same OIN and organisation, all or nothing.
    pub async fn put_grants(&self, mut request: v1::PutGrantsRequest) -> Result<v1::PutGrantsResponse, Error> {
        self.request_id_or_new(&mut request.request_id);
        self.unary(request, |channel, request| async move {
            service(channel).put_grants(request).await
        })
        .await
    }

    /// Asks questions as the node understands them, and as it would with a file of synonyms in place of its own.
    pub async fn check_synonyms(&self, request: v1::CheckSynonymsRequest) -> Result<v1::CheckSynonymsResponse, Error> {
        // Hundreds of questions at once, each of them twice, take longer than one.
        self.with_retry(Idempotency::Idempotent, self.sync_timeout(), |remaining| {
            let mut request = Request::new(request.clone());
            request.set_timeout(remaining);
            let mut service = service(self.channel());
            async move { service.check_synonyms(request).await }
        })
        .await
    }

    /// Ends a grant.
    pub async fn revoke_grant(&self, oin: &Oin, organisation: &OrganisationId) -> Result<v1::RevokeGrantResponse, Error> {
        let request = v1::RevokeGrantRequest {
            oin: oin.to_string(),
            organisation: organisation.resource_name(),
        };
        // Without a request id a repetition would find nothing to revoke, and look like a mistake.
        self.with_retry(Idempotency::NotIdempotent, self.timeout(), |remaining| {
            let mut request = Request::new(request.clone());
            request.set_timeout(remaining);
            let mut service = service(self.channel());
            async move { service.revoke_grant(request).await }
        })
        .await
    }

    /// All grants in order of OIN and organisation, for one organisation or for all.
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

    /// How the node is.
    pub async fn get_node_status(&self) -> Result<v1::GetNodeStatusResponse, Error> {
        let request = v1::GetNodeStatusRequest {};
        self.unary(request, |channel, request| async move {
            service(channel).get_node_status(request).await
        })
        .await
    }
}
