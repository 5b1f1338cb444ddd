//! The use cases on a whole directory: fresh storage, real index, a clock that stands still.

mod admin;
mod grpc;
mod index;
mod names;
mod publish;
mod read;
mod rights;
mod search;
mod watch;
mod watch_history;
mod world;
