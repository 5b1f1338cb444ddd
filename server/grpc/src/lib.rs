//! The gRPC side of the node: thin adapters around the use cases.
//!
//! A handler reads the request, takes the caller, calls one use case of [`directory`] and turns what it gives into a
//! message. It decides nothing: not who may, not what is right, not what goes wrong.
//!
//! To add a call: the contract in `proto/`, the use case, its four lines here; [`routes`] when the service is new.

mod admin_service;
mod answer;
mod directory_service;
mod federation_service;
mod health;
mod parse;
mod report_service;
pub mod request;
mod routing_service;
mod serve;
mod snapshot;
mod sync_service;

use std::sync::Arc;

use directory::Directory;
use proto::v1::admin_service_server::AdminServiceServer;
use proto::v1::directory_service_server::DirectoryServiceServer;
use proto::v1::report_service_server::ReportServiceServer;
use proto::v1::routing_service_server::RoutingServiceServer;
use proto::v1::sync_service_server::SyncServiceServer;
use proto::v1alpha::federation_service_server::FederationServiceServer;
use tonic::service::Routes;

pub use health::Health;
pub use serve::serve;

/// The size of a message is limited in front of the services ([`request`]), with a reason that says so; tonic's own limit
/// must not get there first.
const MESSAGE_BYTES: usize = 64 << 20;

/// All services of the contract. Whoever serves them adds health.
pub fn routes(directory: Arc<Directory>) -> Routes {
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .expect("the descriptors were made by the build, and a test loads them");
    Routes::new(
        DirectoryServiceServer::new(directory_service::DirectoryAdapter(directory.clone()))
            .max_decoding_message_size(MESSAGE_BYTES),
    )
    .add_service(
        RoutingServiceServer::new(routing_service::RoutingAdapter(directory.clone())).max_decoding_message_size(MESSAGE_BYTES),
    )
    .add_service(SyncServiceServer::new(sync_service::SyncAdapter(directory.clone())).max_decoding_message_size(MESSAGE_BYTES))
    .add_service(
        ReportServiceServer::new(report_service::ReportAdapter(directory.clone())).max_decoding_message_size(MESSAGE_BYTES),
    )
    .add_service(AdminServiceServer::new(admin_service::AdminAdapter(directory.clone())).max_decoding_message_size(MESSAGE_BYTES))
    .add_service(
        FederationServiceServer::new(federation_service::FederationAdapter(directory)).max_decoding_message_size(MESSAGE_BYTES),
    )
    .add_service(reflection)
}
