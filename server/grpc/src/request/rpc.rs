//! The RPCs of the contract by path, with their metrics. Any other path is `unknown`, so that callers cannot create metric
//! labels.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use metrics::{Counter, Histogram, SharedString};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use server_core::error::Error;
use tonic::Code;

use super::access::Access;
use super::shape::MessageShapes;

/// The RPCs of the standard services.
const STANDARD: [&str; 5] = [
    "grpc.health.v1.Health/Check",
    "grpc.health.v1.Health/Watch",
    "grpc.health.v1.Health/List",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// gRPC codes run from 0 to 16.
const CODES: usize = 17;

/// All known RPCs.
pub(super) struct RpcTable {
    by_path: HashMap<String, Arc<Rpc>>,
    unknown: Arc<Rpc>,
}

/// One RPC.
pub(super) struct Rpc {
    name: SharedString,
    access: Access,
    /// The shapes of the contract and the number of this RPC's message, if it is of the contract.
    shape: Option<(Arc<MessageShapes>, usize)>,
    is_upload: bool,
    duration: Histogram,
    by_code: [OnceLock<Counter>; CODES],
}

impl RpcTable {
    pub(super) fn from_contract() -> Self {
        let descriptors = FileDescriptorSet::decode(proto::DESCRIPTORS).expect("the build script encoded it");
        let shapes = Arc::new(MessageShapes::of(&descriptors));
        let mut rpcs: Vec<Rpc> = STANDARD.iter().map(|name| Rpc::new((*name).to_owned())).collect();
        for file in &descriptors.file {
            for service in &file.service {
                for method in &service.method {
                    let name = format!("{}.{}/{}", file.package(), service.name(), method.name());
                    rpcs.push(Rpc {
                        shape: shapes.number_of(method.input_type()).map(|number| (shapes.clone(), number)),
                        is_upload: method.client_streaming(),
                        ..Rpc::new(name)
                    });
                }
            }
        }
        Self {
            by_path: rpcs
                .into_iter()
                .map(|rpc| (format!("/{}", rpc.name), Arc::new(rpc)))
                .collect(),
            unknown: Arc::new(Rpc::new("unknown".to_owned())),
        }
    }

    pub(super) fn find(&self, path: &str) -> Arc<Rpc> {
        self.by_path.get(path).unwrap_or(&self.unknown).clone()
    }
}

impl Rpc {
    fn new(name: String) -> Self {
        // An unknown RPC is for callers with a grant, and the services refuse it.
        let access = Access::of(&name).unwrap_or(Access::Roles(&[]));
        let name = SharedString::from(Arc::<str>::from(name));
        Self {
            access,
            shape: None,
            is_upload: name.contains("ServerReflection"),
            duration: metrics::histogram!("mwr_request_duration_seconds", "rpc" => name.clone()),
            by_code: std::array::from_fn(|_| OnceLock::new()),
            name,
        }
    }

    /// Returns the path without the leading slash.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the rights that it needs.
    pub(super) fn access(&self) -> Access {
        self.access
    }

    /// Returns whether the caller sends a stream of messages, which may last.
    pub(super) fn is_upload(&self) -> bool {
        self.is_upload
    }

    /// Checks the number of parts of an encoded message.
    pub(super) fn check_shape(&self, message: &[u8]) -> Result<(), Error> {
        match &self.shape {
            Some((shapes, number)) => shapes.check(*number, message),
            None => Ok(()),
        }
    }

    /// Counts a finished request and its duration.
    pub(super) fn count(&self, code: Code, seconds: f64) {
        self.duration.record(seconds);
        self.by_code[code as usize % CODES]
            .get_or_init(|| metrics::counter!("mwr_requests_total", "rpc" => self.name.clone(), "code" => code_name(code)))
            .increment(1);
    }
}

/// Returns the name of a code in the gRPC standard.
pub(super) fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_outside_the_contract_share_the_name_unknown() {
        let table = RpcTable::from_contract();
        let search = table.find("/maatwerkregister.v1.DirectoryService/SearchOfficers");
        assert_eq!(search.name(), "maatwerkregister.v1.DirectoryService/SearchOfficers");
        assert_eq!(table.find("/grpc.health.v1.Health/Check").access(), Access::Health);
        assert_eq!(table.find("/made.up/Path").name(), "unknown");
    }

    #[test]
    fn every_rpc_has_its_rights_and_its_shape() {
        let table = RpcTable::from_contract();
        for rpc in table.by_path.values() {
            assert!(Access::of(rpc.name()).is_some(), "{}", rpc.name());
            assert!(rpc.shape.is_some() || STANDARD.contains(&rpc.name()), "{}", rpc.name());
        }
        assert!(table.find("/maatwerkregister.v1.SyncService/SyncOfficers").is_upload());
        assert!(!table.find("/maatwerkregister.v1.SyncService/ApplyChanges").is_upload());
    }
}
