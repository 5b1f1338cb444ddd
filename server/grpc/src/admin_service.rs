//! AdminService: operates a register.

use std::sync::Arc;

use directory::{CheckSynonyms, Directory, ListGrants, PutGrants, PutOrganisations};
use proto::v1::admin_service_server::AdminService;
use proto::v1::{
    CheckPeersRequest, CheckPeersResponse, CheckSynonymsRequest, CheckSynonymsResponse, GetNodeStatusRequest,
    GetNodeStatusResponse, ListGrantsRequest, ListGrantsResponse, ListPeersRequest, ListPeersResponse, PutGrantsRequest,
    PutGrantsResponse, PutOrganisationsRequest, PutOrganisationsResponse, PutPeerRequest, PutPeerResponse, RemovePeerRequest,
    RemovePeerResponse, RevokeGrantRequest, RevokeGrantResponse, SetOrganisationStatusRequest, SetOrganisationStatusResponse,
};
use register::draft::{GrantDraft, OrganisationDraft};
use register::organisation::OrganisationStatus;
use server_core::identity::Caller;
use tonic::{Request, Response, Status};

use super::reader::RequestReader;
use super::request::RequestContext;
use super::response;

pub(super) struct AdminAdapter(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl AdminService for AdminAdapter {
    async fn put_organisations(
        &self,
        request: Request<PutOrganisationsRequest>,
    ) -> Result<Response<PutOrganisationsResponse>, Status> {
        let (caller, context) = (Caller::shared(&request)?, RequestContext::of(&request));
        let payload = request.into_inner();
        let mut reader = RequestReader::default();
        let request_id = reader.request_id(&payload.request_id);
        let put = PutOrganisations {
            request_id: reader.finish(request_id)?,
            organisations: payload.organisations.into_iter().map(OrganisationDraft::from).collect(),
            validate_only: payload.validate_only,
        };
        let answered = self.0.put_organisations(&caller, put).await?;
        context.note_revision(answered.position.revision);
        Ok(Response::new(response::organisations_put(answered)))
    }

    async fn set_organisation_status(
        &self,
        request: Request<SetOrganisationStatusRequest>,
    ) -> Result<Response<SetOrganisationStatusResponse>, Status> {
        let mut reader = RequestReader::default();
        let organisation = reader.organisation("organisation", &request.get_ref().organisation);
        let status = reader.word::<OrganisationStatus>("status", request.get_ref().status);
        let (organisation, status) = reader.finish(organisation.zip(status))?;
        let changed = self
            .0
            .set_organisation_status(Caller::of(&request)?, organisation, status)
            .await?;
        RequestContext::of(&request).note_revision(changed.position.revision);
        Ok(Response::new(SetOrganisationStatusResponse {
            organisation: Some((&changed.value).into()),
            position: Some(changed.position.into()),
        }))
    }

    async fn put_grants(&self, request: Request<PutGrantsRequest>) -> Result<Response<PutGrantsResponse>, Status> {
        let (caller, context) = (Caller::shared(&request)?, RequestContext::of(&request));
        let payload = request.into_inner();
        let mut reader = RequestReader::default();
        let request_id = reader.request_id(&payload.request_id);
        let put = PutGrants {
            request_id: reader.finish(request_id)?,
            grants: payload.grants.into_iter().map(GrantDraft::from).collect(),
        };
        let answered = self.0.put_grants(&caller, put).await?;
        context.note_revision(answered.position.revision);
        Ok(Response::new(PutGrantsResponse {
            changed: response::to_u32(answered.changed),
            position: Some(answered.position.into()),
        }))
    }

    async fn revoke_grant(&self, request: Request<RevokeGrantRequest>) -> Result<Response<RevokeGrantResponse>, Status> {
        let mut reader = RequestReader::default();
        let holder = reader.oin("oin", &request.get_ref().oin);
        let organisation = reader.organisation("organisation", &request.get_ref().organisation);
        let (holder, organisation) = reader.finish(holder.zip(organisation))?;
        let written = self.0.revoke_grant(Caller::of(&request)?, holder, organisation).await?;
        RequestContext::of(&request).note_revision(written.position.revision);
        Ok(Response::new(RevokeGrantResponse {
            position: Some(written.position.into()),
        }))
    }

    async fn list_grants(&self, request: Request<ListGrantsRequest>) -> Result<Response<ListGrantsResponse>, Status> {
        let mut reader = RequestReader::default();
        let payload = request.get_ref();
        let list = ListGrants {
            organisation: reader.optional_organisation("organisation", &payload.organisation),
            page_size: payload.page_size,
            page_token: payload.page_token.clone(),
        };
        let listed = self.0.list_grants(Caller::of(&request)?, reader.finish(Some(list))?).await?;
        Ok(Response::new(ListGrantsResponse {
            grants: listed.items.iter().map(|grant| grant.as_ref().into()).collect(),
            next_page_token: listed.next_page_token,
        }))
    }

    async fn get_node_status(&self, request: Request<GetNodeStatusRequest>) -> Result<Response<GetNodeStatusResponse>, Status> {
        let status = self.0.get_node_status(Caller::of(&request)?).await?;
        Ok(Response::new(response::node_status(status)))
    }

    async fn list_peers(&self, request: Request<ListPeersRequest>) -> Result<Response<ListPeersResponse>, Status> {
        let peers = self.0.list_peers(Caller::of(&request)?).await?;
        Ok(Response::new(ListPeersResponse {
            peers: peers.into_iter().map(response::peer).collect(),
        }))
    }

    async fn put_peer(&self, request: Request<PutPeerRequest>) -> Result<Response<PutPeerResponse>, Status> {
        let caller = Caller::shared(&request)?;
        let payload = request.into_inner().peer.unwrap_or_default();
        let peer = self.0.put_peer(&caller, payload.into()).await?;
        Ok(Response::new(PutPeerResponse {
            peer: Some((&peer).into()),
        }))
    }

    async fn remove_peer(&self, request: Request<RemovePeerRequest>) -> Result<Response<RemovePeerResponse>, Status> {
        let mut reader = RequestReader::default();
        let register = reader.register("register", &request.get_ref().register);
        self.0.remove_peer(Caller::of(&request)?, reader.finish(register)?).await?;
        Ok(Response::new(RemovePeerResponse {}))
    }

    async fn check_peers(&self, request: Request<CheckPeersRequest>) -> Result<Response<CheckPeersResponse>, Status> {
        let mut reader = RequestReader::default();
        let payload = request.get_ref().registers.iter().enumerate();
        let registers = payload.filter_map(|(place, register)| reader.register(&format!("registers[{place}]"), register));
        let registers = registers.collect();
        let checks = self
            .0
            .check_peers(Caller::of(&request)?, reader.finish(Some(registers))?)
            .await?;
        Ok(Response::new(CheckPeersResponse {
            checks: checks.into_iter().map(response::peer_check).collect(),
        }))
    }

    async fn check_synonyms(&self, request: Request<CheckSynonymsRequest>) -> Result<Response<CheckSynonymsResponse>, Status> {
        let caller = Caller::shared(&request)?;
        let payload = request.into_inner();
        let check = CheckSynonyms {
            synonyms: payload.synonyms,
            queries: payload.queries,
            results: payload.results,
        };
        let checked = self.0.check_synonyms(&caller, check).await?;
        Ok(Response::new(response::synonyms_checked(checked)))
    }
}
