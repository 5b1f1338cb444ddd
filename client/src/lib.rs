//! The typed client of the Maatwerkregister.
//!
//! [`Client::connect`] dials a register over mutually authenticated TLS. The methods of [`Client`] are the calls of the
//! contract, one file per service. Every call has a deadline, which the request carries to the node. A call is retried only
//! where that is idempotent: reads, and writes under a request id. An error response is decoded into an [`Error`] that says
//! who has to act.
//!
//! No other crate of the workspace dials: the command line `mwr`, the end-to-end tests and a node that queries its peers all
//! use [`connect`]. [`files`] reads the files that publishers sync from.

pub mod connect;
pub mod files;
pub mod relevance;
pub mod settings;

mod admin;
mod bounded;
mod call;
mod directory;
mod error;
mod federation;
mod health;
mod paging;
mod report;
mod retry;
mod routing;
mod sync;
mod watch;

pub use bounded::AnswerLimits;
pub use call::Client;
pub use connect::{Distrust, PeerCertificate, Refusal};
pub use error::{Error, ErrorKind, ErrorResponse, FieldProblem, Retry};
pub use retry::RetryPolicy;
pub use routing::RouteWatch;
pub use sync::{OfficerSnapshot, ProgressCallback};
pub use watch::{Watch, WatchEvent, WatchFrom, WatchLimits, WatchedChange};
