//! FederationService: between registers.

use std::sync::Arc;

use proto::v1alpha::federation_service_server::FederationService;
use proto::v1alpha::{
    DescribeRequest, DescribeResponse, FetchLocalRequest, FetchLocalResponse, SearchLocalRequest, SearchLocalResponse,
};
use register::grant::Role;
use tonic::{Request, Response, Status};

use super::answer;
use super::parse::Reader;
use super::routing::need;
use crate::directory::Directory;
use crate::identity::Caller;

pub(super) struct Service(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl FederationService for Service {
    async fn describe(&self, request: Request<DescribeRequest>) -> Result<Response<DescribeResponse>, Status> {
        let description = self.0.describe(Caller::of(&request)?).await?;
        Ok(Response::new(answer::described(description)))
    }

    async fn fetch_local(&self, request: Request<FetchLocalRequest>) -> Result<Response<FetchLocalResponse>, Status> {
        let mut reader = Reader::default();
        let need = need(&mut reader, "need", request.get_ref().need.as_ref());
        let need = reader.finish(Some(need))?;
        let found = self
            .0
            .fetch_local(Caller::of(&request)?, need, request.get_ref().limit)
            .await?;
        Ok(Response::new(answer::candidates(found)))
    }

    async fn search_local(&self, request: Request<SearchLocalRequest>) -> Result<Response<SearchLocalResponse>, Status> {
        Err(self.0.not_in_this_version(Caller::of(&request)?, Role::Peer).into())
    }
}
