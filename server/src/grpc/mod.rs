//! The gRPC side of the node: thin adapters around the use cases.

pub mod request;
