//! Calls to search and read: `DirectoryService`.

use futures::Stream;
use proto::v1;
use proto::v1::directory_service_client::DirectoryServiceClient;
use register::entry::Entry;
use register::identifier::{OfficerName, OrganisationId};
use register::organisation::Organisation;
use tonic::transport::Channel;

use crate::call::{Client, MAX_RESPONSE_BYTES};
use crate::error::Error;
use crate::paging::pages;

/// Entries or organisations per page when a stream reads all of them.
const PAGE: i32 = 500;

fn service(channel: Channel) -> DirectoryServiceClient<Channel> {
    DirectoryServiceClient::new(channel).max_decoding_message_size(MAX_RESPONSE_BYTES)
}

impl Client {
    /// Searches officers for a question in everyday Dutch; best first.
    pub async fn search(&self, request: v1::SearchOfficersRequest) -> Result<v1::SearchOfficersResponse, Error> {
        self.unary(request, |channel, request| async move {
            service(channel).search_officers(request).await
        })
        .await
    }

    /// Suggests completions of a text.
    pub async fn suggest(&self, request: v1::SuggestRequest) -> Result<v1::SuggestResponse, Error> {
        self.unary(
            request,
            |channel, request| async move { service(channel).suggest(request).await },
        )
        .await
    }

    /// Gets one entry. The node answers from at least `min_position`, if it is given.
    pub async fn get_officer(&self, name: &OfficerName, min_position: Option<v1::Position>) -> Result<Entry, Error> {
        let request = v1::GetOfficerRequest {
            name: name.to_string(),
            min_position,
        };
        let answer = self
            .unary(request, |channel, request| async move {
                service(channel).get_officer(request).await
            })
            .await?;
        let entry = answer
            .entry
            .ok_or_else(|| Error::BadAnswer("the response has no entry".to_owned()))?;
        Ok(Entry::try_from(entry)?)
    }

    /// Lists a page of entries by name.
    pub async fn list_officers(&self, request: v1::ListOfficersRequest) -> Result<v1::ListOfficersResponse, Error> {
        self.unary(request, |channel, request| async move {
            service(channel).list_officers(request).await
        })
        .await
    }

    /// Streams all entries by name, of one organisation or of all.
    pub fn all_officers(&self, organisation: Option<&OrganisationId>) -> impl Stream<Item = Result<Entry, Error>> + Send + '_ {
        let parent = organisation.map(OrganisationId::resource_name).unwrap_or_default();
        pages(move |page_token| {
            let request = v1::ListOfficersRequest {
                parent: parent.clone(),
                page_size: PAGE,
                page_token,
                min_position: None,
            };
            async move {
                let page = self.list_officers(request).await?;
                let entries = page.entries.into_iter().map(|entry| Ok(Entry::try_from(entry)?));
                Ok((entries.collect(), page.next_page_token))
            }
        })
    }

    /// Gets one organisation. The node answers from at least `min_position`, if it is given.
    pub async fn get_organisation(&self, id: &OrganisationId, min_position: Option<v1::Position>) -> Result<Organisation, Error> {
        let request = v1::GetOrganisationRequest {
            name: id.resource_name(),
            min_position,
        };
        let answer = self
            .unary(request, |channel, request| async move {
                service(channel).get_organisation(request).await
            })
            .await?;
        let organisation = answer.organisation;
        let organisation = organisation.ok_or_else(|| Error::BadAnswer("the response has no organisation".to_owned()))?;
        Ok(Organisation::try_from(organisation)?)
    }

    /// Lists a page of organisations by name.
    pub async fn list_organisations(
        &self,
        request: v1::ListOrganisationsRequest,
    ) -> Result<v1::ListOrganisationsResponse, Error> {
        self.unary(request, |channel, request| async move {
            service(channel).list_organisations(request).await
        })
        .await
    }

    /// Streams all organisations that match `filter`, by name. Its page size and token are ignored.
    pub fn all_organisations(
        &self,
        filter: v1::ListOrganisationsRequest,
    ) -> impl Stream<Item = Result<Organisation, Error>> + Send + '_ {
        pages(move |page_token| {
            let request = v1::ListOrganisationsRequest {
                page_size: PAGE,
                page_token,
                ..filter.clone()
            };
            async move {
                let page = self.list_organisations(request).await?;
                let organisations = page.organisations.into_iter();
                let organisations = organisations.map(|organisation| Ok(Organisation::try_from(organisation)?));
                Ok((organisations.collect(), page.next_page_token))
            }
        })
    }

    /// Gets the vocabulary of the node.
    pub async fn get_vocabulary(&self) -> Result<v1::Vocabulary, Error> {
        let request = v1::GetVocabularyRequest {};
        let answer = self
            .unary(request, |channel, request| async move {
                service(channel).get_vocabulary(request).await
            })
            .await?;
        answer
            .vocabulary
            .ok_or_else(|| Error::BadAnswer("the response has no vocabulary".to_owned()))
    }
}
