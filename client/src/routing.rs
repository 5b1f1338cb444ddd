//! Calls to resolve needs: `RoutingService`.

use std::time::Duration;

use proto::v1;
use proto::v1::routing_service_client::RoutingServiceClient;
use tonic::transport::Channel;
use tonic::{Request, Streaming};

use crate::call::{Client, MAX_RESPONSE_BYTES};
use crate::error::{Error, Retry};
use crate::retry::Idempotency;

/// The maximum number of needs in one request, by the contract.
const BATCH: usize = 100;

fn service(channel: Channel) -> RoutingServiceClient<Channel> {
    RoutingServiceClient::new(channel).max_decoding_message_size(MAX_RESPONSE_BYTES)
}

impl Client {
    /// Resolves a need to a route.
    pub async fn resolve(&self, request: v1::ResolveRequest) -> Result<v1::Route, Error> {
        let answer = self
            .unary(
                request,
                |channel, request| async move { service(channel).resolve(request).await },
            )
            .await?;
        answer
            .route
            .ok_or_else(|| Error::BadAnswer("the response has no route".to_owned()))
    }

    /// Resolves `needs`, in their order. Each hundred is resolved at one position.
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
                .unary(request, |channel, request| async move {
                    service(channel).batch_resolve(request).await
                })
                .await?;
            if answer.results.len() != batch.len() {
                return Err(Error::BadAnswer(
                    "the response does not have one result for each need".to_owned(),
                ));
            }
            results.extend(answer.results);
        }
        Ok(results)
    }
}

/// The longest silence of a watch: the node sends a progress message every ten seconds.
const SILENCE: Duration = Duration::from_secs(40);

/// A watch on the route of one need.
#[derive(Debug)]
pub struct RouteWatch {
    client: Client,
    need: v1::Need,
    stream: Option<Streaming<v1::WatchRoutesResponse>>,
    last: Option<v1::Route>,
    failures: u32,
}

impl Client {
    /// Watches the route of a need, across broken connections. The first [`RouteWatch::next`] opens the stream.
    pub fn watch_routes(&self, need: v1::Need) -> RouteWatch {
        RouteWatch {
            client: self.clone(),
            need,
            stream: None,
            last: None,
            failures: 0,
        }
    }
}

impl RouteWatch {
    /// Returns the next route, the first one at once. A route that a reconnect repeats is dropped.
    pub async fn next(&mut self) -> Result<v1::Route, Error> {
        loop {
            match self.step().await {
                Ok(Some(route)) => {
                    let is_changed = self
                        .last
                        .as_ref()
                        .is_none_or(|last| last.targets != route.targets || last.gaps != route.gaps);
                    self.last = Some(route.clone());
                    if is_changed {
                        return Ok(route);
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    self.stream = None;
                    if error.retry() == Retry::Never {
                        return Err(error);
                    }
                    self.failures = self.failures.saturating_add(1);
                    let pause = self.client.pause(self.failures.saturating_add(1), error.retry_after());
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    async fn step(&mut self) -> Result<Option<v1::Route>, Error> {
        if self.stream.is_none() {
            let request = v1::WatchRoutesRequest {
                need: Some(self.need.clone()),
            };
            // Without grpc-timeout: the deadline is for opening, and a watch has no end.
            let open = |_| {
                let mut service = service(self.client.channel());
                let request = Request::new(request.clone());
                async move { service.watch_routes(request).await }
            };
            self.stream = Some(
                self.client
                    .with_retry(Idempotency::Idempotent, self.client.timeout(), open)
                    .await?,
            );
        }
        let Some(stream) = self.stream.as_mut() else { return Ok(None) };
        match tokio::time::timeout(SILENCE, stream.message()).await {
            Err(_) => Err(Error::Broken(format!("no message within {SILENCE:?}"))),
            Ok(Err(status)) => Err(self.client.error(&status, SILENCE)),
            Ok(Ok(None)) => Err(Error::Broken("the node ended the stream".to_owned())),
            Ok(Ok(Some(message))) => {
                self.failures = 0;
                Ok(message.route)
            }
        }
    }
}
