//! Calls all services of a node with one certificate.

use std::sync::Arc;
use std::time::Duration;

use proto::v1::admin_service_client::AdminServiceClient;
use proto::v1::directory_service_client::DirectoryServiceClient;
use proto::v1::routing_service_client::RoutingServiceClient;
use proto::v1::sync_service_client::SyncServiceClient;
use proto::v1::{
    BatchResolveRequest, GetOfficerRequest, Grant, Need, Officer, Organisation, Position, PutGrantsRequest, PutGrantsResponse,
    PutOrganisationsRequest, PutOrganisationsResponse, ResolveRequest, Route, SearchHit, SearchOfficersRequest,
    SearchOfficersResponse, Target, resolve_result,
};
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_health::pb::health_client::HealthClient;

/// The deadline of every unary call of a story. Only guards against hanging.
const DEADLINE: Duration = Duration::from_secs(60);

/// The services of a node for one caller. Clones share the connection.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Search, get and list.
    pub directory: DirectoryServiceClient<Channel>,
    /// Resolve.
    pub routing: RoutingServiceClient<Channel>,
    /// Sync and watch.
    pub sync: SyncServiceClient<Channel>,
    /// Administration.
    pub admin: AdminServiceClient<Channel>,
    /// The standard health service.
    pub health: HealthClient<Channel>,
    /// The channel that all of them share.
    pub channel: Channel,
}

impl Caller {
    /// Creates a caller over `channel`.
    pub fn new(channel: Channel) -> Self {
        Self {
            directory: DirectoryServiceClient::new(channel.clone()),
            routing: RoutingServiceClient::new(channel.clone()),
            sync: SyncServiceClient::new(channel.clone()),
            admin: AdminServiceClient::new(channel.clone()),
            health: HealthClient::new(channel.clone()),
            channel,
        }
    }

    /// Creates a caller that dials `address` when it is first used.
    pub fn dial(address: &str, config: &Arc<rustls::ClientConfig>) -> Self {
        Self::new(crate::wire::channel(address, config))
    }

    /// Searches.
    pub async fn search(&self, request: SearchOfficersRequest) -> Result<SearchOfficersResponse, Status> {
        let answer = self.directory.clone().search_officers(timed(request)).await?;
        Ok(answer.into_inner())
    }

    /// Searches for `query` at `position` or later, and returns the names of the hits.
    pub async fn find(&self, query: &str, position: Option<&Position>) -> Result<Vec<String>, Status> {
        let request = SearchOfficersRequest {
            query: query.to_owned(),
            min_position: position.cloned(),
            ..Default::default()
        };
        Ok(self.search(request).await?.hits.iter().map(hit_name).collect())
    }

    /// Gets an officer's content.
    pub async fn get(&self, name: &str) -> Result<Officer, Status> {
        let entry = self.get_entry(name).await?;
        Ok(entry.officer.unwrap_or_default())
    }

    /// Gets an entry, overlays included.
    pub async fn get_entry(&self, name: &str) -> Result<proto::v1::Entry, Status> {
        let request = GetOfficerRequest {
            name: name.to_owned(),
            min_position: None,
        };
        let answer = self.directory.clone().get_officer(timed(request)).await?;
        Ok(answer.into_inner().entry.unwrap_or_default())
    }

    /// Resolves `need`.
    pub async fn resolve(&self, need: Need, position: Option<&Position>) -> Result<Route, Status> {
        let request = ResolveRequest {
            need: Some(need),
            min_position: position.cloned(),
        };
        let answer = self.routing.clone().resolve(timed(request)).await?;
        Ok(answer.into_inner().route.unwrap_or_default())
    }

    /// Resolves many needs at once.
    pub async fn batch_resolve(&self, request: BatchResolveRequest) -> Result<Vec<resolve_result::Result>, Status> {
        let answer = self.routing.clone().batch_resolve(timed(request)).await?;
        let results = answer.into_inner().results.into_iter();
        Ok(results.map(|result| result.result.expect("each need has a result")).collect())
    }

    /// Puts organisations, all or nothing.
    pub async fn put_organisations(&self, organisations: Vec<Organisation>) -> Result<PutOrganisationsResponse, Status> {
        let request = PutOrganisationsRequest {
            organisations,
            request_id: new_request_id(),
            validate_only: false,
        };
        let answer = self.admin.clone().put_organisations(timed(request)).await?;
        Ok(answer.into_inner())
    }

    /// Gives grants, all or nothing.
    pub async fn put_grants(&self, grants: Vec<Grant>) -> Result<PutGrantsResponse, Status> {
        let request = PutGrantsRequest {
            grants,
            request_id: new_request_id(),
        };
        let answer = self.admin.clone().put_grants(timed(request)).await?;
        Ok(answer.into_inner())
    }

    /// Returns the position of the register.
    pub async fn position(&self) -> Result<Position, Status> {
        let request = timed(proto::v1::ListOrganisationsRequest {
            page_size: 1,
            ..Default::default()
        });
        let answer = self.directory.clone().list_organisations(request).await?;
        Ok(answer.into_inner().position.unwrap_or_default())
    }
}

/// Creates a request id, which is different for every write.
pub fn new_request_id() -> String {
    uuid::Uuid::from_u128(rand::random()).to_string()
}

/// Wraps a message in a request with the deadline of a story.
pub fn timed<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(DEADLINE);
    request
}

/// Returns the name of a hit's officer.
pub fn hit_name(hit: &SearchHit) -> String {
    let officer = hit.entry.as_ref().and_then(|entry| entry.officer.as_ref());
    officer.map(|officer| officer.name.clone()).unwrap_or_default()
}

/// Returns the name of a target: of its officer, or of the organisation whose desk it is.
pub fn target_name(target: &Target) -> String {
    let officer = target.entry.as_ref().and_then(|entry| entry.officer.as_ref());
    let organisation = target.organisation.as_ref().map(|organisation| organisation.name.clone());
    officer
        .map(|officer| officer.name.clone())
        .or(organisation)
        .unwrap_or_default()
}
