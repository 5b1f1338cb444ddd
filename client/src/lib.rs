//! The typed client of the Maatwerkregister.
//!
//! [`Client::connect`] dials a register over mutually authenticated TLS; its methods are the calls of the contract, one file
//! per service. Every call has a deadline, which the node hears of too. A call is repeated only where that cannot do harm:
//! reads, and writes under a request id, of which every write has one. What a node answers instead of a result is decoded
//! into an [`Error`] that says whose move it is.
//!
//! Nothing else in the workspace dials: the command line `mwr`, the end-to-end tests and a node that asks its peers all go
//! through [`connect`]. [`files`] reads what people sync from.

pub mod connect;
pub mod files;
pub mod relevance;
pub mod settings;

mod admin;
mod call;
mod directory;
mod error;
mod federation;
mod health;
mod nearest;
mod paging;
mod report;
mod retry;
mod routing;
mod sync;
mod watch;

pub use call::Client;
pub use connect::{Distrust, PeerCertificate, Refusal};
pub use error::{Error, ErrorKind, ErrorResponse, FieldProblem, Retry};
pub use nearest::nearest;
pub use retry::RetryPolicy;
pub use routing::RouteWatch;
pub use sync::{OfficerSnapshot, ProgressCallback};
pub use watch::{Watch, WatchEvent, WatchFrom, WatchedChange};
