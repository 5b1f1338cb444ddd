//! Why a node did not start, or came to a bad end: in words for who must mend it. [`crate::cli::exit_code`] has the codes.

use std::net::SocketAddr;

use server_core::config::Faults;
use server_core::data::DataError;
use server_core::error::Error;

/// Why a node did not start, or came to a bad end.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] Faults),
    /// The data folder, or the store in it, cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// An address cannot be listened on.
    #[error("`{key}` = {address} cannot be listened on: {source}; {advice}")]
    Bind {
        /// The setting.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
        /// What to do.
        advice: &'static str,
    },
    /// A use case failed.
    #[error("{0}")]
    Directory(Error),
    /// A part of the node failed while it ran.
    #[error("the part `{0}` of the node failed; the log says why")]
    PartFailed(&'static str),
    /// The end took too long.
    #[error("the node did not come to an end in time and was cut off")]
    CutOff,
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        Self::Directory(error)
    }
}
