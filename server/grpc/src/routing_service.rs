//! RoutingService: resolves a need into an ordered list of targets.

use std::sync::Arc;

use directory::{Directory, RouteWatch};
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
use server_core::error::{Error, Reason};
use server_core::identity::Caller;
use tonic::{Request, Response, Status};

use super::reader::RequestReader;
use super::request::RequestContext;
use super::response;

/// Maximum size of the answer to a batch, in bytes: clients accept 4 MiB by default.
const MAX_ANSWER_BYTES: usize = 3 << 20;

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
        let (count, needs) = (needs.len(), reader.finish(Some(needs))?);
        let results = self
            .0
            .resolve_each(Caller::of(&request)?, needs, &consistency, move |routes| {
                results(routes, count)
            })
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

/// Returns a result for each of `count` needs. Those that would make the answer too large are not resolved.
fn results(routes: &mut dyn Iterator<Item = Result<register::resolve::Route, Error>>, count: usize) -> Vec<ResolveResult> {
    let mut results = Vec::with_capacity(count);
    let mut bytes = 0;
    for route in routes {
        let result = result(&route);
        bytes += result.encoded_len();
        if bytes > MAX_ANSWER_BYTES {
            break;
        }
        results.push(result);
    }
    let too_large = Err(Error::new(
        Reason::MessageTooLarge,
        "the answer has no room for this need; send it in another request",
    ));
    results.resize_with(count, || result(&too_large));
    results
}

fn result(route: &Result<register::resolve::Route, Error>) -> ResolveResult {
    let result = match route {
        Ok(route) => resolve_result::Result::Route(Route::from(route)),
        Err(error) => resolve_result::Result::Failure(ResolveFailure {
            reason: error.reason().as_str().to_owned(),
            message: error.to_string(),
            violations: error.violations().iter().map(Into::into).collect(),
        }),
    };
    ResolveResult { result: Some(result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_beyond_the_room_of_an_answer_are_not_resolved() {
        let resolved = std::cell::Cell::new(0);
        let mut routes = std::iter::repeat_with(|| {
            resolved.set(resolved.get() + 1);
            Err(Error::new(Reason::NoTarget, "x".repeat(1 << 20)))
        });
        let results = results(&mut routes.by_ref().take(100), 100);
        let reason = |place: usize| match &results[place].result {
            Some(resolve_result::Result::Failure(failure)) => failure.reason.as_str(),
            _ => "",
        };
        assert_eq!((results.len(), resolved.get()), (100, 3));
        assert_eq!(
            (reason(1), reason(2), reason(99)),
            ("NO_TARGET", "MESSAGE_TOO_LARGE", "MESSAGE_TOO_LARGE")
        );
    }
}
