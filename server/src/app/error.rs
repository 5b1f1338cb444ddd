//! Start-up and fatal errors, with a remedy for the operator. [`crate::cli::exit_code`] maps them to exit codes.

use std::net::SocketAddr;

use server_core::config::Faults;
use server_core::data::DataError;
use server_core::error::Error;

/// An error that keeps a node from starting or ends it.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration is invalid.
    #[error(transparent)]
    Config(#[from] Faults),
    /// The data folder, or the store in it, cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The node cannot listen on an address.
    #[error("`{key}`: cannot listen on {address}: {source}; {advice}")]
    Bind {
        /// The setting.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: std::io::Error,
        /// The remedy.
        advice: &'static str,
    },
    /// A use case failed.
    #[error("{0}")]
    Directory(Error),
    /// A part of the node failed.
    #[error("the part `{0}` of the node failed; see the log")]
    PartFailed(&'static str),
    /// The shutdown took too long.
    #[error("the node did not shut down in time and was cut off")]
    CutOff,
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        Self::Directory(error)
    }
}
