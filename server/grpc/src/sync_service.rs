//! SyncService: writes an organisation's officers and watches changes.

use std::sync::Arc;
use std::time::Duration;

use directory::{ApplyChanges, ChangeWatch, Directory, Operation, VerifyOfficers, WatchChanges, limits};
use futures::stream::BoxStream;
use proto::v1::sync_service_server::SyncService;
use proto::v1::{
    ApplyChangesRequest, ApplyChangesResponse, SetPresenceRequest, SetPresenceResponse, SetSharingRequest, SetSharingResponse,
    SyncOfficersRequest, SyncOfficersResponse, VerifyOfficersRequest, VerifyOfficersResponse, WatchChangesRequest,
    WatchChangesResponse, change_operation,
};
use register::draft::AbsenceDraft;
use register::officer::ManagedBy;
use register::violation::ViolationCode;
use server_core::error::Error;
use server_core::identity::Caller;
use tonic::{Request, Response, Status, Streaming};

use super::reader::RequestReader;
use super::request::RequestContext;
use super::response::WatchFragments;
use super::{response, snapshot};

/// The default interval of progress messages.
const DEFAULT_PROGRESS: Duration = Duration::from_secs(10);

pub(super) struct SyncAdapter(pub(super) Arc<Directory>);

#[tonic::async_trait]
impl SyncService for SyncAdapter {
    type WatchChangesStream = BoxStream<'static, Result<WatchChangesResponse, Status>>;

    async fn sync_officers(
        &self,
        request: Request<Streaming<SyncOfficersRequest>>,
    ) -> Result<Response<SyncOfficersResponse>, Status> {
        let (caller, context) = (Caller::shared(&request)?, RequestContext::of(&request));
        let arrived = snapshot::receive(request.into_inner(), &self.0, &caller, &context).await?;
        let report = self.0.sync_officers(&caller, arrived).await?;
        context.note_revision(report.position.revision);
        // The report lists up to 10,000 changes, so convert it on a blocking thread.
        let report = Some(self.0.tasks().blocking(move || response::report(report)).await?);
        Ok(Response::new(SyncOfficersResponse { report }))
    }

    async fn apply_changes(&self, request: Request<ApplyChangesRequest>) -> Result<Response<ApplyChangesResponse>, Status> {
        let (caller, context) = (Caller::shared(&request)?, RequestContext::of(&request));
        let delta = apply_changes(request.into_inner())?;
        context.note_organisation(&delta.organisation);
        let report = self.0.apply_changes(&caller, delta).await?;
        context.note_revision(report.position.revision);
        let report = Some(response::report(report));
        Ok(Response::new(ApplyChangesResponse { report }))
    }

    async fn set_presence(&self, request: Request<SetPresenceRequest>) -> Result<Response<SetPresenceResponse>, Status> {
        let mut reader = RequestReader::default();
        let payload = request.get_ref();
        let subject = reader
            .officer("officer", &payload.officer)
            .zip(reader.request_id(&payload.request_id));
        let (officer, request_id) = reader.finish(subject)?;
        RequestContext::of(&request).note_organisation(&officer.organisation);
        let absences: Vec<AbsenceDraft> = payload.absences.iter().cloned().map(AbsenceDraft::from).collect();
        let written = self
            .0
            .set_presence(Caller::of(&request)?, officer, absences, request_id)
            .await?;
        RequestContext::of(&request).note_revision(written.position.revision);
        Ok(Response::new(SetPresenceResponse {
            position: Some(written.position.into()),
        }))
    }

    async fn verify_officers(&self, request: Request<VerifyOfficersRequest>) -> Result<Response<VerifyOfficersResponse>, Status> {
        let verification = verify_officers(request.get_ref())?;
        RequestContext::of(&request).note_organisation(&verification.organisation);
        let verified = self.0.verify_officers(Caller::of(&request)?, verification).await?;
        RequestContext::of(&request).note_revision(verified.position.revision);
        Ok(Response::new(VerifyOfficersResponse {
            verified: response::to_u32(verified.verified),
            position: Some(verified.position.into()),
        }))
    }

    async fn set_sharing(&self, request: Request<SetSharingRequest>) -> Result<Response<SetSharingResponse>, Status> {
        let mut reader = RequestReader::default();
        let organisation = reader.organisation("organisation", &request.get_ref().organisation);
        let organisation = reader.finish(organisation)?;
        RequestContext::of(&request).note_organisation(&organisation);
        let sharing = request.get_ref().sharing.clone().unwrap_or_default();
        let changed = self
            .0
            .set_sharing(Caller::of(&request)?, organisation, sharing.into())
            .await?;
        RequestContext::of(&request).note_revision(changed.position.revision);
        Ok(Response::new(SetSharingResponse {
            organisation: Some((&changed.value).into()),
            position: Some(changed.position.into()),
        }))
    }

    async fn watch_changes(&self, request: Request<WatchChangesRequest>) -> Result<Response<Self::WatchChangesStream>, Status> {
        let watch_request = watch_changes(request.get_ref())?;
        let watch = self.0.watch_changes(Caller::shared(&request)?, watch_request).await?;
        RequestContext::of(&request).note_revision(watch.seen().revision);
        Ok(Response::new(messages(watch)))
    }
}

/// Returns the messages of a watch as a stream. The stream ends with the error that ended the watch.
fn messages(watch: ChangeWatch) -> BoxStream<'static, Result<WatchChangesResponse, Status>> {
    let step = |watch: Option<(ChangeWatch, Option<WatchFragments>)>| async move {
        let (mut watch, mut fragments) = watch?;
        loop {
            if let Some(message) = fragments.as_mut().and_then(Iterator::next) {
                return Some((Ok(message), Some((watch, fragments))));
            }
            match watch.next().await {
                Ok(message) => fragments = Some(WatchFragments::new(message)),
                Err(error) => return Some((Err(Status::from(error)), None)),
            }
        }
    };
    Box::pin(futures::stream::unfold(Some((watch, None)), step))
}

fn apply_changes(request: ApplyChangesRequest) -> Result<ApplyChanges, Error> {
    let mut reader = RequestReader::default();
    let organisation = reader.organisation("organisation", &request.organisation);
    let request_id = reader.request_id(&request.request_id);
    let mut operations = Vec::with_capacity(request.operations.len().min(limits::OPERATIONS + 1));
    // One operation above the limit is enough for the use case to refuse the delta.
    for (index, operation) in request.operations.into_iter().take(limits::OPERATIONS + 1).enumerate() {
        let expected = reader.expected(&format!("operations[{index}].etag"), &operation.etag);
        match (operation.operation, expected) {
            (None, _) => {
                let message = "De bewerking is leeg; vul upsert of withdraw in.";
                reader.add(&format!("operations[{index}]"), ViolationCode::Required, message);
            }
            (Some(change_operation::Operation::Upsert(officer)), Some(expected)) => operations.push(Operation::Upsert {
                officer: Box::new(officer.into()),
                expected,
            }),
            (Some(change_operation::Operation::Withdraw(withdrawal)), Some(expected)) => operations.push(Operation::Withdraw {
                officer: withdrawal.officer,
                replaced_by: withdrawal.replaced_by,
                expected,
            }),
            (Some(_), None) => {}
        }
    }
    let (organisation, request_id) = reader.finish(organisation.zip(request_id))?;
    Ok(ApplyChanges {
        organisation,
        operations,
        request_id,
        validate_only: request.validate_only,
        confirm_withdrawals: request.confirm_withdrawals,
        managed_by: ManagedBy::Sync,
    })
}

fn verify_officers(request: &VerifyOfficersRequest) -> Result<VerifyOfficers, Error> {
    let mut reader = RequestReader::default();
    let organisation = reader.organisation("organisation", &request.organisation);
    let request_id = reader.request_id(&request.request_id);
    let (organisation, request_id) = reader.finish(organisation.zip(request_id))?;
    Ok(VerifyOfficers {
        organisation,
        officers: request.officers.clone(),
        verify_by: request.verify_by.clone(),
        request_id,
    })
}

fn watch_changes(request: &WatchChangesRequest) -> Result<WatchChanges, Error> {
    let mut reader = RequestReader::default();
    let position = reader.position("position", request.position.as_ref());
    if request.organisations.len() > limits::WATCHED_ORGANISATIONS {
        let message = "Er staan meer dan 1.000 organisaties in; volg het hele register, of noem er minder.";
        reader.add("organisations", ViolationCode::TooLong, message);
    }
    let names = request.organisations.iter().take(limits::WATCHED_ORGANISATIONS).enumerate();
    let organisations = names.filter_map(|(place, name)| reader.organisation(&format!("organisations[{place}]"), name));
    let organisations = organisations.collect();
    let progress_interval = match &request.progress_interval {
        None => DEFAULT_PROGRESS,
        Some(interval) => Duration::from_secs(interval.seconds.clamp(1, 60).unsigned_abs()),
    };
    reader.finish(Some(WatchChanges {
        position,
        organisations,
        reload: request.reload,
        progress_interval,
    }))
}
