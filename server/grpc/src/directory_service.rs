//! DirectoryService: searches and reads.

use std::sync::Arc;

use directory::{Directory, ListOfficers, ListOrganisations, SearchFilter, SearchOfficers, SearchResults, limits};
use prost::Message as _;
use proto::v1;
use proto::v1::directory_service_server::DirectoryService;
use proto::v1::{
    GetOfficerRequest, GetOfficerResponse, GetOrganisationRequest, GetOrganisationResponse, GetVocabularyRequest,
    GetVocabularyResponse, ListOfficersRequest, ListOfficersResponse, ListOrganisationsRequest, ListOrganisationsResponse,
    SearchOfficersRequest, SearchOfficersResponse, SuggestRequest, SuggestResponse,
};
use register::officer::OfficerKind;
use register::organisation::OrganisationKind;
use server_core::error::Error;
use server_core::identity::Caller;
use tonic::{Request, Response, Status};

use super::reader::{RequestReader, to_words};
use super::request::RequestContext;
use super::response;

pub(super) struct DirectoryAdapter(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl DirectoryService for DirectoryAdapter {
    async fn search_officers(&self, request: Request<SearchOfficersRequest>) -> Result<Response<SearchOfficersResponse>, Status> {
        let mut search = search_officers(&request)?;
        loop {
            let directory = self.0.clone();
            let to_message = move |found: SearchResults| {
                let revision = found.position.revision;
                let message = response::search_results(found, &directory);
                let sizes = message.hits.iter().map(prost::Message::encoded_len);
                let fitting = limits::fitting(sizes, message.hits.len());
                (message, fitting, revision)
            };
            let answered = self.0.search_officers_as(Caller::of(&request)?, search.clone(), to_message);
            let (message, fitting, revision) = answered.await?;
            RequestContext::of(&request).note_revision(revision);
            if fitting >= message.hits.len() {
                return Ok(Response::new(message));
            }
            // A page of very large entries: ask for as many as fit, so that the page token continues after the last one.
            search.page_size = response::to_i32(fitting);
        }
    }

    async fn suggest(&self, request: Request<SuggestRequest>) -> Result<Response<SuggestResponse>, Status> {
        let mut reader = RequestReader::default();
        let policy = reader.policy("federation", request.get_ref().federation.as_ref());
        let policy = reader.finish(Some(policy))?;
        let SuggestRequest { text, limit, .. } = request.get_ref().clone();
        let suggested = self.0.suggest(Caller::of(&request)?, text, limit, policy).await?;
        Ok(Response::new(response::suggestions(suggested)))
    }

    async fn get_officer(&self, request: Request<GetOfficerRequest>) -> Result<Response<GetOfficerResponse>, Status> {
        let mut reader = RequestReader::default();
        let consistency = reader.consistency(&request, request.get_ref().min_position.as_ref());
        let name = reader.officer("name", &request.get_ref().name);
        let found = self
            .0
            .get_officer(Caller::of(&request)?, &reader.finish(name)?, &consistency)
            .await?;
        RequestContext::of(&request).note_revision(found.position.revision);
        Ok(Response::new(GetOfficerResponse {
            entry: Some(response::entry(&found.value, &found.sources)),
            position: Some(found.position.into()),
        }))
    }

    async fn list_officers(&self, request: Request<ListOfficersRequest>) -> Result<Response<ListOfficersResponse>, Status> {
        let listed = self.0.list_officers(Caller::of(&request)?, list_officers(&request)?).await?;
        RequestContext::of(&request).note_revision(listed.position.revision);
        let sources = listed.sources;
        let to_messages = move || listed.items.iter().map(|entry| response::entry(entry, &sources)).collect();
        let entries = self.0.tasks().blocking(to_messages).await?;
        Ok(Response::new(ListOfficersResponse {
            entries,
            next_page_token: listed.next_page_token,
            total: response::to_i32(listed.total),
            position: Some(listed.position.into()),
        }))
    }

    async fn get_organisation(
        &self,
        request: Request<GetOrganisationRequest>,
    ) -> Result<Response<GetOrganisationResponse>, Status> {
        let mut reader = RequestReader::default();
        let consistency = reader.consistency(&request, request.get_ref().min_position.as_ref());
        let name = reader.organisation("name", &request.get_ref().name);
        let found = self
            .0
            .get_organisation(Caller::of(&request)?, &reader.finish(name)?, &consistency)
            .await?;
        RequestContext::of(&request).note_revision(found.position.revision);
        Ok(Response::new(GetOrganisationResponse {
            organisation: Some(found.value.as_ref().into()),
            position: Some(found.position.into()),
        }))
    }

    async fn list_organisations(
        &self,
        request: Request<ListOrganisationsRequest>,
    ) -> Result<Response<ListOrganisationsResponse>, Status> {
        let listed = self
            .0
            .list_organisations(Caller::of(&request)?, list_organisations(&request)?)
            .await?;
        RequestContext::of(&request).note_revision(listed.position.revision);
        let to_messages = move || listed.items.iter().map(|organisation| organisation.as_ref().into()).collect();
        let organisations = self.0.tasks().blocking(to_messages).await?;
        Ok(Response::new(ListOrganisationsResponse {
            organisations,
            next_page_token: listed.next_page_token,
            total: response::to_i32(listed.total),
            position: Some(listed.position.into()),
            unlisted_registers: listed.unlisted_registers.iter().map(ToString::to_string).collect(),
        }))
    }

    async fn get_vocabulary(&self, request: Request<GetVocabularyRequest>) -> Result<Response<GetVocabularyResponse>, Status> {
        let vocabulary = self.0.get_vocabulary(Caller::of(&request)?)?;
        Ok(Response::new(GetVocabularyResponse {
            vocabulary: Some(vocabulary.as_ref().into()),
        }))
    }
}

fn search_officers(request: &Request<SearchOfficersRequest>) -> Result<SearchOfficers, Error> {
    let mut reader = RequestReader::default();
    let payload = request.get_ref();
    let filter = payload.filter.clone().unwrap_or_default();
    let search = SearchOfficers {
        query: payload.query.clone(),
        filter: SearchFilter {
            organisations: filter.organisations,
            organisation_kinds: to_words::<OrganisationKind>(&filter.organisation_kinds),
            domains: filter.domains,
            competences: filter.competences,
            municipalities: filter.municipalities,
            kinds: to_words::<OfficerKind>(&filter.kinds),
        },
        municipality: payload.municipality.clone(),
        page_size: payload.page_size,
        page_token: payload.page_token.clone(),
        consistency: reader.consistency(request, payload.min_position.as_ref()),
        flat: payload.flat,
        explain: payload.explain,
        facets: !payload.without_facets,
        federation: reader.policy("federation", payload.federation.as_ref()),
    };
    reader.finish(Some(search))
}

fn list_officers(request: &Request<ListOfficersRequest>) -> Result<ListOfficers, Error> {
    let mut reader = RequestReader::default();
    let payload = request.get_ref();
    let list = ListOfficers {
        organisation: reader.optional_organisation("parent", &payload.parent),
        page_size: payload.page_size,
        page_token: payload.page_token.clone(),
        consistency: reader.consistency(request, payload.min_position.as_ref()),
        size_of: |entry| v1::Entry::from(entry).encoded_len(),
    };
    reader.finish(Some(list))
}

fn list_organisations(request: &Request<ListOrganisationsRequest>) -> Result<ListOrganisations, Error> {
    let mut reader = RequestReader::default();
    let payload = request.get_ref();
    let list = ListOrganisations {
        kinds: reader.words("kinds", &payload.kinds),
        statuses: reader.words("statuses", &payload.statuses),
        page_size: payload.page_size,
        page_token: payload.page_token.clone(),
        consistency: reader.consistency(request, payload.min_position.as_ref()),
        size_of: |organisation| v1::Organisation::from(organisation).encoded_len(),
    };
    reader.finish(Some(list))
}
