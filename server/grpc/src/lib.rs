//! The gRPC services of the node: thin adapters around the use cases.
//!
//! A handler reads the request, takes the caller, calls one use case of [`directory`] and converts its result to a message.
//! Authorisation, validation and errors belong to the use case.
//!
//! To add an RPC, write the contract in `proto/`, then the use case, then its four lines here. A new service goes into
//! [`routes`].

mod admin_service;
mod directory_service;
mod federation_service;
mod health;
mod reader;
mod report_service;
pub mod request;
mod response;
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

/// tonic's limit on the size of a message. It is above any configured limit, because the layer in [`request`] refuses a message
/// that is too large with a reason of ours.
const MAX_DECODED_BYTES: usize = 64 << 20;

/// Returns all services of the contract, with reflection that also knows the details of errors. [`Health::add_to`] adds the health service.
pub fn routes(directory: Arc<Directory>) -> Routes {
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .expect("the build script wrote the descriptors, and a test loads them");
    Routes::new(
        DirectoryServiceServer::new(directory_service::DirectoryAdapter(directory.clone()))
            .max_decoding_message_size(MAX_DECODED_BYTES),
    )
    .add_service(
        RoutingServiceServer::new(routing_service::RoutingAdapter(directory.clone()))
            .max_decoding_message_size(MAX_DECODED_BYTES),
    )
    .add_service(
        SyncServiceServer::new(sync_service::SyncAdapter(directory.clone())).max_decoding_message_size(MAX_DECODED_BYTES),
    )
    .add_service(
        ReportServiceServer::new(report_service::ReportAdapter(directory.clone())).max_decoding_message_size(MAX_DECODED_BYTES),
    )
    .add_service(
        AdminServiceServer::new(admin_service::AdminAdapter(directory.clone())).max_decoding_message_size(MAX_DECODED_BYTES),
    )
    .add_service(
        FederationServiceServer::new(federation_service::FederationAdapter(directory))
            .max_decoding_message_size(MAX_DECODED_BYTES),
    )
    .add_service(reflection)
}
