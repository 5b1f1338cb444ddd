//! Resolving: `RoutingService`.

use proto::v1;
use proto::v1::routing_service_client::RoutingServiceClient;
use tonic::transport::Channel;

use crate::call::{Client, LARGEST_ANSWER};
use crate::error::Error;

/// The most needs in one request, by the contract.
const BATCH: usize = 100;

fn service(channel: Channel) -> RoutingServiceClient<Channel> {
    RoutingServiceClient::new(channel).max_decoding_message_size(LARGEST_ANSWER)
}

impl Client {
    /// Where to go with a need.
    pub async fn resolve(&self, request: v1::ResolveRequest) -> Result<v1::Route, Error> {
        let answer = self
            .ask(
                request,
                |channel, request| async move { service(channel).resolve(request).await },
            )
            .await?;
        answer
            .route
            .ok_or_else(|| Error::BadAnswer("the answer has no route".to_owned()))
    }

    /// Where to go with each of `needs`, in their order. Each hundred is answered from one position.
    pub async fn batch_resolve(
        &self,
        needs: &[v1::Need],
        min_position: Option<v1::Position>,
    ) -> Result<Vec<v1::ResolveResult>, Error> {
        let mut results = Vec::with_capacity(needs.len());
        for batch in needs.chunks(BATCH) {
            let request = v1::BatchResolveRequest {
                needs: batch.to_vec(),
                min_position: min_position.clone(),
            };
            let answer = self
                .ask(request, |channel, request| async move {
                    service(channel).batch_resolve(request).await
                })
                .await?;
            if answer.results.len() != batch.len() {
                return Err(Error::BadAnswer("the answer has not one result for each need".to_owned()));
            }
            results.extend(answer.results);
        }
        Ok(results)
    }
}
