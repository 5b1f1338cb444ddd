//! RoutingService: from a need to an ordered list of targets.

use std::sync::Arc;

use futures::stream::BoxStream;
use proto::v1::routing_service_server::RoutingService;
use proto::v1::{
    BatchResolveRequest, BatchResolveResponse, Need, ResolveFailure, ResolveRequest, ResolveResponse, ResolveResult, Route,
    WatchRoutesRequest, WatchRoutesResponse, resolve_result,
};
use register::draft::NeedDraft;
use register::grant::Role;
use tonic::{Request, Response, Status};

use super::parse::Reader;
use super::request::Context;
use crate::directory::Directory;
use crate::error::Error;
use crate::identity::Caller;

pub(super) struct Service(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl RoutingService for Service {
    type WatchRoutesStream = BoxStream<'static, Result<WatchRoutesResponse, Status>>;

    async fn resolve(&self, request: Request<ResolveRequest>) -> Result<Response<ResolveResponse>, Status> {
        let mut reader = Reader::default();
        let consistency = reader.consistency(&request, request.get_ref().min_position.as_ref());
        let need = need(&mut reader, "need", request.get_ref().need.as_ref());
        let route = self
            .0
            .resolve(Caller::of(&request)?, reader.finish(Some(need))?, &consistency)
            .await
            .map_err(|error| error.inside("need"))?;
        Context::of(&request).note_revision(route.position.revision);
        Ok(Response::new(ResolveResponse {
            route: Some(Route::from(&route)),
        }))
    }

    async fn batch_resolve(&self, request: Request<BatchResolveRequest>) -> Result<Response<BatchResolveResponse>, Status> {
        let mut reader = Reader::default();
        let consistency = reader.consistency(&request, request.get_ref().min_position.as_ref());
        let asked = request.get_ref().needs.iter().enumerate();
        let needs: Vec<NeedDraft> = asked
            .map(|(place, asked)| need(&mut reader, &format!("needs[{place}]"), Some(asked)))
            .collect();
        let routes = self
            .0
            .batch_resolve(Caller::of(&request)?, reader.finish(Some(needs))?, &consistency)
            .await?;
        Ok(Response::new(BatchResolveResponse {
            results: routes.iter().map(result).collect(),
        }))
    }

    async fn watch_routes(&self, request: Request<WatchRoutesRequest>) -> Result<Response<Self::WatchRoutesStream>, Status> {
        Err(self.0.not_in_this_version(Caller::of(&request)?, Role::Resolve).into())
    }
}

fn need(reader: &mut Reader, field: &str, need: Option<&Need>) -> NeedDraft {
    let need = need.cloned().unwrap_or_default();
    NeedDraft {
        moment: reader.moment(&format!("{field}.moment"), need.moment.as_ref()),
        organisation: need.organisation,
        competences: need.competences,
        domains: need.domains,
        municipality: need.municipality,
    }
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
