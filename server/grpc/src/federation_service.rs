//! FederationService: answers other registers.

use std::collections::BTreeSet;
use std::sync::Arc;

use directory::ShareRequest;
use directory::federation::ask::plan::read_plan;
use directory::federation::ask::{suggest_wire, wire};
use directory::{Directory, SearchLocal, SuggestLocal};
use prost::Message as _;
use proto::v1alpha::federation_service_server::FederationService;
use proto::v1alpha::{
    DescribeRequest, DescribeResponse, FetchLocalRequest, FetchLocalResponse, SearchLocalRequest, SearchLocalResponse,
    SuggestLocalRequest, SuggestLocalResponse,
};
use register::identifier::{OfficerName, OrganisationId};
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use tonic::{Request, Response, Status};

use super::reader::RequestReader;
use super::request::RequestContext;
use super::response;
use super::routing_service::need;

/// Maximum number of results, groups and entries in one search.
const MAX_WANTED: usize = 1_000;

/// Maximum number of organisations that a peer can exclude.
const MAX_EXCLUDED: usize = 10_000;

/// Maximum size of an encoded plan, in bytes.
const MAX_PLAN_BYTES: usize = 256 << 10;

/// Maximum number of function titles that a peer can request.
const MAX_SUGGESTED: usize = 100;

/// Maximum number of suggestions to count.
const MAX_TARGETS: usize = 5_000;

pub(super) struct FederationAdapter(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl FederationService for FederationAdapter {
    async fn describe(&self, request: Request<DescribeRequest>) -> Result<Response<DescribeResponse>, Status> {
        let description = self.0.describe(Caller::of(&request)?).await?;
        Ok(Response::new(response::description(description)))
    }

    async fn fetch_local(&self, request: Request<FetchLocalRequest>) -> Result<Response<FetchLocalResponse>, Status> {
        let mut reader = RequestReader::default();
        let need = need(&mut reader, "need", request.get_ref().need.as_ref());
        let need = reader.finish(Some(need))?;
        let found = self
            .0
            .fetch_local(Caller::of(&request)?, need, request.get_ref().limit)
            .await?;
        Ok(Response::new(response::candidates(found)))
    }

    async fn search_local(&self, request: Request<SearchLocalRequest>) -> Result<Response<SearchLocalResponse>, Status> {
        let search = search_local(&request)?;
        let with_facets = !request.get_ref().without_facets;
        let share = self.0.search_local(Caller::of(&request)?, search).await?;
        RequestContext::of(&request).note_revision(share.position.revision);
        let message = self
            .0
            .tasks()
            .blocking(move || response::local_share(share, with_facets))
            .await?;
        Ok(Response::new(message))
    }

    async fn suggest_local(&self, request: Request<SuggestLocalRequest>) -> Result<Response<SuggestLocalResponse>, Status> {
        let suggest = suggest_local(&request)?;
        let suggestions = self.0.suggest_local(Caller::of(&request)?, suggest).await?;
        Ok(Response::new(response::local_suggestions(suggestions)))
    }
}

fn search_local(request: &Request<SearchLocalRequest>) -> Result<SearchLocal, Error> {
    let payload = request.get_ref();
    if payload.plan_form != wire::PLAN_FORM {
        let message = format!(
            "the plan has form {}, and this node reads {}",
            payload.plan_form,
            wire::PLAN_FORM
        );
        return Err(Error::new(Reason::OtherVersions, message));
    }
    let mut reader = RequestReader::default();
    let mut refuse = |field: &str, message: &str| reader.refuse(field, "x", message);
    let versions = wire::read_versions(payload.versions.clone());
    let plan = payload.plan.as_ref().filter(|plan| plan.encoded_len() <= MAX_PLAN_BYTES);
    let plan = plan.and_then(|plan| read_plan(plan, versions).ok());
    if plan.is_none() {
        refuse("plan", "Dit is geen plan dat hier gescoord kan worden.");
    }
    let limit = usize::try_from(payload.limit).ok().filter(|limit| *limit <= MAX_WANTED);
    let is_small =
        payload.groups.len() <= MAX_WANTED && payload.entries.len() <= MAX_WANTED && payload.without.len() <= MAX_EXCLUDED;
    if limit.is_none() || !is_small {
        refuse("limit", "Er wordt meer gevraagd dan in één keer kan.");
    }
    let after = payload.after.as_ref().map(wire::read_place).transpose();
    if after.is_err() {
        refuse("after", "Dit is geen plaats in een antwoord.");
    }
    let without: Result<BTreeSet<OrganisationId>, _> = payload.without.iter().map(|id| OrganisationId::parse(id)).collect();
    if without.is_err() {
        refuse("without", "Dit zijn geen kenmerken van organisaties.");
    }
    let entries: Result<Vec<OfficerName>, _> = payload.entries.iter().map(|name| OfficerName::parse(name)).collect();
    if entries.is_err() {
        refuse("entries", "Dit zijn geen namen van functionarissen.");
    }
    let consistency = reader.consistency(request, None);
    let fields = plan.zip(limit).zip(after.ok()).zip(without.ok()).zip(entries.ok());
    let search = fields.map(|((((plan, limit), after), without), entries)| SearchLocal {
        plan,
        wanted: ShareRequest {
            limit,
            after,
            groups: payload.groups.clone(),
            no_facets: payload.without_facets,
            is_alone: false,
            without,
        },
        entries,
        organisations_hash: payload.organisations_hash.clone(),
        consistency,
    });
    reader.finish(search)
}

fn suggest_local(request: &Request<SuggestLocalRequest>) -> Result<SuggestLocal, Error> {
    let mut reader = RequestReader::default();
    let payload = request.get_ref();
    let limit = usize::try_from(payload.limit).ok().filter(|limit| *limit <= MAX_SUGGESTED);
    if limit.is_none() || payload.targets.len() > MAX_TARGETS || payload.without.len() > MAX_EXCLUDED {
        reader.refuse("limit", "x", "Er wordt meer gevraagd dan in één keer kan.");
    }
    let without: Result<BTreeSet<OrganisationId>, _> = payload.without.iter().map(|id| OrganisationId::parse(id)).collect();
    if without.is_err() {
        reader.refuse("without", "x", "Dit zijn geen kenmerken van organisaties.");
    }
    let targets = payload
        .targets
        .iter()
        .map(suggest_wire::read_target)
        .collect::<Option<Vec<_>>>();
    if targets.is_none() {
        reader.refuse("targets", "x", "Dit is niets dat voorgesteld kan worden.");
    }
    let fields = limit.zip(without.ok()).zip(targets);
    reader.finish(fields.map(|((limit, without), targets)| SuggestLocal {
        text: payload.text.clone(),
        limit,
        targets,
        without,
        organisations_hash: payload.organisations_hash.clone(),
    }))
}
