//! RoutingService: resolves a need into an ordered list of targets.

use std::sync::Arc;

use directory::{Directory, RouteWatch, SizedResult};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use prost::Message as _;
use proto::v1::routing_service_server::RoutingService;
use proto::v1::{
    BatchResolveRequest, BatchResolveResponse, Need, ResolveFailure, ResolveRequest, ResolveResponse, ResolveResult, Route,
    WatchRoutesRequest, WatchRoutesResponse, resolve_result,
};
use register::draft::NeedDraft;
use register::violation::ViolationCode;
use server_core::error::Error;
use server_core::identity::Caller;
use tonic::{Request, Response, Status};

use super::reader::RequestReader;
use super::request::RequestContext;
use super::response;

pub(super) struct RoutingAdapter(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl RoutingService for RoutingAdapter {
    type WatchRoutesStream = BoxStream<'static, Result<WatchRoutesResponse, Status>>;

    async fn resolve(&self, request: Request<ResolveRequest>) -> Result<Response<ResolveResponse>, Status> {
        let mut reader = RequestReader::default();
        let consistency = reader.consistency(&request, request.get_ref().min_position.as_ref());
        let need = need(&mut reader, "need", request.get_ref().need.as_ref());
        let resolved = self
            .0
            .resolve_across(Caller::of(&request)?, reader.finish(Some(need))?, &consistency)
            .await
            .map_err(|error| error.inside("need"))?;
        RequestContext::of(&request).note_revision(resolved.route.position.revision);
        Ok(Response::new(ResolveResponse {
            route: Some(response::route(&resolved)),
        }))
    }

    async fn batch_resolve(&self, request: Request<BatchResolveRequest>) -> Result<Response<BatchResolveResponse>, Status> {
        let mut reader = RequestReader::default();
        let consistency = reader.consistency(&request, request.get_ref().min_position.as_ref());
        let messages = request.get_ref().needs.iter().enumerate();
        let needs: Vec<NeedDraft> = messages
            .map(|(place, message)| need(&mut reader, &format!("needs[{place}]"), Some(message)))
            .collect();
        let results = self
            .0
            .batch_resolve_as(Caller::of(&request)?, reader.finish(Some(needs))?, &consistency, result)
            .await?;
        Ok(Response::new(BatchResolveResponse { results }))
    }

    async fn watch_routes(&self, request: Request<WatchRoutesRequest>) -> Result<Response<Self::WatchRoutesStream>, Status> {
        let mut reader = RequestReader::default();
        let need_message = request.get_ref().need.as_ref();
        if need_message.is_some_and(|need| need.moment.is_some()) {
            let message = "Een route volgen gaat over nu; laat het moment weg.";
            reader.add("need.moment", ViolationCode::Contradiction, message);
        }
        let need = need(&mut reader, "need", need_message);
        let need = reader.finish(Some(need))?;
        let watch = self.0.watch_routes(Caller::shared(&request)?, need).await;
        let watch = watch.map_err(|error| error.inside("need"))?;
        Ok(Response::new(messages(watch)))
    }
}

/// Returns the messages of a watch as a stream. The stream ends with the error that ended the watch.
fn messages(watch: RouteWatch) -> BoxStream<'static, Result<WatchRoutesResponse, Status>> {
    let first = futures::stream::iter([Ok(response::route_event(watch.first()))]);
    let step = |watch: Option<RouteWatch>| async move {
        let mut watch = watch?;
        Some(match watch.next().await {
            Ok(event) => (Ok(response::route_event(event)), Some(watch)),
            Err(error) => (Err(Status::from(error)), None),
        })
    };
    Box::pin(first.chain(futures::stream::unfold(Some(watch), step)))
}

pub(super) fn need(reader: &mut RequestReader, field: &str, need: Option<&Need>) -> NeedDraft {
    let need = need.cloned().unwrap_or_default();
    NeedDraft {
        moment: reader.moment(&format!("{field}.moment"), need.moment.as_ref()),
        organisation: need.organisation,
        competences: need.competences,
        domains: need.domains,
        municipality: need.municipality,
    }
}

/// Converts a result of a batch. Its size includes the field and the length that it adds to the response.
fn result(route: Result<register::resolve::Route, Error>) -> SizedResult<ResolveResult> {
    let result = match route {
        Ok(route) => resolve_result::Result::Route(Route::from(&route)),
        Err(error) => resolve_result::Result::Failure(ResolveFailure {
            reason: error.reason().as_str().to_owned(),
            message: error.to_string(),
            violations: error.violations().iter().map(Into::into).collect(),
        }),
    };
    let result = ResolveResult { result: Some(result) };
    let bytes = result.encoded_len() + 8;
    SizedResult { result, bytes }
}
