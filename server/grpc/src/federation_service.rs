//! FederationService: between registers.

use std::collections::BTreeSet;
use std::sync::Arc;

use directory::federation::ask::wire;
use directory::{Directory, SearchLocal, SuggestLocal};
use index::{Plan, Wanted};
use proto::v1alpha::federation_service_server::FederationService;
use proto::v1alpha::{
    DescribeRequest, DescribeResponse, FetchLocalRequest, FetchLocalResponse, SearchLocalRequest, SearchLocalResponse,
    SuggestLocalRequest, SuggestLocalResponse,
};
use register::identifier::{OfficerName, OrganisationId};
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use tonic::{Request, Response, Status};

use super::answer;
use super::parse::Reader;
use super::request::Context;
use super::routing_service::need;

pub(super) struct FederationAdapter(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl FederationService for FederationAdapter {
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
        let question = search_local(&request)?;
        let with_facets = !request.get_ref().without_facets;
        let contributed = self.0.search_local(Caller::of(&request)?, question).await?;
        Context::of(&request).note_revision(contributed.position.revision);
        let answer = self
            .0
            .tasks()
            .blocking(move || answer::contributed(contributed, with_facets))
            .await?;
        Ok(Response::new(answer))
    }

    async fn suggest_local(&self, request: Request<SuggestLocalRequest>) -> Result<Response<SuggestLocalResponse>, Status> {
        let question = suggest_local(&request)?;
        let contributed = self.0.suggest_local(Caller::of(&request)?, question).await?;
        Ok(Response::new(answer::tallied(contributed)))
    }
}

/// A peer asks for no more results, entries or organisations than this.
const MOST_WANTED: usize = 1_000;
const MOST_WITHOUT: usize = 10_000;
/// A plan is no larger.
const LARGEST_PLAN: usize = 256 << 10;

fn search_local(request: &Request<SearchLocalRequest>) -> Result<SearchLocal, Error> {
    let asked = request.get_ref();
    if asked.plan_form != wire::PLAN_FORM {
        let message = format!(
            "the plan has form {}, and this node reads {}",
            asked.plan_form,
            wire::PLAN_FORM
        );
        return Err(Error::new(Reason::OtherVersions, message));
    }
    let mut reader = Reader::default();
    let mut refuse = |field: &str, message: &str| reader.refuse(field, "x", message);
    let plan = (asked.plan.len() <= LARGEST_PLAN)
        .then(|| Plan::from_wire(&asked.plan).ok())
        .flatten();
    if plan.is_none() {
        refuse("plan", "Dit is geen plan dat hier gescoord kan worden.");
    }
    let limit = usize::try_from(asked.limit).ok().filter(|limit| *limit <= MOST_WANTED);
    let is_small = asked.groups.len() <= MOST_WANTED && asked.entries.len() <= MOST_WANTED && asked.without.len() <= MOST_WITHOUT;
    if limit.is_none() || !is_small {
        refuse("limit", "Er wordt meer gevraagd dan in één keer kan.");
    }
    let after = asked.after.as_ref().map(wire::read_place).transpose();
    if after.is_err() {
        refuse("after", "Dit is geen plaats in een antwoord.");
    }
    let without: Result<BTreeSet<OrganisationId>, _> = asked.without.iter().map(|id| OrganisationId::parse(id)).collect();
    if without.is_err() {
        refuse("without", "Dit zijn geen kenmerken van organisaties.");
    }
    let entries: Result<Vec<OfficerName>, _> = asked.entries.iter().map(|name| OfficerName::parse(name)).collect();
    if entries.is_err() {
        refuse("entries", "Dit zijn geen namen van functionarissen.");
    }
    let consistency = reader.consistency(request, None);
    let made = plan.zip(limit).zip(after.ok()).zip(without.ok()).zip(entries.ok());
    let search = made.map(|((((plan, limit), after), without), entries)| SearchLocal {
        plan,
        wanted: Wanted {
            limit,
            after,
            groups: asked.groups.clone(),
            no_facets: asked.without_facets,
            without,
        },
        entries,
        organisations_hash: asked.organisations_hash.clone(),
        consistency,
    });
    let mut search = reader.finish(search)?;
    // What the asker says of its versions goes before what its plan says: a newer form may say it elsewhere.
    search.plan.versions = wire::read_versions(asked.versions.clone());
    Ok(search)
}

fn suggest_local(request: &Request<SuggestLocalRequest>) -> Result<SuggestLocal, Error> {
    let mut reader = Reader::default();
    let asked = request.get_ref();
    let limit = usize::try_from(asked.limit).ok().filter(|limit| *limit <= MOST_SUGGESTED);
    if limit.is_none() || asked.targets.len() > MOST_TARGETS || asked.without.len() > MOST_WITHOUT {
        reader.refuse("limit", "x", "Er wordt meer gevraagd dan in één keer kan.");
    }
    let without: Result<BTreeSet<OrganisationId>, _> = asked.without.iter().map(|id| OrganisationId::parse(id)).collect();
    if without.is_err() {
        reader.refuse("without", "x", "Dit zijn geen kenmerken van organisaties.");
    }
    let targets = asked.targets.iter().map(wire::read_target).collect::<Option<Vec<_>>>();
    if targets.is_none() {
        reader.refuse("targets", "x", "Dit is niets dat voorgesteld kan worden.");
    }
    let made = limit.zip(without.ok()).zip(targets);
    reader.finish(made.map(|((limit, without), targets)| SuggestLocal {
        text: asked.text.clone(),
        limit,
        targets,
        without,
        organisations_hash: asked.organisations_hash.clone(),
    }))
}

/// A peer asks for no more functions and counts than this.
const MOST_SUGGESTED: usize = 100;
const MOST_TARGETS: usize = 5_000;
